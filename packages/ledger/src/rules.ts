import type { ClaimOutcome, OwnedResource } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine/errors";
import type { ResultEvent } from "@specdrop/events";
import { entryOf, outcomeKey } from "./history.ts";
import type { HistoryEntry } from "./history-entry.ts";
import type { Lease } from "./lease.ts";
import { isUnchanged, leaseOf, newLease } from "./lease.ts";
import { milestonesOf } from "./milestones.ts";
import type {
  Bid,
  ChangeSetState,
  DocumentRecord,
  DriftRecord,
  NewRevision,
  RecordOutcome,
  Revision,
  RunProgress,
  Suspension,
  SwitchOutcome,
} from "./port.ts";
import { withConfirmed, withoutSuperseded, withRevision } from "./revisions.ts";
import { runIdOf } from "./run-id.ts";
import type { LeaseRecord, OwnershipRecord, RunRecord } from "./state.ts";
import type { SubmissionRecord } from "./submissions.ts";

/** What a ledger method makes of the one record it is about. */
export interface Transition<R, Outcome> {
  readonly outcome: Outcome;
  /** The record as it shall be, `undefined` to remove it; absent where nothing changes. */
  readonly write?: { readonly record: R | undefined };
}

export function recordRevision(
  held: DocumentRecord | undefined,
  documentId: string,
  revision: NewRevision,
  basedOn?: number,
): Transition<DocumentRecord, RecordOutcome> {
  const outcome = withRevision(held, documentId, revision, basedOn);
  return outcome.outcome === "recorded" ? { outcome, write: { record: outcome.record } } : { outcome };
}

export function confirmRevision(
  held: DocumentRecord | undefined,
  sequence: number,
  sequencer: string,
  count: number,
): Transition<DocumentRecord, boolean> {
  if (held?.count !== count) return { outcome: false };
  const record = withConfirmed(held, sequence, sequencer);
  return record === held ? { outcome: true } : { outcome: true, write: { record } };
}

export function noteRevision(
  held: HistoryEntry | undefined,
  documentId: string,
  revision: Revision,
): Transition<HistoryEntry, boolean> {
  if (held !== undefined && held.sequence >= revision.sequence) return { outcome: false };
  return { outcome: true, write: { record: entryOf(documentId, revision) } };
}

export function noteOutcome(
  held: HistoryEntry | undefined,
  apiId: string,
  sequence: number,
  outcome: string,
): Transition<HistoryEntry, boolean> {
  if (held?.sequence !== sequence) return { outcome: false };
  const outcomes = { ...held.outcomes, [outcomeKey(apiId)]: outcome };
  return { outcome: true, write: { record: { ...held, outcomes } } };
}

export function clearSuperseded(
  held: DocumentRecord | undefined,
  sequences: readonly number[],
): Transition<DocumentRecord, undefined> {
  const record = held && withoutSuperseded(held, ...sequences);
  return record === held ? { outcome: undefined } : { outcome: undefined, write: { record } };
}

export function writeSubmissions(
  held: SubmissionRecord | undefined,
  record: SubmissionRecord,
): Transition<SubmissionRecord, boolean> {
  return record.version === (held?.version ?? 0) + 1 ? { outcome: true, write: { record } } : { outcome: false };
}

function unstarted(documentId: string, apiId: string): RunRecord {
  return { documentId, apiId, settledSequence: 0, epoch: 0, fence: 0 };
}

export function withoutFence({ fence: _, ...changeSet }: RunRecord): ChangeSetState {
  return changeSet;
}

export function beginRun(
  held: RunRecord | undefined,
  documentId: string,
  apiId: string,
  sequence: number,
  fence: number,
  runId: string,
): Transition<RunRecord, ChangeSetState> {
  const before = held ?? unstarted(documentId, apiId);
  refuseBehind(fence, before.fence, apiId);
  const isOver = before.settledSequence >= sequence && before.drift?.fingerprint === undefined;
  if (isOver) return { outcome: withoutFence(before) };
  const mark = { runningSequence: sequence, runId: runIdOf(before, sequence, runId), fence };
  return { outcome: withoutFence(before), write: { record: { ...before, ...mark } } };
}

export function checkpoint(
  held: RunRecord | undefined,
  documentId: string,
  apiId: string,
  progress: RunProgress,
  fence: number,
): Transition<RunRecord, undefined> {
  const before = held ?? unstarted(documentId, apiId);
  refuseBehind(fence, before.fence, apiId);
  return { outcome: undefined, write: { record: { ...before, progress, fence } } };
}

