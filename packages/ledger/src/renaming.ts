import type { DocumentRecord, RenameOutcome, Renaming, Revision } from "./port.ts";

/** What a rename has to do about the two records. `begun`: it was cut off after the new one was written. */
export function renameStep(
  renaming: Renaming,
  from: DocumentRecord | undefined,
  to: DocumentRecord | undefined,
): "begin" | "begun" | Exclude<RenameOutcome, "renamed"> {
  if (to !== undefined) return to.renaming?.from === renaming.from ? "begun" : "taken";
  return from === undefined ? "unknown" : "begin";
}

/** The record under its new id, for as long as not all has moved. `key` is the path of its file from then on. */
export function renamedRecord(record: DocumentRecord, renaming: Renaming, key: string): DocumentRecord {
  const moved = (revision: Revision) => ({ ...revision, source: { ...revision.source, key } });
  const { head, current, overtaken } = record;
  return {
    ...record,
    documentId: renaming.to,
    head: moved(head),
    ...(current === undefined ? {} : { current: moved(current) }),
    overtaken: overtaken.map(moved),
    renaming,
  };
}
