import { ConflictError, NotAppliedError } from "@specdrop/authoring";
import { ControlPlaneError } from "@specdrop/engine";
import type { ChangeResult } from "@specdrop/events";
import { LeaseHeldError } from "@specdrop/service/reconcile";
import { type Diagnostic, type DiagnosticCode, parse, START_OF_TEXT } from "@specdrop/spec";
import { expect, test } from "vitest";
import { errorFrom } from "../../packages/authoring/src/errors.ts";
import { brokenWorld, errorOf, inAProgram } from "../../packages/cli/src/programs/told-errors.ts";
import { props } from "./workspace.ts";

const [resource] =
  parse(`{"IntegrationResponses":{"one":${props("api1", "$default")}}}`, "a").document?.resources ?? [];
if (resource === undefined) throw new Error("The document does not parse");

const problem = (code: DiagnosticCode, pointer: string): Diagnostic => ({
  code,
  severity: "error",
  message: `${code} at ${pointer}`,
  file: "file:a.ts",
  range: START_OF_TEXT,
  pointer,
  help: "Correct the cause, and drop the document again.",
});

const failed: ChangeResult = {
  logicalId: "one",
  action: "create",
  status: "failed",
  integrationId: "int0001",
  integrationResponseKey: "$default",
  changedProperties: [],
  error: { code: "Throttling", message: "Rate exceeded", retryable: true },
};

test("a change that AWS refused keeps AWS's word, and whether another try may help", () => {
  const diagnostics = [problem("SD6002", "/IntegrationResponses/other"), problem("SD6003", resource.pointer)];
  const error = errorFrom(errorOf(resource, failed, { diagnostics }));
  expect(error).toBeInstanceOf(NotAppliedError);
  expect(error).toMatchObject({ code: "SD6003", reason: "Throttling", retryable: true });
  expect(error.help).toBe("Correct the cause, and run the program again.");
});

test("what stopped everything before it began is told of each, and a conflict is one", () => {
  const missing = errorFrom(errorOf(resource, undefined, { diagnostics: [problem("SD4003", "")] }));
  expect(missing).toBeInstanceOf(NotAppliedError);
  expect(missing).toMatchObject({ code: "SD4003", retryable: false, message: "SD4003 at " });
  const conflict = errorFrom(errorOf(resource, undefined, { diagnostics: [problem("SD5001", resource.pointer)] }));
  expect(conflict).toBeInstanceOf(ConflictError);
});

test.each([
  [new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true }), true, "Throttling"],
  [new ControlPlaneError("AccessDenied", "No", { retryable: false }), false, "AccessDenied"],
  [new LeaseHeldError("Another run is writing to API api1"), true, undefined],
  [new Error("the disk is full"), false, undefined],
])("a broken world, %s, says whether it may pass", (error, retryable, reason) => {
  expect(errorFrom(brokenWorld(error))).toMatchObject({ code: "SD6003", retryable, reason });
});

test("advice is for somebody with a program", () => {
  expect(inAProgram('To delete them, write "AllowDeletions: 11" at the top of the document.')).toBe(
    "To delete them, run the program with --allow-deletions 11.",
  );
  expect(inAProgram('add the line "adopt: true" to a')).toBe('add "adopt: true" to a');
  expect(inAProgram("Correct this document, and drop the document again.")).toBe(
    "Correct this program, and run the program again.",
  );
  expect(inAProgram("3 responses that the document owns")).toBe("3 responses that the program owns");
});
