import type { Clock } from "@specdrop/engine";
import type { DocumentChange } from "./accept.ts";
import type { DocumentRecord, Ledger, ResultBus, Revision } from "./ports.ts";
import { superseded, supersededUnread } from "./results.ts";
import { settleAndPublish } from "./settle.ts";

interface OvertakenDependencies {
  readonly ledger: Pick<Ledger, "readChangeSet" | "settle" | "markPublished" | "clearOvertaken">;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now">;
}

/** The change set of results that concern no API: a rejected document, or one that asks nothing. */
export const NO_API = "";

/** Every revision ends in a result on each of its APIs, one that no run will take up any more too. */
export async function settleOvertaken(
  deps: OvertakenDependencies,
  documentId: string,
  overtaken: readonly Revision[],
): Promise<void> {
  for (const revision of overtaken) {
    const apiIds = revision.apiIds.length === 0 ? [NO_API] : revision.apiIds;
    for (const apiId of apiIds) await endSuperseded(deps, documentId, apiId, revision);
  }
}

/** The same on one API only, for a run that is about to settle a later revision there. */
export async function settleOvertakenOn(
  deps: OvertakenDependencies,
  { documentId, overtaken }: DocumentRecord,
  apiId: string,
): Promise<void> {
  for (const revision of overtaken) {
    if (revision.apiIds.includes(apiId)) await endSuperseded(deps, documentId, apiId, revision);
  }
}

/**
 * In a bucket without versions a rejected document overwrites the accepted one. Where no run has read that yet, none
 * will: the revision in force ends here, and what it would have changed stays as it is.
 */
export async function settleOverwritten(
  deps: OvertakenDependencies,
  { documentId, head, current }: DocumentRecord,
): Promise<void> {
  if (current?.kind !== "accepted" || head.source.versionId !== undefined) return;
  for (const apiId of current.apiIds) {
    const changeSet = await deps.ledger.readChangeSet(documentId, apiId);
    if (changeSet?.runningSequence !== current.sequence) await endSuperseded(deps, documentId, apiId, current);
  }
}

/** Ends a revision on one API that no run will take up any more, unless it has ended already. */
export async function endSuperseded(
  deps: OvertakenDependencies,
  documentId: string,
  apiId: string,
  revision: Revision,
): Promise<void> {
  const event = superseded({ documentId, revision, now: deps.clock.now() }, apiId);
  await settleAndPublish(deps, documentId, apiId, revision.sequence, event);
}

/** To be called once nothing is left to do for them. */
export async function clearOvertaken(
  deps: OvertakenDependencies,
  { documentId, overtaken }: DocumentRecord,
): Promise<void> {
  const last = overtaken.at(-1);
  if (last !== undefined) await deps.ledger.clearOvertaken(documentId, last.sequence);
}

/** Tells that a change came too late to be recorded at all. */
export async function supersedeUnread(
  { bus, clock }: Pick<OvertakenDependencies, "bus" | "clock">,
  change: DocumentChange,
  kind: Revision["kind"],
): Promise<void> {
  await bus.publish([supersededUnread(change.documentId, { ...change, kind }, clock.now())]);
}
