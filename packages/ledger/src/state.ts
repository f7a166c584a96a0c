import type { NaturalKey, OwnedResource } from "@specdrop/engine";
import { formatNaturalKey, isRouteResponse } from "@specdrop/engine";
import { slotOf } from "./history.ts";
import type { HistoryEntry } from "./history-entry.ts";
import type { StoredLease } from "./lease.ts";
import type {
  Bid,
  BucketComparison,
  ChangeSetState,
  CountedWithdrawal,
  DocumentRecord,
  Suspension,
  SuspensionScope,
} from "./port.ts";
import { unknownOf } from "./records/checked.ts";
import {
  BID,
  CHANGE_SET,
  COMPARISON,
  COUNTED_WITHDRAWAL,
  DOCUMENT,
  HISTORY_ENTRY,
  LEASE,
  OWNED,
  OWNED_ROUTE_RESPONSE,
  SUBMISSIONS,
  SUSPENSION,
} from "./records/records.ts";
import { count, type Fields } from "./records/shape.ts";
import type { SubmissionRecord } from "./submissions.ts";

/** A resource's owner, and the fence of the run that wrote it. */
export type OwnershipRecord = OwnedResource & { readonly fence: number };

/** A change set, and the fence of the last run that began on it; 0 before the first. */
export interface RunRecord extends ChangeSetState {
  readonly fence: number;
}

/** An API's lease. A released one keeps its fence and loses its owner. */
export type LeaseRecord = StoredLease;

/** The record types, by the name of the table that holds them. */
export interface Records {
  documents: DocumentRecord;
  changeSets: RunRecord;
  /** Integration responses. */
  owned: OwnershipRecord;
  routeResponses: OwnershipRecord;
  leases: LeaseRecord;
  /** One for each scope at most. */
  suspensions: Suspension;
  withdrawals: CountedWithdrawal;
  submissions: SubmissionRecord;
  bids: Bid;
  /** As many as `HISTORY_LENGTH` of each document. */
  history: HistoryEntry;
  /** One at most. */
  comparisons: BucketComparison;
}

export type TableName = keyof Records;

/** A ledger as plain JSON data: each table a list, in the order of its keys. */
export type LedgerState = { readonly [Table in TableName]: readonly Records[Table][] };

/** A ledger in memory: each table by key. */
export type Tables = { readonly [Table in TableName]: Map<string, Records[Table]> };

/** One record written, or, where `record` is absent, removed. Carrying it out twice does no harm. */
export interface RecordChange {
  readonly table: TableName;
  readonly key: string;
  readonly record?: Records[TableName];
}

export const EMPTY_STATE: LedgerState = {
  documents: [],
  changeSets: [],
  owned: [],
  routeResponses: [],
  leases: [],
  suspensions: [],
  withdrawals: [],
  submissions: [],
  bids: [],
  history: [],
  comparisons: [],
};

/** A table has one kind of response only. */
function ownership<Kind>(fields: Fields<Kind>): Fields<OwnershipRecord> {
  return fields as unknown as Fields<OwnershipRecord>;
}

/** The table of a response's owner. */
export const tableOf = (resource: NaturalKey): "owned" | "routeResponses" =>
  isRouteResponse(resource) ? "routeResponses" : "owned";

/** Every record's properties: what is read is checked by them, and what they do not name is a newer version's. */
export const FIELDS: { readonly [Table in TableName]: Fields<Records[Table]> } = {
  documents: DOCUMENT,
  changeSets: { ...CHANGE_SET, fence: count },
  owned: ownership({ ...OWNED, fence: count }),
  routeResponses: ownership({ ...OWNED_ROUTE_RESPONSE, fence: count }),
  leases: LEASE,
  suspensions: SUSPENSION,
  withdrawals: COUNTED_WITHDRAWAL,
  submissions: SUBMISSIONS,
  bids: BID,
  history: HISTORY_ENTRY,
  comparisons: COMPARISON,
};

export const TABLE_NAMES = Object.keys(FIELDS) as readonly TableName[];

export const suspensionKey = (scope: SuspensionScope = "applying"): string =>
  scope === "applying" ? "suspension" : scope;

