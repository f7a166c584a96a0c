import type { ChangeError } from "@specdrop/events";
import type { DoctorFinding } from "@specdrop/inspect/doctor/finding";
import type { LedgerView } from "@specdrop/inspect/ledger-view";
import type { ApiLook, AwsView } from "@specdrop/inspect/look";
import type { ResponseStanding, ResponseState } from "../state.ts";
import { STATE_WORDS } from "../state.ts";
import { CELL } from "../words.ts";
import { type DeploymentWord, deploymentOf, type StageDeployment } from "./deployment.ts";
import { type Comparison, compare } from "./evidence.ts";
import { type Row, resultInForce } from "./row.ts";
import { blockedBy, stagesFor } from "./way.ts";

/** How a response stands, and all that its cells and problems say of it. */
export interface JudgedResponse {
  readonly row: Row;
  readonly state: ResponseStanding;
  /** What the response key's cell says. */
  readonly words: string;
  /** Why AWS or specdrop did not make the change. */
  readonly failure?: { readonly kind: "refused" | "untouched" | "skipped"; readonly error?: ChangeError };
  /** Which document owns the key, or another thing stands in the way. */
  readonly blocker?: string;
  readonly comparison: Comparison;
  readonly deployment: DeploymentWord;
  /** The stage it waits for or is live on; absent where its document names none. */
  readonly stageName?: string;
  readonly overlay?: ResponseState["overlay"];
}

/** What a verdict is made of, beside the response itself. */
export interface Evidence {
  readonly view: LedgerView;
  readonly aws?: AwsView;
  readonly deployed: ReadonlyMap<string, readonly StageDeployment[]>;
  /** By API. */
  readonly findings: ReadonlyMap<string, readonly DoctorFinding[]>;
}

/** The first that holds: failed, blocked, drifted, pending, unproven, live. Never `live` where anything was not looked at. */
export function judge(row: Row, evidence: Evidence): JudgedResponse {
  const { aws, view } = evidence;
  const look = aws?.apis.get(row.apiId);
  const stageName = stageNameOf(row, aws);
  const stages = stagesFor(look, stageName);
  const comparison = compare(row, aws);
  const deployment = deploymentOf(row, evidence.deployed.get(row.apiId) ?? [], stages);
  const failure = failureOf(row);
  const blocker = blockedBy(evidence.findings.get(row.apiId) ?? [], row.integrationId, stages);
  const overlay = overlayOf(row, view);
  const facts = {
    ...{ row, comparison, deployment },
    ...(stageName === undefined ? {} : { stageName }),
    ...(overlay && { overlay }),
  };
  const is = (state: ResponseStanding, words: string, more: Partial<JudgedResponse> = {}): JudgedResponse => {
    return { ...facts, state, words, ...more };
  };
  if (failure?.error?.code === "SD5002")
    return is("blocked", "blocked by another document", { failure, blocker: "another document" });
  if (failure !== undefined) return is("failed", STATE_WORDS.failed, { failure });
  if (look !== undefined && "isGone" in look) return is("blocked", "blocked by API", { blocker: "API" });
  if (blocker !== undefined) return is("blocked", `blocked by ${blocker}`, { blocker });
  const isSettled = isSettledIn(row);
  const isDrift = comparison.is === "missing" || comparison.is === "changed" || comparison.is === "conflict";
  if (isDrift && isSettled) return is("drifted", STATE_WORDS.drifted);
  if (isSettled && deployment === "pending") return is("pending", STATE_WORDS.pending);
  const gap = gapIn(row, { look, isSettled, comparison, deployment });
  return gap === undefined ? is("live", STATE_WORDS.live) : is("unproven", gap);
}

/** Where its document deploys: as the text says, else as the last result does. */
function stageNameOf({ documentId, changeSet }: Row, aws: AwsView | undefined): string | undefined {
  const declared = aws?.declared.get(documentId);
  if (declared !== undefined) return declared.deploy?.stageName;
  return changeSet?.result?.event.detail.data.deployment?.stageName ?? changeSet?.live?.stageName;
}

function failureOf({ change, changeSet, record }: Row): JudgedResponse["failure"] | undefined {
  const event = resultInForce(changeSet, record.current);
  if (change?.status === "failed") return { kind: "refused", ...(change.error && { error: change.error }) };
  if (event?.detailType !== "ApplyFailed") return undefined;
  if (change?.status === "skipped") return { kind: "skipped" };
  if (change?.status === "succeeded" || change?.action === "none") return undefined;
  const { changes, omittedChanges = 0 } = event.detail.data;
  const isTouched = changes.some(({ status, action }) => status === "succeeded" && action !== "none");
  // What was cut from the list may have become anything.
  return isTouched && omittedChanges > 0 ? undefined : { kind: isTouched ? "skipped" : "untouched" };
}

/** Whether the revision in force has ended, for this response, as it asked. */
function isSettledIn({ change, changeSet, record }: Row): boolean {
  const event = resultInForce(changeSet, record.current);
  if (record.current?.kind !== "accepted" || event === undefined) return false;
  if (event.detailType === "ApplySucceeded" || event.detailType === "ApplyUnchanged") return true;
  return event.detailType === "ApplyFailed" && change !== undefined && change.status === "succeeded";
}

function overlayOf({ changeSet, record }: Row, view: LedgerView): ResponseState["overlay"] | undefined {
  if (record.current === undefined || (changeSet?.settledSequence ?? 0) >= record.current.sequence) return undefined;
  if (view.suspension !== undefined) return { kind: "suspended" };
  const { progress } = changeSet ?? {};
  return progress && { kind: "applying", ended: progress.ended, total: progress.total };
}

/** The first piece of evidence that is missing; `undefined` where all is there. */
function gapIn(
  row: Row,
  {
    look,
    isSettled,
    comparison,
    deployment,
  }: {
    readonly look: ApiLook | undefined;
    readonly isSettled: boolean;
    readonly comparison: Comparison;
    readonly deployment: DeploymentWord;
  },
): string | undefined {
  const { owned, changeSet, record } = row;
  if (!isSettled) {
    const event = resultInForce(changeSet, record.current);
    return event?.detailType === "PlanProduced" ? CELL.plannedOnly : CELL.notSettled;
  }
  if (look === undefined) return CELL.notCompared;
  if (!("survey" in look)) return CELL.unreadable;
  const { survey } = look;
  if (survey.unseen.size > 0) return CELL.unreadable;
  if (survey.isTakenToExist) return CELL.assumed;
  if (comparison.is !== "same") return CELL.notCompared;
  if (owned === undefined) return CELL.notSettled;
  if ((owned.pending ?? owned.unfinished) !== undefined) return CELL.writeUnknown;
  if (owned.takenFrom !== undefined) return CELL.notSettled;
  if (deployment !== "live") return CELL.deploymentUnknown;
  const isAround = survey.integrations.some(({ IntegrationId }) => IntegrationId === row.integrationId);
  return isAround && survey.stages.length > 0 ? undefined : CELL.notCompared;
}
