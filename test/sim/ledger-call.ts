import type { Invocation } from "./world.ts";

/** One call of a ledger's method. */
export interface Call {
  readonly invocation: Invocation;
  readonly method: string;
  readonly args: readonly unknown[];
}
