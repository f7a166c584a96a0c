import type { ResultData, ResultDetailType, ResultEvent, RunProgressDetail } from "@specdrop/events";
import { readGolden } from "../events/golden.ts";

/** A golden event with parts of its data changed, or another detail-type. */
export function vary(name: ResultDetailType, data: Partial<ResultData>, detailType = name): ResultEvent {
  const { detail } = readGolden(name).event;
  return { detailType, detail: { ...detail, data: { ...detail.data, ...data } } };
}

function withoutDeployment(name: ResultDetailType, data: Partial<ResultData>): ResultEvent {
  const { detailType, detail } = vary(name, data);
  const { deployment, ...rest } = detail.data;
  return { detailType, detail: { ...detail, data: rest } };
}

const applied = readGolden("ApplySucceeded").event.detail.data;

/** One event per outcome that people are told of, by the name of its golden message. */
export const SCENARIOS: Readonly<Record<string, ResultEvent>> = {
  rejected: readGolden("SpecRejected").event,
  plan: readGolden("PlanProduced").event,
  applied: readGolden("ApplySucceeded").event,
  "applied-from-elsewhere": vary("ApplySucceeded", {
    document: { ...applied.document, key: "events/111122223333/shop%2Forders/responses.yaml" },
  }),
  "applied-not-live": vary("ApplySucceeded", { deployment: { status: "pending", stageName: "prod" } }),
  "applied-unknown": vary("ApplySucceeded", { deployment: { status: "unknown" } }),
  "applied-deployment-failed": vary("ApplySucceeded", { deployment: { status: "failed", stageName: "prod" } }),
  withdrawn: vary("ApplySucceeded", {
    mode: "withdraw",
    summary: { ...applied.summary, create: 0, adopt: 0, update: 0, forget: 1, unchanged: 0 },
    changes: applied.changes
      .filter(({ logicalId }) => logicalId === "chatOld" || logicalId === "chatDefault")
      .map((change) => (change.action === "adopt" ? { ...change, action: "forget" } : change)),
  }),
  failed: readGolden("ApplyFailed").event,
  conflict: withoutDeployment("ApplyFailed", {
    summary: { ...applied.summary, create: 0, adopt: 0, update: 0, delete: 0, unchanged: 0, failed: 1 },
    changes: [
      {
        logicalId: "chatOk",
        action: "create",
        status: "skipped",
        integrationId: "abc1234",
        integrationResponseKey: "/2\\d\\d/",
        changedProperties: ["ResponseTemplates"],
      },
      {
        logicalId: "chatDefault",
        action: "create",
        status: "failed",
        integrationId: "abc1234",
        integrationResponseKey: "$default",
        changedProperties: [],
        error: {
          code: "SD5001",
          message: "A response with the key $default is there already, and no document owns it",
          retryable: false,
          help: "Add adopt: true to chatDefault to take it over.",
        },
      },
    ],
  }),
  "many-changes": vary("ApplySucceeded", {
    summary: { ...applied.summary, create: 1_000, adopt: 0, update: 0, delete: 0, unchanged: 0 },
    changes: Array.from({ length: 800 }, (_, index) => ({
      logicalId: `response${index + 1}`,
      action: "create",
      status: "succeeded",
      identifier: `a1b2c3d4e5|abc1234|r${index + 1}`,
      integrationId: "abc1234",
      integrationResponseKey: `/${index + 1}/`,
      changedProperties: ["ResponseTemplates", "TemplateSelectionExpression"],
    })),
    omittedChanges: 200,
    resultLocation: "s3://example-specs/results/op-8b21d7/a1b2c3d4e5.json",
    durationMs: 125_400,
  }),
  drift: readGolden("DriftDetected").event,
  "drift-resolved": readGolden("DriftResolved").event,
};

/** A run that is well under way. */
export function aProgress(change: Partial<RunProgressDetail> = {}): RunProgressDetail {
  const { metadata, data } = readGolden("ApplySucceeded").event.detail;
  const { documentId, operationId, correlationId, sequence, time } = metadata;
  const about = { documentId, operationId, correlationId, sequence, time, document: data.document };
  const how = { part: 0, ended: 120, total: 400, failed: 0, elapsedMs: 15_200 };
  return { ...about, apiId: data.apiId ?? "", ...how, ...change };
}
