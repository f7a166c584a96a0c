import type { Position } from "./diagnostic.ts";

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
