import { DIAGNOSTICS, type DiagnosticInfo } from "./catalogue.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";

/** The diagnostics of one file. */
export interface FileDiagnostics {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic<string>[];
}

export interface SarifOptions {
  /** The version of specdrop. */
  readonly version?: string;
  /** The folder that `docs/diagnostics/` is read in, as a URL; without it, rules have no links. */
  readonly pages?: string;
}

/** A SARIF 2.1.0 log of one run. */
export function toSarif(files: readonly FileDiagnostics[], { version, pages }: SarifOptions = {}): object {
  const used = new Set<string>(files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)));
  const rules = Object.entries(DIAGNOSTICS).filter(([code]) => used.has(code));
  // Names that differ may stand for one URI, and a log names each artifact once.
  const artifacts = new Map([...new Set(files.map(({ file }) => uriOf(file)))].map((uri, index) => [uri, index]));
  const indexes = new Map(rules.map(([code], index) => [code, index]));
  const driver = {
    name: "specdrop",
    ...(version === undefined ? {} : { semanticVersion: version }),
    rules: rules.map(([code, info]) => ruleOf(code, info, pages)),
  };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver },
        columnKind: "utf16CodeUnits",
        artifacts: [...artifacts.keys()].map((uri) => ({ location: { uri } })),
        results: files.flatMap(({ file, diagnostics }) => {
          const uri = uriOf(file);
          const location = { uri, index: Number(artifacts.get(uri)) };
          return diagnostics.map((each) => ({ ...resultOf(each, location), ...ruleIndex(each) }));
        }),
      },
    ],
  };

  function ruleIndex({ code }: Diagnostic<string>): { ruleIndex?: number } {
    const index = indexes.get(code);
    return index === undefined ? {} : { ruleIndex: index };
  }
}

function ruleOf(id: string, { title, severity }: DiagnosticInfo, pages: string | undefined): object {
  const page = `${id}.md`;
  return {
    id,
    shortDescription: { text: title },
    help: { text: `Run: specdrop explain ${id}` },
    ...(pages === undefined ? {} : { helpUri: `${pages.replace(/\/$/, "")}/${page}` }),
    defaultConfiguration: { level: severity },
  };
}

function resultOf(diagnostic: Diagnostic<string>, artifactLocation: object): object {
  const { code, severity, message, range, pointer, suggestion, help } = diagnostic;
  const region = regionOf(range);
  const text = help === undefined ? message : `${message}. ${help}`;
  return {
    ruleId: code,
    level: severity,
    message: { text },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    // The place in the document, which lines put in above do not move.
    partialFingerprints: { "pointer/v1": `${code}:${pointer}` },
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

/** A path becomes a URI, relative where it is; what already is a URI stays one. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  const path = file.toWellFormed().replaceAll("\\", "/");
  const uri = encodeURI(path).replaceAll("#", "%23").replaceAll("?", "%3F");
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return uri;
  if (path.startsWith("/")) return `file://${uri}`;
  // A drive of Windows is absolute, any other colon would read as a scheme.
  return /^[a-z]:\//i.test(path) ? `file:///${uri}` : uri.replaceAll(":", "%3A");
}
