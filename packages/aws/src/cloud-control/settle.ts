import { type Clock, ControlPlaneError, type Random } from "@specdrop/engine";
import type { CloudControlApi, Operation, ProgressEvent } from "./api.ts";
import { untilRetryAfter } from "./errors.ts";
import type { Pace } from "./pace.ts";
import { patiently } from "./retry.ts";

/** How often one reading of the status may fail in a row before the operation's outcome counts as unknown. */
const STATUS_ATTEMPTS = 10;

export interface SettleOptions {
  readonly operation: Operation;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  /** Counted from the first reply. */
  readonly timeoutMs: number;
}

/**
 * Follows a write from its first reply to its terminal event, whichever that is. Throws a retryable `ControlPlaneError`
 * where the outcome is unknown: `NotStabilized` after the timeout, or whatever keeps the status from being read.
 */
export async function settle(
  first: ProgressEvent,
  api: Pick<CloudControlApi, "status">,
  { operation, clock, random, pace, timeoutMs }: SettleOptions,
): Promise<ProgressEvent> {
  const startedAt = clock.now();
  const token = first.RequestToken;
  let event = first;
  let askedAt = startedAt;
  let unfinishedMs = 0;
  while (!isTerminal(event)) {
    if (token === undefined) throw unknownOutcome(operation, "has no RequestToken to ask for it by");
    const now = clock.now();
    const leftMs = timeoutMs - (now - startedAt);
    if (leftMs <= 0) throw unknownOutcome(operation, `has not settled within ${timeoutMs / 1000} s`);
    unfinishedMs = Math.max(0, askedAt - startedAt);
    const gapMs = pace.gapMs(operation, unfinishedMs);
    // The gap counts from question to question; a slow answer must not turn the loop into a hot one.
    const waitMs = Math.max(gapMs - (now - askedAt), gapMs / 2, untilRetryAfter(event, now));
    await clock.sleep(Math.min(waitMs, leftMs));
    event = await patiently(
      () => {
        askedAt = clock.now();
        return api.status({ RequestToken: token });
      },
      { clock, random, attempts: STATUS_ATTEMPTS },
    );
  }
  if (event.OperationStatus === "SUCCESS" && event !== first) pace.learn(operation, unfinishedMs);
  return event;
}

function isTerminal({ OperationStatus: status }: ProgressEvent): boolean {
  return status === "SUCCESS" || status === "FAILED" || status === "CANCEL_COMPLETE";
}

function unknownOutcome(operation: Operation, what: string): ControlPlaneError {
  return new ControlPlaneError("NotStabilized", `The ${operation} ${what}; its outcome is unknown.`, {
    retryable: true,
  });
}