export const withdrawalKey = ({ period, documentId }: Pick<CountedWithdrawal, "period" | "documentId">): string =>
  `${period}|${documentId}`;

/** The key of the one comparison. */
export const COMPARISON_KEY = "bucket";

export const changeSetKey = (key: { readonly documentId: string; readonly apiId: string }): string =>
  `${key.apiId}|${key.documentId}`;

/** Slots sort as numbers do. */
export const historyKey = ({ documentId, sequence }: Pick<HistoryEntry, "documentId" | "sequence">): string =>
  `${documentId}|${String(slotOf(sequence)).padStart(2, "0")}`;

export const keyOf: { readonly [Table in TableName]: (record: Records[Table]) => string } = {
  documents: (record) => record.documentId,
  changeSets: changeSetKey,
  owned: formatNaturalKey,
  routeResponses: formatNaturalKey,
  leases: (record) => record.apiId,
  suspensions: ({ scope }) => suspensionKey(scope),
  withdrawals: withdrawalKey,
  submissions: (record) => record.documentId,
  bids: changeSetKey,
  history: historyKey,
  comparisons: () => COMPARISON_KEY,
};

/** Throws where two records of a table have one key. The records are copied. */
export function toTables(state: LedgerState): Tables {
  return {
    documents: indexed("documents", state.documents),
    changeSets: indexed("changeSets", state.changeSets),
    owned: indexed("owned", state.owned),
    routeResponses: indexed("routeResponses", state.routeResponses),
    leases: indexed("leases", state.leases),
    suspensions: indexed("suspensions", state.suspensions),
    withdrawals: indexed("withdrawals", state.withdrawals),
    submissions: indexed("submissions", state.submissions),
    bids: indexed("bids", state.bids),
    history: indexed("history", state.history),
    comparisons: indexed("comparisons", state.comparisons),
  };
}

function indexed<Table extends TableName>(
  table: Table,
  records: readonly Records[Table][],
): Map<string, Records[Table]> {
  const byKey = new Map<string, Records[Table]>();
  for (const record of records) {
    const key = keyOf[table](record);
    if (byKey.has(key)) throw new Error(`There are two records of ${key} in ${table}.`);
    byKey.set(key, frozenCopy(record));
  }
  return byKey;
}

/** The records are shared, and frozen. */
export function toState(tables: Tables): LedgerState {
  return {
    documents: inKeyOrder(tables.documents),
    changeSets: inKeyOrder(tables.changeSets),
    owned: inKeyOrder(tables.owned),
    routeResponses: inKeyOrder(tables.routeResponses),
    leases: inKeyOrder(tables.leases),
    suspensions: inKeyOrder(tables.suspensions),
    withdrawals: inKeyOrder(tables.withdrawals),
    submissions: inKeyOrder(tables.submissions),
    bids: inKeyOrder(tables.bids),
    history: inKeyOrder(tables.history),
    comparisons: inKeyOrder(tables.comparisons),
  };
}

function inKeyOrder<R>(records: ReadonlyMap<string, R>): R[] {
  return [...records].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, record]) => record);
}

/** A record as it is written: with what a newer version had added to the one it takes the place of. */
export function carriedOver<Table extends TableName>(
  table: Table,
  held: Records[Table] | undefined,
  record: Records[Table],
): Records[Table] {
  return { ...unknownOf(FIELDS[table], held), ...record };
}

export function put<Table extends TableName>(
  tables: Tables,
  table: Table,
  key: string,
  record: Records[Table] | undefined,
): void {
  const records: Map<string, Records[Table]> = tables[table];
  if (record === undefined) records.delete(key);
  else records.set(key, frozenCopy(record));
}

/**
 * What the ledger holds must change through the ledger only: not in a caller's hands, before or after. Records are
 * plain JSON data, which this copies several times as fast as `structuredClone`.
 */
function frozenCopy<R>(record: R): R {
  if (typeof record !== "object" || record === null) return record;
  if (Array.isArray(record)) return Object.freeze(record.map(frozenCopy)) as R;
  const copy = { ...record };
  for (const name in copy) copy[name] = frozenCopy(copy[name]);
  return Object.freeze(copy);
}
