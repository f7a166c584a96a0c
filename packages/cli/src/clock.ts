import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@specdrop/engine";

export const clock: Clock = { now: () => Date.now(), sleep: (milliseconds) => sleep(milliseconds) };