export function settle(
  held: RunRecord | undefined,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
  fence?: number,
): Transition<RunRecord, boolean> {
  const { runningSequence: _, runId: __, progress: ___, ...before } = held ?? unstarted(documentId, apiId);
  if (before.settledSequence >= sequence || before.result?.published === false) return { outcome: false };
  refuseBehind(fence ?? before.fence, before.fence, apiId);
  const result = { sequence, event, published: false };
  return {
    outcome: true,
    write: {
      record: { ...before, settledSequence: sequence, epoch: before.epoch + 1, result, ...milestonesOf(event) },
    },
  };
}

export function markPublished(held: RunRecord | undefined, sequence: number): Transition<RunRecord, undefined> {
  if (held?.result?.sequence !== sequence || held.result.published) return { outcome: undefined };
  return { outcome: undefined, write: { record: { ...held, result: { ...held.result, published: true } } } };
}

export function noteDrift(
  held: RunRecord | undefined,
  sequence: number,
  drift: Omit<DriftRecord, "published" | "repair">,
): Transition<RunRecord, boolean> {
  if (held === undefined) return { outcome: false };
  const { runningSequence: _, runId: __, progress: ___, ...before } = held;
  const { count = 0, fingerprint, published = true } = before.drift ?? {};
  const isNext = drift.count === count + 1 && drift.fingerprint !== fingerprint;
  if (before.settledSequence !== sequence || !isNext || !published) return { outcome: false };
  const record = {
    ...before,
    ...milestonesOf(drift.event),
    epoch: before.epoch + 1,
    drift: { ...drift, published: false },
  };
  return { outcome: true, write: { record } };
}

export function noteRepair(held: RunRecord | undefined, count: number, now: number): Transition<RunRecord, undefined> {
  if (held?.drift?.count !== count) return { outcome: undefined };
  const repair = { asked: (held.drift.repair?.asked ?? 0) + 1, at: now };
  return { outcome: undefined, write: { record: { ...held, drift: { ...held.drift, repair } } } };
}

export function markDriftPublished(held: RunRecord | undefined, count: number): Transition<RunRecord, undefined> {
  if (held?.drift?.count !== count || held.drift.published) return { outcome: undefined };
  return { outcome: undefined, write: { record: { ...held, drift: { ...held.drift, published: true } } } };
}

export function endRun(held: RunRecord | undefined, sequence: number, fence: number): Transition<RunRecord, undefined> {
  if (held?.runningSequence !== sequence || held.fence !== fence) return { outcome: undefined };
  const { runningSequence: _, runId: __, progress: ___, ...before } = held;
  return { outcome: undefined, write: { record: { ...before, epoch: before.epoch + 1 } } };
}

export function claim(
  held: OwnershipRecord | undefined,
  lease: LeaseRecord | undefined,
  resource: OwnedResource,
  fence: number,
): Transition<OwnershipRecord, ClaimOutcome> {
  refuseAfter(lease, fence);
  if (held !== undefined && held.documentId !== resource.documentId) {
    return { outcome: { claimed: false, owner: held.documentId } };
  }
  refuseBehind(fence, held?.fence ?? fence, resource.ApiId);
  return { outcome: { claimed: true }, write: { record: { ...resource, fence } } };
}

export function release(
  held: OwnershipRecord | undefined,
  lease: LeaseRecord | undefined,
  documentId: string,
  fence: number,
): Transition<OwnershipRecord, undefined> {
  refuseAfter(lease, fence);
  if (held?.documentId !== documentId) return { outcome: undefined };
  refuseBehind(fence, held.fence, held.ApiId);
  return { outcome: undefined, write: { record: undefined } };
}

export function handOver(
  held: OwnershipRecord | undefined,
  {
    resource,
    from,
    sequence,
    fence,
    lease,
    document,
  }: {
    readonly resource: OwnedResource;
    readonly from: string;
    readonly sequence: number;
    readonly fence: number;
    readonly lease: LeaseRecord | undefined;
    readonly document: DocumentRecord | undefined;
  },
): Transition<OwnershipRecord, boolean> {
  refuseAfter(lease, fence);
  if (held?.documentId === resource.documentId && held.takenFrom === from) return { outcome: true };
  const isInForce = document?.current?.sequence === sequence && document.current.kind === "accepted";
  if (held?.documentId !== from || !isInForce) return { outcome: false };
  refuseBehind(fence, held.fence, resource.ApiId);
  return { outcome: true, write: { record: { ...resource, fence } } };
}

