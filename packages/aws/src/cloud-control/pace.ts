import type { Operation } from "./api.ts";

/** Between dense polls: an eighth of a second or 8 % of the time so far, whichever is longer, but never over 3 s. */
const SHORTEST_GAP_MS = 125;
const GAP_SHARE = 0.08;
const LONGEST_GAP_MS = 3_000;

const REMEMBERED = 20;
const QUANTILE = 0.1;

/** When to ask for the status of an operation. */
export interface Pace {
  /** How long to wait, in milliseconds, after the operation was seen unfinished `elapsedMs` into it. */
  gapMs(operation: Operation, elapsedMs: number): number;
  /** Takes note of an operation that succeeded: it was last seen unfinished `unfinishedMs` into it. */
  learn(operation: Operation, unfinishedMs: number): void;
}

/**
 * Polls densely from where operations of the kind have lately begun to end, and only twice before. A result is seen
 * within 10 % or 150 ms of its time; an operation that takes as long as those before it costs four or five polls.
 */
export function adaptivePace(): Pace {
  const history = new Map<Operation, readonly number[]>();
  return {
    gapMs(operation, elapsedMs) {
      const expectedMs = lowQuantile(history.get(operation) ?? []);
      const earliest = elapsedMs + denseGapMs(elapsedMs);
      // Two early polls: an operation much quicker than the last ones must not wait for their time.
      const sparse = [expectedMs / 4, expectedMs / 2, expectedMs].find((at) => at >= earliest);
      return (sparse ?? earliest) - elapsedMs;
    },
    learn(operation, unfinishedMs) {
      history.set(operation, [...(history.get(operation) ?? []), unfinishedMs].slice(-REMEMBERED));
    },
  };
}

function denseGapMs(elapsedMs: number): number {
  return Math.min(LONGEST_GAP_MS, Math.max(SHORTEST_GAP_MS, elapsedMs * GAP_SHARE));
}

function lowQuantile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * QUANTILE)] ?? 0;
}
