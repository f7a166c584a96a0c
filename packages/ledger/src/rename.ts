import { formatNaturalKey } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine/errors";
import type { DocumentRecord, RenameOutcome, Renaming } from "./port.ts";
import { renamedRecord, renameStep } from "./renaming.ts";
import { changeSetKey, historyKey, type RecordChange, type Tables, tableOf } from "./state.ts";

/**
 * The changes that make a rename, in an order in which any of them may be the last before a crash. Throws
 * `LeaseLostError` where an API's lease was given to another.
 */
export function rename(
  { documents, changeSets, owned, routeResponses, bids, history, leases }: Tables,
  renaming: Renaming,
  key: string,
  fences: ReadonlyMap<string, number>,
): { readonly outcome: RenameOutcome; readonly changes: readonly RecordChange[] } {
  const { from, to } = renaming;
  const held = documents.get(from);
  const step = renameStep(renaming, held, documents.get(to));
  if (step === "taken" || step === "unknown") return { outcome: step, changes: [] };
  for (const [apiId, fence] of fences) {
    if ((leases.get(apiId)?.fence ?? fence) <= fence) continue;
    throw new LeaseLostError(
      `The lease of API ${apiId} was given to another run since this one (fence ${fence}) began.`,
    );
  }

  const changes: RecordChange[] = [];
  const record = step === "begun" ? documents.get(to) : renamedRecord(held as DocumentRecord, renaming, key);
  if (held !== undefined) changes.push({ table: "documents", key: from, record: { ...held, renaming } });
  changes.push({ table: "documents", key: to, record: record as DocumentRecord });
  for (const [table, records] of [
    ["changeSets", changeSets],
    ["bids", bids],
  ] as const) {
    for (const [name, one] of records) {
      if (one.documentId !== from) continue;
      const moved = { ...one, documentId: to };
      changes.push({ table, key: changeSetKey(moved), record: moved }, { table, key: name });
    }
  }
  for (const [name, entry] of history) {
    if (entry.documentId !== from) continue;
    const moved = { ...entry, documentId: to };
    changes.push({ table: "history", key: historyKey(moved), record: moved }, { table: "history", key: name });
  }
  for (const one of [...owned.values(), ...routeResponses.values()]) {
    if (one.documentId !== from) continue;
    const fence = fences.get(one.ApiId) ?? one.fence;
    changes.push({ table: tableOf(one), key: formatNaturalKey(one), record: { ...one, documentId: to, fence } });
  }
  if (held !== undefined) changes.push({ table: "documents", key: from });
  const { renaming: _, ...settled } = record as DocumentRecord;
  changes.push({ table: "documents", key: to, record: settled });
  return { outcome: "renamed", changes };
}
