import {
  converge,
  type Gateway,
  type Outcome,
  type Progress,
  planChanges,
  type RequestRate,
  type RunChangeSet,
} from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, Revision, RunProgress } from "@specdrop/ledger/port";
import { randomId, runIdOf } from "@specdrop/ledger/run-id";
import { isConcerned } from "../documents/affected-apis.ts";
import { type Asked, endBidOf, hasFailed as hasFailedIn, keepBid } from "../documents/bids.ts";
import { changeSetOf } from "../documents/change-set.ts";
import { type Declared, readRevision } from "../documents/content.ts";
import { operationIdOf } from "../documents/identity.ts";
import { remarksAbout } from "../documents/remarks-about.ts";
import { hasSettled } from "../documents/unsettled.ts";
import { endRepair, openDriftFor } from "../drift/repair.ts";
import { isAllowed } from "../policy/allowed-apis.ts";
import { holdOn } from "../policy/breaker.ts";
import { noLongerAllowed } from "../policy/not-allowed.ts";
import { type RemovalHold, removalHold } from "../policy/removal-hold.ts";
import { suspensionIn, tellSuspension, tellWaiting } from "../policy/suspension.ts";
import { logAbout } from "../ports/log.ts";
import type { RunPorts } from "../ports/run-ports.ts";
import type { DelayedQueue, Signal } from "../ports/signals.ts";
import { lastDeployment } from "../results/last-deployment.ts";
import { converged, failedUntouched, unreadable } from "../results/results.ts";
import { awaitPublished, settleAndPublish } from "../results/settle.ts";
import { endSuperseded, endSupersededOn } from "../results/superseded.ts";
import { storeWhole } from "../results/whole-result.ts";
import { handOverFrom } from "./hand-over.ts";
import { assertProgress } from "./interrupted.ts";
import { DEFAULT_LEASE_TTL_MS, type HeldLease, underLease } from "./lease.ts";
import { signalWaitingRuns, successorStatus } from "./moves.ts";
import { type ProgressBus, progressReports } from "./progress.ts";
import { notingFailure } from "./run-failure.ts";
import { wakeBidders } from "./wake-bidders.ts";

export interface ReconcilePorts extends RunPorts {
  /** Without it nobody is told how far a long run is. */
  readonly progress?: ProgressBus;
  /** Without it nothing around the responses is checked, and nothing is deployed. */
  readonly gateway?: Gateway;
  /** The account's for deployments. */
  readonly deploymentRate?: RequestRate;
  /** Without it a run whose removals have to wait goes on when the sweep signals it. */
  readonly delayedQueue?: DelayedQueue;
}

export interface RunBudget {
  /** Epoch milliseconds: nothing is asked of AWS after it, and nothing waited for. */
  readonly deadline: number;
  /** Asked before each change, and while another run's lease is watched: nothing more is begun once it says yes. */
  readonly stop?: () => boolean;
  /** Names this run among all that ever compete for a lease. */
  readonly owner: string;
}

/** What came of a signal. */
export type Reconciliation =
  | { readonly outcome: "settled"; readonly event: ResultEvent }
  /** A drift was repaired, and its end told. */
  | { readonly outcome: "repaired"; readonly event: ResultEvent }
  /** The time was up; the run goes on with another signal. */
  | { readonly outcome: "interrupted" }
  /** Nothing was left to do, or a newer revision does it. */
  | {
      readonly outcome: "idle";
      readonly reason:
        | "unknown"
        | "settled"
        | "unconcerned"
        | "gone"
        | "superseded"
        | "unrepaired"
        | "waiting"
        /** Applying is suspended: once it is resumed, the sweep signals what is unfinished. */
        | "suspended"
        /** Too many documents were withdrawn at once: once somebody lets them go, the sweep signals it. */
        | "held";
    };

/**
 * Converges one API to the revision of a document that is in force, whichever signal asked for it. Throws
 * `LeaseHeldError` or `LeaseLostError` where another run has the API, `RunInterruptedError` where the run got nowhere, and
 * whatever makes AWS or the ledger unreachable: the signal is to be delivered again.
 */
export async function reconcile(deps: ReconcilePorts, signal: Signal, budget: RunBudget): Promise<Reconciliation> {
  const { documentId, apiId, correlationId } = signal;
  const operationId = operationIdOf(documentId, signal.sequence);
  const scoped = { ...deps, log: logAbout(deps.log, { documentId, apiId, correlationId, operationId }) };
  const ttlMs = deps.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS;
  const lease = { apiId, ttlMs, ...budget };
  const suspension = await tellSuspension(scoped);
  if (suspension !== undefined) await tellWaiting(scoped, signal, suspension, deps.clock.now());
  const reconciliation: Reconciliation =
    suspension === undefined
      ? await underLease(scoped, lease, (held) =>
          notingFailure(scoped, signal, held, () => run(scoped, signal, budget, held)),
        )
      : { outcome: "idle", reason: "suspended" };
  scoped.log.info("Reconciled", summaryOf(reconciliation));
  return reconciliation;
}

