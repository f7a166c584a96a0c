/**
 * SQS drops a repeat of a message for five minutes: sweeps within one such slot send the same signal, later ones
 * another. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
const SLOT_MS = 5 * 60_000;

/** Leaves room for the continuations of a run that a sweep began. */
const PARTS_PER_SLOT = 1_000;

const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Multiples of the golden ratio spread evenly: whatever a sweep has time for, a few of them come by everything. */
export function inTurn(ids: readonly string[], now: number): readonly string[] {
  const sorted = [...ids].sort();
  const start = Math.floor(((slotOf(now) * GOLDEN_RATIO) % 1) * sorted.length);
  return [...sorted.slice(start), ...sorted.slice(0, start)];
}

/** The `part` of a signal that a sweep sends: unlike that of any signal that intake or a run has sent. */
export function partOf(now: number): number {
  return slotOf(now) * PARTS_PER_SLOT;
}

/** The same for a signal that is sent at once when applying is resumed, however often that happens. */
export function partOfResumption(now: number): number {
  return Math.floor(now / 1_000) * PARTS_PER_SLOT;
}

function slotOf(now: number): number {
  return Math.floor(now / SLOT_MS);
}
