import { type Reading, report } from "./node.ts";

/** How far a JSON text has been read. */
export interface JsonCursor {
  readonly reading: Reading;
  at: number;
}

/** What cannot be read may be a piece of a template: only marks, and words that are no secret, are repeated. */
const QUOTED = /^(?:[^\w\s]|.{1,3}|True|False|None|undefined|Infinity)$/;

const SPACE = /[ \t\r\n]*/y;
const WITHIN_QUOTES = /[^"\\\t\r\n]*/y;
const WORD = /[^\s,:[\]{}"]*/y;
const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Takes what a sticky pattern, which may match nothing, finds at the cursor. */
export function take(cursor: JsonCursor, pattern: RegExp): string {
  const start = cursor.at;
  pattern.lastIndex = start;
  pattern.test(cursor.reading.text);
  cursor.at = pattern.lastIndex;
  return cursor.reading.text.slice(start, cursor.at);
}

export function takeWord(cursor: JsonCursor): string {
  return take(cursor, WORD);
}

/** The next character that is not white space; empty at the end. */
export function peek(cursor: JsonCursor): string {
  if (cursor.reading.text.charCodeAt(cursor.at) <= 0x20) take(cursor, SPACE);
  return cursor.reading.text.charAt(cursor.at);
}

export function fail(cursor: JsonCursor, message: string, start: number, end: number, help?: string): undefined {
  report(
    cursor.reading,
    { start, end },
    { code: "SD1002", message, pointer: "", ...(help === undefined ? {} : { help }) },
  );
}

/** Reports what stands at the cursor instead of what should. */
export function unexpected(cursor: JsonCursor, wanted: string): undefined {
  const { text } = cursor.reading;
  const start = cursor.at;
  const found = text.charAt(start);
  if (found === "") return fail(cursor, `The text ends here, but ${wanted} is missing`, start, start);
  if (text.startsWith("//", start) || text.startsWith("/*", start)) {
    return fail(cursor, "JSON has no comments", start, start + 2, "Remove it, or write the document as YAML.");
  }
  if (found === "'")
    return fail(cursor, "JSON needs double quotes around text", start, start + 1, "Use \" instead of '.");
  const word = takeWord(cursor) || found;
  const stands = QUOTED.test(word) ? JSON.stringify(word) : "this";
  return fail(cursor, `Expected ${wanted} here, but found ${stands}`, start, start + word.length);
}

/** The text in the double quotes at the cursor; undefined when they do not end well. */
export function takeString(cursor: JsonCursor): string | undefined {
  const { text } = cursor.reading;
  const start = cursor.at++;
  let value = take(cursor, WITHIN_QUOTES);
  for (let stop = text.charAt(cursor.at); stop !== '"'; stop = text.charAt(cursor.at)) {
    if (stop === "") return fail(cursor, "This text has no closing quote", start, start + 1);
    if (stop !== "\\") {
      const [name, written] = stop === "\t" ? ["tab", "\\t"] : ["line break", "\\n"];
      const help = `Write ${written}, or close the quotes before it.`;
      return fail(cursor, `There is a ${name} inside the quotes`, cursor.at, cursor.at + 1, help);
    }
    value += takeEscape(cursor);
    value += take(cursor, WITHIN_QUOTES);
  }
  cursor.at++;
  return value;
}

function takeEscape(cursor: JsonCursor): string {
  const { text } = cursor.reading;
  const start = cursor.at;
  const letter = text.charAt(start + 1);
  const digits = letter === "u" ? text.slice(start + 2, start + 6) : "";
  if (/^[\da-f]{4}$/i.test(digits)) {
    cursor.at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  cursor.at += 2;
  const meant = ESCAPES.get(letter);
  if (meant !== undefined) return meant;
  const raw = text.slice(start, cursor.at);
  report(
    cursor.reading,
    { start, end: start + raw.length },
    {
      code: "SD1014",
      message: `${raw} is not a valid escape in JSON`,
      pointer: "",
      suggestion: `\\${raw}`,
      help: "Write a literal backslash twice.",
    },
  );
  return raw;
}
