import { entryOf, outcomeKey } from "@specdrop/ledger/history";
import type { HistoryEntry } from "@specdrop/ledger/history-entry";
import type { Revision } from "@specdrop/ledger/port";
import { HISTORY_ENTRY } from "@specdrop/ledger/records";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { documentPartition, HISTORY_PREFIX, historyKey } from "./keys.ts";

const KIND = "revision";

/** The history's kind of a revision stands in `revisionKind`: `kind` is the item's. */
type HistoryItem = StoredItem & Omit<HistoryEntry, "kind"> & { readonly revisionKind: HistoryEntry["kind"] };

export async function noteRevision(table: LedgerTable, documentId: string, revision: Revision): Promise<boolean> {
  const { kind: revisionKind, ...entry } = allOf(HISTORY_ENTRY, entryOf(documentId, revision));
  const noted = await table.update(
    historyKey(documentId, revision.sequence),
    setting({ ...entry, kind: KIND, revisionKind }),
    {
      text: "attribute_not_exists(#sequence) OR #sequence < :sequence",
      values: { ":sequence": revision.sequence },
    },
  );
  return noted !== undefined;
}

export async function noteOutcome(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
  outcome: string,
): Promise<boolean> {
  const noted = await table.update(
    historyKey(documentId, sequence),
    {
      text: "SET #outcomes.#api = :outcome",
      names: { "#api": outcomeKey(apiId) },
      values: { ":outcome": outcome },
    },
    { text: "#sequence = :sequence", values: { ":sequence": sequence } },
  );
  return noted !== undefined;
}

export async function readHistory(table: LedgerTable, documentId: string): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const item of table.query<HistoryItem>(documentPartition(documentId), HISTORY_PREFIX)) {
    entries.push(recordOf(table, item));
  }
  return entries;
}

function recordOf(table: LedgerTable, item: HistoryItem): HistoryEntry {
  return recordIn(table, item, HISTORY_ENTRY, () => ({ ...item, kind: item.revisionKind }));
}
