import type { OwnedResource } from "@specdrop/engine";
import type { Lease } from "@specdrop/ledger/lease";
import type { ChangeSetState, DocumentRecord, Ledger, Suspension } from "@specdrop/ledger/port";
import { suspensionIn } from "@specdrop/service/policy";

/** What a ledger held at one moment, read once for all that looks at it. */
export interface LedgerView {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly documents: readonly DocumentRecord[];
  readonly changeSets: readonly ChangeSetState[];
  /** By API: of those that a document names or has a change set on. */
  readonly owned: ReadonlyMap<string, readonly OwnedResource[]>;
  /** Those that are held. */
  readonly leases: readonly Lease[];
  /** Of all applying. */
  readonly suspension?: Suspension;
  /** Of withdrawals. */
  readonly hold?: Suspension;
}

/** `now` is in epoch milliseconds. */
export async function viewLedger(ledger: Ledger, now: number): Promise<LedgerView> {
  const documents: DocumentRecord[] = [];
  for await (const record of ledger.listDocuments()) documents.push(record);
  const changeSets: ChangeSetState[] = [];
  for await (const changeSet of ledger.listChangeSets()) changeSets.push(changeSet);

  const named = documents.flatMap(({ current }) => current?.apiIds ?? []);
  const apiIds = new Set([...named, ...changeSets.map(({ apiId }) => apiId)]);
  apiIds.delete("");
  const owned = new Map<string, readonly OwnedResource[]>();
  const leases: Lease[] = [];
  for (const apiId of [...apiIds].sort()) {
    owned.set(apiId, await ledger.listOwned(apiId));
    const lease = await ledger.readLease(apiId);
    if (lease !== undefined && lease.expiresAt > now) leases.push(lease);
  }
  const suspension = await suspensionIn(ledger);
  const hold = await suspensionIn(ledger, "withdrawals");
  return { at: now, documents, changeSets, owned, leases, ...(suspension && { suspension }), ...(hold && { hold }) };
}
