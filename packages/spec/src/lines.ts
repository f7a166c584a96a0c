import type { Position, Range } from "./diagnostic.ts";

/** Where each line of a text begins. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The line and column of an offset, both from 1. */
export function positionIn(lineStarts: readonly number[], offset: number): Position {
  let line = 0;
  let beyond = lineStarts.length;
  while (beyond - line > 1) {
    const middle = (line + beyond) >> 1;
    if (Number(lineStarts[middle]) <= offset) line = middle;
    else beyond = middle;
  }
  return { line: line + 1, column: offset - Number(lineStarts[line]) + 1 };
}

/** The lines and columns of a stretch; most stretches end on the line on which they begin. */
export function rangeIn(lineStarts: readonly number[], start: number, end: number): Range {
  const first = positionIn(lineStarts, start);
  const next = lineStarts[first.line];
  if (next !== undefined && end >= next) return { start: first, end: positionIn(lineStarts, end) };
  return { start: first, end: { line: first.line, column: first.column + end - start } };
}
