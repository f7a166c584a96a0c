import type { BucketComparison } from "@specdrop/ledger/port";
import { COMPARISON } from "@specdrop/ledger/records";
import { ALWAYS } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { recordIn, type StoredItem } from "./items.ts";
import { comparisonKey } from "./keys.ts";

const KIND = "comparison";

export async function readComparison(table: LedgerTable): Promise<BucketComparison | undefined> {
  const item = await table.get<BucketComparison & StoredItem>(comparisonKey);
  if (item === undefined) return undefined;
  const { after, missing } = item;
  return recordIn(table, item, COMPARISON, () => ({ ...(after === undefined ? {} : { after }), missing }));
}

export async function writeComparison(table: LedgerTable, { after, missing }: BucketComparison): Promise<void> {
  const text = "SET #kind = :kind, #missing = :missing";
  const change =
    after === undefined
      ? { text: `${text} REMOVE #after`, values: { ":kind": KIND, ":missing": missing } }
      : { text: `${text}, #after = :after`, values: { ":kind": KIND, ":missing": missing, ":after": after } };
  await table.update(comparisonKey, change, ALWAYS);
}
