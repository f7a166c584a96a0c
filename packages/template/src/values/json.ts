import { Unproven } from "../errors.ts";
import { doubleText } from "./numbers.ts";
import { type ListKind, type Value, VelocityList, VelocityMap } from "./value.ts";

const MAX_DEPTH = 200;
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

class NotJson extends Error {}

/** Reads JSON strictly, keeping order, whole numbers exact and the others as doubles; `undefined` for what is none. */
export function parseJson(text: string, kind: ListKind): Value | undefined {
  const reader = { text, at: 0, kind };
  try {
    const value = readValue(reader, 0);
    skip(reader);
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

interface JsonReader {
  readonly text: string;
  readonly kind: ListKind;
  at: number;
}

function skip(reader: JsonReader): void {
  match(reader, SPACE);
}

function match(reader: JsonReader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text) ?? undefined;
  if (found !== undefined) reader.at += found[0].length;
  return found;
}

function readValue(reader: JsonReader, depth: number): Value {
  if (depth > MAX_DEPTH) throw new Unproven(`The JSON is nested more than ${MAX_DEPTH} levels deep.`);
  skip(reader);
  const first = reader.text.charAt(reader.at);
  if (first === "{") return readObject(reader, depth);
  if (first === "[") return readArray(reader, depth);
  if (first === '"') return readText(reader);
  const number = match(reader, NUMBER);
  if (number !== undefined) return numberOf(number);
  for (const [word, value] of WORDS) {
    if (!reader.text.startsWith(word, reader.at)) continue;
    reader.at += word.length;
    return value;
  }
  throw new NotJson();
}

function numberOf([text, fraction, exponent]: RegExpExecArray): Value {
  if (fraction === undefined && exponent === undefined) return BigInt(text);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unproven("The JSON has a number that no double holds.");
  return value;
}

/** Finds the closing quote and leaves the rest to the platform. */
function readText(reader: JsonReader): string {
  const start = reader.at;
  if (reader.text[start] !== '"') throw new NotJson();
  let end = start + 1;
  while (end < reader.text.length && reader.text[end] !== '"') end += reader.text[end] === "\\" ? 2 : 1;
  reader.at = end + 1;
  try {
    return JSON.parse(reader.text.slice(start, end + 1)) as string;
  } catch (cause) {
    throw new NotJson("no text", { cause });
  }
}

function take(reader: JsonReader, what: string): boolean {
  skip(reader);
  if (reader.text.charAt(reader.at) !== what) return false;
  reader.at += 1;
  return true;
}

function readObject(reader: JsonReader, depth: number): Value {
  reader.at += 1;
  const map = new VelocityMap();
  if (take(reader, "}")) return map;
  do {
    skip(reader);
    const key = readText(reader);
    if (!take(reader, ":")) throw new NotJson();
    map.entries.set(key, readValue(reader, depth + 1));
  } while (take(reader, ","));
  if (!take(reader, "}")) throw new NotJson();
  return map;
}

function readArray(reader: JsonReader, depth: number): Value {
  reader.at += 1;
  const items: Value[] = [];
  if (take(reader, "]")) return new VelocityList(reader.kind, items);
  do items.push(readValue(reader, depth + 1));
  while (take(reader, ","));
  if (!take(reader, "]")) throw new NotJson();
  return new VelocityList(reader.kind, items);
}

/** AWS's writer may or may not escape these. */
const UNCERTAIN = /[^ -.0-~\b\t\n\f\r]/;

/** Writes compact JSON as AWS does; `visit` is told of each part. @throws Unproven where AWS may write it in another way. */
export function jsonText(value: Value, visit: (text: string) => void = () => undefined, depth = 0): string {
  if (depth > MAX_DEPTH) throw new Unproven("A list or map holds itself, or is nested too deeply.");
  const inner = (item: Value) => jsonText(item, visit, depth + 1);
  if (value instanceof VelocityList) return `[${value.items.map(inner).join(",")}]`;
  if (value instanceof VelocityMap) {
    const entries = [...value.entries].map(([key, item]) => {
      if (typeof key !== "string") throw new Unproven("How AWS writes a key that is no text as JSON is not known.");
      return `${inner(key)}:${inner(item)}`;
    });
    return `{${entries.join(",")}}`;
  }
  const text = scalarText(value);
  visit(text);
  return text;
}

function scalarText(value: Exclude<Value, VelocityList | VelocityMap>): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number") return doubleText(value);
  if (value === null || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new Unproven("How AWS writes this value as JSON is not known.");
}

function jsonString(text: string): string {
  if (UNCERTAIN.test(text)) {
    throw new Unproven(
      "Whether AWS escapes a slash, or a character outside ASCII, in the JSON that it writes is not known.",
    );
  }
  return JSON.stringify(text);
}

/** A copy that can be changed without changing the value; `visit` is called for each part. */
export function copyOf(value: Value, visit: () => void): Value {
  visit();
  if (value instanceof VelocityList) {
    return new VelocityList(
      value.kind,
      value.items.map((item) => copyOf(item, visit)),
    );
  }
  if (!(value instanceof VelocityMap)) return value;
  const map = new VelocityMap();
  for (const [key, item] of value.entries) map.entries.set(key, copyOf(item, visit));
  return map;
}
