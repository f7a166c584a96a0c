import { conflictsOf } from "@specdrop/ledger/bids";
import type { DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";

/**
 * The APIs a new revision has to converge: those it names, and those of the revision before where the document still
 * owns something, where that revision has not settled or wants what another owns, and so may yet own something, and
 * where drift is open. Where it failed too: whoever heard of the failure hears that it is over.
 */
export async function affectedApis(
  ledger: Pick<Ledger, "readDocument" | "readChangeSet" | "listOwned" | "listBids">,
  documentId: string,
  named: readonly string[],
  known?: DocumentRecord,
): Promise<readonly string[]> {
  const apiIds = new Set(named);
  const previous = (known ?? (await ledger.readDocument(documentId)))?.current;
  for (const apiId of previous?.apiIds ?? []) {
    if (apiIds.has(apiId)) continue;
    const changeSet = await ledger.readChangeSet(documentId, apiId);
    const isUnsettled = previous !== undefined && (changeSet?.settledSequence ?? 0) < previous.sequence;
    const hasFailed = changeSet?.result?.event.detailType === "ApplyFailed";
    const isDrifted = changeSet?.drift?.fingerprint !== undefined;
    if (isUnsettled || hasFailed || isDrifted || (await hasOrMayGet(ledger, documentId, apiId))) apiIds.add(apiId);
  }
  return [...apiIds];
}

/** Whether a revision asks anything of an API: it names it, or the document owns something there. */
export async function isConcerned(
  ledger: Pick<Ledger, "listOwned">,
  documentId: string,
  revision: Revision,
  apiId: string,
): Promise<boolean> {
  return revision.apiIds.includes(apiId) || (await ownsOn(ledger, documentId, apiId));
}

/** Whether the document owns something, or wants what another owns: that one may hand it over at any moment. */
async function hasOrMayGet(
  ledger: Pick<Ledger, "listOwned" | "listBids">,
  documentId: string,
  apiId: string,
): Promise<boolean> {
  // In this order: a bid is removed only once the document owns what it wants.
  const bid = (await ledger.listBids(apiId)).find((one) => one.documentId === documentId);
  const owned = await ledger.listOwned(apiId);
  if (owned.some((resource) => resource.documentId === documentId)) return true;
  return bid !== undefined && conflictsOf(documentId, bid.wishes, owned) !== "";
}

async function ownsOn(ledger: Pick<Ledger, "listOwned">, documentId: string, apiId: string): Promise<boolean> {
  const owned = await ledger.listOwned(apiId);
  return owned.some((resource) => resource.documentId === documentId);
}
