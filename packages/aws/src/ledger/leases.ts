import type { Lease } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine";
import { leaseKey } from "./keys.ts";
import type { Expression, LedgerTable } from "./table.ts";

const KIND = "lease";

export async function acquireLease(
  table: LedgerTable,
  apiId: string,
  owner: string,
  ttlMs: number,
  now: number,
): Promise<Lease | undefined> {
  const expiresAt = now + ttlMs;
  const acquired = await table.update<{ readonly fence: number }>(
    leaseKey(apiId),
    {
      text:
        "SET #kind = :kind, #apiId = :apiId, #owner = :owner, #expiresAt = :expiresAt, " +
        "#fence = if_not_exists(#fence, :zero) + :one",
      values: { ":kind": KIND, ":apiId": apiId, ":owner": owner, ":expiresAt": expiresAt, ":zero": 0, ":one": 1 },
    },
    { text: "attribute_not_exists(#owner) OR #owner = :owner OR #expiresAt <= :now", values: { ":now": now } },
  );
  return acquired && { apiId, owner, fence: (acquired.before?.fence ?? 0) + 1, expiresAt };
}

export async function renewLease(table: LedgerTable, lease: Lease, ttlMs: number, now: number): Promise<Lease> {
  const expiresAt = now + ttlMs;
  const renewed = await table.update(
    leaseKey(lease.apiId),
    { text: "SET #expiresAt = :expiresAt", values: { ":expiresAt": expiresAt } },
    stillHeld(lease),
  );
  if (renewed === undefined) {
    throw new LeaseLostError(`${lease.owner} no longer holds the lease (fence ${lease.fence}) of API ${lease.apiId}.`);
  }
  return { apiId: lease.apiId, owner: lease.owner, fence: lease.fence, expiresAt };
}

/** The item stays: it counts the fences. */
export async function releaseLease(table: LedgerTable, lease: Lease): Promise<void> {
  await table.update(leaseKey(lease.apiId), { text: "REMOVE #owner, #expiresAt" }, stillHeld(lease));
}

export async function readLease(table: LedgerTable, apiId: string): Promise<Lease | undefined> {
  const item = await table.get<Partial<Lease>>(leaseKey(apiId));
  const { owner, fence, expiresAt } = item ?? {};
  return owner === undefined || fence === undefined || expiresAt === undefined
    ? undefined
    : { apiId, owner, fence, expiresAt };
}

const stillHeld = (lease: Lease): Expression => ({
  text: "#owner = :holder AND #fence = :fence",
  values: { ":holder": lease.owner, ":fence": lease.fence },
});
