import { type Clock, type Random, type RequestRate, sleepWithin } from "@specdrop/engine";
import { ControlPlaneError } from "@specdrop/engine/errors";
import type { CloudControlApi, Operation, ProgressEvent } from "./api.ts";
import { untilRetryAfter } from "./errors.ts";
import type { Following, Pace } from "./pace.ts";
import { retryRead } from "./retry.ts";

/** How often one reading of the status may fail in a row before the operation's outcome counts as unknown. */
const STATUS_ATTEMPTS = 10;

export interface AwaitOptions {
  readonly operation: Operation;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  /** Counted from the first reply. */
  readonly timeoutMs: number;
  /** Epoch milliseconds: nothing is waited for beyond it. */
  readonly deadline?: number | undefined;
  /** The account's; without it questions go out when they are due. */
  readonly requestRate?: RequestRate | undefined;
}

/**
 * Follows a write from its first reply to its terminal event, whichever that is. Throws a retryable `ControlPlaneError`
 * where the outcome is unknown: `NotStabilized` after the timeout, or whatever keeps the status from being read; and
 * `DeadlineReachedError` where the operation outlasts the deadline.
 */
export async function awaitOperation(
  first: ProgressEvent,
  api: Pick<CloudControlApi, "status">,
  options: AwaitOptions,
): Promise<ProgressEvent> {
  if (isTerminal(first)) return first;
  const following = options.pace.follow(options.operation);
  try {
    const { event, askedMs } = await follow(first, api, following, options);
    following.ended(event.OperationStatus === "SUCCESS" ? askedMs : undefined);
    return event;
  } catch (error) {
    following.ended();
    throw error;
  }
}

async function follow(
  first: ProgressEvent,
  api: Pick<CloudControlApi, "status">,
  following: Following,
  { operation, clock, random, timeoutMs, deadline = Number.POSITIVE_INFINITY, requestRate }: AwaitOptions,
): Promise<{ readonly event: ProgressEvent; readonly askedMs: number }> {
  const token = first.RequestToken;
  if (token === undefined) throw unknownOutcome(operation, "has no RequestToken to ask for it by");
  const startedAt = clock.now();
  const elapsedMs = () => Math.max(0, clock.now() - startedAt);
  let event = first;
  let askedMs = 0;

  const throttled = async () => requestRate?.throttled();
  const wait = (milliseconds: number) => sleepWithin(clock, milliseconds, deadline);

  async function ask(): Promise<ProgressEvent> {
    const turnMs = (await requestRate?.bookStatus?.()) ?? 0;
    if (turnMs > 0) await wait(turnMs);
    askedMs = elapsedMs();
    following.asks(askedMs, turnMs > 0);
    return await api.status({ RequestToken: token as string });
  }

  while (!isTerminal(event)) {
    const answeredMs = elapsedMs();
    if (answeredMs >= timeoutMs) throw unknownOutcome(operation, `has not settled within ${timeoutMs / 1000} s`);
    const gapMs = following.nextMs() - askedMs;
    // The gap counts from question to question; a slow answer must not turn the loop into a hot one.
    const dueMs = Math.max(askedMs + gapMs, answeredMs + gapMs / 2, answeredMs + untilRetryAfter(event, clock.now()));
    await wait(Math.ceil(Math.min(dueMs, timeoutMs) - answeredMs));
    // By now others of the kind may have shown that it is too early.
    for (let lateMs = later(); lateMs >= 1; lateMs = later()) await wait(Math.ceil(lateMs));
    event = await retryRead(ask, { clock, random, attempts: STATUS_ATTEMPTS, deadline, throttled });
    if (!isTerminal(event)) following.unfinished(askedMs);
  }
  return { event, askedMs };

  function later(): number {
    const now = elapsedMs();
    return Math.min(following.nextMs(), timeoutMs) - now;
  }
}

function isTerminal({ OperationStatus: status }: ProgressEvent): boolean {
  return status === "SUCCESS" || status === "FAILED" || status === "CANCEL_COMPLETE";
}

function unknownOutcome(operation: Operation, what: string): ControlPlaneError {
  return new ControlPlaneError("NotStabilized", `The ${operation} ${what}; its outcome is unknown.`, {
    retryable: true,
  });
}