async function run(deps: ReconcilePorts, signal: Signal, budget: RunBudget, lease: HeldLease): Promise<Reconciliation> {
  const { documentId, apiId } = signal;
  const record = await deps.ledger.readDocument(documentId);
  const revision = record?.current;
  if (record === undefined || revision === undefined) return { outcome: "idle", reason: "unknown" };

  const begunAt = deps.clock.now();
  const changeSet = await awaitPublished(deps, documentId, apiId);
  const drifted = openDriftFor(signal, changeSet, revision);
  const isSettled = hasSettled(changeSet, revision.sequence);
  if (isSettled && drifted === undefined) {
    // The run that settled it may have died just after that.
    await endBid(deps, signal, revision, { hasFailed: hasFailedIn(changeSet, revision), fence: lease.fence });
    return { outcome: "idle", reason: "settled" };
  }
  if (!(await isConcerned(deps.ledger, documentId, revision, apiId))) return { outcome: "idle", reason: "unconcerned" };
  const hold = await removalHold(deps, documentId, revision);
  if (hold?.reason === "held") {
    // By the time that it could be applied, all that was withdrawn with it is counted: the notice says how much it is.
    if (hold.until === undefined) await tellSuspension(deps, "withdrawals");
    const others = (await deps.ledger.listBids(apiId)).filter((bid) => bid.documentId !== documentId);
    if (others.length === 0) {
      await signalAwaited(deps, signal, revision, { hold, lease, leaving: new Set() });
      return { outcome: "idle", reason: "held" };
    }
  }

  await endSupersededOn(deps, record, apiId);
  const declared = await readRevision(deps.store, documentId, revision);
  if (declared === undefined) {
    // Overwritten by a document that was rejected, whichever came in first; otherwise the event that explains it is on its way.
    const isOverwritten = record.head.sequence !== revision.sequence;
    if (isOverwritten) await endSuperseded(deps, documentId, apiId, revision);
    return { outcome: "idle", reason: "gone" };
  }
  const fresh = randomId(deps.random);
  const begun = await deps.ledger.beginRun(documentId, apiId, revision.sequence, lease.fence, fresh);
  if (hasSettled(begun, revision.sequence) && drifted === undefined) {
    // Somebody ended the revision just now: nothing of it may be applied any more.
    return { outcome: "idle", reason: "superseded" };
  }
  const runId = runIdOf(begun, revision.sequence, fresh);
  const event = isAllowed(deps.allowedApis, revision.source.key, apiId)
    ? await convergeRevision(deps, signal, { revision, declared, begun: { ...begun, runId }, budget, lease, hold })
    : await forbid(deps, signal, revision, declared, runId);
  if (event === "interrupted") {
    const { deliveries: _, ...fresh } = signal;
    const invocation = signal.invocation + 1;
    await deps.queue.send({ ...fresh, sequence: revision.sequence, cause: "continued", invocation });
    return { outcome: "interrupted" };
  }
  if (event === "waiting") return { outcome: "idle", reason: hold?.reason ?? "waiting" };

  if (drifted !== undefined) {
    const told = await endRepair(deps, drifted, revision, { event, fence: lease.fence, begunAt });
    return told === undefined ? { outcome: "idle", reason: "unrepaired" } : { outcome: "repaired", event: told };
  }
  const hasFailed = event.detailType === "ApplyFailed";
  if (hasFailed) await noteBid(deps, signal, revision, declared, { isBlocked: true });
  const stored = await storeWhole(deps.store, event);
  const isOurs = await settleAndPublish(deps, documentId, apiId, revision.sequence, stored, lease.fence);
  await signalWaitingRuns(deps, signal, revision);
  await endBid(deps, signal, revision, { hasFailed, fence: lease.fence, asked: askedIn(declared) });
  return isOurs ? { outcome: "settled", event: stored } : { outcome: "idle", reason: "superseded" };
}

