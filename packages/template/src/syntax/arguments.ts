import { Cursor } from "./cursor.ts";
import type { Argument } from "./nodes.ts";
import { isReference, parseReference } from "./references.ts";

const DECIMAL = /-?(?:[0-9]+\.(?!\.)[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)/y;
const INTEGER = /-?[0-9]+/y;
const WORD = /(?:true|false|null)(?![A-Za-z0-9_-])/y;

/** Reads a literal or a reference. `what` names the place in the error where there is none. */
export function parseArgument(cursor: Cursor, what: string): Argument {
  const start = cursor.at;
  const first = cursor.peek();
  if (first === "$" && isReference(cursor)) return parseReference(cursor);
  if (first === "'" || first === '"') return parseText(cursor, first);
  if (first === "[") return cursor.nested(() => parseList(cursor));
  if (first === "{") return cursor.nested(() => parseMap(cursor));
  const decimal = cursor.match(DECIMAL);
  if (decimal !== undefined) {
    return { kind: "decimal", value: Number(decimal), source: decimal, ...cursor.place(start) };
  }
  const integer = cursor.match(INTEGER);
  if (integer !== undefined) {
    return { kind: "integer", value: BigInt(integer), source: integer, ...cursor.place(start) };
  }
  const word = cursor.match(WORD);
  if (word === "null") return { kind: "null", ...cursor.place(start) };
  if (word !== undefined) return { kind: "boolean", value: word === "true", ...cursor.place(start) };
  if (cursor.isAtEnd) cursor.fail("unclosed", `The template ends where ${what} is expected.`);
  if (first === "(") cursor.fail("argument", `Parentheses cannot stand in ${what}.`);
  return cursor.fail("unexpected", `${JSON.stringify(first)} stands where ${what} is expected.`);
}

/** A quote is doubled to stand inside; a backslash escapes nothing. */
function parseText(cursor: Cursor, quote: "'" | '"'): Argument {
  const start = cursor.at;
  cursor.at += 1;
  const units: string[] = [];
  const origins: number[] = [];
  for (;;) {
    const unit = cursor.peek();
    if (unit === "") failInText(cursor, start, quote);
    if (quote === '"' && unit === "\\" && cursor.peek(1) === quote) {
      cursor.doubtful = { at: cursor.at, end: cursor.text.length };
    }
    const isDoubled = unit === quote && cursor.peek(1) === quote;
    if (unit === quote && !isDoubled) break;
    const unicode =
      quote === '"' && unit === "\\" ? /^\\u([0-9a-fA-F]{4})/.exec(cursor.text.slice(cursor.at, cursor.at + 6)) : null;
    origins.push(cursor.origin(cursor.at));
    units.push(unicode === null ? unit : String.fromCharCode(Number.parseInt(unicode[1] ?? "", 16)));
    cursor.at += unicode === null ? (isDoubled ? 2 : 1) : 6;
  }
  cursor.at += 1;
  if (cursor.doubtful !== undefined && cursor.doubtful.at > start) cursor.doubtful.end = cursor.at;
  const value = units.join("");
  const source = cursor.text.slice(start, cursor.at);
  const isInterpolated = quote === '"' && /[$#]/.test(value);
  if (!isInterpolated) return { kind: "text", value, source, ...cursor.place(start) };
  const inner = new Cursor(cursor.grammar, value, origins, true);
  inner.depth = cursor.depth + 1;
  const { nodes: parts } = cursor.nested(() => cursor.grammar.block(inner, []));
  cursor.hidden.push(...inner.hidden);
  return { kind: "text", value, source, parts, ...cursor.place(start) };
}

function failInText(cursor: Cursor, start: number, quote: string): never {
  if (cursor.doubtful !== undefined && cursor.doubtful.at > start) cursor.failAtBackslash();
  return cursor.fail("unclosed", `The text is not closed: ${quote} is expected.`, start, cursor.at);
}

function parseList(cursor: Cursor): Argument {
  const start = cursor.at;
  cursor.at += 1;
  cursor.space();
  const items: Argument[] = [];
  if (cursor.take("]")) return { kind: "list", items, ...cursor.place(start) };
  for (;;) {
    cursor.space();
    items.push(parseArgument(cursor, "an element"));
    const before = cursor.space();
    const [from] = items;
    if (from !== undefined && items.length === 1 && cursor.take("..")) return parseRange(cursor, start, from, before);
    if (cursor.take("]")) return { kind: "list", items, ...cursor.place(start) };
    if (!cursor.take(",")) failUnclosed(cursor, start, 'The list is not closed: "," or "]" is expected.');
  }
}

function failUnclosed(cursor: Cursor, start: number, message: string): never {
  cursor.failAtBackslash();
  return cursor.fail("unclosed", message, start, cursor.at);
}

function parseRange(cursor: Cursor, start: number, from: Argument, before: string): Argument {
  const after = cursor.space();
  const to = parseArgument(cursor, "the end of the range");
  for (const bound of [from, to]) {
    if (bound.kind === "integer" || bound.kind === "reference") continue;
    cursor.fail("unexpected", "The bounds of a range are integers or references.", start, cursor.at);
  }
  cursor.space();
  if (!cursor.take("]")) cursor.fail("unclosed", 'The range is not closed: "]" is expected.', start, cursor.at);
  return { kind: "range", from, to, isSpaced: before + after !== "", ...cursor.place(start) };
}

function parseMap(cursor: Cursor): Argument {
  const start = cursor.at;
  cursor.at += 1;
  const entries: (readonly [Argument, Argument])[] = [];
  cursor.space();
  if (cursor.take("}")) return { kind: "map", entries, ...cursor.place(start) };
  for (;;) {
    cursor.space();
    const key = parseArgument(cursor, "a key");
    cursor.space();
    if (!cursor.take(":")) cursor.fail("unexpected", 'A ":" is expected between the key and its value.');
    cursor.space();
    entries.push([key, parseArgument(cursor, "a value")]);
    cursor.space();
    if (cursor.take("}")) return { kind: "map", entries, ...cursor.place(start) };
    if (!cursor.take(",")) failUnclosed(cursor, start, 'The map is not closed: "," or "}" is expected.');
  }
}
