import type { CallError, CallSite } from "./channel.ts";
import type { IntegrationResponse } from "./properties.ts";

/** One call of a program; `props` is JSON. */
export interface Declaration {
  readonly id: string;
  readonly props: string;
  readonly site?: CallSite | undefined;
}

/** What stands behind the calls of a program while it runs. Rejects with a `SpecdropError`. */
export type CallScope = (declaration: Declaration) => Promise<IntegrationResponse>;

let current: CallScope | undefined;

/** Has every call from here on converged by `scope`. */
export function enterScope(scope: CallScope): void {
  current = scope;
}

export function currentScope(): CallScope | undefined {
  return current;
}

export const OUTSIDE: CallError = {
  kind: "outside",
  code: "SD7001",
  message: "IntegrationResponse needs the ledger of a run. Run the program with: specdrop run PROGRAM.ts",
  help: "specdrop run starts the program, and finally removes the responses that it no longer declares.",
  retryable: false,
};

export const RUN_IS_OVER: CallError = {
  kind: "outside",
  code: "SD7002",
  message: "IntegrationResponse was called after the run had ended.",
  help: "Make every call before the program ends. Run a stopped program again: it continues.",
  retryable: false,
};
