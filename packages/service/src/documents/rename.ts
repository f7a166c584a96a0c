import type { Ledger, RenameOutcome, Renaming } from "@specdrop/ledger/port";
import { DEFAULT_LEASE_TTL_MS, underLease } from "../reconcile/lease.ts";

type RenamePorts = Omit<Parameters<typeof underLease>[0], "ledger"> & { readonly ledger: Ledger };

/**
 * Gives a document another id in the ledger; nothing in AWS is touched. It holds the lease of every API that the document
 * is about meanwhile: throws `LeaseHeldError` where a run has one. What was cut off goes on where it is called again.
 */
export async function renameDocument(
  deps: RenamePorts,
  renaming: Renaming,
  { key, owner }: { readonly key: string; readonly owner: string },
): Promise<RenameOutcome> {
  const fences = new Map<string, number>();
  const deadline = deps.clock.now();
  const withLeases = async ([apiId, ...rest]: readonly string[]): Promise<RenameOutcome> => {
    if (apiId === undefined) return deps.ledger.renameDocument(renaming, key, fences);
    return underLease(deps, { apiId, owner, ttlMs: DEFAULT_LEASE_TTL_MS, deadline }, ({ fence }) => {
      fences.set(apiId, fence);
      return withLeases(rest);
    });
  };
  return withLeases(await apisOf(deps.ledger, renaming));
}

/** Every API that anything of the document is about, under either id; in order, so that two renames do not wait for each other. */
async function apisOf(ledger: Ledger, { from, to }: Renaming): Promise<readonly string[]> {
  const apiIds = new Set<string>();
  for (const documentId of [from, to]) {
    const record = await ledger.readDocument(documentId);
    const revisions = record === undefined ? [] : [record.head, record.current, ...record.overtaken];
    for (const revision of revisions) for (const apiId of revision?.apiIds ?? []) apiIds.add(apiId);
  }
  for await (const { documentId, apiId } of ledger.listChangeSets()) {
    if ((documentId === from || documentId === to) && apiId !== "") apiIds.add(apiId);
  }
  return [...apiIds].sort();
}
