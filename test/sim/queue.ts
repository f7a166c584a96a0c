import { redeliverySeconds } from "@specdrop/service/reconcile";
import type { DelayedQueue, Signal, SignalQueue } from "../../packages/service/src/ports/signals.ts";
import type { Handler, Lambda } from "./lambda.ts";
import { call, type Invocation, type World } from "./world.ts";

interface Message {
  readonly signal: Signal;
  receives: number;
  /** Epoch milliseconds until which nobody else receives it. */
  hiddenUntil: number;
}

/** The FIFO queue of signals and its event source mapping. */
export interface Queue {
  readonly portOf: (invocation: Invocation) => SignalQueue;
  /** The standard queue before it, and the function that sends on what it delayed: at least once. */
  readonly delayedPortOf: (invocation: Invocation) => DelayedQueue;
  /** Signals of an unfinished change set so far, which are not for a repair. */
  readonly sent: () => number;
}

const DEDUPLICATION_MS = 5 * 60_000;
const DEAD_VISIBILITY_MS = 6 * 60_000;
const LONGEST_DEAD_MS = 3 * 3_600_000;

export interface Consumers {
  /** Converges a batch; returns the signals that failed. */
  readonly reconcile: (signals: readonly Signal[]) => Handler<ReadonlySet<Signal>>;
  /** Ends a signal that was delivered too often. */
  readonly giveUp: (signal: Signal, receives: number) => Handler<unknown>;
}

/**
 * Order within a group, no group twice at once, five minutes of deduplication, redelivery after the visibility timeout,
 * and after too many receives the dead letters, which somebody takes until it succeeds.
 */
export function createQueue(
  world: World,
  lambda: Lambda,
  { reconcile, giveUp }: Consumers,
  isOut: () => number,
): Queue {
  const { scheduler, faults, trace } = world;
  const { concurrency, batch, timeoutMs } = faults.profile.reconcile;
  const { visibilityMs, maxReceives } = faults.profile.queue;
  const sentAt = new Map<string, number>();
  let messages: Message[] = [];
  let running = 0;
  let sent = 0;

  function send(signal: Signal): void {
    const { documentId, apiId, sequence, invocation, correlationId, nonce, repair } = signal;
    const id = [documentId, apiId, sequence, invocation, correlationId, nonce, repair].join("|");
    const now = scheduler.now();
    const before = sentAt.get(id);
    if (before !== undefined && now - before < DEDUPLICATION_MS) {
      trace.write("queue", `drops a repeat of ${told(signal)}`);
      return;
    }
    sentAt.set(id, now);
    if (repair === undefined) sent += 1;
    messages.push({ signal, receives: 0, hiddenUntil: 0 });
    scheduler.after(0, poll);
  }

  function sendLater(signal: Signal, milliseconds: number): void {
    const times = faults.happens(faults.profile.duplicates) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const late = faults.active ? world.random.between(0, faults.profile.deliveryMs) : 0;
      scheduler.after(milliseconds + late, () => send(signal));
    }
  }

  function receive(): readonly Message[] {
    const now = scheduler.now();
    const blocked = new Set<string>();
    const received: Message[] = [];
    for (const message of messages) {
      const group = message.signal.apiId;
      if (message.hiddenUntil > now) blocked.add(group);
      if (blocked.has(group) || received.length === batch) continue;
      if (message.receives >= maxReceives) {
        trace.write("queue", `puts ${told(message.signal)} to the dead letters`);
        messages = messages.filter((other) => other !== message);
        takeDead(message);
        continue;
      }
      received.push(message);
    }
    return received;
  }

  /** Again and again, with longer and longer between, so that it takes no more steps than it has to. */
  function takeDead({ signal, receives }: Message, waitMs = DEAD_VISIBILITY_MS): void {
    lambda.invoke("give-up", faults.profile.asyncTimeoutMs, giveUp(signal, receives), (ending) => {
      if (ending.kind === "failed")
        scheduler.after(waitMs, () =>
          takeDead({ signal, receives, hiddenUntil: 0 }, Math.min(2 * waitMs, LONGEST_DEAD_MS)),
        );
    });
  }

  function poll(): void {
    const wait = isOut();
    if (wait > 0) {
      scheduler.after(wait, poll);
      return;
    }
    while (running < concurrency) {
      const received = receive();
      if (received.length === 0) return;
      work(received);
    }
  }

  function work(received: readonly Message[]): void {
    for (const message of received) {
      message.receives += 1;
      message.hiddenUntil = scheduler.now() + visibilityMs;
      trace.write(
        "queue",
        `delivers ${told(message.signal)}`,
        message.receives > 1 ? `time ${message.receives}` : undefined,
      );
    }
    scheduler.after(visibilityMs, poll);
    const stamps = received.map(({ hiddenUntil }) => hiddenUntil);
    running += 1;
    lambda.invoke("reconcile", timeoutMs, reconcile(received.map(({ signal }) => signal)), (ending) => {
      running -= 1;
      if (ending.kind === "returned") {
        // A receipt handle is worth nothing once the message was received again.
        const done = received.filter(
          (message, index) => !ending.value.has(message.signal) && message.hiddenUntil === stamps[index],
        );
        messages = messages.filter((message) => !done.includes(message));
        const failed = received.filter(
          (message, index) => ending.value.has(message.signal) && message.hiddenUntil === stamps[index],
        );
        for (const message of failed) postpone(message, failed);
      }
      scheduler.after(0, poll);
    });
  }

  /** As the function does with what failed: a group's messages get one delay. */
  function postpone(message: Message, failed: readonly Message[]): void {
    const first = failed.find(({ signal }) => signal.apiId === message.signal.apiId) ?? message;
    const delayMs = 1_000 * redeliverySeconds(first.receives);
    message.hiddenUntil = scheduler.now() + delayMs;
    scheduler.after(delayMs, poll);
  }

  return {
    sent: () => sent,
    portOf: (invocation) => ({
      send: (signal) => {
        if (signal.invocation > 0) noteHandedOn(invocation, signal);
        return call(world, invocation, `queue.send ${told(signal)}`, () => send(signal), unavailable);
      },
    }),
    delayedPortOf: (invocation) => ({
      send: (signal, milliseconds) => {
        noteHandedOn(invocation, signal);
        return call(
          world,
          invocation,
          `delayed.send ${told(signal)}`,
          () => sendLater(signal, milliseconds),
          unavailable,
        );
      },
    }),
  };
}

/** The run goes on with that signal: it did not die. */
function noteHandedOn({ handedOn }: Invocation, { documentId, apiId, sequence }: Signal): void {
  handedOn.add(`${documentId}|${apiId}|${sequence}`);
}

export function told({ documentId, apiId, sequence, invocation, nonce, repair }: Signal): string {
  const asked = repair === undefined ? "" : `, repair ${repair}`;
  const because = nonce === undefined ? "" : `, ${nonce}`;
  return `${documentId.split("/").at(-1)} on ${apiId}, revision ${sequence}, invocation ${invocation}${because}${asked}`;
}

function unavailable(): Error {
  return Object.assign(new Error("The request was denied due to request throttling."), { name: "RequestThrottled" });
}
