import type { ResultEvent } from "@specdrop/events";
import { formatOutcome, HISTORY_LENGTH, revisionsIn } from "@specdrop/ledger/history";
import type { DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import { RecordTooLargeError } from "@specdrop/ledger/records/checked";
import { NO_API } from "./no-api.ts";

export type HistoryLedger = Pick<Ledger, "readDocument" | "noteRevision" | "noteOutcome">;

/** Puts the revisions after `after` into the history, as soon as they are recorded. */
export async function keepRevisions(
  ledger: Pick<Ledger, "noteRevision">,
  record: DocumentRecord,
  after: number,
): Promise<void> {
  for (const revision of revisionsIn(record)) {
    if (revision.sequence > after) await noteRevision(ledger, record, revision);
  }
}

/**
 * Before these leave the document's record, which they do in no other way: so a crash after they were recorded loses
 * none. What was recorded before there was a history may have its results already.
 */
export async function keepOvertaken(
  ledger: HistoryLedger & Pick<Ledger, "readChangeSet">,
  record: DocumentRecord,
): Promise<void> {
  const { documentId } = record;
  for (const revision of record.overtaken) {
    if (!(await noteRevision(ledger, record, revision))) continue;
    for (const apiId of revision.apiIds.length === 0 ? [NO_API] : revision.apiIds) {
      const result = (await ledger.readChangeSet(documentId, apiId))?.result;
      if (result?.sequence === revision.sequence) {
        await unlessTooLarge(ledger.noteOutcome(documentId, apiId, revision.sequence, formatOutcome(result.event)));
      }
    }
  }
}

async function noteRevision(
  ledger: Pick<Ledger, "noteRevision">,
  { documentId, count }: DocumentRecord,
  revision: Revision,
): Promise<boolean> {
  if (revision.sequence <= count - HISTORY_LENGTH) return false;
  return (await unlessTooLarge(ledger.noteRevision(documentId, revision))) ?? false;
}

/** Before a result is marked as published: what a crash leaves out is made up for by whoever publishes it again. */
export async function keepOutcome(
  ledger: HistoryLedger,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
): Promise<void> {
  const note = () => unlessTooLarge(ledger.noteOutcome(documentId, apiId, sequence, formatOutcome(event)));
  if ((await note()) !== false) return;
  const record = await ledger.readDocument(documentId);
  const revision = record && revisionsIn(record).find((one) => one.sequence === sequence);
  if (record === undefined || revision === undefined) return;
  if (await noteRevision(ledger, record, revision)) await note();
}

/** History holds nothing up: a revision on thousands of APIs may have more results than an item takes. */
async function unlessTooLarge<T>(noted: Promise<T>): Promise<T | undefined> {
  try {
    return await noted;
  } catch (error) {
    if (error instanceof RecordTooLargeError) return undefined;
    throw error;
  }
}

/** Of the revisions that a document's history has. */
export async function correlationIdsOf(
  ledger: Pick<Ledger, "readHistory">,
  documentId: string,
): Promise<ReadonlySet<string>> {
  return new Set((await ledger.readHistory(documentId)).map(({ correlationId }) => correlationId));
}
