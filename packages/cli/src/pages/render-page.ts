import type { Terminal } from "../terminal/terminal.ts";

const WIDEST = 100;
const INDENT = "    ";

export interface PageOptions {
  readonly paint: Terminal["paint"];
  /** How many columns a line of prose may have; 100 without it, and at most. */
  readonly columns?: number | undefined;
}

/** A diagnostic's page for a terminal: prose in lines that fit, examples indented, no marks of Markdown. */
export function renderPage(markdown: string, { paint, columns = WIDEST }: PageOptions): string {
  const [heading = "", severity = "", ...body] = blocksOf(markdown);
  const [code = "", title = ""] = heading.replace(/^# /, "").split(/: (.*)/s);
  const level = /^Severity: (\w+)\.$/.exec(severity)?.[1] ?? "error";
  const tint = level === "error" ? "red" : "yellow";
  const first = `${paint(tint, `${level} ${code}`)}${paint("bold", `: ${title}`)}`;
  const width = Math.min(WIDEST, columns);
  return [first, ...body.map((block) => renderBlock(block, width, paint))].join("\n\n");
}

/** Headings, fenced examples and paragraphs, each with its marks. */
function blocksOf(markdown: string): readonly string[] {
  return markdown.match(/^```[\s\S]*?^```$|^(?:(?!```).+(?:\n|$))+/gm)?.map((block) => block.trimEnd()) ?? [];
}

function renderBlock(block: string, width: number, paint: Terminal["paint"]): string {
  if (block.startsWith("```")) return block.split("\n").slice(1, -1).map(indented).join("\n");
  if (block.startsWith("## ")) return paint("bold", block.slice("## ".length));
  if (block.startsWith("|")) return tableOf(block, width, paint);
  if (!block.startsWith("- ")) return wrap(unmarked(block), width, "").join("\n");
  const items = block.split(/^- /m).slice(1);
  return items.flatMap((item) => wrap(`- ${unmarked(item)}`, width, "  ")).join("\n");
}

/** A table as a list, which fits any width: its cells may be longer than a line. */
function tableOf(block: string, width: number, paint: Terminal["paint"]): string {
  const [titles = "", , ...rows] = block.split("\n").map((row) => {
    const cells = row.split(/(?<!\\)\|/).slice(1, -1);
    return cells.map((cell) => unmarked(cell).replaceAll("\\|", "|").trim()).join(" — ");
  });
  return [paint("bold", titles), ...rows.flatMap((row) => wrap(`- ${row}`, width, "  "))].join("\n");
}

function indented(line: string): string {
  return line === "" ? "" : `${INDENT}${line}`;
}

/** Without the marks of code and links. An address stays: on paper nothing else leads there. */
function unmarked(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\((https?:[^)]*)\)/g, "$1 ($2)")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("`", "");
}

function wrap(text: string, width: number, hanging: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (line.trim() === "") line += word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = `${hanging}${word}`;
    }
  }
  return [...lines, line];
}
