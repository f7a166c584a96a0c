import type { Interruption } from "@specdrop/engine";

/** A run ended before its work was done, and going on at once would not help: the same work may succeed later. */
export class RunInterruptedError extends Error {
  override readonly name = "RunInterruptedError";
  readonly retryable = true;
  readonly apiId: string;
  readonly interruption: Interruption;

  constructor(apiId: string, interruption: Interruption) {
    super(sentence(apiId, interruption));
    this.apiId = apiId;
    this.interruption = interruption;
  }
}

function sentence(apiId: string, { cause, error, ended, left }: Interruption): string {
  if (cause === "deadline" || error === undefined) {
    const last = error === undefined ? "" : ` The last error is ${error.code}: ${error.message.replace(/\.?$/, ".")}`;
    return `No change on API ${apiId} finished within the time of a run.${last}`;
  }
  const done = `${ended} ${ended === 1 ? "change is" : "changes are"} made, ${left} ${left === 1 ? "is" : "are"} left.`;
  return `AWS stopped answering for API ${apiId}: ${error.code}. ${error.message.replace(/\.?$/, ".")} ${done}`;
}

/**
 * Throws where a run that was cut off should not go on at once: AWS is out of reach, or none of its changes came to an end.
 * Deliveries that fail are counted, so that what never gets anywhere is given up; a run that goes on is a new signal, and
 * counts anew.
 */
export function assertProgress(apiId: string, interruption: Interruption | undefined): void {
  if (interruption === undefined) return;
  if (interruption.cause === "outage" || interruption.ended === 0) throw new RunInterruptedError(apiId, interruption);
}
