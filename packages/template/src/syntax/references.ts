import type { Cursor } from "./cursor.ts";
import type { Argument, Reference, Segment } from "./nodes.ts";

const START = /\$!?\{?[A-Za-z_]/y;
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
/** A property begins with a letter, so that `$name.` and `$a.1` end before the dot. */
const PROPERTY = /\.[A-Za-z][A-Za-z0-9_-]*/y;

/** Whether a reference begins here. */
export function isReference(cursor: Cursor): boolean {
  START.lastIndex = cursor.at;
  return START.test(cursor.text);
}

/** Reads a reference whose `$` stands here. */
export function parseReference(cursor: Cursor): Reference {
  const start = cursor.at;
  cursor.at += 1;
  const isQuiet = cursor.take("!");
  const isFormal = cursor.take("{");
  const name = cursor.match(NAME) ?? "";
  const path: Segment[] = [];
  for (;;) {
    const segment = parseSegment(cursor);
    if (segment === undefined) break;
    path.push(segment);
  }
  if (isFormal && !cursor.take("}")) {
    const what = cursor.isAtEnd ? "the template ends" : `${JSON.stringify(cursor.peek())} follows`;
    cursor.fail("unclosed", `The reference is not closed: "}" is expected, and ${what}.`, start, cursor.at);
  }
  return { kind: "reference", isQuiet, isFormal, name, path, ...cursor.place(start) };
}

function parseSegment(cursor: Cursor): Segment | undefined {
  const start = cursor.at;
  const property = cursor.match(PROPERTY);
  if (property !== undefined) {
    const name = property.slice(1);
    if (cursor.peek() !== "(") return { kind: "property", name, ...cursor.place(start) };
    const args = parseArguments(cursor);
    return { kind: "method", name, args, source: cursor.text.slice(start, cursor.at), ...cursor.place(start) };
  }
  if (cursor.peek() !== "[") return undefined;
  cursor.at += 1;
  const index = cursor.nested(() => {
    cursor.space();
    return cursor.grammar.argument(cursor, "an index");
  });
  if (index.kind !== "reference" && index.kind !== "text" && index.kind !== "integer" && index.kind !== "boolean") {
    cursor.fail("unexpected", "An index is a text, an integer, a boolean or a reference.", start, cursor.at);
  }
  cursor.space();
  if (!cursor.take("]")) cursor.fail("unclosed", 'The index is not closed: "]" is expected.', start, cursor.at);
  return { kind: "index", index, source: cursor.text.slice(start, cursor.at), ...cursor.place(start) };
}

/** Reads `(…)` with arguments between commas. */
function parseArguments(cursor: Cursor): readonly Argument[] {
  const start = cursor.at;
  cursor.at += 1;
  return cursor.nested(() => {
    const args: Argument[] = [];
    cursor.space();
    if (cursor.take(")")) return args;
    for (;;) {
      cursor.space();
      args.push(cursor.grammar.argument(cursor, "an argument"));
      cursor.space();
      if (cursor.take(")")) return args;
      if (!cursor.take(",")) failInArguments(cursor, start);
    }
  });
}

function failInArguments(cursor: Cursor, start: number): never {
  if (cursor.isAtEnd) cursor.fail("unclosed", 'The arguments are not closed: ")" is expected.', start, cursor.at);
  cursor.failAtBackslash();
  const isOperator = /[-+*/%<>=!&|0-9]/.test(cursor.peek());
  if (isOperator) cursor.fail("argument", "An argument is a value: an operator cannot stand in it.");
  return cursor.fail("unexpected", `${JSON.stringify(cursor.peek())} is not expected: "," or ")" is.`);
}
