import { type ChangeResult, emptySummary, type ResultData, type ResultDetailType } from "@specdrop/events";
import { expect, test } from "vitest";
import { reasonOf } from "../../../packages/service/src/results/reason.ts";

const problem = (code: string, severity: "error" | "warning" = "error"): ResultData["diagnostics"][number] => ({
  code,
  severity,
  message: "a secret value stands here",
  file: "s3://specs/a.yaml",
  range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
  pointer: "",
});
const change = (status: ChangeResult["status"], code?: string): ChangeResult => ({
  logicalId: "chatOk",
  action: "create",
  status,
  integrationId: "abc1234",
  integrationResponseKey: "$default",
  changedProperties: [],
  ...(code === undefined ? {} : { error: { code, message: "a secret value", retryable: false } }),
});

const CASES: readonly (readonly [ResultDetailType, Partial<ResultData>, string | undefined])[] = [
  [
    "SpecRejected",
    { diagnostics: [problem("SD3107", "warning"), problem("SD2001")] },
    "The document was rejected: SD2001 (Unknown property).",
  ],
  [
    "SpecRejected",
    { diagnostics: [problem("SD2001"), problem("SD2002")], omittedDiagnostics: 3 },
    "The document was rejected: SD2001 (Unknown property), and 4 more.",
  ],
  ["SpecRejected", { diagnostics: [problem("SD9999")] }, "The document was rejected: SD9999."],
  ["SpecRejected", {}, "The document was rejected: it has errors."],
  ["SpecSuperseded", {}, "A newer revision took its place before it was applied."],
  ["PlanProduced", {}, undefined],
  ["PlanProduced", { diagnostics: [problem("SD4002")] }, "Applying it would fail: SD4002 (API does not exist)."],
  ["ApplyFailed", { diagnostics: [problem("SD4002")] }, "Nothing was changed: SD4002 (API does not exist)."],
  [
    "ApplyFailed",
    {
      summary: { ...emptySummary, create: 3, failed: 1 },
      changes: [change("succeeded"), change("failed", "Throttling")],
    },
    "1 change failed and 3 succeeded; the first error is Throttling.",
  ],
  [
    "ApplyFailed",
    { summary: { ...emptySummary, failed: 2 }, changes: [change("failed", "AccessDenied")] },
    "2 changes failed; the first error is AccessDenied.",
  ],
  ["ApplyFailed", {}, "The run did not end."],
  ["ApplySucceeded", {}, undefined],
  ["ApplyUnchanged", { deployment: { status: "live", stageName: "prod" } }, undefined],
  [
    "ApplySucceeded",
    { deployment: { status: "pending" } },
    "It is applied; clients do not get it before the next deployment of the stage.",
  ],
  [
    "ApplySucceeded",
    { deployment: { status: "failed", stageName: "prod" } },
    "It is applied, but the deployment failed: clients do not get it yet.",
  ],
  [
    "ApplySucceeded",
    { deployment: { status: "unknown" } },
    "It is applied; whether clients get it already is not known.",
  ],
  [
    "DriftDetected",
    { summary: { ...emptySummary, update: 1, unchanged: 3 }, changes: [change("planned"), change("planned")] },
    "1 response in AWS differs from what was applied.",
  ],
  [
    "DriftDetected",
    { summary: { ...emptySummary, update: 1, create: 1 } },
    "2 responses in AWS differ from what was applied.",
  ],
  [
    "ApplySucceeded",
    { mode: "withdraw", deployment: { status: "unknown" } },
    "It is withdrawn; whether clients still get the old responses is not known.",
  ],
  [
    "ApplySucceeded",
    { mode: "withdraw", deployment: { status: "failed" } },
    "It is withdrawn, but the deployment failed: clients still get the old responses.",
  ],
  ["DriftResolved", {}, undefined],
];

test.each(CASES)("%s with %j says why", (detailType, data, reason) => {
  const told = { mode: "apply" as const, summary: emptySummary, changes: [], diagnostics: [], ...data };
  expect(reasonOf(detailType, told)).toBe(reason);
});
