import type { Cursor } from "./cursor.ts";
import { failAfterValue, parseExpression } from "./expressions.ts";
import type { Branch, Ending, Node } from "./nodes.ts";
import { isReference, parseReference } from "./references.ts";

const WORD = /\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*/y;
const ENDINGS = ["else", "elseif", "end"] as const;
const SET_OPENS = /[ \t]*\(/y;
/** Velocity looks for the arguments of a word behind blanks and line ends too. */
const OPENS = /[ \t\r\n]*\(/y;
/** A word between the arguments of a word; the names of operators are none. */
const BARE = /(?!(?:and|or|not|eq|ne|lt|gt|le|ge)(?![A-Za-z0-9_@]))[A-Za-z_@][A-Za-z0-9_@]*/y;
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["macro", "AWS does not support it"],
  ["evaluate", "AWS does not support it"],
  ["parse", "AWS has no files to load"],
  ["include", "AWS has no files to load"],
  ["literal", "it is not known how AWS renders it"],
]);
const KNOWN = new Set([...ENDINGS, "set", "if", "foreach", "break", "stop", "define", ...UNSUPPORTED.keys()]);

/** Reads `word` or `{word}` and returns the word. */
export function readWord(cursor: Cursor): string | undefined {
  return cursor.match(WORD)?.replace(/^\{|\}$/g, "");
}

/** Whether the `#` that stands here begins a directive. */
export function isKnownDirective(cursor: Cursor): boolean {
  const start = cursor.at;
  cursor.at += 1;
  const word = readWord(cursor);
  cursor.at = start;
  return word !== undefined && KNOWN.has(word);
}

interface DirectiveContext {
  /** Blanks that stand before it, and nothing else since the construct before. */
  readonly lead: string;
  readonly endings: readonly Ending["name"][];
}

/** Reads the directive that a `#` begins here; `undefined`, and nothing read, where it begins none. */
export function parseDirective(
  cursor: Cursor,
  { lead, endings }: DirectiveContext,
): { readonly node: Node } | Ending | undefined {
  const start = cursor.at;
  cursor.at += 1;
  const word = readWord(cursor);
  if (word === undefined) {
    cursor.at = start;
    return undefined;
  }
  if (isEnding(word)) return parseEnding(cursor, word, start, endings);
  switch (word) {
    case "set":
      // Without its bracket it is a word like any other.
      return { node: isNext(cursor, SET_OPENS) ? parseSet(cursor, start, lead) : parseWord(cursor, word, start) };
    case "if":
      return { node: cursor.nested(() => parseIf(cursor, start)) };
    case "foreach":
      return { node: cursor.nested(() => parseForeach(cursor, start)) };
    case "define":
      return { node: cursor.nested(() => parseDefine(cursor, start)) };
    case "break":
    case "stop":
      return { node: parseLeaving(cursor, word, start) };
    case "macro":
    case "literal":
      return { node: cursor.nested(() => parseUnsupportedBlock(cursor, word, start)) };
    default:
      return { node: parseWord(cursor, word, start) };
  }
}

function isEnding(word: string): word is Ending["name"] {
  return (ENDINGS as readonly string[]).includes(word);
}

function parseEnding(cursor: Cursor, name: Ending["name"], start: number, endings: readonly Ending["name"][]): Ending {
  if (!endings.includes(name)) {
    const open = endings.length === 0 ? "no block is open" : "#else stands before it";
    cursor.fail("stray-directive", `#${name} ends nothing: ${open}.`, start, cursor.at);
  }
  return { name, tail: name === "elseif" ? "" : cursor.tail(), start };
}

function open(cursor: Cursor, word: string, start: number, canBreak: boolean): void {
  const at = cursor.at;
  if (canBreak) cursor.space();
  else cursor.blanks();
  if (!cursor.take("(")) cursor.fail("unexpected", `"(" is expected after #${word}.`, start, at);
  cursor.space();
}

function close(cursor: Cursor, start: number): string {
  cursor.space();
  if (!cursor.take(")")) failAfterValue(cursor, start);
  return cursor.tail();
}

function parseSet(cursor: Cursor, start: number, lead: string): Node {
  open(cursor, "set", start, false);
  if (!isReference(cursor)) cursor.fail("unexpected", "#set needs a reference to set, such as $name.");
  const target = parseReference(cursor);
  if (target.path.at(-1)?.kind === "method") {
    cursor.fail("unexpected", "#set cannot set what a method returns.", start, cursor.at);
  }
  cursor.space();
  if (cursor.startsWith("==") || !cursor.take("=")) cursor.fail("unexpected", '"=" is expected in #set.');
  const value = parseExpression(cursor);
  return { kind: "set", lead, target, value, tail: close(cursor, start), ...cursor.place(start) };
}

function parseIf(cursor: Cursor, start: number): Node {
  const branches: Branch[] = [];
  let begun = start;
  let word = "if";
  for (;;) {
    open(cursor, word, begun, true);
    const condition = parseExpression(cursor);
    const tail = close(cursor, begun);
    const { nodes: body, ending } = cursor.grammar.block(cursor, ENDINGS);
    branches.push({ condition, body, tail, ...cursor.place(begun) });
    if (ending === undefined) return unclosed(cursor, "if", start);
    if (ending.name === "end") return { kind: "if", branches, endTail: ending.tail, ...cursor.place(start) };
    if (ending.name === "else") {
      const otherwise = cursor.grammar.block(cursor, ["end"]);
      if (otherwise.ending === undefined) return unclosed(cursor, "if", start);
      const { nodes } = otherwise;
      return {
        kind: "if",
        branches,
        otherwise: { body: nodes, tail: ending.tail },
        endTail: otherwise.ending.tail,
        ...cursor.place(start),
      };
    }
    begun = ending.start;
    word = "elseif";
  }
}

