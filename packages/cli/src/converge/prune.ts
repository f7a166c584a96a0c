import { isOverBudget } from "@specdrop/engine";
import type { FolderState } from "../documents/gone-documents.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { count } from "../terminal/count.ts";

/** Why `--prune` withdraws nothing. `isFatal`: nothing else is touched either. */
export interface PruneRefusal {
  readonly isFatal: boolean;
  readonly message: string;
  /** What --allow-deletions has to say, where it is too low. */
  readonly deletions?: number;
}

/**
 * Whether documents whose files are gone may be withdrawn. A file with errors that the ledger does not know may be what one
 * of them was renamed to: until it can be read, nobody knows what it wants.
 */
export function refusePrune(
  { gone, owned, unknown }: FolderState,
  documents: readonly ReadDocument[],
  allowDeletions: number | undefined,
): PruneRefusal | undefined {
  const deletions = gone.reduce((sum, each) => sum + each.deletions.length, 0);
  if (isOverBudget(deletions, owned, allowDeletions)) {
    return {
      isFatal: true,
      message:
        `--prune would delete ${deletions} of the ${owned} responses that these folders own, more than the limit, so nothing was changed. ` +
        `To delete them, add --allow-deletions ${deletions}.`,
      deletions,
    };
  }
  const broken = documents.find(({ change, verdict }) => !verdict.ok && unknown.has(change.documentId));
  if (broken === undefined || deletions === 0) return undefined;
  return {
    isFatal: false,
    message:
      `${broken.verdict.file} is new and has errors: ${count(gone.length, "file")} that ${gone.length === 1 ? "is" : "are"} gone may have been renamed to it. ` +
      "Nothing is withdrawn until it is fixed.",
  };
}
