import type { ResultEvent } from "@specdrop/events";
import { command, commandText } from "@specdrop/spec";

/** What to do now, a line or two for each thing; nothing where there is nothing to do or to know. */
export function nextSteps(results: readonly ResultEvent[]): readonly string[] {
  const applied = results.filter(({ detailType }) => detailType === "ApplySucceeded").map(({ detail }) => detail.data);
  const planned = results.filter(({ detailType }) => detailType === "PlanProduced").map(({ detail }) => detail.data);
  const failed = results.filter(({ detailType }) => detailType === "ApplyFailed").map(({ detail }) => detail.data);
  return [
    ...applied
      .filter(isLive)
      .map(({ apiId, deployment }) => `Clients of API ${apiId} see it now${onStage(deployment)}.`),
    ...applied.filter(isNotLive).flatMap(deployFirst),
    ...(planned.length > 0 ? [`The document says DryRun: true, so nothing was changed. ${afterPlan(planned)}`] : []),
    ...(failed.length > 0
      ? [
          `Next: fix the errors above, and run it again.${failed.some(madeSomething) ? " Completed changes are kept." : ""}`,
        ]
      : []),
  ];
}

type ReportedData = ResultEvent["detail"]["data"];

function afterPlan(planned: readonly ReportedData[]): string {
  const wouldFail = planned.some(({ reason }) => reason !== undefined);
  return wouldFail
    ? "Applying it would fail: correct the errors above first."
    : "To apply it, remove that line and apply the document again.";
}

function isLive({ deployment, summary }: ReportedData): boolean {
  return deployment?.status === "live" && wroteSomething(summary);
}

function isNotLive({ deployment, summary }: ReportedData): boolean {
  const status = deployment?.status;
  return status === "failed" || (wroteSomething(summary) && (status === "pending" || status === "unknown"));
}

function madeSomething({ changes }: ReportedData): boolean {
  return changes.some(({ action, status }) => action !== "none" && status === "succeeded");
}

function wroteSomething(summary: ReportedData["summary"]): boolean {
  return summary.create + summary.update + summary.replace + summary.delete > 0;
}

function deployFirst({ apiId, deployment }: ReportedData): readonly string[] {
  const unless = deployment?.status === "unknown" ? ", unless the stage has AutoDeploy" : "";
  const { stageName } = deployment ?? {};
  const after = `Next: clients of API ${apiId} see this after a deployment${stageOf(deployment)}${unless}`;
  if (apiId === undefined) return [`${after}.`];
  if (stageName === undefined) {
    const stages = commandText(command`aws apigatewayv2 get-stages --api-id ${apiId}`);
    return [
      `${after}. Add Deploy with a StageName to the document, and apply it again. This lists the stages:`,
      `  ${stages}`,
    ];
  }
  const deploy = commandText(command`aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name ${stageName}`);
  return [`${after}:`, `  ${deploy}`];
}

function stageOf(deployment: ReportedData["deployment"]): string {
  return deployment?.stageName === undefined ? "" : ` of stage ${deployment.stageName}`;
}

function onStage(deployment: ReportedData["deployment"]): string {
  return deployment?.stageName === undefined ? "" : ` on stage ${deployment.stageName}`;
}
