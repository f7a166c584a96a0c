import { LeaseLostError } from "@specdrop/engine/errors";
import type { Bid, RenameOutcome, Renaming } from "@specdrop/ledger/port";
import { renamedRecord, renameStep } from "@specdrop/ledger/renaming";
import type { LedgerTable } from "../table.ts";
import { readDocument, writeNew } from "./documents.ts";
import type { StoredItem } from "./items.ts";
import {
  apiPartition,
  BID_PREFIX,
  bidKey,
  CHANGE_SET_PREFIX,
  changeSetKey,
  documentKey,
  documentPartition,
  HISTORY_PREFIX,
  historyKey,
  type ItemKey,
  leaseKey,
  RESPONSE_PREFIX,
  ROUTE_PREFIX,
} from "./keys.ts";

/** An item of a change set or a bid: both stand under a document's id and an API's. */
type Moving = StoredItem & Pick<Bid, "documentId" | "apiId"> & Readonly<Record<string, unknown>>;

/**
 * Each step can be done again, and the new record is there, marked, before anything moves: what was cut off goes on where
 * it is called again.
 */
export async function renameDocument(
  table: LedgerTable,
  renaming: Renaming,
  key: string,
  fences: ReadonlyMap<string, number>,
): Promise<RenameOutcome> {
  const { from, to } = renaming;
  const step = renameStep(renaming, await readDocument(table, from), await readDocument(table, to));
  if (step === "taken" || step === "unknown") return step;
  if (step === "begin" && !(await begin(table, renaming, key))) return "taken";

  for await (const item of table.query<Moving>(documentPartition(from), CHANGE_SET_PREFIX)) {
    await move(table, item, changeSetKey(to, item.apiId), to);
  }
  for await (const item of table.query<Moving & { readonly sequence: number }>(
    documentPartition(from),
    HISTORY_PREFIX,
  )) {
    await move(table, item, historyKey(to, item.sequence), to);
  }
  for (const [apiId, fence] of fences) {
    for await (const item of table.query<Moving>(apiPartition(apiId), BID_PREFIX)) {
      if (item.documentId === from) await move(table, item, bidKey(to, apiId), to);
    }
    await moveOwned(table, renaming, apiId, fence);
  }
  await table.delete(documentKey(from), { text: "#renaming.#to = :to", values: { ":to": to } });
  const isOurs = { text: "#renaming.#from = :from", values: { ":from": from } };
  await table.update(documentKey(to), { text: "REMOVE #renaming" }, isOurs);
  return "renamed";
}

/** The mark counts as a write of the record, so that none that was read before it is written any more. */
async function begin(table: LedgerTable, renaming: Renaming, key: string): Promise<boolean> {
  const mark = {
    text: "SET #renaming = :renaming, #version = #version + :one",
    values: { ":renaming": renaming, ":one": 1 },
  };
  await table.update(documentKey(renaming.from), mark, { text: "attribute_exists(#pk)" });
  const held = await readDocument(table, renaming.from);
  return held !== undefined && (await writeNew(table, renamedRecord(held, renaming, key)));
}

/** With all its attributes, those of a newer version too. */
async function move(table: LedgerTable, item: Moving, key: ItemKey, documentId: string): Promise<void> {
  await table.put({ ...item, ...key, documentId }, { text: "attribute_not_exists(#pk)" });
  await table.delete(
    { pk: item.pk, sk: item.sk },
    { text: "#documentId = :from", values: { ":from": item.documentId } },
  );
}

async function* ownedOn(table: LedgerTable, apiId: string): AsyncIterable<Moving> {
  for (const prefix of [RESPONSE_PREFIX, ROUTE_PREFIX]) yield* table.query<Moving>(apiPartition(apiId), prefix);
}

async function moveOwned(table: LedgerTable, { from, to }: Renaming, apiId: string, fence: number): Promise<void> {
  const guard = {
    key: leaseKey(apiId),
    condition: { text: "attribute_not_exists(#fence) OR #fence <= :lease", values: { ":lease": fence } },
  };
  for await (const { pk, sk, documentId } of ownedOn(table, apiId)) {
    if (documentId !== from) continue;
    await table.retryOnConflict(sk, async () => {
      const written = await table.updateGuarded(
        { pk, sk },
        { text: "SET #documentId = :to, #fence = :fence", values: { ":to": to, ":fence": fence } },
        { text: "#documentId = :from AND #fence <= :fence", values: { ":from": from, ":fence": fence } },
        guard,
      );
      if (written === "contended") return undefined;
      if (written === "written") return { outcome: undefined };
      const held = await table.get<Moving>({ pk, sk });
      // A request that the SDK sent twice because the first answer was lost.
      if (held?.documentId === to) return { outcome: undefined };
      throw new LeaseLostError(`Another run has written to API ${apiId} since this one (fence ${fence}) began.`);
    });
  }
}
