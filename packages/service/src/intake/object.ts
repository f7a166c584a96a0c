import type { DocumentSource } from "@specdrop/events";
import type { Origin } from "@specdrop/ledger/history-entry";
import type { DocumentRecord, Revision } from "@specdrop/ledger/port";
import { submissionBehind, writerBehind } from "@specdrop/ledger/submissions";
import { originOf, withdrawalOrigin } from "../documents/authorship.ts";
import type { DocumentChange, Standing } from "../documents/change.ts";
import { documentIdOf } from "../documents/identity.ts";
import { ignoredBecause, isSpecKey, submittingAccount } from "../documents/keys.ts";
import { DEFAULT_GRACE_MS } from "../policy/grace.ts";
import { logAbout } from "../ports/log.ts";
import type { ObjectRef, SpecStore, StoredSpec } from "../ports/spec-store.ts";
import { correlationIdsOf } from "../results/history.ts";
import { supersedeUnread } from "../results/superseded.ts";
import { readUnknownProperties } from "../results/unknown-properties.ts";
import { type Acceptance, type AcceptPorts, acceptDocument, isRecorded, withdrawDocument } from "./accept.ts";
import type { ObjectEvent } from "./object-event.ts";

export interface IntakePorts extends AcceptPorts {
  readonly store: SpecStore;
}

/** Nothing was to be done: not a spec, or the change changes nothing. */
export type Intake = Acceptance | { readonly outcome: "ignored" };

const IGNORED: Intake = { outcome: "ignored" };

/** Takes in what S3 says happened to an object. */
export async function intakeObjectEvent(deps: IntakePorts, event: ObjectEvent): Promise<Intake> {
  if (!isSpecKey(event.key)) {
    const because = event.kind === "created" ? ignoredBecause(event.key) : undefined;
    deps.log.info("Not a spec document", { bucket: event.bucket, key: event.key, ...(because && { because }) });
    return IGNORED;
  }
  if (event.kind === "created") return takeCreated(deps, event);
  const removedOneVersion = event.versionId !== undefined && event.deletionType === "Permanently Deleted";
  return removedOneVersion ? takeVersionRemoved(deps, event) : takeDeleted(deps, event);
}

/** A delete marker that was removed before its event came: the object is the one that is known, and stays in force. */
async function takeDeleted(deps: IntakePorts, event: ObjectEvent): Promise<Intake> {
  const change = removalOf(deps, await submittedChange(deps, event), event);
  if (event.versionId === undefined) return withdrawDocument(deps, change);
  const record = await deps.ledger.readDocument(change.documentId);
  const isNews = record !== undefined && record.head.kind !== "withdrawn" && !isRecorded(record, event.sequencer);
  const stored = isNews ? await deps.store.read({ bucket: event.bucket, key: event.key }) : undefined;
  if (!isNews || stored === undefined || asKnown(record, stored) === undefined) return withdrawDocument(deps, change);
  deps.log.info("The delete marker was removed", { documentId: change.documentId });
  await supersedeUnread(deps, change, "withdrawn");
  return { outcome: "superseded", diagnostics: [], omitted: 0 };
}

async function takeCreated(deps: IntakePorts, event: ObjectEvent): Promise<Intake> {
  const stored = await deps.store.read(refOf(event));
  return stored === undefined ? takeGone(deps, event) : acceptStored(deps, event, stored);
}

/** The object was overwritten or deleted before it was read: the event that says so is on its way. */
async function takeGone(deps: IntakePorts, event: ObjectEvent): Promise<Intake> {
  const change = await submittedChange(deps, event);
  const record = await deps.ledger.readDocument(change.documentId);
  const log = logAbout(deps.log, { documentId: change.documentId, correlationId: change.correlationId });
  log.info("The object is gone or overwritten; a newer event will follow");
  if (record !== undefined && (isRecorded(record, event.sequencer) || wasFound(record, event))) return IGNORED;
  await supersedeUnread(deps, change, "accepted");
  return { outcome: "superseded", diagnostics: [], omitted: 0 };
}

/**
 * One version of a versioned object was removed for good. If it was not the newest, nothing changes; if it was, the
 * one before is the object now; if it was a delete marker, the object is back.
 */
async function takeVersionRemoved(deps: IntakePorts, event: ObjectEvent): Promise<Intake> {
  const change = removalOf(deps, changeOf(event), event);
  for (;;) {
    const record = await deps.ledger.readDocument(change.documentId);
    const stored = await deps.store.read({ bucket: event.bucket, key: event.key });
    const known = record !== undefined && !isRecorded(record, event.sequencer) ? asKnown(record, stored) : undefined;
    if (record === undefined || known === undefined) {
      return stored === undefined ? withdrawDocument(deps, change) : acceptStored(deps, event, stored);
    }
    // The creation of what was removed may have been read, and not recorded so far: it must not displace what is there.
    if (await isConfirmed(deps, record, known, event)) {
      deps.log.info("A version that is not in force was removed", { documentId: change.documentId });
      return IGNORED;
    }
  }
}

/** `false` where a revision was recorded meanwhile. */
async function isConfirmed(
  { ledger }: IntakePorts,
  { documentId, count }: DocumentRecord,
  { sequence }: Revision,
  { sequencer }: ObjectEvent,
): Promise<boolean> {
  return sequencer === undefined || (await ledger.confirmRevision(documentId, sequence, sequencer, count));
}

/** A deletion, as the bucket shows it where the ledger cannot tell. */
function removalOf(deps: IntakePorts, change: DocumentChange, { writer }: ObjectEvent): DocumentChange {
  const { bucket, key } = change.source;
  return {
    ...change,
    origin: withdrawalOrigin(key, writer),
    async standing({ head }) {
      if ((await deps.store.read({ bucket, key })) !== undefined) return "past";
      return head.kind === "withdrawn" ? head : "news";
    },
  };
}

