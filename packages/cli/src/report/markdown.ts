import { count } from "../terminal/count.ts";

/** A text on one line as code, whatever is in it: in a code span nothing is markup, a link or a mention. */
export function codeSpan(text: string): string {
  const fence = "`".repeat(longestRun(text) + 1);
  // A backtick at an end would count for the fence; one blank on each side is not shown.
  const pad = text.startsWith("`") || text.endsWith("`") || /^ .* $/.test(text) ? " " : "";
  return `${fence}${pad}${text === "" ? " " : text}${pad}${fence}`;
}

/** Lines as a block of code, behind `prefix` each. */
export function fenced(language: string, lines: readonly string[], prefix = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [`${fence}${language}`, ...lines, fence].map((line) => `${prefix}${line}`).join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** A block that opens; `name` is shown as code. A line of HTML is no Markdown: only HTML's own characters mean something. */
export function summaryOf(name: string, words: string, body: string, isOpen = false): string {
  const summary = `<code>${escapeHtml(name)}</code> ${escapeHtml(words)}`;
  return `<details${isOpen ? " open" : ""}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A text that is no longer than it may be. */
export interface Fitted {
  readonly text: string;
  /** How many sections have no room. */
  readonly omitted: number;
}

/** A block of code longer than this is cut in the middle of nothing: its lines are counted instead. */
const MOST_LINES = 400;
/** Room for what is said of sections that are left out. */
const TAIL = 200;

/** Puts sections below a head, in their order, as long as there is room for them; says how many are left out. */
export function fitSections(head: string, sections: readonly string[], mostCharacters: number): Fitted {
  const parts = [head];
  let length = head.length;
  let omitted = 0;
  for (const section of sections) {
    const room = mostCharacters - TAIL - length - 2;
    const cut = cutSection(section, room);
    if (cut === undefined) {
      omitted += 1;
      continue;
    }
    parts.push(cut);
    length += cut.length + 2;
  }
  if (omitted > 0) {
    parts.push(`_${count(omitted, "more section")} not shown, for lack of room. Run \`specdrop plan\` to see all._`);
  }
  return { text: `${parts.join("\n\n")}\n`, omitted };
}

/** The section with fewer lines of code where it is too long; `undefined` where that does not help. */
function cutSection(section: string, room: number): string | undefined {
  const lines = section.split("\n");
  for (let most = MOST_LINES; most >= 10; most = Math.floor(most / 2)) {
    const cut = cutBlocks(lines, most);
    if (cut.length <= room) return cut;
  }
  return undefined;
}

function cutBlocks(lines: readonly string[], most: number): string {
  const kept: string[] = [];
  let fence: string | undefined;
  let inBlock = 0;
  const end = () => {
    if (inBlock > most) kept.push(`… ${count(inBlock - most, "more line")}`);
  };
  for (const line of lines) {
    const [, mark] = /^(?:> )?(`{3,})/.exec(line) ?? [];
    if (fence === undefined) {
      kept.push(line);
      fence = mark;
      inBlock = 0;
    } else if (mark !== undefined && mark.length >= fence.length && line.endsWith(mark)) {
      end();
      kept.push(line);
      fence = undefined;
    } else {
      inBlock += 1;
      if (inBlock <= most) kept.push(line);
    }
  }
  return kept.join("\n");
}
