import type { ChangeResult, EventMetadata, ResultData, ResultDetailType, ResultEvent, Summary } from "./events.ts";

/** A result of version 1, ready for the bus. */
export function resultEvent(
  detailType: ResultDetailType,
  metadata: Omit<EventMetadata, "version"> & Partial<Pick<EventMetadata, "version">>,
  data: ResultData,
): ResultEvent {
  return { detailType, detail: { metadata: { ...metadata, version: "1" }, data } };
}

export const emptySummary: Summary = {
  create: 0,
  adopt: 0,
  update: 0,
  replace: 0,
  delete: 0,
  forget: 0,
  unchanged: 0,
  failed: 0,
};

/**
 * Counts changes by what came of them. A failed one counts under `failed` only, a skipped one nowhere; an adoption
 * counts as such even where nothing had to be written.
 */
export function summarise(changes: readonly ChangeResult[]): Summary {
  const summary = { ...emptySummary };
  for (const { action, status } of changes) {
    if (status === "skipped") continue;
    if (status === "failed") summary.failed += 1;
    else summary[action === "none" ? "unchanged" : action] += 1;
  }
  return summary;
}
