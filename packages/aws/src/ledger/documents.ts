import { randomUUID } from "node:crypto";
import type { ItemKey } from "./keys.ts";
import { documentKey } from "./keys.ts";
import type { DocumentRecord, NewRevision, RecordOutcome, Revision } from "./records.ts";
import type { Expression, LedgerTable } from "./table.ts";
import { contend } from "./table.ts";

const KIND = "document";

interface DocumentItem extends ItemKey, DocumentRecord {
  readonly kind: typeof KIND;
  /** Counts the writes: a write is refused unless it is based on the latest. */
  readonly version: number;
  /** Names the write. A request that the SDK sent twice because the first answer was lost knows itself by it. */
  readonly writeId: string;
}

export async function readDocument(table: LedgerTable, documentId: string): Promise<DocumentRecord | undefined> {
  const item = await table.get<DocumentItem>(documentKey(documentId));
  return item && recordOf(item);
}

export async function* listDocuments(table: LedgerTable): AsyncIterable<DocumentRecord> {
  for await (const item of table.scan<DocumentItem>(KIND)) yield recordOf(item);
}

export function recordRevision(table: LedgerTable, documentId: string, revision: NewRevision): Promise<RecordOutcome> {
  const writeId = randomUUID();
  return contend<RecordOutcome>(documentId, async () => {
    const held = await table.get<DocumentItem>(documentKey(documentId));
    if (held?.writeId === writeId) return { outcome: { outcome: "recorded", record: recordOf(held) } };
    const age = ageAgainst(held?.head, revision);
    if (held !== undefined && age !== "newer") return { outcome: { outcome: age, record: recordOf(held) } };
    const record = withRevision(held, documentId, revision);
    if (!(await write(table, held, record, writeId))) return undefined;
    return { outcome: { outcome: "recorded", record } };
  });
}

export function clearOvertaken(table: LedgerTable, documentId: string, sequence: number): Promise<void> {
  return contend(documentId, async () => {
    const held = await table.get<DocumentItem>(documentKey(documentId));
    const overtaken = held?.overtaken.filter((revision) => revision.sequence > sequence) ?? [];
    if (held === undefined || overtaken.length === held.overtaken.length) return { outcome: undefined };
    const written = await write(table, held, { ...recordOf(held), overtaken }, randomUUID());
    return written ? { outcome: undefined } : undefined;
  });
}

function write(
  table: LedgerTable,
  held: DocumentItem | undefined,
  record: DocumentRecord,
  writeId: string,
): Promise<boolean> {
  const condition: Expression =
    held === undefined
      ? { text: "attribute_not_exists(#pk)" }
      : { text: "#version = :version", values: { ":version": held.version } };
  const version = (held?.version ?? 0) + 1;
  return table.put({ ...documentKey(record.documentId), kind: KIND, version, writeId, ...record }, condition);
}

function recordOf({ documentId, head, current, overtaken }: DocumentItem): DocumentRecord {
  return { documentId, head, ...(current && { current }), overtaken };
}

/**
 * Sequencers as S3 orders them: the shorter padded with zeros on the right, then as text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function ageAgainst(head: Revision | undefined, revision: NewRevision): "newer" | "repeated" | "stale" {
  if (head?.sequencer === undefined || revision.sequencer === undefined) return "newer";
  const length = Math.max(head.sequencer.length, revision.sequencer.length);
  const held = head.sequencer.padEnd(length, "0");
  const offered = revision.sequencer.padEnd(length, "0");
  if (offered === held) return "repeated";
  return offered > held ? "newer" : "stale";
}

function withRevision(held: DocumentRecord | undefined, documentId: string, revision: NewRevision): DocumentRecord {
  const head: Revision = { ...revision, sequence: (held?.head.sequence ?? 0) + 1 };
  const current = head.kind === "rejected" ? held?.current : head;
  const overtaken = [...(held?.overtaken ?? [])];
  if (head.kind !== "rejected" && held?.current) overtaken.push(held.current);
  return { documentId, head, ...(current && { current }), overtaken };
}
