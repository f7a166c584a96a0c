import { SUBMISSIONS } from "@specdrop/ledger/records";
import type { SubmissionRecord } from "@specdrop/ledger/submissions";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { submissionsKey } from "./keys.ts";

const KIND = "submissions";

interface SubmissionsItem extends StoredItem, SubmissionRecord {
  readonly kind: typeof KIND;
}

export async function readSubmissions(table: LedgerTable, documentId: string): Promise<SubmissionRecord | undefined> {
  const item = await table.get<SubmissionsItem>(submissionsKey(documentId));
  return item && recordIn(table, item, SUBMISSIONS);
}

/** A write that the SDK sent twice because the first answer was lost looks refused: the record then has its `turn`. */
export async function writeSubmissions(table: LedgerTable, record: SubmissionRecord): Promise<boolean> {
  const condition: DynamoExpression =
    record.version === 1
      ? { text: "attribute_not_exists(#pk)" }
      : { text: "#version = :version", values: { ":version": record.version - 1 } };
  const change = setting({ kind: KIND, ...allOf(SUBMISSIONS, record) });
  return (await table.update(submissionsKey(record.documentId), change, condition)) !== undefined;
}
