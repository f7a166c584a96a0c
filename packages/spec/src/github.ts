import { isDiagnosticCode } from "./catalogue.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { visible } from "./visible.ts";

/** Workflow commands that GitHub Actions turns into annotations, one line for each diagnostic. */
export function formatGithub(diagnostics: readonly Diagnostic<string>[]): string {
  return diagnostics.map((each) => `${commandOf(each)}\n`).join("");
}

function commandOf({ severity, code, message, file, range, suggestion, help }: Diagnostic<string>): string {
  const { start, end } = range;
  const properties = {
    file,
    line: start.line,
    endLine: end.line,
    col: start.column,
    endColumn: end.column,
    title: code,
  };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const write = suggestion === undefined ? "" : `\nwrite: ${suggestion}`;
  const said = help === undefined ? "" : `\n${help}`;
  const see = isDiagnosticCode(code) ? `\nsee: specdrop explain ${code}` : "";
  return `::${severity} ${listed.join(",")}::${escapeData(`${message}${write}${said}${see}`)}`;
}

function escapeData(text: string): string {
  const safe = text.replaceAll(/[^\r\n]+/g, visible);
  return safe.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
