import { ControlPlaneError, LeaseLostError } from "@specdrop/engine";
import type { RunProgressDetail } from "@specdrop/events";
import type { ChangeSetState, DocumentRecord, RunProgress } from "@specdrop/ledger/port";
import { describeFailure, RunInterruptedError } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import { nextFailure, notingFailure } from "../../../packages/service/src/reconcile/run-failure.ts";

const throttled = new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true });
const cutOff = new RunInterruptedError("a1", {
  cause: "deadline",
  error: { code: "ServiceUnavailable", message: "Away", retryable: true, help: "" },
  ended: 0,
  left: 2,
});
const signal = {
  documentId: "s3://specs/a.yaml",
  apiId: "a1",
  sequence: 7,
  cause: "accepted",
  invocation: 0,
  correlationId: "order-7",
} as const;

function ports(settledSequence = 6, isAway = false) {
  const noted: RunProgress[] = [];
  const told: RunProgressDetail[] = [];
  const warnings: string[] = [];
  const source = { bucket: "specs", key: "a.yaml" };
  const current = { ...{ sequence: 7, source, correlationId: "order-7" }, seenAt: 0 };
  return {
    noted,
    told,
    warnings,
    ledger: {
      readDocument: async () => ({ current }) as unknown as DocumentRecord,
      readChangeSet: async () => ({ settledSequence, progress: noted.at(-1) }) as unknown as ChangeSetState,
      checkpoint: async (_: string, __: string, progress: RunProgress) => {
        if (isAway) throw new Error("the ledger is away");
        noted.push(progress);
      },
    },
    clock: { now: () => 60_000 * (noted.length + 1) },
    progress: { report: async (detail: RunProgressDetail) => void told.push(detail) },
    log: { info: () => {}, error: () => {}, warn: (message: string) => void warnings.push(message) },
  };
}

const fail = (deps: ReturnType<typeof ports>, error: Error) =>
  notingFailure(deps, signal, { fence: 1 }, () => Promise.reject(error)).catch((thrown: unknown) => thrown);

test("a run that fails is noted and told, with its cause and since when", async () => {
  const deps = ports();
  for (const error of [throttled, throttled, cutOff]) expect(await fail(deps, error)).toBe(error);
  expect(deps.noted.map(({ failure }) => failure)).toEqual([
    { tries: 1, cause: "throttled", since: 60_000, at: 60_000, code: "Throttling", message: "Rate exceeded" },
    { tries: 2, cause: "throttled", since: 60_000, at: 120_000, code: "Throttling", message: "Rate exceeded" },
    { tries: 3, cause: "aws", since: 180_000, at: 180_000, code: "ServiceUnavailable", message: "Away" },
  ]);
  expect(deps.told.map(({ failure }) => failure)).toEqual([
    { tries: 1, cause: "throttled", since: "1970-01-01T00:01:00.000Z", code: "Throttling" },
    { tries: 2, cause: "throttled", since: "1970-01-01T00:01:00.000Z", code: "Throttling" },
    { tries: 3, cause: "aws", since: "1970-01-01T00:03:00.000Z", code: "ServiceUnavailable" },
  ]);
});

test("what is settled, or another run has, is not noted; a ledger that is away hides no error", async () => {
  const settled = ports(7);
  await fail(settled, throttled);
  const lost = ports();
  await fail(lost, new LeaseLostError("lost"));
  expect([...settled.noted, ...lost.noted, ...settled.told, ...lost.told]).toEqual([]);
  const away = ports(6, true);
  expect(await fail(away, throttled)).toBe(throttled);
  expect(away.warnings).toEqual(["The failure of a run was not noted"]);
});

test("a failure is one sentence on the cause and one on the last error", () => {
  const failure = nextFailure(throttled, undefined, 1_000);
  expect(describeFailure(failure)).toBe(
    "AWS is throttling since 1970-01-01T00:00:01.000Z; tried once. The last error is Throttling: Rate exceeded.",
  );
  expect(nextFailure(new Error("x".repeat(900)), failure, 2_000)).toMatchObject({
    ...{ tries: 2, cause: "other", since: 2_000, code: "Error", message: "x".repeat(300) },
  });
});
