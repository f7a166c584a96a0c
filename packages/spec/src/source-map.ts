import type { Reading, ScalarNode, Span } from "./node.ts";

/** Where each unit of a text stands in its source: the offset where it begins, and the one behind it. */
interface Origins {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const HEXADECIMAL: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Where a stretch of a scalar's text stands in the document: behind escapes, indentation and folded lines. The whole scalar
 * where that cannot be told.
 */
export function spanInScalar(reading: Reading, node: ScalarNode, start: number, end: number): Span {
  if (typeof node.value !== "string") return node;
  const origins = originsOf(reading.text, node, node.value);
  const first = origins?.starts[start];
  const last = origins?.ends[Math.max(start, end - 1)];
  return first === undefined || last === undefined ? node : { start: first, end: last };
}

/** Goes through the text and its source side by side; what the source has besides is white space and marks. */
function originsOf(source: string, { start, end }: Span, value: string): Origins | undefined {
  const quote = source.charAt(start);
  const isBlock = quote === "|" || quote === ">";
  let at = isBlock ? source.indexOf("\n", start) + 1 : quote === '"' || quote === "'" ? start + 1 : start;
  const starts: number[] = [];
  const ends: number[] = [];
  for (let index = 0; index < value.length; index++) {
    const unit = value.charAt(index);
    const found = nextUnit(source, at, end, unit, isBlock ? "" : quote);
    if (found === undefined) return undefined;
    for (let unit = 0; unit < found.text.length; unit++) {
      starts.push(found.start);
      ends.push(found.end);
    }
    index += found.text.length - 1;
    at = found.end;
  }
  return { starts, ends };
}

interface Unit extends Span {
  readonly text: string;
}

function nextUnit(source: string, from: number, end: number, wanted: string, quote: string): Unit | undefined {
  for (let at = from; at < end; at++) {
    const unit = source.charAt(at);
    const escaped = quote === '"' && unit === "\\" ? readEscape(source, at) : undefined;
    if (escaped !== undefined && escaped.text !== "") return escaped.text.startsWith(wanted) ? escaped : undefined;
    if (escaped !== undefined) {
      at = escaped.end - 1;
      continue;
    }
    if (quote === "'" && wanted === "'" && source.startsWith("''", at)) return { start: at, end: at + 2, text: "'" };
    if (unit === wanted) return { start: at, end: at + 1, text: unit };
    // A line break that was folded reads as a blank.
    if (wanted === " " && unit === "\n") return { start: at, end: at + 1, text: " " };
    if (!/\s/.test(unit)) return undefined;
  }
  return undefined;
}

const LINE_END = /\r?\n?[ \t]*/y;

/** One escape of a text in double quotes; a backslash at a line's end stands for nothing. */
function readEscape(source: string, start: number): Unit {
  const letter = source.charAt(start + 1);
  const digits = HEXADECIMAL[letter];
  if (digits !== undefined) {
    const end = start + 2 + digits;
    const code = Number.parseInt(source.slice(start + 2, end), 16);
    return { start, end, text: code <= 0x10ffff ? String.fromCodePoint(code) : "" };
  }
  if (letter !== "\n" && letter !== "\r") return { start, end: start + 2, text: ESCAPES[letter] ?? letter };
  LINE_END.lastIndex = start + 1;
  LINE_END.test(source);
  return { start, end: LINE_END.lastIndex, text: "" };
}
