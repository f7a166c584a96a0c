import { type DiagnosticCode, isDiagnosticCode } from "./catalogue.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { visible } from "./visible.ts";

/** The styles that the pretty format uses; the names are those of Node's `util.styleText`. */
export type Style = "bold" | "cyan" | "dim" | "red" | "yellow";

export interface PrettyOptions {
  /** Returns `text` in a style, or as it is. */
  readonly color: (style: Style, text: string) => string;
  /** How many columns there are for a line of the document; 100 without it. */
  readonly columns?: number;
  /** Where a person reads more about a code, shown as it is; without it nothing is named. */
  readonly see?: (code: DiagnosticCode) => string;
}

const COLORS: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow" };
const WIDTH = 100;
/** The share of a line that is shown before a range far to the right. */
const LEAD = 0.3;

/** Code frames for people: each diagnostic with its line of the text. `sources` holds the texts by file. */
export function formatPretty(
  diagnostics: readonly Diagnostic<string>[],
  sources: ReadonlyMap<string, string>,
  options: PrettyOptions,
): string {
  const lines = new Map([...sources].map(([file, source]) => [file, source.replace(/^\uFEFF/, "").split(/\r?\n/)]));
  return diagnostics
    .map((each) => formatOne(each, lines.get(each.file)?.[each.range.start.line - 1], options))
    .join("\n");
}

function formatOne(
  diagnostic: Diagnostic<string>,
  source: string | undefined,
  { color, columns = WIDTH, see }: PrettyOptions,
): string {
  const { code, severity, message, file, range, suggestion, help } = diagnostic;
  const tint = COLORS[severity];
  const { line, column } = range.start;
  const gutter = " ".repeat(String(line).length);
  const bar = color("dim", `${gutter} |`);
  const out = [
    `${color(tint, `${severity} ${code}`)}${color("bold", `: ${visible(message)}`)}`,
    `${gutter}${color("dim", "-->")} ${color("cyan", `${visible(file)}:${line}:${column}`)}`,
  ];
  if (source !== undefined) {
    const frame = frameOf(source, diagnostic, columns);
    out.push(bar, `${color("dim", `${line} |`)} ${frame.text}`, `${bar} ${color(tint, frame.carets)}`);
  }
  if (suggestion !== undefined) out.push(note("write", visible(suggestion)));
  if (help !== undefined) out.push(note("help", visible(help)));
  if (see !== undefined && isDiagnosticCode(code)) out.push(note("see", see(code)));
  return `${out.join("\n")}\n`;

  function note(title: string, text: string): string {
    return `${color("dim", `${gutter} = ${title}:`)} ${text}`;
  }
}

/** The part of a line around a range, one cell for each code unit, with carets under the range. */
function frameOf(source: string, { range }: Diagnostic<string>, columns: number): { text: string; carets: string } {
  const lead = Math.floor(columns * LEAD);
  const start = Math.min(range.start.column - 1, source.length);
  const sameLine = range.end.line === range.start.line;
  const end = Math.max(sameLine ? Math.min(range.end.column - 1, source.length) : source.length, start + 1);
  const from = start > columns - lead ? start - lead : 0;
  const to = Math.min(source.length, from + columns);
  const before = from > 0 ? "…" : "";
  const after = to < source.length ? "…" : "";
  const carets = " ".repeat(before.length + start - from) + "^".repeat(Math.max(1, Math.min(end, to) - start));
  return { text: `${before}${visible(source.slice(from, to))}${after}`.trimEnd(), carets };
}
