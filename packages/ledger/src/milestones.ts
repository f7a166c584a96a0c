import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState } from "./port.ts";

/**
 * What a result leaves behind that a later failure does not take away: the last revision that was applied, and the last that
 * clients got. Empty for a result that says neither.
 */
export function milestonesOf(event: ResultEvent): Pick<ChangeSetState, "applied" | "live"> {
  const { detailType, detail } = event;
  const { sequence, time: at } = detail.metadata;
  const { status, stageName } = detail.data.deployment ?? {};
  const isApplied = detailType === "ApplySucceeded" || detailType === "ApplyUnchanged";
  const isLive = status === "live" && (isApplied || detailType === "DriftResolved");
  return {
    ...(isApplied ? { applied: { sequence, at } } : {}),
    ...(isLive ? { live: { sequence, at, ...(stageName === undefined ? {} : { stageName }) } } : {}),
  };
}
