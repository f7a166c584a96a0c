import type { Cursor } from "./cursor.ts";
import { isKnownDirective, parseDirective, readWord } from "./directives.ts";
import type { Block, Ending, Node } from "./nodes.ts";
import { isReference, parseReference } from "./references.ts";

const PLAIN = /[^$#\\]+/y;
const BACKSLASHES = /\\+/y;
const ONLY_BLANKS = /^[ \t]*$/;

/** Reads nodes up to one of `endings`, which is read too, or to the end of the text. */
export function parseBlock(cursor: Cursor, endings: readonly Ending["name"][]): Block {
  const nodes: Node[] = [];
  let start = cursor.at;
  let text = "";
  /** Ends the text before `at`. */
  const flush = (at: number) => {
    const place = { start: cursor.origin(start), end: cursor.origin(at) };
    if (text !== "") nodes.push({ kind: "plain", text, ...place });
    text = "";
  };
  while (!cursor.isAtEnd) {
    const at = cursor.at;
    if (text === "") start = at;
    const found = readPiece(cursor, text, endings);
    if (typeof found === "string") {
      text += found;
      continue;
    }
    // The blanks before `#set` are its lead.
    if (found.takesBlanks) text = "";
    flush(at);
    if (found.ending !== undefined) return { nodes, ending: found.ending };
    if (found.node !== undefined) nodes.push(found.node);
  }
  flush(cursor.at);
  return { nodes };
}

interface FoundReference {
  readonly node?: Node;
  readonly ending?: Ending;
  readonly takesBlanks?: boolean;
}

/** Reads some text, or one construct. `before` is the text since the construct before it. */
function readPiece(cursor: Cursor, before: string, endings: readonly Ending["name"][]): string | FoundReference {
  const start = cursor.at;
  const plain = cursor.match(PLAIN);
  if (plain !== undefined) return plain;
  const backslashes = cursor.match(BACKSLASHES)?.length ?? 0;
  if (backslashes > 0) return parseEscaped(cursor, start, backslashes);
  if (cursor.peek() === "#") return parseHash(cursor, before, endings) ?? parseLone(cursor);
  if (isReference(cursor)) return { node: parseReference(cursor) };
  if (!cursor.take("$\\!")) return parseLone(cursor);
  const reason = "how AWS reads it is not known";
  return { node: { kind: "unsupported", name: "$\\!", source: "$\\!", reason, ...cursor.place(start) } };
}

/** A `$` or `#` that begins nothing. */
function parseLone(cursor: Cursor): string {
  const sign = cursor.peek();
  const isLast = cursor.at === cursor.text.length - 1;
  if (isLast && !cursor.isLiteral) {
    cursor.fail(
      "lone-sign",
      `AWS fails on a template that ends in "${sign}". Put a space or a line break after it.`,
      cursor.at,
      cursor.at + 1,
      `${sign} `,
    );
  }
  cursor.at += 1;
  return sign;
}

/** What backslashes before a reference or a directive come to; a text where they escape nothing. */
function parseEscaped(cursor: Cursor, start: number, backslashes: number): string | FoundReference {
  const half = "\\".repeat(Math.floor(backslashes / 2));
  const isOdd = backslashes % 2 === 1;
  const at = cursor.at;
  const escaped = (text: string): FoundReference => {
    const source = cursor.text.slice(start, cursor.at);
    return { node: { kind: "escaped", text, source, ...cursor.place(start) } };
  };
  if (cursor.peek() === "$" && isReference(cursor)) {
    if (!isOdd) return escaped(half);
    parseReference(cursor);
  } else if (cursor.peek() === "#" && isKnownDirective(cursor)) {
    if (!isOdd) return escaped(half);
    cursor.at += 1;
    readWord(cursor);
  } else return "\\".repeat(backslashes);
  return escaped(half + cursor.text.slice(at, cursor.at));
}

/** What a `#` begins; `undefined` where it is text. */
function parseHash(cursor: Cursor, before: string, endings: readonly Ending["name"][]): FoundReference | undefined {
  const start = cursor.at;
  if (cursor.startsWith("##")) {
    cursor.match(/[^\r\n]*(?:\r\n|\r|\n)?/y);
    return { node: { kind: "comment", source: cursor.text.slice(start, cursor.at), ...cursor.place(start) } };
  }
  if (cursor.startsWith("#*")) {
    const source = takeUntil(cursor, "*#", "comment");
    return { node: { kind: "comment", source, ...cursor.place(start) } };
  }
  if (cursor.startsWith("#[[")) {
    const source = takeUntil(cursor, "]]#", "unparsed text");
    return { node: { kind: "unparsed", text: source.slice(3, -3), ...cursor.place(start) } };
  }
  const lead = ONLY_BLANKS.test(before) ? before : "";
  const found = parseDirective(cursor, { lead, endings });
  if (found === undefined) return undefined;
  return "name" in found
    ? { ending: found }
    : { node: found.node, takesBlanks: found.node.kind === "set" && lead !== "" };
}

function takeUntil(cursor: Cursor, closing: string, what: string): string {
  const start = cursor.at;
  const end = cursor.text.indexOf(closing, start + 2);
  if (end < 0) cursor.fail("unclosed", `The ${what} is not closed: "${closing}" is expected.`, start, start + 2);
  cursor.at = end + closing.length;
  return cursor.text.slice(start, cursor.at);
}
