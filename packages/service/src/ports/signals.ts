/**
 * `accepted`: intake recorded a revision. `continued`: an invocation ran out of time. `woken`: what the run waited for has
 * come. `swept`: the sweep found it unfinished, or drifted. `resumed`: applying was suspended, and no longer is.
 */
export type SignalCause = "accepted" | "continued" | "woken" | "swept" | "resumed";

/** Which change set to converge; never what to do. */
export interface Signal {
  readonly documentId: string;
  readonly apiId: string;
  /** The revision that caused it; part of the deduplication id. */
  readonly sequence: number;
  /** Why it is sent. */
  readonly cause: SignalCause;
  /** How many invocations of this run went before, from 0; part of the deduplication id. */
  readonly invocation: number;
  readonly correlationId: string;
  /** Sets it apart from the signal that intake sent: part of the deduplication id, and of nothing else. */
  readonly nonce?: string;
  /** How often it was delivered in vain before it went to the end of its API's queue; part of the deduplication id. */
  readonly deliveries?: number;
  /** The number of the drift that is to be repaired; part of the deduplication id. Absent where a revision is to be converged. */
  readonly repair?: number;
}

/** The FIFO queue: one group per API. */
export interface SignalQueue {
  send(signal: Signal): Promise<void>;
}

/** Brings a signal to the FIFO queue once so many milliseconds have passed; meanwhile it holds up nothing. */
export interface DelayedQueue {
  send(signal: Signal, milliseconds: number): Promise<void>;
}
