import type { Clock } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import type { SubmissionMark, SubmissionRecord, SubmissionWrite } from "@specdrop/ledger/submissions";
import { compareSubmissions, unanswered, withDeletion } from "@specdrop/ledger/submissions";
import type { ResultBus } from "../ports/ports.ts";
import type { SpecContent, SubmissionStore } from "../ports/spec-store.ts";
import { nothingToWithdraw, type SentSubject, supersededSubmission } from "../results/results.ts";
import { UNKNOWN_PROPERTIES } from "../results/unknown-properties.ts";
import type { Deed } from "./submission-turn.ts";

export interface SubmissionWritePorts {
  readonly ledger: Pick<Ledger, "readDocument" | "writeSubmissions">;
  /** Holds the documents; the S3 events of what is written here do the rest. */
  readonly store: SubmissionStore;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now">;
}

/** A submission, and where it belongs. */
export interface SentDocument {
  readonly documentId: string;
  readonly bucket: string;
  readonly key: string;
  readonly mark: SubmissionMark;
}

/** Stores the document, with what orders it as the object's metadata. */
export async function storeSubmission(
  deps: SubmissionWritePorts,
  sent: SentDocument,
  record: SubmissionRecord,
  content: Omit<SpecContent, "metadata">,
): Promise<Deed<"stored" | "superseded"> | undefined> {
  const { bucket, key, mark } = sent;
  const stored = await deps.store.read({ bucket, key });
  const there = markIn(stored?.metadata);
  // Its invocation died after it had written.
  if (there?.id === mark.id) return { outcome: "stored", record, ...writtenBefore(mark) };
  if (isLater(there, mark, record)) return { outcome: await supersedeSubmission(deps, sent), record };

  const answer = await deps.store.replace(key, stored?.source.etag, { ...content, metadata: metadataOf(mark) });
  return answer && { outcome: "stored", record, ...writtenFor(mark, answer) };
}

/** Deletes the document. The ledger knows of it first: S3's event of a deletion cannot say who asked for it. */
export async function withdrawSubmission(
  deps: SubmissionWritePorts,
  sent: SentDocument,
  record: SubmissionRecord,
): Promise<Deed<"deleted" | "unchanged" | "superseded"> | undefined> {
  const { bucket, key, mark } = sent;
  const stored = await deps.store.read({ bucket, key });
  if (stored === undefined) {
    // Its invocation died after it had deleted.
    if (record.deletes) return { outcome: "deleted", record, ...writtenBefore(mark) };
    return { outcome: await withdrawNothing(deps, sent), record };
  }
  if (isLater(markIn(stored.metadata), mark, record)) {
    return { outcome: await supersedeSubmission(deps, sent), record };
  }
  const deleting = record.deletes ? record : withDeletion(record);
  if (deleting !== record && !(await deps.ledger.writeSubmissions(deleting))) return undefined;
  const answer = await deps.store.delete(key, stored.source.etag ?? "");
  return answer && { outcome: "deleted", record: deleting, ...writtenFor(mark, answer) };
}

/**
 * Deletes what an invocation stored after a withdrawal had taken its turn: where nothing is there, S3 refuses no write. In the
 * place of a later document it would have been refused. A withdrawal that has not ended yet is answered by this deletion.
 */
export async function takeBack(
  { store, ledger }: Pick<SubmissionWritePorts, "store"> & { readonly ledger: SubmissionLedger },
  { documentId, bucket, key, mark }: SentDocument,
  record: SubmissionRecord,
): Promise<void> {
  for (let held: SubmissionRecord | undefined = record; held?.latest.kind === "withdrawn"; ) {
    const stored = await store.read({ bucket, key });
    if (markIn(stored?.metadata)?.id !== mark.id) return;
    const isKnown = held.deletes === true || held.ended.includes(held.latest.id);
    if (isKnown || (await ledger.writeSubmissions(withDeletion(held)))) {
      await store.delete(key, stored?.source.etag ?? "");
      return;
    }
    held = await ledger.readSubmissions(documentId);
  }
}

type SubmissionLedger = Pick<Ledger, "readSubmissions" | "writeSubmissions">;

/** Says that a later one is there already. */
export async function supersedeSubmission(
  deps: Pick<SubmissionWritePorts, "bus" | "clock">,
  sent: SentDocument,
): Promise<"superseded"> {
  const kind = sent.mark.kind === "withdrawn" ? "withdrawn" : "accepted";
  await deps.bus.publish([supersededSubmission(subjectOf(deps, sent, kind))]);
  return "superseded";
}

async function withdrawNothing(deps: SubmissionWritePorts, sent: SentDocument): Promise<"unchanged"> {
  const known = await deps.ledger.readDocument(sent.documentId);
  const reason =
    known === undefined
      ? "This account and source have submitted no document with this name."
      : "The document with this name was withdrawn before.";
  await deps.bus.publish([nothingToWithdraw(subjectOf(deps, sent, "withdrawn"), reason)]);
  return "unchanged";
}

function subjectOf(
  { clock }: Pick<SubmissionWritePorts, "clock">,
  { documentId, bucket, key, mark }: SentDocument,
  kind: SentSubject["kind"],
): SentSubject {
  const { correlationId, id: eventId, unknownProperties } = mark;
  return { documentId, source: { bucket, key }, correlationId, kind, eventId, now: clock.now(), unknownProperties };
}

function metadataOf(mark: SubmissionMark): Record<string, string> {
  const { correlationId, id, sentAt, sequence, unknownProperties } = mark;
  return {
    "correlation-id": correlationId,
    "event-id": id,
    "event-time": new Date(sentAt * 1000).toISOString(),
    ...(sequence === undefined ? {} : { "event-sequence": `${sequence}` }),
    ...(unknownProperties === undefined ? {} : { [UNKNOWN_PROPERTIES]: unknownProperties.join() }),
  };
}

/** Absent where the object was not written for an event, or before events were ordered. */
function markIn(metadata: Readonly<Record<string, string>> = {}): SubmissionMark | undefined {
  const {
    "event-id": id,
    "event-time": time = "",
    "event-sequence": number,
    "correlation-id": correlationId = "",
  } = metadata;
  const sentAt = Date.parse(time) / 1000;
  if (id === undefined || Number.isNaN(sentAt)) return undefined;
  const sequence = number === undefined ? {} : { sequence: Number(number) };
  return { id, kind: "submitted", sentAt, arrivedAt: 0, correlationId, ...sequence };
}

/** A ledger that was lost, or put back to an earlier state, does not know what wrote the object. */
function isLater(there: SubmissionMark | undefined, mark: SubmissionMark, record: SubmissionRecord): boolean {
  if (there === undefined || [...record.ended, ...record.displaced].includes(there.id)) return false;
  return compareSubmissions(mark, there) < 0;
}

function writtenBefore(mark: SubmissionMark) {
  return { write: { requestId: unanswered(mark.kind), ...senderIn(mark) } };
}

function writtenFor(mark: SubmissionMark, { requestId }: { readonly requestId?: string }) {
  return requestId === undefined ? {} : { write: { requestId, ...senderIn(mark) } };
}

function senderIn({ id, correlationId, unknownProperties }: SubmissionMark): Omit<SubmissionWrite, "requestId"> {
  return { id, correlationId, ...(unknownProperties === undefined ? {} : { unknownProperties }) };
}
