import type { SubmissionRecord } from "@specdrop/engine";
import { type ItemKey, submissionsKey } from "./keys.ts";
import type { Expression, LedgerTable } from "./table.ts";

const KIND = "submissions";

interface SubmissionsItem extends ItemKey, SubmissionRecord {
  readonly kind: typeof KIND;
}

export async function readSubmissions(table: LedgerTable, documentId: string): Promise<SubmissionRecord | undefined> {
  const item = await table.get<SubmissionsItem>(submissionsKey(documentId));
  if (item === undefined) return undefined;
  const { pk: _, sk: __, kind: ___, ...record } = item;
  return record;
}

/** A write that the SDK sent twice because the first answer was lost looks refused: the record then has its `turn`. */
export function writeSubmissions(table: LedgerTable, record: SubmissionRecord): Promise<boolean> {
  const condition: Expression =
    record.version === 1
      ? { text: "attribute_not_exists(#pk)" }
      : { text: "#version = :version", values: { ":version": record.version - 1 } };
  return table.put({ ...submissionsKey(record.documentId), kind: KIND, ...record }, condition);
}
