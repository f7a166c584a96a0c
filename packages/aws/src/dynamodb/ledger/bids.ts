import type { Bid } from "@specdrop/ledger/port";
import { BID } from "@specdrop/ledger/records";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { apiPartition, BID_PREFIX, bidKey } from "./keys.ts";

const KIND = "bid";

interface BidItem extends StoredItem, Bid {
  readonly kind: typeof KIND;
}

export async function putBid(
  table: LedgerTable,
  bid: Bid,
  { unlessMet = false }: { readonly unlessMet?: boolean } = {},
): Promise<void> {
  const ofTheSame = unlessMet ? "(#sequence = :sequence AND attribute_not_exists(#met))" : "#sequence = :sequence";
  await table.update(bidKey(bid.documentId, bid.apiId), setting({ kind: KIND, ...allOf(BID, bid) }), {
    text: `attribute_not_exists(#pk) OR #sequence < :sequence OR ${ofTheSame}`,
    values: { ":sequence": bid.sequence },
  });
}

export async function removeBid(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
): Promise<void> {
  await table.delete(bidKey(documentId, apiId), {
    text: "attribute_not_exists(#pk) OR #sequence <= :sequence",
    values: { ":sequence": sequence },
  });
}

export async function listBids(table: LedgerTable, apiId: string): Promise<readonly Bid[]> {
  const bids: Bid[] = [];
  for await (const item of table.query<BidItem>(apiPartition(apiId), BID_PREFIX)) bids.push(bidOf(table, item));
  return bids;
}

function bidOf(table: LedgerTable, item: BidItem): Bid {
  return recordIn(table, item, BID);
}
