import { BACKOFF, longestBackoffMs } from "@specdrop/engine/backoff";
import type { Signal } from "../ports/signals.ts";

/** How often a signal is delivered before it is given up: with the waits between them, over some 20 minutes. */
export const MAX_DELIVERIES = 8;

/** After how many seconds a signal that failed is delivered again, when it was delivered so often: 15, 60, then 240. */
export function redeliverySeconds(deliveries: number): number {
  return longestBackoffMs(BACKOFF.signal, deliveries) / 1_000;
}

/** How often a signal was delivered, this delivery included; `receiveCount` is its message's. */
export function deliveriesOf({ deliveries = 0 }: Pick<Signal, "deliveries">, receiveCount: number): number {
  return deliveries + receiveCount;
}

/** How often a run was tried for a dead letter. Of the deliveries of one message only the first starts a run. */
export function triesOf({ deliveries = 0 }: Pick<Signal, "deliveries">): number {
  return deliveries + 1;
}

/** What to do with a signal that is delivered. */
export type Delivery =
  | { readonly kind: "run" }
  /** To be sent in its place: behind what has come to the API since. */
  | { readonly kind: "behind"; readonly signal: Signal }
  /** It was delivered often enough: let SQS take it to the dead letters. */
  | { readonly kind: "last" };

/**
 * A signal that comes again goes to the end of its API's queue first, whatever it failed by: a run that died cannot say.
 * So one that always dies holds up what stands behind it once, and not as often as it is delivered.
 */
export function judgeDelivery(signal: Signal, receiveCount: number): Delivery {
  if (receiveCount <= 1) return { kind: "run" };
  const deliveries = deliveriesOf(signal, receiveCount) - 1;
  return deliveries >= MAX_DELIVERIES ? { kind: "last" } : { kind: "behind", signal: { ...signal, deliveries } };
}
