import type { Clock } from "@specdrop/engine";
import type { Context } from "aws-lambda";

/** When to begin nothing new (epoch milliseconds): `marginMs` before the function's end, or half of what is left. */
export function deadlineOf(context: Context, clock: Pick<Clock, "now">, marginMs: number): number {
  const remaining = context.getRemainingTimeInMillis();
  return clock.now() + remaining - Math.min(marginMs, remaining / 2);
}
