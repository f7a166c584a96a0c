import type { DocumentRecord, Revision } from "@specdrop/ledger/port";

/** How a revision ends that no run takes to its end. */
export interface RevisionEnding {
  readonly revision: Revision;
  /** `superseded` on each of its APIs; the other two concern none. */
  readonly how: "superseded" | "rejected" | "nothingToDo";
}

/**
 * Which revisions of a document end now, and how, the oldest first. Every revision ends in a result on each of its APIs,
 * one that no run will take up any more too. All that concern no API share one change set, and the ledger takes its results
 * in order of sequence: so `own`, which ends by itself, ends among them, and what stands ends where a later one is about to.
 * With `atRest` whatever stands and concerns no API ends: its own intake has died.
 */
export function endingsOf(
  { current, head, overtaken }: Pick<DocumentRecord, "current" | "head" | "overtaken">,
  { own, atRest = false }: { readonly own?: number | undefined; readonly atRest?: boolean } = {},
): readonly RevisionEnding[] {
  const standing = [head, ...(current === undefined ? [] : [current])];
  const due = new Map(overtaken.map((revision) => [revision.sequence, revision]));
  for (const revision of standing) if (revision.sequence === own) due.set(own, revision);
  const last = Math.max(0, ...[...due.values()].filter(isWithoutApi).map(({ sequence }) => sequence));
  for (const revision of standing) {
    const isDue = isWithoutApi(revision) && (atRest || revision.sequence < last);
    if (isDue) due.set(revision.sequence, revision);
  }
  const stands = new Set([own, ...standing.map(({ sequence }) => sequence)]);
  return [...due.values()]
    .sort((a, b) => a.sequence - b.sequence)
    .map((revision) => ({ revision, how: stands.has(revision.sequence) ? howItStands(revision) : "superseded" }));
}

function howItStands({ kind }: Revision): RevisionEnding["how"] {
  return kind === "rejected" ? "rejected" : "nothingToDo";
}

/** Those to be ended before a later revision settles on an API: each ends on all of its APIs, and there the older ones first. */
export function endingsOn({ overtaken }: Pick<DocumentRecord, "overtaken">, apiId: string): readonly Revision[] {
  const apiIds = new Set([apiId]);
  const due = overtaken.toReversed().filter((revision) => {
    const isDue = revision.apiIds.some((one) => apiIds.has(one));
    if (isDue) for (const one of revision.apiIds) apiIds.add(one);
    return isDue;
  });
  return due.reverse();
}

export const isWithoutApi = ({ apiIds }: Revision): boolean => apiIds.length === 0;

/**
 * In a bucket without versions a rejected document overwrites the accepted one: the revision in force, which ends where no run
 * has read it yet, for none will. What it would have changed stays as it is.
 */
export function overwrittenIn({ head, current }: Pick<DocumentRecord, "current" | "head">): Revision | undefined {
  const isOverwritten = current?.kind === "accepted" && head.kind === "rejected" && head.source.versionId === undefined;
  return isOverwritten ? current : undefined;
}
