import type { ChangeSetState, DocumentRecord } from "@specdrop/ledger/port";
import type { Signal } from "../ports/signals.ts";

/**
 * The APIs to converge to the revision in force: its own, and those of the revisions it overtook, where a run may have left
 * something that it does not know of.
 */
export function apisToConverge({
  current,
  overtaken,
}: Pick<DocumentRecord, "current" | "overtaken">): readonly string[] {
  if (current === undefined) return [];
  return [...new Set([current, ...overtaken].flatMap((revision) => revision.apiIds))];
}

/** Whether a revision, or a later one, has its result. */
export function hasSettled(changeSet: Pick<ChangeSetState, "settledSequence"> | undefined, sequence: number): boolean {
  return changeSet !== undefined && changeSet.settledSequence >= sequence;
}

/** The signals that have the revision in force converged. */
export function signalsOf(
  record: DocumentRecord,
  why: Pick<Signal, "cause" | "invocation" | "nonce">,
): readonly Signal[] {
  const { documentId, current } = record;
  if (current === undefined) return [];
  const { sequence, correlationId } = current;
  return apisToConverge(record).map((apiId) => ({ documentId, apiId, sequence, ...why, correlationId }));
}
