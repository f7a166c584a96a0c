import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./event-bridge/buses.ts";
import type { BusEvent } from "./event-bridge/entries.ts";
import type { InFlight } from "./in-flight.ts";

/** A function that EventBridge invokes asynchronously, with the event as it is. */
export type EventFunction = (event: unknown) => Promise<unknown>;

/** A delivery that came to nothing. */
export interface FailedDelivery {
  /** ISO 8601. */
  readonly time: string;
  readonly target: string;
  readonly attempts: number;
  readonly error: string;
  readonly event: BusEvent;
}

export interface DeliveriesOptions {
  readonly send: (queueArn: string, body: string, groupId?: string) => Promise<void>;
  readonly inFlight: InFlight;
  readonly now: () => number;
  /** Waits before a failed invocation is repeated, in milliseconds; Lambda takes one and two minutes. */
  readonly retryDelaysMs: readonly number[];
  /** Failures from an earlier process. */
  readonly failures?: readonly FailedDelivery[];
}

export type Deliveries = ReturnType<typeof createDeliveries>;

/** From a rule's target to a queue or a function. */
export function createDeliveries({ send, inFlight, now, retryDelaysMs, failures = [] }: DeliveriesOptions) {
  const functions = new Map<string, EventFunction>();
  const failed = [...failures];
  const closing = new AbortController();

  async function attempt(target: Target, event: BusEvent): Promise<void> {
    if (target.Arn.split(":")[2] === "sqs") {
      return send(target.Arn, target.Input ?? JSON.stringify(event), target.SqsParameters?.MessageGroupId);
    }
    const invoke = functions.get(target.Arn);
    if (invoke === undefined) throw new Error(`there is no function ${target.Arn}`);
    await invoke(target.Input === undefined ? structuredClone(event) : JSON.parse(target.Input));
  }

  /** Resolves to what became of it; not at all where the stack closes before that. */
  async function deliver(target: Target, event: BusEvent): Promise<FailedDelivery | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        await attempt(target, event);
        return undefined;
      } catch (error) {
        const delay = retryDelaysMs[tries - 1];
        if (delay !== undefined && (await waited(delay))) continue;
        const { Arn: deadLetters } = target.DeadLetterConfig ?? {};
        if (deadLetters !== undefined)
          await send(deadLetters, JSON.stringify(event), target.SqsParameters?.MessageGroupId);
        return failure(target, event, tries, error);
      }
    }
  }

  function failure(target: Target, event: BusEvent, attempts: number, error: unknown): FailedDelivery {
    const message = error instanceof Error ? error.message : String(error);
    return { time: new Date(now()).toISOString(), target: target.Arn, attempts, error: message, event };
  }

  /** `false` where the stack is closing. */
  async function waited(delay: number): Promise<boolean> {
    try {
      await sleep(delay, undefined, { signal: closing.signal });
      return true;
    } catch {
      return false;
    }
  }

  return {
    register: (arn: string, handle: EventFunction): void => void functions.set(arn, handle),
    /** Starts a delivery, and sees it through by itself; tells what became of it, unless the stack closes first. */
    start(target: Target, event: BusEvent, ended: (failure?: FailedDelivery) => void = () => undefined): void {
      void inFlight.track(async () => {
        const outcome = await deliver(target, event).catch((error: unknown) => failure(target, event, 1, error));
        if (outcome !== undefined) failed.push(outcome);
        if (!closing.signal.aborted) ended(outcome);
      });
    },
    failed: (): readonly FailedDelivery[] => failed,
    /** Nothing is repeated any more. */
    close: (): void => closing.abort(),
  };
}
