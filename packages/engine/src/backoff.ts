import type { Random } from "./ports.ts";

/** How long to wait before a next try: more after each, up to a bound. */
export interface Backoff {
  /** The bound after the first try, in milliseconds. */
  readonly firstMs: number;
  /** What it is multiplied by after each further try; 2 without it. */
  readonly growth?: number;
  readonly longestMs: number;
  /** `full`: anything from 0 to the bound. `half`: from half of it on. Without it, the bound itself. */
  readonly jitter?: "full" | "half";
}

/** Every policy there is, by what is tried again. */
export const BACKOFF = {
  /** A request of a run to Cloud Control or API Gateway. */
  request: { firstMs: 400, longestMs: 10_000, jitter: "full" },
  /** A question about an operation, or for what is live, below a request. */
  question: { firstMs: 200, longestMs: 5_000, jitter: "full" },
  /** A write to an item of the ledger that others write to as well. In every round one of them succeeds. */
  ledgerWrite: { firstMs: 10, longestMs: 200, jitter: "full" },
  /** Events that EventBridge did not take. */
  publish: { firstMs: 200, longestMs: 60_000, jitter: "half" },
  /** A signal that failed. What stands behind one that waits, waits with it: SQS keeps the order of a group. */
  signal: { firstMs: 15_000, growth: 4, longestMs: 240_000 },
  /** The repair of a drift: a sweep's grace is the least. */
  repair: { firstMs: 5 * 60_000, longestMs: 6 * 3_600_000 },
  /** A message to Slack: an outage is sat out within the receives that a message has. */
  slackMessage: { firstMs: 30_000, longestMs: 15 * 60_000 },
} as const satisfies Readonly<Record<string, Backoff>>;

/** The bound after so many tries (1 or more), in milliseconds. */
export function longestBackoffMs({ firstMs, growth = 2, longestMs }: Backoff, tries: number): number {
  return Math.min(longestMs, firstMs * growth ** Math.max(0, tries - 1));
}

/** What to wait for after so many tries (1 or more), in milliseconds. */
export function backoffMs(policy: Backoff, tries: number, random: Random): number {
  const bound = longestBackoffMs(policy, tries);
  if (policy.jitter === undefined) return bound;
  return policy.jitter === "full" ? bound * random() : bound * (0.5 + random() / 2);
}
