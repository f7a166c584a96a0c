import type { Cursor } from "./cursor.ts";
import type { Expression, Operator } from "./nodes.ts";

/** From the loosest to the tightest. Words end where a name would. */
const LEVELS: readonly RegExp[] = [
  /\|\||or(?![A-Za-z0-9_-])/y,
  /&&|and(?![A-Za-z0-9_-])/y,
  /==|!=|eq(?![A-Za-z0-9_-])|ne(?![A-Za-z0-9_-])/y,
  /<=|>=|<|>|(?:lt|gt|le|ge)(?![A-Za-z0-9_-])/y,
  /[+]|-(?![0-9.])/y,
  /[*/%]/y,
];
const NOT = /!|not(?![A-Za-z0-9_-])/y;

const WORDS: Readonly<Record<string, Operator>> = {
  or: "||",
  and: "&&",
  eq: "==",
  ne: "!=",
  lt: "<",
  gt: ">",
  le: "<=",
  ge: ">=",
};

/** Reads an expression, as `#if` and `#set` take one. */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => parseLevel(cursor, 0));
}

function parseLevel(cursor: Cursor, level: number): Expression {
  const pattern = LEVELS[level];
  if (pattern === undefined) return parseOperand(cursor);
  cursor.space();
  const start = cursor.at;
  let left = parseLevel(cursor, level + 1);
  for (;;) {
    const end = cursor.at;
    cursor.space();
    const found = cursor.match(pattern);
    if (found === undefined) {
      cursor.at = end;
      return left;
    }
    const operator = WORDS[found] ?? (found as Operator);
    const right = parseLevel(cursor, level + 1);
    left = { kind: "binary", operator, left, right, ...cursor.place(start) };
  }
}

function parseOperand(cursor: Cursor): Expression {
  cursor.space();
  const start = cursor.at;
  if (cursor.match(NOT) !== undefined) {
    const operand = cursor.nested(() => parseOperand(cursor));
    return { kind: "not", operand, ...cursor.place(start) };
  }
  if (!cursor.take("(")) return cursor.grammar.argument(cursor, "a value");
  const inner = parseExpression(cursor);
  cursor.space();
  if (!cursor.take(")")) failAfterValue(cursor, start);
  return { kind: "parenthesised", inner, ...cursor.place(start) };
}

/** What follows a complete value is neither an operator nor the end. */
export function failAfterValue(cursor: Cursor, start: number): never {
  if (cursor.isAtEnd) cursor.fail("unclosed", 'The bracket is not closed: ")" is expected.', start, cursor.at);
  if (/-[0-9.]/.test(cursor.text.slice(cursor.at, cursor.at + 2))) {
    cursor.fail(
      "argument",
      'Two values follow each other: "-" belongs to the number. Write "- " with a space after it.',
    );
  }
  cursor.failAtBackslash();
  return cursor.fail("unexpected", `${JSON.stringify(cursor.peek())} is not expected: an operator or ")" is.`);
}
