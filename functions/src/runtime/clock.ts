import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@specdrop/engine";
import type { Every } from "@specdrop/service/reconcile";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
};

/** Does not keep a process alive by itself. */
export const systemEvery: Every = (milliseconds, beat) => {
  const timer = setInterval(() => void beat(), milliseconds).unref();
  return () => clearInterval(timer);
};

/** The time in epoch milliseconds, with a fraction: greater at each call, also within one millisecond. */
export function arrivals(now: () => number = Date.now): () => number {
  let last = 0;
  return () => {
    last = Math.max(now(), last + 0.001);
    return last;
  };
}
