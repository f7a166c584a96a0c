import type { IncomingMessage } from "node:http";

/** Requests that change nothing a page shows: reads, and what only moves messages. */
const READS = /^(?:AmazonSQS\.|\w+\.(?:Get|BatchGet|TransactGet|List|Query|Scan|Describe|Test))/;

/**
 * Counts requests that may have changed something. Cloud Control's writes settle later, when nobody asks: a settlement that
 * is due counts too.
 */
export function countChanges(nextSettlement: () => number | undefined, now: () => number) {
  let count = 0;
  return {
    /** A request was answered. */
    answered({ method, headers }: Pick<IncomingMessage, "method" | "headers">): void {
      const target = String(headers["x-amz-target"] ?? "");
      if (method === "GET" || method === "HEAD" || READS.test(target)) return;
      count += 1;
    },
    version(): string {
      const next = nextSettlement();
      return next !== undefined && next <= now() ? `${count}+` : String(count);
    },
  };
}
