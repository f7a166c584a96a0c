import type { ClaimOutcome, OwnedResource } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetRecord, DocumentRecord, Lease, NewRevision, RecordOutcome, Revision } from "@specdrop/service";
import type { LeaseRecord, OwnershipRecord, RunRecord } from "./state.ts";

/** What a ledger method makes of the one record it is about. */
export interface Transition<R, Outcome> {
  readonly outcome: Outcome;
  /** The record as it shall be, `undefined` to remove it; absent where nothing changes. */
  readonly write?: { readonly record: R | undefined };
}

/**
 * Negative where `left` is the older. As S3 says: pad the shorter with zeros on the right, then compare as text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function compareSequencers(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  const a = left.padEnd(length, "0");
  const b = right.padEnd(length, "0");
  return a === b ? 0 : a < b ? -1 : 1;
}

export function recordRevision(
  held: DocumentRecord | undefined,
  documentId: string,
  revision: NewRevision,
): Transition<DocumentRecord, RecordOutcome> {
  if (held?.head.sequencer !== undefined && revision.sequencer !== undefined) {
    const age = compareSequencers(revision.sequencer, held.head.sequencer);
    if (age <= 0) return { outcome: { outcome: age === 0 ? "repeated" : "stale", record: held } };
  }
  const head: Revision = { ...revision, sequence: (held?.head.sequence ?? 0) + 1 };
  const record = head.kind === "rejected" ? withRejected(held, documentId, head) : withCurrent(held, documentId, head);
  return { outcome: { outcome: "recorded", record }, write: { record } };
}

function withRejected(held: DocumentRecord | undefined, documentId: string, head: Revision): DocumentRecord {
  return held === undefined ? { documentId, head, overtaken: [] } : { ...held, head };
}

function withCurrent(held: DocumentRecord | undefined, documentId: string, head: Revision): DocumentRecord {
  const before = held?.overtaken ?? [];
  const overtaken = held?.current === undefined ? before : [...before, held.current];
  return { documentId, head, current: head, overtaken };
}

export function clearOvertaken(
  held: DocumentRecord | undefined,
  sequence: number,
): Transition<DocumentRecord, undefined> {
  const left = held?.overtaken.filter((revision) => revision.sequence > sequence);
  if (held === undefined || left?.length === held.overtaken.length) return { outcome: undefined };
  return { outcome: undefined, write: { record: { ...held, overtaken: left ?? [] } } };
}

function unstarted(documentId: string, apiId: string): RunRecord {
  return { documentId, apiId, settledSequence: 0, epoch: 0, fence: 0 };
}

export function withoutFence({ fence: _, ...changeSet }: RunRecord): ChangeSetRecord {
  return changeSet;
}

export function beginRun(
  held: RunRecord | undefined,
  documentId: string,
  apiId: string,
  sequence: number,
  fence: number,
): Transition<RunRecord, ChangeSetRecord> {
  const before = held ?? unstarted(documentId, apiId);
  refuseBehind(fence, before.fence, apiId);
  return { outcome: withoutFence(before), write: { record: { ...before, runningSequence: sequence, fence } } };
}

export function settle(
  held: RunRecord | undefined,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
): Transition<RunRecord, boolean> {
  const { runningSequence: _, ...before } = held ?? unstarted(documentId, apiId);
  if (before.settledSequence >= sequence || before.result?.published === false) return { outcome: false };
  const result = { sequence, event, published: false };
  return {
    outcome: true,
    write: { record: { ...before, settledSequence: sequence, epoch: before.epoch + 1, result } },
  };
}

export function markPublished(held: RunRecord | undefined, sequence: number): Transition<RunRecord, undefined> {
  if (held?.result?.sequence !== sequence || held.result.published) return { outcome: undefined };
  return { outcome: undefined, write: { record: { ...held, result: { ...held.result, published: true } } } };
}

export function claim(
  held: OwnershipRecord | undefined,
  resource: OwnedResource,
  fence: number,
): Transition<OwnershipRecord, ClaimOutcome> {
  if (held !== undefined && held.documentId !== resource.documentId) {
    return { outcome: { claimed: false, owner: held.documentId } };
  }
  refuseBehind(fence, held?.fence ?? fence, resource.ApiId);
  return { outcome: { claimed: true }, write: { record: { ...resource, fence } } };
}

export function release(
  held: OwnershipRecord | undefined,
  documentId: string,
  fence: number,
): Transition<OwnershipRecord, undefined> {
  if (held?.documentId !== documentId) return { outcome: undefined };
  refuseBehind(fence, held.fence, held.ApiId);
  return { outcome: undefined, write: { record: undefined } };
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
): Transition<LeaseRecord, Lease | undefined> {
  const taken = held?.owner !== undefined && held.owner !== owner && (held.expiresAt ?? 0) > now;
  if (taken) return { outcome: undefined };
  const lease = { apiId, owner, fence: (held?.fence ?? 0) + 1, expiresAt: now + ttlMs };
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
  const renewed = { apiId: lease.apiId, owner: lease.owner, fence: lease.fence, expiresAt: now + ttlMs };
  return { outcome: renewed, write: { record: renewed } };
}

export function releaseLease(held: LeaseRecord | undefined, lease: Lease): Transition<LeaseRecord, undefined> {
  if (!isHolder(held, lease)) return { outcome: undefined };
  return { outcome: undefined, write: { record: { apiId: lease.apiId, fence: lease.fence } } };
}

function isHolder(held: LeaseRecord | undefined, lease: Lease): boolean {
  return held?.owner === lease.owner && held.fence === lease.fence;
}
