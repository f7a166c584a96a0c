import { LeaseLostError } from "@specdrop/engine/errors";
import { type Lease, leaseOf, newLease, type StoredLease } from "@specdrop/ledger/lease";
import { LEASE } from "@specdrop/ledger/records";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { recordIn, type StoredItem } from "./items.ts";
import { leaseKey } from "./keys.ts";

const KIND = "lease";

export async function acquireLease(
  table: LedgerTable,
  apiId: string,
  owner: string,
  ttlMs: number,
  now: number,
  abandoned?: Lease,
): Promise<Lease | undefined> {
  const acquired = await table.update<{ readonly fence: number }>(
    leaseKey(apiId),
    {
      text:
        "SET #kind = :kind, #apiId = :apiId, #owner = :owner, #expiresAt = :expiresAt, #renewals = :zero, " +
        "#ttlMs = :ttlMs, #fence = if_not_exists(#fence, :zero) + :one",
      values: {
        ...{ ":kind": KIND, ":apiId": apiId, ":owner": owner, ":ttlMs": ttlMs, ":zero": 0, ":one": 1 },
        ":expiresAt": now + ttlMs,
      },
    },
    mayTake(abandoned),
  );
  return acquired && newLease(apiId, owner, (acquired.before?.fence ?? 0) + 1, ttlMs, now);
}

function mayTake(abandoned: Lease | undefined): DynamoExpression {
  const free = "attribute_not_exists(#owner) OR #owner = :owner";
  if (abandoned === undefined) return { text: free };
  const { fence, renewals, expiresAt } = abandoned;
  // An older version counts no renewals.
  const isSame = renewals === 0 ? "(attribute_not_exists(#renewals) OR #renewals = :seen)" : "#renewals = :seen";
  return {
    text: `${free} OR (#fence = :fence AND #expiresAt = :seenExpiry AND ${isSame})`,
    values: { ":fence": fence, ":seen": renewals, ":seenExpiry": expiresAt },
  };
}

export async function renewLease(table: LedgerTable, lease: Lease, ttlMs: number, now: number): Promise<Lease> {
  const renewed = await table.update<StoredLease>(
    leaseKey(lease.apiId),
    {
      text: "SET #expiresAt = :expiresAt, #ttlMs = :ttlMs, #renewals = if_not_exists(#renewals, :zero) + :one",
      values: { ":expiresAt": now + ttlMs, ":ttlMs": ttlMs, ":zero": 0, ":one": 1 },
    },
    stillHeld(lease),
  );
  if (renewed === undefined) {
    throw new LeaseLostError(`${lease.owner} no longer holds the lease (fence ${lease.fence}) of API ${lease.apiId}.`);
  }
  const renewals = (renewed.before?.renewals ?? 0) + 1;
  return { ...newLease(lease.apiId, lease.owner, lease.fence, ttlMs, now), renewals };
}

/** The item stays: it counts the fences. */
export async function releaseLease(table: LedgerTable, lease: Lease): Promise<void> {
  await table.update(leaseKey(lease.apiId), { text: "REMOVE #owner, #expiresAt, #renewals, #ttlMs" }, stillHeld(lease));
}

export async function readLease(table: LedgerTable, apiId: string): Promise<Lease | undefined> {
  const item = await table.get<StoredLease & StoredItem>(leaseKey(apiId));
  return item && leaseOf(recordIn(table, item, LEASE));
}

const stillHeld = (lease: Lease): DynamoExpression => ({
  text: "#owner = :holder AND #fence = :fence",
  values: { ":holder": lease.owner, ":fence": lease.fence },
});
