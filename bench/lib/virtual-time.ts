import { setImmediate as idle } from "node:timers/promises";
import type { Clock } from "@specdrop/engine";

/** Time that passes only when everybody waits for it. */
export interface VirtualTime extends Clock {
  /** Lets time pass until `work` is done. Throws where it waits for something else than time. */
  until<T>(work: Promise<T>): Promise<T>;
}

export function virtualTime(start = Date.UTC(2026, 10, 22)): VirtualTime {
  let now = start;
  let order = 0;
  const sleepers: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        order += 1;
        sleepers.push({ at: now + Math.max(0, milliseconds), order, wake });
      }),
    async until<T>(work: Promise<T>) {
      let isDone = false;
      const ended = work.finally(() => {
        isDone = true;
      });
      // Who asked for the outcome gets the failure too.
      ended.catch(() => undefined);
      for (;;) {
        await idle();
        if (isDone) return await ended;
        sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = sleepers.shift();
        if (next === undefined) throw new Error("Nobody waits for time to pass, and the work is not done");
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}
