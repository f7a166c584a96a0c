import type { Ledger, Revision } from "@specdrop/ledger/port";
import type { SpecDocument } from "@specdrop/spec";
import { hasSettled } from "../documents/unsettled.ts";
import type { Signal, SignalQueue } from "../ports/signals.ts";

/** Tells a run whether what its document moved to another API is there: owned, and no longer only begun. */
export function successorStatus(
  ledger: Pick<Ledger, "listOwned" | "readChangeSet">,
  documentId: string,
  revision: Revision,
  document: SpecDocument | undefined,
): (logicalId: string) => Promise<"there" | "awaited" | "missing"> {
  return async (logicalId) => {
    const successor = document?.resources.find((resource) => resource.logicalId === logicalId);
    if (successor === undefined) return "there";
    const { ApiId, IntegrationId, IntegrationResponseKey } = successor;
    // Read first: what settles in between has its resources on record by then.
    const settled = (await ledger.readChangeSet(documentId, ApiId))?.settledSequence ?? 0;
    const owned = (await ledger.listOwned(ApiId)).find(
      (resource) =>
        resource.documentId === documentId &&
        resource.IntegrationId === IntegrationId &&
        resource.IntegrationResponseKey === IntegrationResponseKey,
    );
    if (owned?.identifier !== undefined && owned.pending === undefined) return "there";
    return settled >= revision.sequence ? "missing" : "awaited";
  };
}

/**
 * Signals the runs of the same revision on other APIs that may wait for what this one has just made. One that has not
 * begun will see it anyway.
 */
export async function signalWaitingRuns(
  deps: { readonly ledger: Pick<Ledger, "readChangeSet">; readonly queue: SignalQueue },
  { documentId, apiId, correlationId, invocation, nonce: before }: Signal,
  revision: Revision,
): Promise<void> {
  const by = `woken by ${revision.apiIds.indexOf(apiId)} ${invocation}`;
  const nonce = before === undefined ? by : `${by}, ${before}`;
  for (const other of revision.apiIds) {
    if (other === apiId) continue;
    const changeSet = await deps.ledger.readChangeSet(documentId, other);
    const mayWait = changeSet?.runningSequence === revision.sequence && !hasSettled(changeSet, revision.sequence);
    if (!mayWait) continue;
    const { sequence } = revision;
    await deps.queue.send({ documentId, apiId: other, sequence, cause: "woken", invocation: 0, correlationId, nonce });
  }
}