/** Nothing is wanted any more by who has got it, and those who met it as an owner may run again. */
async function endBid(
  deps: ReconcilePorts,
  { documentId, apiId }: Signal,
  revision: Revision,
  { hasFailed, fence, asked }: { readonly hasFailed: boolean; readonly fence: number; readonly asked?: Asked },
): Promise<void> {
  const bids = await deps.ledger.listBids(apiId);
  const own = bids.find((bid) => bid.documentId === documentId);
  const now = deps.clock.now();
  if (!hasFailed) await endBidOf(deps.ledger, own, { documentId, apiId, revision, asked, now });
  await wakeBidders(deps, { documentId, apiId }, bids, fence);
}

/** What the revision wants and may not have is remembered, also where its run fails for another reason. */
async function noteBid(
  deps: ReconcilePorts,
  { documentId, apiId }: Signal,
  revision: Revision,
  declared: Declared,
  how: { readonly isBlocked: boolean },
): Promise<void> {
  const asked = askedIn(declared);
  await keepBid(deps.ledger, { documentId, apiId, revision, asked, now: deps.clock.now() }, how);
}

/** What is only planned asks for nothing. */
function askedIn(declared: Declared): Asked {
  return declared.mode === "apply" ? declared.document : { resources: [] };
}

/** The result of a run that must not be made. */
async function forbid(
  deps: ReconcilePorts,
  { documentId, apiId }: Signal,
  revision: Revision,
  declared: Declared,
  runId: string,
): Promise<ResultEvent> {
  const resources = "document" in declared ? declared.document.resources : [];
  const place = { documentId, apiId, key: revision.source.key };
  const diagnostics = await noLongerAllowed(deps.ledger, deps.allowedApis, place, resources);
  return failedUntouched({ documentId, revision, now: deps.clock.now(), runId }, apiId, diagnostics);
}

/** A run that has begun. */
interface BegunRun {
  readonly revision: Revision;
  readonly declared: Declared;
  readonly begun: ChangeSetState & { readonly runId: string };
  readonly budget: RunBudget;
  readonly lease: HeldLease;
  readonly hold: RemovalHold | undefined;
}

/** The result of the run, unless its time was up before it had one, or it waits for what another API's run is to make. */
async function convergeRevision(
  deps: ReconcilePorts,
  signal: Signal,
  { revision, declared, begun, budget, lease, hold }: BegunRun,
): Promise<ResultEvent | "interrupted" | "waiting"> {
  const { documentId, apiId } = signal;
  const subject = () => ({ documentId, revision, now: deps.clock.now(), runId: begun.runId });
  if (declared.mode === "unreadable") return unreadable(subject(), apiId, declared.remarks);

  const handOver = handOverFrom(deps, documentId, lease.fence);
  const resumed = begun.runningSequence === revision.sequence;
  const asked = await changeSetOf(deps.ledger, {
    bidderFor: handOver.bidderFor,
    documentId,
    apiId,
    apiIds: revision.apiIds,
    lastDeployment: lastDeployment(begun),
    declared,
  });
  const changeSet: RunChangeSet = {
    ...asked,
    sequence: revision.sequence,
    epoch: begun.epoch,
    runId: begun.runId,
    resumed,
    afterAnother: lease.isInherited,
    ...(begun.progress?.sequence === revision.sequence ? { removedBefore: begun.progress.removed } : {}),
  };
  const known = begun.progress?.sequence === revision.sequence ? begun.progress : undefined;
  const note = progressNotes(deps, changeSet, lease, known);
  const reports = progressReports(deps, signal, revision, known);
  const halt = suspensionWatch(deps, documentId, revision, hold?.reason === "held");
  const within = {
    deadline: budget.deadline,
    stop: () => halt.isDue() || (budget.stop?.() ?? false),
    handOver,
  };
  const planning = () =>
    (deps.plan ?? planChanges)(asked, deps, { ...within, resumed, afterAnother: lease.isInherited });
  const converging = () =>
    (deps.converge ?? converge)(changeSet, deps, {
      ...within,
      fence: lease.fence,
      holdLease: lease.hold,
      holdsRemovals: hold !== undefined,
      whereabouts: successorStatus(
        deps.ledger,
        documentId,
        revision,
        "document" in declared ? declared.document : undefined,
      ),
      onChange: async ({ logicalId, action, status }, progress) => {
        const { ended, total } = progress;
        deps.log.info("Change ended", { logicalId, action, status, ended, total });
        await note.progress(progress);
        await reports.changed(status, progress);
        await halt.look();
      },
    });
  let outcome: Outcome;
  try {
    outcome = await (declared.mode === "plan" ? planning() : converging());
  } finally {
    await reports.stop();
  }
  if (outcome.status === "interrupted" || outcome.status === "waiting") {
    await note.latest();
    assertProgress(apiId, outcome.interruption);
    const hasMade = outcome.changes.some(({ action, status }) => action !== "none" && status === "succeeded");
    // Runs whose removals are held wait for their own time: they would only wake each other until then.
    if (outcome.status === "waiting" && hasMade && hold === undefined) await signalWaitingRuns(deps, signal, revision);
    const isBlocked = outcome.status === "waiting" && handOver.leaving.size > 0;
    if (isBlocked || outcome.status === "interrupted") await noteBid(deps, signal, revision, declared, { isBlocked });
    if (outcome.changes.some(({ handedTo }) => handedTo !== undefined))
      await wakeBidders(deps, signal, await deps.ledger.listBids(apiId), lease.fence);
    if (outcome.status === "waiting") await signalAwaited(deps, signal, revision, { hold, lease, ...handOver });
    return outcome.status;
  }
  const remarks = remarksAbout(declared.remarks, "document" in declared ? declared.document.resources : [], apiId);
  return converged(subject(), apiId, declared.mode, overall(outcome, changeSet), remarks);
}

