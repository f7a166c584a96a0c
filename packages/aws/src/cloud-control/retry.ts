import { type Clock, type Random, sleepWithin } from "@specdrop/engine";
import { BACKOFF, backoffMs } from "@specdrop/engine/backoff";
import { DeadlineReachedError } from "@specdrop/engine/errors";
import { fromThrown } from "./errors.ts";

const LONGEST_RETRY_AFTER_MS = 60_000;

interface PatienceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly attempts: number;
  /** The same for calls that AWS throttled; `attempts` without it. */
  readonly throttledAttempts?: number;
  /** Epoch milliseconds: nothing is waited for beyond it. */
  readonly deadline?: number | undefined;
  /** To be told when AWS has throttled the call. */
  readonly throttled?: (() => Promise<void>) | undefined;
}

/**
 * Carries out a call that changes nothing, again where that may help. Throws a `ControlPlaneError` at once for what is
 * not retryable, and after its attempts otherwise; `DeadlineReachedError` where there is no time for another.
 */
export async function retryRead<T>(
  call: () => Promise<T>,
  {
    clock,
    random,
    attempts,
    throttledAttempts = attempts,
    deadline = Number.POSITIVE_INFINITY,
    throttled,
  }: PatienceOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      if (thrown instanceof DeadlineReachedError) throw thrown;
      const error = fromThrown(thrown);
      const isThrottled = error.code === "Throttling";
      if (isThrottled) await throttled?.();
      if (!error.retryable || attempt >= (isThrottled ? throttledAttempts : attempts)) throw error;
      const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
      await sleepWithin(clock, Math.max(asked, backoffMs(BACKOFF.question, attempt, random)), deadline, error);
    }
  }
}
