import { API_GATEWAY_LIMITS, type FunctionName, type PipelineOptions } from "@specdrop/functions/pipeline";

/** How long things take, and how often they are tried. What is absent is up to the product, or to AWS. */
export interface StackDelays {
  /** What Lambda would allow an invocation, in milliseconds. */
  readonly timeoutsMs: Readonly<Record<FunctionName, number>>;
  /** How many batches of signals are worked on at once. */
  readonly pollers: number;
  /** After how long what failed is delivered again, in seconds. */
  readonly retryDelaySeconds?: number;
  /** Waits before a failed asynchronous invocation is repeated, in milliseconds. */
  readonly retryDelaysMs?: readonly number[];
  /** How long after its event a change deletes nothing, in milliseconds. */
  readonly withdrawAfterMs: number;
  /** For how long the lease of a killed run has to be seen unchanged, in milliseconds. */
  readonly leaseTtlMs?: number;
  /** How often everything is swept, in seconds; 0 is never. */
  readonly sweepEverySeconds: number;
  /** How long a sweep leaves others to finish what they are at, in milliseconds. */
  readonly sweepGraceMs?: number;
  /** What requests to API Gateway keep to. */
  readonly rateLimits?: PipelineOptions["rateLimits"];
  /** For how long a dead letter that is being worked on is hidden, in seconds. */
  readonly deadLettersHiddenSeconds?: number;
}

const MINUTE_MS = 60_000;

/** By the name of `StackOptions.delays`. */
export const DELAYS = {
  quick: {
    timeoutsMs: { intake: MINUTE_MS, reconcile: MINUTE_MS, notify: MINUTE_MS, sweep: MINUTE_MS },
    pollers: 4,
    retryDelaySeconds: 1,
    withdrawAfterMs: 1_000,
    leaseTtlMs: 10_000,
    sweepEverySeconds: 60,
    sweepGraceMs: 30_000,
  },
  // As infra/specdrop.ts has it, which a test compares.
  deployed: {
    timeoutsMs: { intake: MINUTE_MS, reconcile: 4 * MINUTE_MS, notify: MINUTE_MS, sweep: 5 * MINUTE_MS },
    pollers: 5,
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    retryDelaysMs: [MINUTE_MS, 2 * MINUTE_MS],
    withdrawAfterMs: 20_000,
    sweepEverySeconds: 300,
    rateLimits: API_GATEWAY_LIMITS,
    deadLettersHiddenSeconds: 1_800,
  },
} satisfies Readonly<Record<string, StackDelays>>;
