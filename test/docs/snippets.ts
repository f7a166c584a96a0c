import { readFileSync } from "node:fs";

/** A fenced block of a page: ` ```ts sst ` has the language `ts` and the kind `sst`. */
export interface Snippet {
  readonly language: string;
  /** What it is, and so who checks it; the language where the page does not say. */
  readonly kind: string;
  readonly text: string;
  /** The nearest headings above, the page's own left out. */
  readonly heading: string;
  /** Of the fence, 1-based. */
  readonly line: number;
}

export function readPage(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

/** All fenced blocks of a page, in order. */
export function snippetsOf(page: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  const headings: string[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of page.split("\n").entries()) {
    if (open !== undefined) {
      if (line !== "```") {
        open.lines.push(line);
        continue;
      }
      const [language = "", kind = language] = open.info.split(" ");
      const text = `${open.lines.join("\n")}\n`;
      snippets.push({ language, kind, text, heading: headings.filter(Boolean).join(" / "), line: open.line });
      open = undefined;
    } else if (line.startsWith("```")) {
      open = { info: line.slice(3), line: index + 1, lines: [] };
    } else {
      const [, marks, title = ""] = /^(#{2,3}) (.*)$/.exec(line) ?? [];
      if (marks !== undefined) headings.splice(marks.length - 2, 2, title);
    }
  }
  if (open !== undefined) throw new Error(`the block that begins in line ${open.line} has no end`);
  return snippets;
}

/** The snippets of a kind, each named for a test. Throws where there are none. */
export function ofKind(snippets: readonly Snippet[], ...kinds: readonly string[]): readonly [string, Snippet][] {
  const found = snippets.filter(({ kind }) => kinds.includes(kind));
  if (found.length === 0) throw new Error(`there is no snippet ${kinds.join(" or ")}`);
  return found.map((snippet) => [`${snippet.heading} (line ${snippet.line})`, snippet]);
}
