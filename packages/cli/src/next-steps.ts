import type { ResultEvent } from "@specdrop/events";

/** What to do now, a line or two for each thing; nothing where all is well. */
export function nextSteps(results: readonly ResultEvent[]): readonly string[] {
  const waiting = results.filter(({ detailType, detail }) => detailType === "ApplySucceeded" && isNotLive(detail.data));
  const planned = results.some(({ detailType }) => detailType === "PlanProduced");
  return [
    ...waiting.flatMap(({ detail }) => deployment(detail.data)),
    ...(planned ? ["The document says DryRun: true, so nothing was changed. Take the line out to apply it."] : []),
  ];
}

type Data = ResultEvent["detail"]["data"];

function isNotLive({ deployment, summary }: Data): boolean {
  const written = summary.create + summary.update + summary.replace + summary.delete > 0;
  const status = deployment?.status;
  return status === "failed" || (written && (status === "pending" || status === "unknown"));
}

function deployment({ apiId, deployment }: Data): readonly string[] {
  const { status, stageName } = deployment ?? {};
  const stage = stageName === undefined ? "" : ` of stage ${stageName}`;
  const unless = status === "unknown" ? ", unless the stage has AutoDeploy" : "";
  return [
    `Next: clients of API ${apiId} see this after a deployment${stage}${unless}:`,
    `  aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name ${stageName ?? "STAGE"}`,
  ];
}
