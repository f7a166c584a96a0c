import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@specdrop/engine";
import type { Every } from "@specdrop/service";

export const clock: Clock = { now: () => Date.now(), sleep: (milliseconds) => sleep(milliseconds) };

/** Does not keep the process alive by itself. */
export const every: Every = (milliseconds, beat) => {
  const timer = setInterval(() => void beat(), milliseconds).unref();
  return () => clearInterval(timer);
};
