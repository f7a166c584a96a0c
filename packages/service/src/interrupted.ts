import type { Interruption } from "@specdrop/engine";

/** A run ended before its work was done, and going on at once would not help: the same work may succeed later. */
export class RunInterruptedError extends Error {
  override readonly name = "RunInterruptedError";
  readonly retryable = true;
  readonly apiId: string;
  readonly interruption: Interruption;

  constructor(apiId: string, interruption: Interruption) {
    super(`No change on API ${apiId} came to its end within the time of a run`);
    this.apiId = apiId;
    this.interruption = interruption;
  }
}

/**
 * Throws where a run that was cut off should not go on at once: none of its changes came to an end. Deliveries that fail
 * are counted, so that what never gets anywhere is given up; a run that goes on is a new signal, and counts anew.
 */
export function assertProgress(apiId: string, interruption: Interruption | undefined): void {
  if (interruption !== undefined && interruption.ended === 0) throw new RunInterruptedError(apiId, interruption);
}