function parseForeach(cursor: Cursor, start: number): Node {
  open(cursor, "foreach", start, true);
  const variable = parseVariable(cursor, "foreach");
  cursor.space();
  if (cursor.match(/in(?![A-Za-z0-9_-])/y) === undefined) cursor.fail("unexpected", '"in" is expected in #foreach.');
  cursor.space();
  const source = cursor.grammar.argument(cursor, "a list");
  const tail = close(cursor, start);
  const { nodes: body, ending } = cursor.grammar.block(cursor, ["end"]);
  if (ending === undefined) return unclosed(cursor, "foreach", start);
  return { kind: "foreach", variable, source, body, tail, endTail: ending.tail, ...cursor.place(start) };
}

function parseDefine(cursor: Cursor, start: number): Node {
  open(cursor, "define", start, true);
  const variable = parseVariable(cursor, "define");
  const tail = close(cursor, start);
  const { nodes: body, ending } = cursor.grammar.block(cursor, ["end"]);
  if (ending === undefined) return unclosed(cursor, "define", start);
  return { kind: "define", variable, body, tail, endTail: ending.tail, ...cursor.place(start) };
}

/** A plain variable; a path or a method cannot be looped over or defined. */
function parseVariable(cursor: Cursor, word: string): string {
  const at = cursor.at;
  const reference = isReference(cursor) ? parseReference(cursor) : undefined;
  if (reference === undefined || reference.path.length > 0) {
    return cursor.fail("unexpected", `#${word} needs a variable here, such as $name.`, at, Math.max(cursor.at, at + 1));
  }
  return reference.name;
}

function parseLeaving(cursor: Cursor, name: "break" | "stop", start: number): Node {
  if (cursor.peek() !== "(") return { kind: name, ...cursor.place(start) };
  const source = takeArguments(cursor, start);
  return {
    kind: "unsupported",
    name,
    source,
    reason: "with an argument, it is not known on AWS",
    ...cursor.place(start),
  };
}

/** Its inside is read, so that its `#end` ends it, and never rendered. */
function parseUnsupportedBlock(cursor: Cursor, name: string, start: number): Node {
  cursor.space();
  if (cursor.take("(")) {
    cursor.match(/[^()]*/y);
    if (!cursor.take(")")) cursor.fail("unclosed", `#${name} is not closed: ")" is expected.`, start, cursor.at);
  }
  const { ending } = cursor.grammar.block(cursor, ["end"]);
  if (ending === undefined) return unclosed(cursor, name, start);
  const source = cursor.text.slice(start, cursor.at);
  return { kind: "unsupported", name, source, reason: UNSUPPORTED.get(name) ?? "", ...cursor.place(start) };
}

function isNext(cursor: Cursor, pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at;
  return pattern.test(cursor.text);
}

/** Any other word prints as it stands, arguments included, which have to be arguments all the same. */
function parseWord(cursor: Cursor, name: string, start: number): Node {
  const reason = UNSUPPORTED.get(name);
  if (reason === undefined && /^(?:set|if|elseif|else|end|foreach|define|stop|break)/.test(name)) {
    cursor.hidden.push({ word: name, start: cursor.origin(start), end: cursor.origin(cursor.at) });
  }
  const source = isNext(cursor, OPENS) ? takeArguments(cursor, start) : cursor.text.slice(start, cursor.at);
  if (reason !== undefined) return { kind: "unsupported", name, source, reason, ...cursor.place(start) };
  return { kind: "word", name, source, ...cursor.place(start) };
}

function takeArguments(cursor: Cursor, start: number): string {
  cursor.nested(() => {
    cursor.match(OPENS);
    for (;;) {
      cursor.match(/[ \t\r\n,]*/y);
      if (cursor.take(")")) return;
      if (cursor.match(BARE) === undefined) cursor.grammar.argument(cursor, "an argument");
    }
  });
  return cursor.text.slice(start, cursor.at);
}

const LONGER = /^(end|else)/;

function unclosed(cursor: Cursor, word: string, start: number): never {
  const hiding = cursor.hidden.find((hidden) => LONGER.test(hidden.word));
  if (hiding !== undefined) {
    const ending = LONGER.exec(hiding.word)?.[0] ?? "";
    const message = `#${ending} and the letters after it are one word for Velocity, so #${word} is not closed.`;
    // The letters are text of the template, so the suggestion is for what stands before them.
    const isBraced = hiding.end - hiding.start > hiding.word.length + 1;
    const end = isBraced ? hiding.end : hiding.start + ending.length + 1;
    cursor.failAt("unclosed-block", message, { start: hiding.start, end }, isBraced ? undefined : `#{${ending}}`);
  }
  return cursor.fail("unclosed-block", `#${word} is not closed: #end is missing.`, start, start + word.length + 1);
}
