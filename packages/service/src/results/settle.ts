import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, Ledger } from "@specdrop/ledger/port";
import type { ResultBus } from "../ports/ports.ts";
import { type HistoryLedger, keepOutcome } from "./history.ts";

const MAX_TRIES = 10;

interface SettlePorts {
  readonly ledger: Pick<Ledger, "readChangeSet" | "settle" | "markPublished"> & HistoryLedger;
  readonly bus: ResultBus;
}

/** Publishes the stored result that a crash left unpublished, if there is one. Returns the change set as it was. */
export async function publishOwed(
  deps: SettlePorts,
  documentId: string,
  apiId: string,
): Promise<ChangeSetState | undefined> {
  const changeSet = await deps.ledger.readChangeSet(documentId, apiId);
  const stored = changeSet?.result;
  if (stored !== undefined && !stored.published) {
    await deps.bus.publish([stored.event]);
    await keepOutcome(deps.ledger, documentId, apiId, stored.sequence, stored.event);
    await deps.ledger.markPublished(documentId, apiId, stored.sequence);
  }
  return changeSet;
}

/**
 * Writes the terminal result of a revision on one API, publishes it and marks it published, in this order; a result
 * still owed goes first. `false` if the revision, or a later one, has its result already. Throws `LeaseLostError`, as
 * the ledger does.
 */
export async function settleAndPublish(
  deps: SettlePorts,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
  /** The lease's, of the run that tells it. */
  fence?: number,
): Promise<boolean> {
  // The ledger refuses while an earlier result is unpublished, and another process may write one in between.
  for (let tries = 1; ; tries++) {
    const changeSet = await publishOwed(deps, documentId, apiId);
    if (changeSet !== undefined && changeSet.settledSequence >= sequence) return false;
    if (await deps.ledger.settle(documentId, apiId, sequence, event, fence)) break;
    if (tries === MAX_TRIES) throw new Error(`Others keep settling ${documentId} on API ${apiId}`);
  }
  await deps.bus.publish([event]);
  await keepOutcome(deps.ledger, documentId, apiId, sequence, event);
  await deps.ledger.markPublished(documentId, apiId, sequence);
  return true;
}
