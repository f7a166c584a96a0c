import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@specdrop/engine";
import { DeadlineReachedError } from "@specdrop/engine/errors";
import type { Every } from "@specdrop/service/reconcile";

export const clock: Clock = { now: () => Date.now(), sleep: (milliseconds) => sleep(milliseconds) };

/** The same clock, on which nobody sleeps once it is stopped: then it throws `DeadlineReachedError`. */
export function stoppableClock(stop: AbortSignal): Clock {
  return {
    now: clock.now,
    async sleep(milliseconds) {
      try {
        await sleep(milliseconds, undefined, { signal: stop });
      } catch (error) {
        throw stop.aborted ? new DeadlineReachedError() : error;
      }
    },
  };
}

/** Does not keep the process alive by itself. */
export const every: Every = (milliseconds, beat) => {
  const timer = setInterval(() => void beat(), milliseconds).unref();
  return () => clearInterval(timer);
};

/** What a run takes of time and chance, on a clock that can be stopped. */
export function timeUntil(stop: AbortSignal) {
  return { clock: stoppableClock(stop), every, random: Math.random, newId: randomUUID };
}
