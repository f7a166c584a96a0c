import { type Diagnostic, type ParseResult, parse } from "@specdrop/spec";

/** The part of a text that a range covers, found by counting lines and columns anew. */
function covered(text: string, { range }: Diagnostic): string {
  const lines = text.split("\n");
  const offset = ({ line, column }: { line: number; column: number }): number =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return text.slice(offset(range.start), offset(range.end));
}

/** Each diagnostic as `line:column CODE covered text -> suggestion`. */
export function found(text: string, file = "spec.yaml"): string[] {
  return parse(text, file).diagnostics.map((each) => {
    const { line, column } = each.range.start;
    const suggestion = each.suggestion === undefined ? "" : ` -> ${each.suggestion}`;
    return `${line}:${column} ${each.code} ${covered(text, each)}${suggestion}`;
  });
}

/** The codes of what was found. */
export function codes(text: string | Uint8Array, file = "spec.yaml"): string[] {
  return parse(text, file).diagnostics.map(({ code }) => code);
}

/** A document of one resource, `ok`, whose properties begin on line 5 in column 5. */
export function one(...properties: string[]): string {
  return [
    "ApiId: a1b2c3d4e5",
    "IntegrationId: abc1234",
    "IntegrationResponses:",
    "  ok:",
    ...properties.map((each) => `    ${each}`),
    "",
  ].join("\n");
}

/** The same with the key `$default`, so that the resource is fine by itself. */
export function oneDefault(...properties: string[]): string {
  return one("IntegrationResponseKey: $default", ...properties);
}

export function onlyDiagnostic({ diagnostics }: ParseResult): Diagnostic {
  const [first, ...rest] = diagnostics;
  if (first === undefined || rest.length > 0)
    throw new Error(`expected one diagnostic: ${JSON.stringify(diagnostics)}`);
  return first;
}
