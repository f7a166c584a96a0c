import type { CallError } from "@specdrop/authoring/channel";
import type { Outcome } from "@specdrop/engine";
import { ControlPlaneError } from "@specdrop/engine/errors";
import type { ChangeResult } from "@specdrop/events";
import { LeaseHeldError } from "@specdrop/service/reconcile";
import type { DesiredResource } from "@specdrop/spec";
import { explain } from "../terminal/explain.ts";

/** Why a resource did not come to be, out of what the run of its part has to say. */
export function errorOf(
  { pointer, logicalId }: DesiredResource,
  change: ChangeResult | undefined,
  { diagnostics }: Pick<Outcome, "diagnostics">,
): CallError {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const found = errors.find((error) => error.pointer === pointer) ?? errors[0];
  const { error } = change ?? {};
  const code = found?.code ?? "SD6002";
  return {
    kind: code.startsWith("SD5") ? "conflict" : "failed",
    code,
    message: inAProgram(found?.message ?? error?.message ?? `${logicalId} was not created.`),
    help: inAProgram(found?.help ?? error?.help ?? "Run the program again."),
    retryable: error?.retryable ?? false,
    ...(error === undefined || error.code.startsWith("SD") ? {} : { reason: error.code }),
  };
}

/** The world outside failed: AWS cannot be reached, the ledger cannot be written, another run has the API. */
export function brokenWorld(error: unknown): CallError {
  const retryable = error instanceof LeaseHeldError || (error instanceof ControlPlaneError && error.retryable);
  const reason = error instanceof ControlPlaneError ? { reason: error.code } : {};
  const help = "Fix that, and run the program again: it continues from there.";
  return { kind: "failed", code: "SD6003", message: explain(error).message, help, retryable, ...reason };
}

/** To a call that comes too late, or whose turn did not come. */
export const RUN_IS_OVER: CallError = {
  kind: "outside",
  code: "SD7002",
  message: "The run stopped before this call.",
  help: "Run the program again: it continues from there.",
  retryable: false,
};

/** The same words to somebody who has a program before them, and no document. */
export function inAProgram(text: string): string {
  return text
    .replace(/write "AllowDeletions: (\d+)" at the top of the document/, "run the program with --allow-deletions $1")
    .replace(", or once at the top of the document for every resource", "")
    .replace('the line "adopt: true"', '"adopt: true"')
    .replace(/\b([Dd])rop the document again/g, (_, first) => `${first === "D" ? "R" : "r"}un the program again`)
    .replace(/\b([Tt]his|[Tt]he) document\b/g, "$1 program");
}
