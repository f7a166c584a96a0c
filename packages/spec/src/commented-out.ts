import type { Span } from "./node.ts";

/** Of the mapping-template language; nobody begins a remark so. */
const DIRECTIVE = "#\\{?(?:(?:set|if|elseif|foreach|define)\\b|(?:else|end)\\b)";
/** Behind a text on its line. */
const BEHIND = new RegExp(`^[ \\t]+(?=##|${DIRECTIVE})`);
/** On a line of its own. */
const ALONE = new RegExp(`^[ \\t]*(?=${DIRECTIVE})`);

/** A part of a template that YAML takes for a comment. */
export interface CommentedOut extends Span {
  readonly hasOwnLine: boolean;
}

/** What stands behind the value of `name` on its line, or in lines of its own before or behind one that is no block. */
export function commentedOut(text: string, name: Span, value: Span): CommentedOut | undefined {
  const isBlock = /^[|>]/.test(text.charAt(value.start));
  const header = text.slice(value.start, value.start + 20).search(/[^|>\d+-]|$/);
  const end = isBlock ? value.start + header : value.end;
  const behind = matched(text, { start: end, end: lineEnd(text, end) }, BEHIND);
  if (behind !== undefined) return { ...behind, hasOwnLine: false };
  if (isBlock) return undefined;
  const column = name.start - lineStart(text, name.start);
  for (const line of [...linesWithin(text, name.end, value.start), ...commentsAfter(text, value.end)]) {
    const alone = matched(text, line, ALONE);
    if (alone !== undefined && alone.start - line.start > column) return { ...alone, hasOwnLine: true };
  }
  return undefined;
}

function matched(text: string, line: Span, pattern: RegExp): Span | undefined {
  const written = text.slice(line.start, line.end);
  const blanks = pattern.exec(written)?.[0];
  return blanks === undefined
    ? undefined
    : { start: line.start + blanks.length, end: line.start + written.trimEnd().length };
}

function* linesWithin(text: string, from: number, to: number): Generator<Span> {
  for (let start = lineEnd(text, from) + 1; start < to; start = lineEnd(text, start) + 1) {
    const end = lineEnd(text, start);
    if (end < to) yield { start, end };
  }
}

function* commentsAfter(text: string, at: number): Generator<Span> {
  for (let start = lineEnd(text, at) + 1; start < text.length; start = lineEnd(text, start) + 1) {
    const end = lineEnd(text, start);
    if (!/^[ \t]*(?:#|\r?$)/.test(text.slice(start, end))) return;
    yield { start, end };
  }
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
