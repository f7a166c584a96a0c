import type { Clock, Random } from "@specdrop/engine";
import { fromThrown } from "./errors.ts";

const BASE_MS = 200;
const CAP_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Carries out a call that changes nothing, again where that may help. Throws a `ControlPlaneError` at once for what is
 * not retryable, and after `attempts` otherwise.
 */
export async function patiently<T>(
  call: () => Promise<T>,
  { clock, random, attempts }: { clock: Clock; random: Random; attempts: number },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      const error = fromThrown(thrown);
      if (!error.retryable || attempt >= attempts) throw error;
      const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
      await clock.sleep(Math.max(asked, backoffMs(attempt, random)));
    }
  }
}

/** Doubles from 200 ms to 5 s; up to half of it is jitter. */
function backoffMs(attempt: number, random: Random): number {
  return Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)) * (0.5 + random() / 2);
}
