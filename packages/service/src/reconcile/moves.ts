import type { Ledger, Revision } from "@specdrop/ledger/port";
import type { SpecDocument } from "@specdrop/spec";
import type { Signal, SignalQueue } from "../ports/signals.ts";

/** Tells a run whether what its document moved to another API is there: owned, and no longer only begun. */
export function whereaboutsIn(
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
 * Parts of a run count from 0. One that another run asks for counts on from that run's part, by steps that are longer
 * than any run and differ between APIs: SQS must not take two of them for one.
 */
const WOKEN = 1_000_000;

/**
 * Signals the runs of the same revision on other APIs that may wait for what this one has just made. One that has not
 * begun will see it anyway.
 */
export async function wakeWaiting(
  deps: { readonly ledger: Pick<Ledger, "readChangeSet">; readonly queue: SignalQueue },
  { documentId, apiId, correlationId, part }: Signal,
  revision: Revision,
): Promise<void> {
  const place = revision.apiIds.indexOf(apiId);
  for (const other of revision.apiIds) {
    if (other === apiId) continue;
    const changeSet = await deps.ledger.readChangeSet(documentId, other);
    const mayWait = changeSet?.runningSequence === revision.sequence && changeSet.settledSequence < revision.sequence;
    if (!mayWait) continue;
    const { sequence } = revision;
    const woken = part + WOKEN * (place + 1);
    await deps.queue.send({ documentId, apiId: other, sequence, part: woken, correlationId });
  }
}
