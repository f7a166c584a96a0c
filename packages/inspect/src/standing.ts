import type { DocumentStatus } from "./status.ts";

/** How a document stands, the worst first. */
export const STANDINGS = ["failed", "drift", "open", "fine", "withdrawn"] as const;
export type DocumentStanding = (typeof STANDINGS)[number];

/** `open`: something of it is not settled, not published, or not ended. `withdrawn`: and nothing is left to do. */
export function standingOf({ current, rejected, overtaken, unpublished, apis }: DocumentStatus): DocumentStanding {
  if (rejected !== undefined || apis.some(({ error }) => error !== undefined)) return "failed";
  if (apis.some(({ driftSince }) => driftSince !== undefined)) return "drift";
  const isOpen = apis.some(
    (api) => !api.settled || api.unpublished || (api.handedOver ?? api.unknownEnds) !== undefined,
  );
  if (isOpen || overtaken > 0 || unpublished) return "open";
  return current?.kind === "withdrawn" ? "withdrawn" : "fine";
}

/** Whether somebody has to do something about it. */
export function needsAttention(document: DocumentStatus): boolean {
  const standing = standingOf(document);
  return standing === "failed" || standing === "drift";
}

/** The worst first, in order of names where they stand alike. */
export function worstFirst(documents: readonly DocumentStatus[]): readonly DocumentStatus[] {
  const rank = (document: DocumentStatus) => STANDINGS.indexOf(standingOf(document));
  return documents.toSorted((one, other) => rank(one) - rank(other) || (one.documentId < other.documentId ? -1 : 1));
}
