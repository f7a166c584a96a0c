import { memoryLedger } from "@specdrop/ledger/memory";
import type { Ledger } from "@specdrop/ledger/port";
import { EMPTY_STATE, tableOf } from "@specdrop/ledger/state";
import { mapSideBySide } from "./lanes.ts";

const READS_AT_ONCE = 10;

/**
 * A copy in memory of what a ledger knows of some documents, and of all that concerns the APIs where they are or will be:
 * what is written to it is forgotten.
 */
export async function snapshotOf(
  ledger: Ledger,
  documentIds: readonly string[],
  namedApis: readonly string[],
): Promise<Ledger> {
  const records = await read(documentIds, (documentId) => ledger.readDocument(documentId));
  const before = records.flatMap(({ current, overtaken }) => [current, ...overtaken]);
  const apiIds = [...new Set([...namedApis, ...before.flatMap((revision) => revision?.apiIds ?? [])])];
  const owned = (await read(apiIds, (apiId) => ledger.listOwned(apiId))).flat();
  const bids = (await read(apiIds, (apiId) => ledger.listBids(apiId))).flat();
  const others = new Set([...owned, ...bids].map(({ documentId }) => documentId));
  for (const documentId of documentIds) others.delete(documentId);
  const otherRecords = await read([...others], (documentId) => ledger.readDocument(documentId));
  const parts = records.flatMap(({ documentId }) => apiIds.map((apiId) => ({ documentId, apiId })));
  const changeSets = await read(parts, ({ documentId, apiId }) => ledger.readChangeSet(documentId, apiId));
  const ownership = owned.map((resource) => ({ ...resource, fence: 0 }));
  return memoryLedger({
    ...EMPTY_STATE,
    documents: [...records, ...otherRecords],
    changeSets: changeSets.map((changeSet) => ({ ...changeSet, fence: 0 })),
    owned: ownership.filter((record) => tableOf(record) === "owned"),
    routeResponses: ownership.filter((record) => tableOf(record) === "routeResponses"),
    bids,
  });
}

async function read<Key, Value>(
  keys: readonly Key[],
  one: (key: Key) => Promise<Value | undefined>,
): Promise<readonly Value[]> {
  return (await mapSideBySide(keys, READS_AT_ONCE, one)).filter((value) => value !== undefined);
}
