import type { DeploymentResult } from "@specdrop/events";
import { command, commandText, type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import type { ChangeSet } from "./change-set.ts";
import { ControlPlaneError } from "./errors.ts";
import { toChangeError } from "./failure.ts";
import type { Gateway, StageDescription } from "./gateway.ts";
import { diagnosticOf, noStage } from "./live-finding.ts";
import type { ToldError } from "./outcome.ts";
import { pause, read, send, tokenFor } from "./requests.ts";
import type { ReadRun, Run } from "./run.ts";

/** What the changes of a run came to, as far as a deployment depends on it. */
export interface AppliedChanges {
  /** Everything that was to be done is done. */
  readonly succeeded: boolean;
  /** Something was asked of AWS since the revision's first run began. */
  readonly written: boolean;
  /** Some of it by this run. */
  readonly writtenNow: boolean;
  /** The stage before this run wrote anything; absent where it was not looked at. */
  readonly before?: StageDescription | undefined;
  /** A run of this revision began before and did not settle. */
  readonly resumed: boolean;
}

export interface Deployed {
  readonly deployment: DeploymentResult;
  readonly diagnostics: readonly Diagnostic[];
  /** Worth telling even where nothing else was done: a deployment was made, or was to be and failed. */
  readonly isNews: boolean;
}

/** How a deployment is to be made. */
export interface DeploymentOrder {
  readonly gateway: Gateway;
  readonly stageName: string;
}

/** The order for a deployment, where there is cause for one; otherwise what clients see without. */
export function dueDeployment(
  { changeSet, ports }: ReadRun,
  { succeeded, written, resumed }: Omit<AppliedChanges, "writtenNow">,
): DeploymentOrder | DeploymentResult {
  const stageName = stageOf(changeSet);
  if (stageName === undefined) return { status: "unknown" };
  if (!succeeded || ports.gateway === undefined) return { status: "pending", stageName };
  const last = changeSet.lastDeployment;
  // A withdrawal has nothing to make live but what it deletes.
  const isLive = last?.stageName === stageName && (last.status === "live" || changeSet.mode === "withdraw");
  const isOwed = written || resumed || !isLive;
  return isOwed ? { gateway: ports.gateway, stageName } : last;
}

/** The deployment that would end a run, and why there could be none. */
export interface DeploymentPlan {
  /** Absent where none is due, or AWS deploys by itself. `pending`: it waits for the run. */
  readonly deployment?: DeploymentResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a run that succeeds would deploy. Reads the stage where nobody has looked at it; what AWS does not show is planned. */
export async function planDeployment(
  run: ReadRun,
  applied: Omit<AppliedChanges, "writtenNow">,
): Promise<DeploymentPlan> {
  const { changeSet } = run;
  const { before } = applied;
  const due = dueDeployment(run, applied);
  if ("status" in due) return { diagnostics: [] };
  const { gateway, stageName } = due;
  const stage = before ?? (await look(() => read(run, () => gateway.getStage(changeSet.apiId, stageName))));
  if (stage === undefined) {
    return { diagnostics: [diagnosticOf(noStage(changeSet.apiId, stageName), changeSet, undefined)] };
  }
  if (stage !== "unseen" && stage.AutoDeploy === true) return { diagnostics: [] };
  return { deployment: { status: "pending", stageName }, diagnostics: [] };
}

async function look<T>(request: () => Promise<T>): Promise<T | "unseen"> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
    return "unseen";
  }
}

/** A withdrawn document cannot say any more where it deployed to: the last result does. */
function stageOf({ deploy, mode, lastDeployment }: ChangeSet): string | undefined {
  return deploy?.stageName ?? (mode === "withdraw" ? lastDeployment?.stageName : undefined);
}

/**
 * Makes what is configured live on the stage: "every time you update an API […] you must redeploy the API" (developer
 * guide). Never throws for a deployment that fails: the changes are made, and stay.
 */
