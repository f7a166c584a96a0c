import type { DeploymentResult } from "@specdrop/events";
import type { ChangeSetState } from "@specdrop/ledger/port";

/**
 * What clients of an API see, as the last result there had it; a repair's is newer than the revision's. Where a run has
 * begun since and not ended, it may have written anything.
 */
export function lastDeployment({ result, drift, runningSequence }: ChangeSetState): DeploymentResult | undefined {
  const events = [drift?.event, result?.event].filter((event) => event?.detail.metadata.sequence === result?.sequence);
  // What a dry run says would be deployed never was.
  const told = events.filter((event) => event?.detailType !== "PlanProduced");
  const last = told.flatMap((event) => event?.detail.data.deployment ?? [])[0];
  return last === undefined || runningSequence === undefined ? last : { ...last, status: "pending" };
}
