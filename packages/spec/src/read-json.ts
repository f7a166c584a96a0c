import { fail, type JsonCursor, peek, take, takeString, takeWord, unexpected } from "./json-text.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { type LocatedNode, type MapEntry, noteKey, pointerTo, type Reading, report, type Span } from "./node.ts";

const NUMBER = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)?/y;
const LITERALS = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Reads JSON (RFC 8259) with positions; undefined when the text cannot be read to its end. */
export function readJson(reading: Reading): LocatedNode | undefined {
  const cursor = { reading, at: 0 };
  const root = readValue(cursor, 0, "", "");
  if (root === undefined || peek(cursor) === "") return root;
  return unexpected(cursor, "the end of the text");
}

/**
 * Reads what a name stands for with positions, in a text that is JSON; the name ends at `at`. `depth` is how many maps the name stands in; `parent`
 * points to the innermost.
 */
export function readJsonValue(
  reading: Reading,
  at: number,
  depth: number,
  parent: string,
  name: string,
): LocatedNode | undefined {
  const cursor = { reading, at };
  // To the colon, and past it.
  peek(cursor);
  cursor.at++;
  return readValue(cursor, depth, parent, name);
}

function readValue(cursor: JsonCursor, depth: number, parent: string, key: string | number): LocatedNode | undefined {
  const first = peek(cursor);
  const start = cursor.at;
  if (first === "{" || first === "[") {
    const pointer = depth === 0 ? "" : pointerTo(parent, key);
    if (depth === SPEC_LIMITS.depth) return tooDeep(cursor, pointer);
    return first === "{" ? readMap(cursor, depth + 1, pointer) : readList(cursor, depth + 1, pointer);
  }
  if (first === '"') {
    const value = takeString(cursor);
    return value === undefined ? undefined : { kind: "scalar", start, end: cursor.at, value, plain: false };
  }
  const number = take(cursor, NUMBER);
  const word = takeWord(cursor);
  if (number !== "" && word === "") {
    return { kind: "scalar", start, end: cursor.at, value: Number(number), plain: true };
  }
  const literal = LITERALS.get(number + word);
  if (literal !== undefined) return { kind: "scalar", start, end: cursor.at, value: literal, plain: true };
  cursor.at = start;
  return unexpected(cursor, "a value");
}

function tooDeep(cursor: JsonCursor, pointer: string): undefined {
  const message = `Maps and lists are nested more than ${SPEC_LIMITS.depth} levels deep`;
  report(cursor.reading, { start: cursor.at, end: cursor.at + 1 }, { code: "SD1006", message, pointer });
}

function readMap(cursor: JsonCursor, depth: number, pointer: string): LocatedNode | undefined {
  const start = cursor.at++;
  const entries: MapEntry[] = [];
  const seen = new Map<string, number>();
  while (peek(cursor) !== "}" || entries.length > 0) {
    if (peek(cursor) !== '"') return wrongAfterComma(cursor, entries.length, "}", "a name in double quotes");
    const keyStart = cursor.at;
    const key = takeString(cursor);
    if (key === undefined) return undefined;
    const span = { start: keyStart, end: cursor.at };
    if (peek(cursor) !== ":") return unexpected(cursor, '":"');
    cursor.at++;
    const value = readValue(cursor, depth, pointer, key);
    if (value === undefined) return undefined;
    noteKey(cursor.reading, seen, key, span, pointer);
    entries.push({ ...span, key, plain: false, value });
    if (entries.length > SPEC_LIMITS.entries && !holdsResources(pointer)) return tooMany(cursor.reading, span, pointer);
    if (peek(cursor) === "}") break;
    if (peek(cursor) !== ",") return unexpected(cursor, '"," or "}"');
    cursor.at++;
  }
  cursor.at++;
  return { kind: "map", start, end: cursor.at, entries };
}

/** How many resources there may be is said where each of them is looked at. */
function holdsResources(pointer: string): boolean {
  return pointer === "/IntegrationResponses" || pointer === "/Resources";
}

function tooMany(reading: Reading, at: Span, pointer: string): undefined {
  const message = `This is entry ${SPEC_LIMITS.entries + 1} of a map or list; no property takes that many`;
  report(reading, at, { code: "SD1018", message, pointer, help: "Check that this is the right file." });
}

function readList(cursor: JsonCursor, depth: number, pointer: string): LocatedNode | undefined {
  const start = cursor.at++;
  const items: LocatedNode[] = [];
  while (peek(cursor) !== "]" || items.length > 0) {
    if (peek(cursor) === "]") return wrongAfterComma(cursor, items.length, "]", "a value");
    const item = readValue(cursor, depth, pointer, items.length);
    if (item === undefined) return undefined;
    items.push(item);
    if (items.length > SPEC_LIMITS.entries) return tooMany(cursor.reading, item, pointer);
    if (peek(cursor) === "]") break;
    if (peek(cursor) !== ",") return unexpected(cursor, '"," or "]"');
    cursor.at++;
  }
  cursor.at++;
  return { kind: "list", start, end: cursor.at, items };
}

/** A comma before the closing bracket is the most common slip of all. */
function wrongAfterComma(cursor: JsonCursor, before: number, closing: string, wanted: string): undefined {
  const { text } = cursor.reading;
  if (before === 0 || text.charAt(cursor.at) !== closing) return unexpected(cursor, wanted);
  const comma = text.lastIndexOf(",", cursor.at);
  return fail(cursor, `JSON does not allow a comma before ${closing}`, comma, comma + 1, "Remove the comma.");
}
