/** What a sweep did. */
export interface Tally {
  /** Events that were written and never published. */
  readonly republished: number;
  /** Revisions that got their result from the sweep. */
  readonly ended: number;
  readonly signalsSent: number;
  /** Changes of the bucket that no event told of. */
  readonly found: number;
  readonly driftDetected: number;
  readonly driftResolved: number;
}

/** One that is still counted. */
export type RunningTally = { -readonly [Name in keyof Tally]: number };

export function tally(): RunningTally {
  return { republished: 0, ended: 0, signalsSent: 0, found: 0, driftDetected: 0, driftResolved: 0 };
}
