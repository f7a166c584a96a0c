import { randomUUID } from "node:crypto";
import type { DocumentRecord, NewRevision, RecordOutcome } from "@specdrop/ledger/port";
import { DOCUMENT } from "@specdrop/ledger/records";
import { withConfirmed, withoutSuperseded, withRevision } from "@specdrop/ledger/revisions";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, recordsOf, type StoredItem, setting } from "./items.ts";
import { documentKey } from "./keys.ts";

const KIND = "document";

interface DocumentItem extends StoredItem, DocumentRecord {
  readonly kind: typeof KIND;
  /** Counts the writes: a write is refused unless it is based on the latest. */
  readonly version: number;
  /** Names the write. A request that the SDK sent twice because the first answer was lost knows itself by it. */
  readonly writeId: string;
}

export async function readDocument(table: LedgerTable, documentId: string): Promise<DocumentRecord | undefined> {
  const item = await table.get<DocumentItem>(documentKey(documentId));
  return item && recordOf(table, item);
}

export async function* listDocuments(table: LedgerTable): AsyncIterable<DocumentRecord> {
  yield* recordsOf(table.scan<DocumentItem>(KIND), (item) => recordOf(table, item));
}

export function recordRevision(
  table: LedgerTable,
  documentId: string,
  revision: NewRevision,
  basedOn?: number,
): Promise<RecordOutcome> {
  const writeId = randomUUID();
  return table.retryOnConflict<RecordOutcome>(documentId, async () => {
    const held = await table.get<DocumentItem>(documentKey(documentId));
    if (held?.writeId === writeId) {
      return { outcome: { outcome: "recorded", sequence: held.count, record: recordOf(table, held) } };
    }
    const outcome = withRevision(held && recordOf(table, held), documentId, revision, basedOn);
    if (outcome.outcome === "recorded" && !(await write(table, held, outcome.record, writeId))) return undefined;
    return { outcome };
  });
}

export function confirmRevision(
  table: LedgerTable,
  documentId: string,
  sequence: number,
  sequencer: string,
  count: number,
): Promise<boolean> {
  return table.retryOnConflict(documentId, async () => {
    const held = await table.get<DocumentItem>(documentKey(documentId));
    if (held?.count !== count) return { outcome: false };
    const before = recordOf(table, held);
    const record = withConfirmed(before, sequence, sequencer);
    const isKept = record === before || (await write(table, held, record, randomUUID()));
    return isKept ? { outcome: true } : undefined;
  });
}

export function clearSuperseded(
  table: LedgerTable,
  documentId: string,
  ...sequences: readonly number[]
): Promise<void> {
  return table.retryOnConflict(documentId, async () => {
    const held = await table.get<DocumentItem>(documentKey(documentId));
    const before = held && recordOf(table, held);
    const record = before && withoutSuperseded(before, ...sequences);
    if (record === undefined || record === before) return { outcome: undefined };
    const written = await write(table, held, record, randomUUID());
    return written ? { outcome: undefined } : undefined;
  });
}

/** `false`, and nothing written, where there is a record of the id. */
export function writeNew(table: LedgerTable, record: DocumentRecord): Promise<boolean> {
  return write(table, undefined, record, randomUUID());
}

async function write(
  table: LedgerTable,
  held: DocumentItem | undefined,
  record: DocumentRecord,
  writeId: string,
): Promise<boolean> {
  const condition: DynamoExpression =
    held === undefined
      ? { text: "attribute_not_exists(#pk)" }
      : { text: "#version = :version", values: { ":version": held.version } };
  const version = (held?.version ?? 0) + 1;
  const change = setting({ kind: KIND, version, writeId, ...allOf(DOCUMENT, record) });
  return (await table.update(documentKey(record.documentId), change, condition)) !== undefined;
}

function recordOf(table: LedgerTable, item: DocumentItem): DocumentRecord {
  return recordIn(table, item, DOCUMENT);
}
