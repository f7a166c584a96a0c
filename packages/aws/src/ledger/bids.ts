import type { Bid } from "@specdrop/engine";
import { apiPartition, BID_PREFIX, bidKey, type ItemKey } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

const KIND = "bid";

interface BidItem extends ItemKey, Bid {
  readonly kind: typeof KIND;
}

export async function putBid(table: LedgerTable, bid: Bid): Promise<void> {
  await table.put(
    { ...bidKey(bid.documentId, bid.apiId), kind: KIND, ...bid },
    { text: "attribute_not_exists(#pk) OR #sequence <= :sequence", values: { ":sequence": bid.sequence } },
  );
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
  for await (const item of table.query<BidItem>(apiPartition(apiId), BID_PREFIX)) bids.push(bidOf(item));
  return bids;
}

function bidOf({ pk: _, sk: __, kind: ___, ...bid }: BidItem): Bid {
  return bid;
}
