import type { Clock } from "@specdrop/engine";

/** Time that passes only while somebody sleeps, or where a test says so. */
export interface VirtualClock extends Clock {
  readonly sleeps: readonly number[];
  advance(milliseconds: number): void;
}

export function virtualClock(start = Date.UTC(2026, 10, 22)): VirtualClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    async sleep(milliseconds) {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
    advance(milliseconds) {
      now += milliseconds;
    },
  };
}
