import { type SyntaxProblem, TemplateSyntaxError } from "../errors.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { Argument, Block, Ending } from "./nodes.ts";

const LINE_END = /\r\n|\r|\n/y;
const BLANKS = /[ \t]*/y;
const SPACE = /[ \t\r\n]*/y;

/** The rules that refer to each other: a text holds a template, and a template holds texts. */
export interface Grammar {
  /** Reads a literal or a reference. `what` names the place in the error where there is none. */
  argument(cursor: Cursor, what: string): Argument;
  /** Reads nodes up to one of `endings`, which is read too, or to the end of the text. */
  block(cursor: Cursor, endings: readonly Ending["name"][]): Block;
}

/** A place in a template, or in the text of a literal inside one, that moves on as it is read. */
export class Cursor {
  readonly grammar: Grammar;
  readonly text: string;
  at = 0;
  depth = 0;
  /** The last text with a backslash before a quote: where that stands, and where the text ends. */
  doubtful: { readonly at: number; end: number } | undefined;
  /** Inside a literal a `$` or `#` at the end is text; at the end of a template AWS fails. */
  readonly isLiteral: boolean;
  /** Words that begin with a directive's name and are none, such as `#endOff`. */
  readonly hidden: { readonly word: string; readonly start: number; readonly end: number }[] = [];
  private readonly origins: readonly number[] | number;

  /** `origins`: the offset of the text in the whole template, or of each of its units. */
  constructor(grammar: Grammar, text: string, origins: readonly number[] | number = 0, isLiteral = false) {
    this.grammar = grammar;
    this.text = text;
    this.origins = origins;
    this.isLiteral = isLiteral;
  }

  origin(at: number): number {
    if (typeof this.origins === "number") return this.origins + at;
    return this.origins[at] ?? (this.origins.at(-1) ?? 0) + 1;
  }

  place(start: number): { readonly start: number; readonly end: number } {
    return { start: this.origin(start), end: this.origin(this.at) };
  }

  fail(problem: SyntaxProblem, message: string, start = this.at, end = start + 1, suggestion?: string): never {
    // At the end of the text it is the last unit that is shown.
    const first = Math.min(start, this.text.length - 1);
    const last = Math.max(first, Math.min(end, this.text.length) - 1);
    const at = { start: this.origin(first), end: this.origin(last + 1) };
    throw new TemplateSyntaxError(problem, message, at, suggestion);
  }

  /** Like `fail`, at offsets of the whole template. */
  failAt(
    problem: SyntaxProblem,
    message: string,
    at: { readonly start: number; readonly end: number },
    suggestion?: string,
  ): never {
    throw new TemplateSyntaxError(problem, message, at, suggestion);
  }

  /** Fails where the text that just ended has a backslash before a quote, which escapes nothing. */
  failAtBackslash(): void {
    if (this.doubtful === undefined || /\S/.test(this.text.slice(this.doubtful.end, this.at))) return;
    const { at } = this.doubtful;
    const message = 'A backslash does not escape a quote: write "" for a quote inside a text.';
    this.fail("backslash", message, at, at + 2, '""');
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Reads `what` if it stands here. */
  take(what: string): boolean {
    if (!this.startsWith(what)) return false;
    this.at += what.length;
    return true;
  }

  /** Reads what a sticky expression matches here; `undefined`, and nothing read, where it does not match. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  blanks(): string {
    return this.match(BLANKS) ?? "";
  }

  /** Blanks, tabs and line ends. */
  space(): string {
    return this.match(SPACE) ?? "";
  }

  /** Blanks and tabs with the one line end behind them; nothing where none comes. */
  tail(): string {
    const start = this.at;
    const blanks = this.blanks();
    const end = this.match(LINE_END);
    if (end !== undefined) return blanks + end;
    this.at = start;
    return "";
  }

  nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > DEFAULT_LIMITS.depth)
      this.fail("too-deep", `Nested more than ${DEFAULT_LIMITS.depth} levels deep.`);
    const value = read();
    this.depth -= 1;
    return value;
  }
}
