import type { ChangeSetState } from "@specdrop/ledger/port";
import { lastDeployment } from "@specdrop/service/results";
import type { Row } from "./row.ts";

/** Whether clients get what was last written of a response. */
export type DeploymentWord = "live" | "pending" | "unknown";

/** When an API was last deployed, and to which stage. */
export interface StageDeployment {
  readonly at: string;
  readonly stageName?: string;
}

/** Every deployment of ours that is on record, by API. A deployment takes all of the API, whoever asked for it. */
export function deployedOn(changeSets: readonly ChangeSetState[]): ReadonlyMap<string, readonly StageDeployment[]> {
  const all = changeSets.flatMap((changeSet) => {
    const { apiId, live, result } = changeSet;
    if (live !== undefined) return [{ apiId, ...live }];
    // A record of before there was one.
    const { status, stageName } = result?.event.detail.data.deployment ?? {};
    if (result === undefined || status !== "live") return [];
    return [{ apiId, at: result.event.detail.metadata.time, ...(stageName === undefined ? {} : { stageName }) }];
  });
  return Map.groupBy(all, ({ apiId }) => apiId);
}

/** What a document's last result says of a response, and what others have deployed since. */
export function deploymentOf(
  { changeSet, owned }: Row,
  deployed: readonly StageDeployment[],
  stages: readonly string[] | undefined,
): DeploymentWord {
  if (changeSet === undefined) return "unknown";
  const last = lastDeployment(changeSet);
  if (last?.status === "live") return "live";
  const { result, drift, live } = changeSet;
  const isLaterThan = (at: string | undefined) => (one: StageDeployment) => at !== undefined && one.at > at;
  const told = drift?.event.detail.data.deployment === undefined ? result?.event : drift.event;
  const since = deployed.filter(isLaterThan(told?.detail.metadata.time)).map(({ stageName }) => stageName);
  const names = stages ?? [];
  if (names.length > 0 && names.every((name) => since.includes(name))) return "live";
  // What it has not written since clients last got all of it, they have still.
  const isRepaired = drift?.event.detail.data.deployment !== undefined;
  const written = owned?.lastChange?.sequence;
  if (live !== undefined && written !== undefined && written <= live.sequence && !isRepaired) return "live";
  return last?.status === "pending" || last?.status === "failed" ? "pending" : "unknown";
}
