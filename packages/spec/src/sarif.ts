import { DIAGNOSTICS, type DiagnosticInfo } from "./catalogue.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";

/** The diagnostics of one file. */
export interface FileDiagnostics {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A SARIF 2.1.0 log of one run. */
export function toSarif(files: readonly FileDiagnostics[]): object {
  const used = new Set(files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)));
  const rules = Object.entries(DIAGNOSTICS).filter(([code]) => used.has(code));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "specdrop", rules: rules.map(([code, info]) => ruleOf(code, info)) } },
        columnKind: "utf16CodeUnits",
        artifacts: files.map(({ file }) => ({ location: locationOf(file) })),
        results: files.flatMap(({ file, diagnostics }) => diagnostics.map((each) => resultOf(file, each))),
      },
    ],
  };
}

function ruleOf(id: string, { title, severity, docs }: DiagnosticInfo): object {
  return {
    id,
    shortDescription: { text: title },
    help: { text: `See ${docs}.` },
    defaultConfiguration: { level: severity },
  };
}

function resultOf(file: string, { code, severity, message, range, pointer, suggestion, help }: Diagnostic): object {
  const artifactLocation = locationOf(file);
  const region = regionOf(range);
  const text = help === undefined ? message : `${message}. ${help}`;
  return {
    ruleId: code,
    level: severity,
    message: { text },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    properties: { pointer },
    ...(suggestion === undefined ? {} : { fixes: [fixOf(artifactLocation, region, suggestion)] }),
  };
}

function fixOf(artifactLocation: object, deletedRegion: object, text: string): object {
  return {
    description: { text: `Write ${text}` },
    artifactChanges: [{ artifactLocation, replacements: [{ deletedRegion, insertedContent: { text } }] }],
  };
}

function regionOf({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A path becomes a relative URI; what already is a URI stays one. */
function locationOf(file: string): object {
  if (file === "-") return { uri: "stdin" };
  const path = file.toWellFormed().replaceAll("\\", "/");
  return { uri: encodeURI(path).replaceAll("#", "%23").replaceAll("?", "%3F") };
}
