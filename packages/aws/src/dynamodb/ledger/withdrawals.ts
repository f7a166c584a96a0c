import type { CountedWithdrawal } from "@specdrop/ledger/port";
import { COUNTED_WITHDRAWAL } from "@specdrop/ledger/records";
import { ALWAYS } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { ownedCountKey, WITHDRAWAL_PREFIX, withdrawalKey, withdrawalPartition } from "./keys.ts";

const KIND = "withdrawal";
const COUNT_KIND = "owned";
/** Nobody asks for it by then: DynamoDB deletes the item some time after (the table's time to live). */
const KEPT_MS = 24 * 3_600_000;
/** A count of everything reads the whole table: while documents are withdrawn by the hundred, one has to do for all. */
const COUNT_LASTS_MS = 10 * 60_000;

/** One item for each: withdrawals that come by the hundred do not stand in each other's way. */
export async function noteWithdrawal(table: LedgerTable, withdrawal: CountedWithdrawal): Promise<void> {
  const { documentId, at, period } = withdrawal;
  const forgetAt = Math.ceil((at + KEPT_MS) / 1_000);
  const change = setting({ kind: KIND, ...allOf(COUNTED_WITHDRAWAL, withdrawal), forgetAt });
  await table.update(withdrawalKey(period, documentId), change, ALWAYS);
}

export async function listWithdrawals(
  table: LedgerTable,
  period: number,
  since: number,
): Promise<readonly CountedWithdrawal[]> {
  const found: CountedWithdrawal[] = [];
  for await (const item of table.query<CountedWithdrawal & StoredItem>(
    withdrawalPartition(period),
    WITHDRAWAL_PREFIX,
  )) {
    const record = recordIn(table, item, COUNTED_WITHDRAWAL, () => ({ ...item, period }));
    if (item.at >= since) found.push(record);
  }
  return found;
}

export async function countOwned(table: LedgerTable, now: number): Promise<number> {
  const counted = await table.get<{ readonly responses: number; readonly at: number }>(ownedCountKey);
  if (counted !== undefined && Math.abs(now - counted.at) < COUNT_LASTS_MS) return counted.responses;
  let responses = 0;
  for await (const _ of table.scan("response")) responses += 1;
  await table.update(
    ownedCountKey,
    {
      text: "SET #kind = :kind, #responses = :responses, #at = :at",
      values: { ":kind": COUNT_KIND, ":responses": responses, ":at": now },
    },
    ALWAYS,
  );
  return responses;
}