/** What a run waits for: the time at which its removals may go on, and those who are about to let go of what it wants. */
async function signalAwaited(
  { ledger, queue, delayedQueue, clock }: ReconcilePorts,
  { documentId, apiId, correlationId }: Signal,
  { sequence }: Revision,
  awaited: {
    readonly hold: RemovalHold | undefined;
    readonly lease: HeldLease;
    readonly leaving: ReadonlySet<string>;
  },
): Promise<void> {
  const now = clock.now();
  const { until } = awaited.hold ?? {};
  if (until !== undefined) {
    const why = { cause: "woken", invocation: 0, nonce: `due ${now}` } as const;
    const due = { documentId, apiId, sequence, ...why, correlationId };
    await delayedQueue?.send(due, Math.max(0, until - now));
  }
  for (const owner of awaited.leaving) {
    const current = (await ledger.readDocument(owner))?.current;
    if (current === undefined) continue;
    const why = { cause: "woken", invocation: 0, nonce: `wanted ${awaited.lease.fence}` } as const;
    const { sequence: theirs, correlationId: id } = current;
    await queue.send({ documentId: owner, apiId, sequence: theirs, ...why, correlationId: id });
  }
}

const NOTE_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 5_000;

/** Lets the ledger know how far the run is, now and then, and where it was when its time was up. */
function progressNotes(
  { ledger, clock }: Pick<ReconcilePorts, "ledger" | "clock">,
  { documentId, apiId, sequence }: RunChangeSet,
  { fence }: HeldLease,
  known: RunProgress | undefined,
): { readonly progress: (progress: Progress) => Promise<void>; readonly latest: () => Promise<void> } {
  let noted = clock.now();
  let unnoted: Progress | undefined;
  const latest = async () => {
    if (unnoted === undefined) return;
    await ledger.checkpoint(
      documentId,
      apiId,
      { ...unnoted, sequence, ...(known?.failure && { failure: known.failure }) },
      fence,
    );
    noted = clock.now();
    unnoted = undefined;
  };
  const progress = async (made: Progress) => {
    unnoted = made;
    if (clock.now() - noted >= NOTE_EVERY_MS) await latest();
  };
  return { progress, latest };
}

/** Has a run end early, as if its time were up, when applying is suspended meanwhile, or withdrawals are held. */
function suspensionWatch(
  { ledger, clock, log }: Pick<ReconcilePorts, "ledger" | "clock" | "log">,
  documentId: string,
  revision: Revision,
  /** It removes nothing, so a hold on withdrawals does not concern it. */
  isHeldAnyway: boolean,
) {
  let looked = clock.now();
  let suspended = false;
  return {
    isDue: () => suspended,
    async look() {
      if (suspended || clock.now() - looked < LOOK_EVERY_MS) return;
      looked = clock.now();
      const isHeld = !isHeldAnyway && (await holdOn(ledger, documentId, revision)) !== undefined;
      suspended = isHeld || (await suspensionIn(ledger)) !== undefined;
      if (suspended) log.warn("Applying was suspended; the run ends early");
    },
  };
}

/** What an earlier run over this revision changed, the last one finds as it should be: that is not "unchanged". */
function overall(outcome: Outcome, { resumed }: RunChangeSet): Outcome {
  return resumed && outcome.status === "unchanged" ? { ...outcome, status: "succeeded" } : outcome;
}

function summaryOf(reconciliation: Reconciliation): Readonly<Record<string, unknown>> {
  if (!("event" in reconciliation)) return reconciliation;
  const { detailType, detail } = reconciliation.event;
  const { summary, durationMs } = detail.data;
  return { outcome: reconciliation.outcome, detailType, eventId: detail.metadata.id, summary, durationMs };
}
