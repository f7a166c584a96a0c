import { setTimeout as sleep } from "node:timers/promises";
import type { BusEvent } from "./event-bridge/entries.ts";
import type { TargetDelivery } from "./event-bridge/event-bridge.ts";
import type { InFlight } from "./in-flight.ts";

/** A function that is invoked asynchronously, with what its target says, or the event as it is. */
export type EventFunction = (event: unknown) => Promise<unknown>;

/** A function as Lambda has it for asynchronous invocations. */
interface AsynchronousFunction {
  readonly handle: EventFunction;
  /** The ARN of the queue that gets the events it failed on. */
  readonly deadLetters?: string;
}

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
  readonly send: (
    queueArn: string,
    body: string,
    groupId?: string,
    attributes?: Readonly<Record<string, string>>,
  ) => Promise<void>;
  /** Puts an event on another bus. Throws where there is none. */
  readonly forward: (busArn: string, event: BusEvent) => void;
  readonly inFlight: InFlight;
  readonly now: () => number;
  /** Waits before a failed attempt is repeated, in milliseconds; Lambda takes one and two minutes. */
  readonly retryDelaysMs: readonly number[];
  /** Failures from an earlier process. */
  readonly failures?: readonly FailedDelivery[];
}

export type Deliveries = ReturnType<typeof createDeliveries>;

/** The function took the event, and failed on it: that is no longer EventBridge's affair. */
class InvocationFailed extends Error {}

/** From a rule's target to a queue, a function or another bus. */
export function createDeliveries({ send, forward, inFlight, now, retryDelaysMs, failures = [] }: DeliveriesOptions) {
  const functions = new Map<string, AsynchronousFunction>();
  const failed = [...failures];
  const closing = new AbortController();

  async function attempt({ target, input }: TargetDelivery, event: BusEvent): Promise<void> {
    const body = input ?? target.Input ?? JSON.stringify(event);
    const service = target.Arn.split(":")[2];
    if (service === "sqs") return send(target.Arn, body, target.SqsParameters?.MessageGroupId);
    if (service === "events") return forward(target.Arn, event);
    const invoked = functions.get(target.Arn);
    if (invoked === undefined) throw new Error(`there is no function ${target.Arn}`);
    await invoked.handle(JSON.parse(body)).catch((cause: unknown) => {
      throw new InvocationFailed(messageOf(cause), { cause });
    });
  }

  /** Resolves to what became of it; not at all where the stack closes before that. */
  async function deliver(delivery: TargetDelivery, event: BusEvent): Promise<FailedDelivery | undefined> {
    const { target, refusal } = delivery;
    if (refusal !== undefined) {
      await putAside(delivery, event, refusal.code, refusal.message);
      return failure(target.Arn, event, 1, `${refusal.code}: ${refusal.message}`);
    }
    for (let tries = 1; ; tries++) {
      try {
        await attempt(delivery, event);
        return undefined;
      } catch (error) {
        const delay = retryDelaysMs[tries - 1];
        if (delay !== undefined && (await waited(delay))) continue;
        if (error instanceof InvocationFailed) await putAsideByLambda(delivery, event, error);
        else await putAside(delivery, event, "NO_RESOURCE", messageOf(error));
        return failure(target.Arn, event, tries, messageOf(error));
      }
    }
  }

  /** As EventBridge does: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  async function putAside({ target, ruleArn = "" }: TargetDelivery, event: BusEvent, code: string, message: string) {
    const deadLetters = target.DeadLetterConfig?.Arn;
    if (deadLetters === undefined) return;
    const attributes = { RULE_ARN: ruleArn, TARGET_ARN: target.Arn, ERROR_CODE: code, ERROR_MESSAGE: message };
    await send(deadLetters, JSON.stringify(event), target.SqsParameters?.MessageGroupId, attributes);
  }

  /** As Lambda does: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  async function putAsideByLambda(
    { target, input }: TargetDelivery,
    event: BusEvent,
    { message }: Error,
  ): Promise<void> {
    const deadLetters = functions.get(target.Arn)?.deadLetters;
    if (deadLetters === undefined) return;
    const attributes = { ErrorCode: "200", ErrorMessage: message.slice(0, 1024) };
    await send(deadLetters, input ?? JSON.stringify(event), undefined, attributes);
  }

  function failure(target: string, event: BusEvent, attempts: number, error: string): FailedDelivery {
    return { time: new Date(now()).toISOString(), target, attempts, error, event };
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
    register: (arn: string, handle: EventFunction, deadLetters?: string): void =>
      void functions.set(arn, { handle, ...(deadLetters !== undefined && { deadLetters }) }),
    /** Starts a delivery, and sees it through by itself; tells what became of it, unless the stack closes first. */
    start(
      delivery: TargetDelivery,
      event: BusEvent,
      ended: (failure?: FailedDelivery) => void = () => undefined,
    ): void {
      void inFlight.track(async () => {
        const outcome = await deliver(delivery, event).catch((error: unknown) =>
          failure(delivery.target.Arn, event, 1, messageOf(error)),
        );
        if (outcome !== undefined) failed.push(outcome);
        if (!closing.signal.aborted) ended(outcome);
      });
    },
    failed: (): readonly FailedDelivery[] => failed,
    /** Nothing is repeated any more. */
    close: (): void => closing.abort(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
