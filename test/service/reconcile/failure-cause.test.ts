import { ControlPlaneError } from "@specdrop/engine";
import { failureCause, LeaseHeldError, RunInterruptedError } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";

const controlPlane = (code: string) => new ControlPlaneError(code, "…", { retryable: true });
const named = (name: string, more: object = {}) => Object.assign(new Error("…"), { name, ...more });
const interrupted = (code: string) =>
  new RunInterruptedError("a1b2c3d4e5", {
    cause: "outage",
    error: { code, message: "…", retryable: true, help: "" },
    ended: 0,
    left: 3,
  });

test.each([
  ["Cloud Control throttles", controlPlane("Throttling"), "throttled"],
  ["DynamoDB throttles", named("ProvisionedThroughputExceededException"), "throttled"],
  ["S3 asks to slow down", named("SlowDown"), "throttled"],
  ["a status of 429", named("Whatever", { $metadata: { httpStatusCode: 429 } }), "throttled"],
  ["a run that throttling ended", interrupted("Throttling"), "throttled"],
  ["Cloud Control fails", controlPlane("ServiceInternalError"), "aws"],
  ["nobody answers", controlPlane("NetworkFailure"), "aws"],
  ["a socket was closed", named("Error", { code: "ECONNRESET" }), "aws"],
  ["a status of 503", named("Whatever", { $metadata: { httpStatusCode: 503 } }), "aws"],
  ["a run that an outage ended", interrupted("ServiceUnavailable"), "aws"],
  [
    "a run that had no time for one change",
    new RunInterruptedError("a1b2c3d4e5", { cause: "deadline", ended: 0, left: 3 }),
    "aws",
  ],
  ["DynamoDB fails", named("InternalServerError"), "aws"],
  ["a token has expired", controlPlane("ExpiredToken"), "credentials"],
  ["no credentials are found", named("CredentialsProviderError"), "credentials"],
  ["a role has lost a permission", named("AccessDeniedException"), "credentials"],
  ["another run has the API", new LeaseHeldError("…"), "busy"],
  ["the table is gone", named("ResourceNotFoundException"), "other"],
  ["a bug", new TypeError("…"), "other"],
  ["no error at all", "…", "other"],
] as const)("%s", (_, error, cause) => {
  expect(failureCause(error)).toBe(cause);
  // Wrapped by code of ours, it is the same.
  if (cause !== "other") expect(failureCause(new Error("…", { cause: error }))).toBe(cause);
});

test("causes that go round in a circle end", () => {
  const one = new Error("one");
  one.cause = one;
  expect(failureCause(one)).toBe("other");
});
