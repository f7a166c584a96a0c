import { createHash } from "node:crypto";
import { isRouteResponse, type NaturalKey } from "@specdrop/engine";
import { slotOf } from "@specdrop/ledger/history";
import type { SuspensionScope } from "@specdrop/ledger/port";

/** DynamoDB's limits for keys, in bytes of UTF-8. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const PARTITION_KEY_BYTES = 2048;
const SORT_KEY_BYTES = 1024;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export const documentPartition = (documentId: string): string => partition("doc", documentId);

export const documentKey = (documentId: string): ItemKey => ({ pk: documentPartition(documentId), sk: "document" });

/** What the sort keys of all change sets begin with, hashed ones too. */
export const CHANGE_SET_PREFIX = "api";

export const changeSetKey = (documentId: string, apiId: string): ItemKey => ({
  pk: documentPartition(documentId),
  sk: sort(CHANGE_SET_PREFIX, apiId),
});

/** What the sort keys of a document's history begin with. */
export const HISTORY_PREFIX = "revision#";

/** Slots sort as numbers do. */
export const historyKey = (documentId: string, sequence: number): ItemKey => ({
  pk: documentPartition(documentId),
  sk: `${HISTORY_PREFIX}${String(slotOf(sequence)).padStart(2, "0")}`,
});

export const submissionsKey = (documentId: string): ItemKey => ({
  pk: partition("doc", documentId),
  sk: "submissions",
});

export const apiPartition = (apiId: string): string => partition("api", apiId);

/** What the sort keys of all integration responses begin with, hashed ones too. */
export const RESPONSE_PREFIX = "response";

/** What the sort keys of all responses of routes begin with. An older version asks for no such items, and lets them be. */
export const ROUTE_PREFIX = "route";

export const responseKey = (response: NaturalKey): ItemKey => ({
  pk: apiPartition(response.ApiId),
  sk: isRouteResponse(response)
    ? sort(ROUTE_PREFIX, response.RouteId)
    : sort(RESPONSE_PREFIX, `${response.IntegrationId}|${response.IntegrationResponseKey}`),
});

/** What the sort keys of all bids begin with, hashed ones too. */
export const BID_PREFIX = "bid";

export const bidKey = (documentId: string, apiId: string): ItemKey => ({
  pk: apiPartition(apiId),
  sk: sort(BID_PREFIX, documentId),
});

export const leaseKey = (apiId: string): ItemKey => ({ pk: apiPartition(apiId), sk: "lease" });

/** One for the whole ledger and each scope. */
export const suspensionKey = (scope: SuspensionScope = "applying"): ItemKey => ({
  pk: "operations",
  sk: scope === "applying" ? "suspension" : scope,
});

/** How far the comparison of the bucket with the ledger has come. */
export const comparisonKey: ItemKey = { pk: "operations", sk: "comparison" };

/** How many responses there were at the last count. */
export const ownedCountKey: ItemKey = { pk: "operations", sk: "owned" };

/** What the sort keys of all counted withdrawals begin with, hashed ones too. */
export const WITHDRAWAL_PREFIX = "doc";

export const withdrawalPartition = (period: number): string => `withdrawals#${period}`;

export const withdrawalKey = (period: number, documentId: string): ItemKey => ({
  pk: withdrawalPartition(period),
  sk: sort(WITHDRAWAL_PREFIX, documentId),
});

const partition = (prefix: string, value: string): string => fitting(prefix, value, PARTITION_KEY_BYTES);
const sort = (prefix: string, value: string): string => fitting(prefix, value, SORT_KEY_BYTES);

/** `prefix#value`, or a digest of the value where that is too long. The two cannot be mistaken for each other. */
function fitting(prefix: string, value: string, maxBytes: number): string {
  const key = `${prefix}#${value}`;
  if (Buffer.byteLength(key) <= maxBytes) return key;
  return `${prefix}/sha256#${createHash("sha256").update(value).digest("hex")}`;
}
