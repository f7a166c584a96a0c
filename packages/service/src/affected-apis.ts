import type { DocumentRecord, Ledger, Revision } from "./ports.ts";

/**
 * The APIs a new revision has to converge: those it names, and those of the revision before where the document still
 * owns something, where that revision has not settled, and so may yet own something, and where drift is open.
 */
export async function affectedApis(
  ledger: Pick<Ledger, "readDocument" | "readChangeSet" | "listOwned">,
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
    if (isUnsettled || changeSet?.drift?.fingerprint !== undefined || (await ownsOn(ledger, documentId, apiId)))
      apiIds.add(apiId);
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

async function ownsOn(ledger: Pick<Ledger, "listOwned">, documentId: string, apiId: string): Promise<boolean> {
  const owned = await ledger.listOwned(apiId);
  return owned.some((resource) => resource.documentId === documentId);
}
