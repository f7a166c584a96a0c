import type { Diagnostic } from "@specdrop/spec/diagnostic";
import type { IntegrationResponse } from "./properties.ts";

/** Where in a program a call stands; both numbers are 1-based. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a program's process tells the run. */
export type FromProgram =
  /** Converge this. `props` is JSON. */
  | {
      readonly kind: "declare";
      readonly call: number;
      readonly id: string;
      readonly props: string;
      readonly site?: CallSite | undefined;
    }
  /** It came to its end: what it has declared is all there is. */
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly failure: ProgramFailure };

/** Why a program did not come to its end. */
export type ProgramFailure =
  | { readonly reason: "threw"; readonly told: ThrownError }
  /** It waits for something that nothing will ever settle. */
  | { readonly reason: "unsettled" }
  /** It came to its end, and set an exit code that says it failed. */
  | { readonly reason: "exitCode"; readonly exitCode: number | string };

/** What a program threw and did not catch. */
export interface ThrownError {
  /** Of a `SpecdropError`. */
  readonly code?: string | undefined;
  readonly message: string;
  readonly help?: string | undefined;
  readonly stack?: string | undefined;
  readonly site?: CallSite | undefined;
}

/** What the run answers to a call. */
export type ToProgram =
  | { readonly call: number; readonly live: IntegrationResponse }
  | { readonly call: number; readonly error: CallError };

/** An error on its way from the run to the program. */
export interface CallError {
  readonly kind: "invalid" | "duplicate" | "conflict" | "failed" | "outside";
  readonly code: string;
  readonly message: string;
  readonly help: string;
  readonly retryable: boolean;
  /** What AWS, or the engine, calls it. */
  readonly reason?: string | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}
