import { isRefusedDeletion, type ResultEvent } from "@specdrop/events";

/** What a result comes to for people, and for the rules that say where it is told. */
export const OUTCOMES = [
  "applied",
  "not-live",
  "withdrawn",
  "unchanged",
  "superseded",
  "planned",
  "failed",
  "rejected",
  "drift",
  "resolved",
] as const;
export type NoticeOutcome = (typeof OUTCOMES)[number];

/** Outcomes that somebody has to do something about: they are worth telling however late it is. */
const NEEDS_ATTENTION: ReadonlySet<NoticeOutcome> = new Set(["not-live", "failed", "rejected", "drift"]);

export function needsAttention(event: ResultEvent): boolean {
  return NEEDS_ATTENTION.has(outcomeOf(event));
}

export function outcomeOf({ detailType, detail }: ResultEvent): NoticeOutcome {
  const { mode, deployment } = detail.data;
  switch (detailType) {
    case "SpecRejected":
      return "rejected";
    case "PlanProduced":
      return "planned";
    case "ApplySucceeded":
      if (deployment?.status === "failed") return "failed";
      if (deployment?.status === "pending") return "not-live";
      return mode === "withdraw" ? "withdrawn" : "applied";
    case "ApplyFailed":
      return "failed";
    case "DriftDetected":
      return "drift";
    case "DriftResolved":
      return "resolved";
    case "ApplyUnchanged":
      return "unchanged";
    case "SpecSuperseded":
      return "superseded";
  }
}

/** Nobody needs to be told, unless they have seen the run begin. */
export function isSilent({ detailType }: ResultEvent): boolean {
  return detailType === "ApplyUnchanged" || detailType === "SpecSuperseded";
}

/** An icon and words for an outcome. */
export function headline({ detailType, detail }: ResultEvent): string {
  const { mode, deployment } = detail.data;
  switch (detailType) {
    case "SpecRejected":
      return "⛔ Rejected";
    case "PlanProduced":
      return "👀 Plan";
    case "ApplySucceeded": {
      const done = mode === "withdraw" ? "Withdrawn" : "Applied";
      if (deployment?.status === "pending") return `🕓 ${done}, not live`;
      if (deployment?.status === "failed") return `❌ ${done}, but the deployment failed`;
      return `✅ ${done}`;
    }
    case "ApplyFailed":
      if (mode === "plan") return "❌ Failed to plan";
      if (detail.data.diagnostics.some(({ code }) => isRefusedDeletion(code))) return "❌ Refused";
      return mode === "withdraw" ? "❌ Failed to withdraw" : "❌ Failed";
    case "DriftDetected":
      return "⚠️ Drift";
    case "DriftResolved":
      return "✅ Drift resolved";
    case "ApplyUnchanged":
      return "▫️ Unchanged";
    case "SpecSuperseded":
      return "⏭️ Superseded by a newer revision";
  }
}
