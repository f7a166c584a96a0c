import type { Signal } from "../ports/signals.ts";

/**
 * SQS drops a repeat of a message for five minutes: sweeps within one such slot send the same signal, later ones
 * another. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
const SLOT_MS = 5 * 60_000;

const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Multiples of the golden ratio spread evenly: whatever a sweep has time for, a few of them come by everything. */
export function inTurn(ids: readonly string[], now: number): readonly string[] {
  const sorted = [...ids].sort();
  const start = Math.floor(((slotOf(now) * GOLDEN_RATIO) % 1) * sorted.length);
  return [...sorted.slice(start), ...sorted.slice(0, start)];
}

/** Why a sweep sends a signal: apart from any that intake or a run has sent, and the same within one slot. */
export function sweptAt(now: number): Pick<Signal, "cause" | "invocation"> & { readonly nonce: string } {
  return { cause: "swept", invocation: 0, nonce: `swept ${slotOf(now)}` };
}

/** The same for a signal that is sent at once when applying is resumed, however often that happens. */
export function resumedAt(now: number): Pick<Signal, "cause" | "invocation"> & { readonly nonce: string } {
  return { cause: "resumed", invocation: 0, nonce: `resumed ${Math.floor(now / 1_000)}` };
}

function slotOf(now: number): number {
  return Math.floor(now / SLOT_MS);
}