export async function deploy(run: Run, order: DeploymentOrder, applied: AppliedChanges): Promise<Deployed> {
  const { stageName } = order;
  try {
    const stage = applied.before ?? (await read(run, () => order.gateway.getStage(run.changeSet.apiId, stageName)));
    if (stage === undefined) return withoutStage(run, stageName);
    if (stage.AutoDeploy === true)
      return { ...made(await autoDeployed(run, order, applied), stageName), isNews: false };
    const deploymentId = await createDeployment(run, order, applied);
    return { ...made(await isLive(run, order, deploymentId), stageName), isNews: true };
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error;
    const diagnostics = [failed(run.changeSet, stageName, toChangeError(error))];
    // What AWS accepted may be live. A status other than `live` has the next run deploy again.
    return { deployment: { status: error.accepted ? "unknown" : "failed", stageName }, diagnostics, isNews: true };
  }
}

function made(status: DeploymentResult["status"], stageName: string): Omit<Deployed, "isNews"> {
  return { deployment: { status, stageName }, diagnostics: [] };
}

/** Whether AWS deployed by itself. That it does for WebSocket APIs is documented for none and seen in the field. */
async function autoDeployed(
  run: Run,
  order: DeploymentOrder,
  applied: AppliedChanges,
): Promise<DeploymentResult["status"]> {
  const { before } = applied;
  if (before === undefined || !applied.writtenNow) return "unknown";
  const hasChanged = (stage: StageDescription) => stage.DeploymentId !== before.DeploymentId;
  const stage = await stageUntil(run, order, hasChanged);
  return stage !== undefined && hasChanged(stage) ? "live" : "unknown";
}

/**
 * One deployment, or the one that an earlier run of this revision made. Where this run has written something, that one
 * is too old if AWS replays it, or the stage had it before.
 */
async function createDeployment(
  run: Run,
  { gateway, stageName }: DeploymentOrder,
  applied: AppliedChanges,
): Promise<string> {
  for (let turn = 0; ; turn++) {
    const { deploymentId, replayed } = await send(
      run,
      "deploy",
      (attempt) => tokenFor(run, "deploy", turn === 0 ? stageName : [stageName, turn], attempt),
      (token) => gateway.createDeployment(run.changeSet.apiId, stageName, token),
    );
    const isTooOld = applied.writtenNow && (replayed || deploymentId === applied.before?.DeploymentId);
    if (!isTooOld) return deploymentId;
  }
}

async function isLive(run: Run, order: DeploymentOrder, deploymentId: string): Promise<DeploymentResult["status"]> {
  const isThere = (stage: StageDescription) => stage.DeploymentId === deploymentId;
  try {
    const stage = await stageUntil(run, order, isThere);
    return stage !== undefined && isThere(stage) ? "live" : "pending";
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error;
    return "unknown";
  }
}

const MAX_READS = 5;

/** Reads the stage until it is as expected, since a read just after a write may be stale. Returns the last seen. */
async function stageUntil(
  run: Run,
  { gateway, stageName }: DeploymentOrder,
  isExpected: (stage: StageDescription) => boolean,
): Promise<StageDescription | undefined> {
  for (let reads = 1; ; reads++) {
    const stage = await read(run, () => gateway.getStage(run.changeSet.apiId, stageName));
    if (reads === MAX_READS || (stage !== undefined && isExpected(stage))) return stage;
    await pause(run, reads, 0);
  }
}

/** A stage that went after the document was applied. Nobody is left to see what a withdrawal deleted. */
function withoutStage({ changeSet }: Run, stageName: string): Deployed {
  if (changeSet.mode === "withdraw") return { ...made("unknown", stageName), isNews: false };
  const error = {
    code: "NotFound",
    message: "The stage does not exist.",
    retryable: false,
    help: "Create the stage, or correct StageName under Deploy, and drop the document again.",
  };
  const diagnostics = [failed(changeSet, stageName, error)];
  return { deployment: { status: "failed", stageName }, diagnostics, isNews: true };
}

function failed(
  { apiId, file, deploy: asked }: ChangeSet,
  stageName: string,
  { code, message, help }: ToldError,
): Diagnostic {
  const byHand = command`aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name ${stageName}`;
  return {
    code: "SD6005",
    severity: "error",
    message: `The changes were made, but API ${apiId} could not be deployed to stage ${stageName}: ${code}. ${message}`,
    file,
    range: asked?.range ?? START_OF_TEXT,
    pointer: asked === undefined ? "" : "/Deploy/StageName",
    help: `${help} Or deploy by hand: ${commandText(byHand)}`,
  };
}
