import type { BucketComparison } from "@specdrop/ledger/port";
import { COMPARISON } from "@specdrop/ledger/records";
import { ALWAYS } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { comparisonKey } from "./keys.ts";

const KIND = "comparison";

export async function readComparison(table: LedgerTable): Promise<BucketComparison | undefined> {
  const item = await table.get<BucketComparison & StoredItem>(comparisonKey);
  return item && recordIn(table, item, COMPARISON);
}

export async function writeComparison(table: LedgerTable, comparison: BucketComparison): Promise<void> {
  await table.update(comparisonKey, setting({ kind: KIND, ...allOf(COMPARISON, comparison) }), ALWAYS);
}
