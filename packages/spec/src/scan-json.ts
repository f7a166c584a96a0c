import type { Span } from "./node.ts";

/** What a JSON text has and its values no longer show. */
export interface JsonScan {
  /** How many names stand in it: more than its values have, where a map has one of them twice. */
  readonly names: number;
  /** How many of them stand in the outermost map. */
  readonly outer: number;
  /** The names, with their quotes, of the maps within it. */
  readonly inner: readonly Span[];
}

/** The levels of a spec document: itself, its resources, one of them, the texts of one. */
const LEVELS = 4;

/** The only control character that JSON.parse takes. */
const DELETE = "\u007f";
const HALF_CHARACTER = /\\u[dD][89a-fA-F]/;

const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Runs once over a text, of which JSON.parse may yet say that it is no JSON. Undefined where it has what no spec document
 * has: a control character, a list, a fifth level, an escape that may be half of a character; or a name with an escape, of
 * which JSON.parse has been seen to make another name of the same length that it had read before (V8 13.6, Node 24.21:
 * after `{"\\": 1}`, the name in `{"\"": 1}` is a backslash).
 */
export function scanJson(text: string): JsonScan | undefined {
  if (text.includes(DELETE) || (text.includes("\\u") && HALF_CHARACTER.test(text))) return undefined;
  const inner: Span[] = [];
  let names = 0;
  let outer = 0;
  let depth = 0;
  let start = 0;
  let end = 0;
  let escapeAt = nextEscape(text, 0);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= SPACE) continue;
    if (unit === QUOTE) {
      start = at;
      at = text.indexOf('"', start + 1);
      if (escapeAt < start) escapeAt = nextEscape(text, start);
      if (at < 0 || escapeAt < at) at = closingQuote(text, start);
      end = at + 1;
    } else if (unit === COLON) {
      if (escapeAt > start && escapeAt < end) return undefined;
      names++;
      if (depth === 1) outer++;
      if (depth === 2) inner.push({ start, end });
    } else if (unit === OPENING) depth++;
    else if (unit === CLOSING) depth--;
    if (unit === LIST || depth > LEVELS) return undefined;
  }
  return { names, outer, inner };
}

function nextEscape(text: string, from: number): number {
  const at = text.indexOf("\\", from);
  return at < 0 ? text.length : at;
}

/** Where the text that opens here ends: at the first quote before which no backslash is left over. */
function closingQuote(text: string, opening: number): number {
  for (let at = text.indexOf('"', opening + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}