/** Likewise for a state of the object. */
async function standingOf(
  { store }: IntakePorts,
  { bucket, key, versionId, etag }: DocumentSource,
  known: DocumentRecord,
): Promise<Standing> {
  const now = await store.read({ bucket, key });
  if (now === undefined || now.source.versionId !== versionId || now.source.etag !== etag) return "past";
  const revision = asKnown(known, now);
  return revision === undefined || isDroppedSince(revision, now) ? "news" : revision;
}

/**
 * Without versions, a text that was dropped once more looks as it did before: only when it was written tells. What the
 * sweep found had been there for some minutes by then, so that clocks which differ a little make no difference. A state
 * that an event brought has that event's sequencer, which tells it from this one.
 */
function isDroppedSince({ seenAt, sequencer }: Revision, { source, modifiedAt }: StoredSpec): boolean {
  if (source.versionId !== undefined || modifiedAt === undefined) return false;
  return sequencer !== undefined || modifiedAt > seenAt - DEFAULT_GRACE_MS / 2;
}

/** Whether the sweep found the state that an event tells of, and it was overwritten since. */
function wasFound({ head, current, overtaken }: DocumentRecord, { versionId, etag }: ObjectEvent): boolean {
  return [head, current, ...overtaken].some(
    (known) =>
      known?.foundAfter !== undefined &&
      known.kind !== "withdrawn" &&
      known.source.etag === etag &&
      (versionId === undefined || known.source.versionId === versionId),
  );
}

/** The revision that has the object as it is, if one of those that count has. */
function asKnown({ head, current }: DocumentRecord, stored: StoredSpec | undefined): Revision | undefined {
  if (stored === undefined) return head.kind === "withdrawn" ? head : undefined;
  const { versionId, etag } = stored.source;
  return [current, head].find(
    (known) =>
      known !== undefined &&
      known.kind !== "withdrawn" &&
      known.source.versionId === versionId &&
      known.source.etag === etag,
  );
}

async function acceptStored(deps: IntakePorts, event: ObjectEvent, stored: StoredSpec): Promise<Acceptance> {
  const sender = await senderOf(deps, event, stored);
  const written = stored.metadata["correlation-id"];
  const given = sender ?? written;
  const change = changeOf(event);
  const unknownProperties = given === written ? readUnknownProperties(stored.metadata) : undefined;
  const origin = await writtenOrigin(deps, change.documentId, event, stored);
  return acceptDocument(deps, {
    ...change,
    origin,
    ...(unknownProperties && { unknownProperties }),
    ...(event.kind === "deleted" ? { removal: change } : {}),
    source: { ...stored.source, ...requesterOf(event) },
    async standing(known) {
      const standing = await standingOf(deps, stored.source, known);
      // Somebody has sent the same text since, and that is what was found.
      const isAnothers = typeof standing === "object" && sender !== undefined && sender !== standing.correlationId;
      return isAnothers ? "past" : standing;
    },
    body: stored.body,
    correlationId: given === undefined || given === "" ? change.correlationId : given,
  });
}

function writtenOrigin(
  { ledger }: IntakePorts,
  documentId: string,
  { key, reason, writer }: ObjectEvent,
  { metadata }: StoredSpec,
): Promise<Origin> {
  const earlier = () => correlationIdsOf(ledger, documentId);
  return originOf({ documentId, key, metadata, earlier, ...(reason && { reason }), ...(writer && { writer }) });
}

/**
 * Without versions the same text may have been sent again since, and the metadata are the later sender's. The correlation
 * id of whoever the event goes back to, where that is on record.
 */
async function senderOf(
  { ledger }: IntakePorts,
  event: ObjectEvent,
  { metadata }: StoredSpec,
): Promise<string | undefined> {
  if (event.versionId !== undefined || submittingAccount(event.key) === undefined) return undefined;
  const held = await ledger.readSubmissions(documentIdOf(event.bucket, event.key));
  return writerBehind(held, event.requestId, metadata["correlation-id"]);
}

/** Who wrote a version that an earlier event was about, this event does not know. */
function requesterOf({ kind, requester }: ObjectEvent): { readonly requester?: string } {
  return kind === "created" && requester !== undefined ? { requester } : {};
}

/** Behind what happens to an object below `events/` stands a submission, and the result is its sender's. */
async function submittedChange({ ledger }: IntakePorts, event: ObjectEvent): Promise<DocumentChange> {
  const change = changeOf(event);
  if (submittingAccount(event.key) === undefined) return change;
  const held = await ledger.readSubmissions(change.documentId);
  const kind = event.kind === "deleted" ? "withdrawn" : "submitted";
  const sent = submissionBehind(held, kind, event.requestId);
  if (sent === undefined) return change;
  const { correlationId, unknownProperties } = sent;
  return { ...change, correlationId, isSubmission: true, ...(unknownProperties && { unknownProperties }) };
}

/** An event's time is in whole seconds. */
const SECOND_MS = 1_000;

function changeOf(event: ObjectEvent): DocumentChange {
  const { bucket, key, versionId, etag, sequencer, requestId, requester, id, time } = event;
  return {
    documentId: documentIdOf(bucket, key),
    source: {
      bucket,
      key,
      ...(versionId === undefined ? {} : { versionId }),
      ...(etag === undefined ? {} : { etag }),
      ...(requester === undefined ? {} : { requester }),
    },
    correlationId: requestId ?? id,
    eventTime: time === undefined ? Number.POSITIVE_INFINITY : time + SECOND_MS,
    ...(sequencer === undefined ? {} : { sequencer }),
  };
}

function refOf(event: ObjectEvent): ObjectRef {
  return changeOf(event).source;
}