export function putBid(
  held: Bid | undefined,
  bid: Bid,
  { unlessMet = false }: { readonly unlessMet?: boolean } = {},
): Transition<Bid, undefined> {
  if (held !== undefined && held.sequence > bid.sequence) return { outcome: undefined };
  if (unlessMet && held?.sequence === bid.sequence && held.met !== undefined) return { outcome: undefined };
  return { outcome: undefined, write: { record: bid } };
}

export function removeBid(held: Bid | undefined, sequence: number): Transition<Bid, undefined> {
  if (held === undefined || held.sequence > sequence) return { outcome: undefined };
  return { outcome: undefined, write: { record: undefined } };
}

export function reopen(held: RunRecord | undefined, sequence: number): Transition<RunRecord, boolean> {
  const isOver = held?.settledSequence === sequence && held.result?.sequence === sequence && held.result.published;
  if (held === undefined || !isOver) return { outcome: false };
  return { outcome: true, write: { record: { ...held, settledSequence: sequence - 1 } } };
}

/** The record alone cannot tell: where there is none, nothing says that a later run has been there. */
function refuseAfter(lease: LeaseRecord | undefined, fence: number): void {
  if (lease !== undefined && fence < lease.fence) {
    throw new LeaseLostError(
      `The lease of API ${lease.apiId} was given to another run since this one (fence ${fence}) began.`,
    );
  }
}

function refuseBehind(fence: number, stored: number, apiId: string): void {
  if (fence < stored) {
    throw new LeaseLostError(
      `A later run (fence ${stored}) has written to API ${apiId} since this one (${fence}) began.`,
    );
  }
}

export function acquireLease(
  held: LeaseRecord | undefined,
  apiId: string,
  owner: string,
  ttlMs: number,
  now: number,
  abandoned?: Lease,
): Transition<LeaseRecord, Lease | undefined> {
  const holder = held && leaseOf(held);
  const isAbandoned = holder !== undefined && abandoned !== undefined && isUnchanged(abandoned, holder);
  const taken = holder !== undefined && holder.owner !== owner && !isAbandoned;
  if (taken) return { outcome: undefined };
  const lease = newLease(apiId, owner, (held?.fence ?? 0) + 1, ttlMs, now);
  return { outcome: lease, write: { record: lease } };
}

export function renewLease(
  held: LeaseRecord | undefined,
  lease: Lease,
  ttlMs: number,
  now: number,
): Transition<LeaseRecord, Lease> {
  if (!isHolder(held, lease)) {
    throw new LeaseLostError(`${lease.owner} no longer holds the lease (fence ${lease.fence}) of API ${lease.apiId}.`);
  }
  const renewals = (held?.renewals ?? 0) + 1;
  const renewed = { ...newLease(lease.apiId, lease.owner, lease.fence, ttlMs, now), renewals };
  return { outcome: renewed, write: { record: renewed } };
}

export function releaseLease(held: LeaseRecord | undefined, lease: Lease): Transition<LeaseRecord, undefined> {
  if (!isHolder(held, lease)) return { outcome: undefined };
  return { outcome: undefined, write: { record: { apiId: lease.apiId, fence: lease.fence } } };
}

function isHolder(held: LeaseRecord | undefined, lease: Lease): boolean {
  return held?.owner === lease.owner && held.fence === lease.fence;
}

export function switchSuspension(
  held: Suspension | undefined,
  change: Omit<Suspension, "count" | "told">,
): Transition<Suspension, SwitchOutcome> {
  if ((held?.suspended ?? false) === change.suspended) {
    // A switch that is repeated by the same person at the same millisecond is the same one.
    const switched = held?.by === change.by && held.since === change.since;
    return { outcome: { switched, ...(held && { suspension: held }) } };
  }
  const record = { ...change, count: (held?.count ?? 0) + 1, told: false };
  return { outcome: { switched: true, suspension: record }, write: { record } };
}

export function markSuspensionAnnounced(
  held: Suspension | undefined,
  count: number,
): Transition<Suspension, undefined> {
  if (held?.count !== count || held.told) return { outcome: undefined };
  return { outcome: undefined, write: { record: { ...held, told: true } } };
}
