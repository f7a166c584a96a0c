export type Severity = "error" | "warning";

/** What a diagnostic code stands for. */
export interface DiagnosticInfo {
  readonly title: string;
  readonly severity: Severity;
  /** `document`: what one resource alone cannot tell, since it depends on the others. */
  readonly about: "resource" | "document";
  /** The page that explains it, from the repository's root. */
  readonly docs: string;
}

const ERRORS = {
  SD1001: "Not valid YAML",
  SD1002: "Not valid JSON",
  SD1003: "Not Unicode text",
  SD1004: "Control character",
  SD1005: "Document too large",
  SD1006: "Nested too deeply",
  SD1007: { title: "Too many resources", about: "document" },
  SD1008: "Too many aliases",
  SD1009: "Merge key",
  SD1010: "More than one YAML document",
  SD1011: "Custom tag",
  SD1012: "Duplicate key",
  SD1013: { title: "Duplicate natural key", about: "document" },
  SD1014: "Invalid escape",
  SD1015: "Empty document",
  SD1016: "Unknown anchor",
  SD1017: "Key that is not text",
  SD1018: "Too many tokens",
  SD1019: { title: "Too many APIs", about: "document" },
  SD1020: "Invisible character",
  SD1021: "File that cannot be read",
  SD2001: "Unknown property",
  SD2002: "Missing property",
  SD2003: "Wrong type",
  SD2004: "Empty text",
  SD2005: "Impossible id",
  SD2006: "Impossible logical id",
  SD2007: "Read-only property",
  SD2008: "Value outside its choices",
  SD2009: "Not a count",
  SD2010: "File of another tool",
  SD2101: "Intrinsic function",
  SD2102: "Other resource type",
  SD2103: "Resource attribute without a meaning here",
  SD2104: "Template macro",
  SD2900: "Event that is no submission",
  SD3001: "Unknown content handling strategy",
  SD3002: "Template too long",
  SD3003: "Parameter value too long or empty",
  SD3004: "Resource too large",
  SD3005: "Impossible response parameter",
  SD3006: "Impossible parameter value",
  SD3401: "Expectation fails",
  SD3403: "Expectation of something that is not there",
  SD3501: "Block of a template not closed",
  SD3502: "Part of a template not closed",
  SD3503: "Lone sign at the end of a template",
  SD3504: "Backslash before a quote",
  SD3506: "Unknown function of $util",
  SD3507: "Misspelt variable of API Gateway",
  SD4001: "API cannot be read",
  SD4002: "API does not exist",
  SD4003: "Not a WebSocket API",
  SD4004: "Integration does not exist",
  SD4007: "Stage does not exist",
  SD5001: "Live response exists",
  SD5002: "Owned by another document",
  SD5003: "Deletion budget exceeded",
  SD5004: "Live response was created anew by somebody else",
  SD5005: "API not allowed",
  SD5006: "Moved resource did not arrive",
  SD5007: "Another file under the same name",
  SD6001: "Not converged",
  SD6002: "Change refused",
  SD6003: "Change kept failing",
  SD6004: "Given up",
  SD6005: "Deployment failed",
  SD7001: "Called outside of a run",
  SD7002: "Run is over",
  SD7003: "Declared twice",
} as const satisfies Readonly<Record<string, CatalogueRow>>;

const WARNINGS = {
  SD2105: "Template section without effect",
  SD2106: "UpdateReplacePolicy without effect",
  SD2901: "Unknown property of an event",
  SD3101: "Response key that never matches",
  SD3102: "Doubtful regular expression",
  SD3103: "Stray backslash in a response key",
  SD3104: "Stray backslash in a template key",
  SD3105: "Unescaped $default in a selection expression",
  SD3106: "Unknown selection expression",
  SD3107: { title: "No default response", about: "document" },
  SD3108: "Conversion the wrong way round",
  SD3109: "Selected template does not exist",
  SD3110: "Unverified parameter value",
  SD3111: "Variable without its dollar sign",
  SD3112: "Invisible character in a key or name",
  SD3402: "Expectation unproven",
  SD3505: "Doubtful template syntax",
  SD3508: "Variable that nothing sets",
  SD3509: "Context variable of other APIs",
  SD3510: "Undocumented use of $input",
  SD3511: "Condition that is always true",
  SD3512: "Condition that is always false",
  SD3513: "Minus in a name",
  SD3514: "Unsupported directive",
  SD3515: "Comma after the last item",
  SD3516: "Map printed into JSON",
  SD3517: "Template that prints no JSON",
  SD3518: "Folded template",
  SD3519: "Directive taken for a comment",
  SD3521: "Status key on a Lambda integration",
  SD3522: "Key that no status matches",
  SD3523: "Key that fits a status only in part",
  SD3524: "Keys that one status matches",
  SD3525: "Template that is never selected",
  SD3526: "Body in the selection expression",
  SD3527: "Several templates and no selection expression",
  SD4005: "Proxy integration",
  SD4006: "Response without a way to clients",
  SD4008: "Live check not possible",
  SD4009: "Status key on a live Lambda integration",
  SD4010: "Backend does not fit",
} as const satisfies Readonly<Record<string, CatalogueRow>>;

export type DiagnosticCode = keyof typeof ERRORS | keyof typeof WARNINGS;

/** A title alone is about one resource. */
type CatalogueRow = string | Pick<DiagnosticInfo, "title" | "about">;

function entries(rows: Readonly<Record<string, CatalogueRow>>, severity: Severity): [string, DiagnosticInfo][] {
  return Object.entries(rows).map(([code, row]) => {
    const { title, about } = typeof row === "string" ? ({ title: row, about: "resource" } as const) : row;
    return [code, { title, severity, about, docs: `docs/diagnostics/${code}.md` }];
  });
}

/** Every diagnostic code there is, in order. Codes are never reused. */
export const DIAGNOSTICS = Object.fromEntries(
  [...entries(ERRORS, "error"), ...entries(WARNINGS, "warning")].sort(([a], [b]) => (a < b ? -1 : 1)),
) as Readonly<Record<DiagnosticCode, DiagnosticInfo>>;

export function isDiagnosticCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTICS, code);
}
