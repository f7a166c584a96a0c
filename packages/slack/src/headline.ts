import type { ResultEvent } from "@specdrop/events";

/** An icon and words for an outcome; `undefined` where nobody needs to be told. */
export function headline({ detailType, detail }: ResultEvent): string | undefined {
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
      return mode === "withdraw" ? "❌ Failed to withdraw" : "❌ Failed";
    case "DriftDetected":
      return "⚠️ Drift";
    case "DriftResolved":
      return "✅ Drift resolved";
    case "ApplyUnchanged":
    case "SpecSuperseded":
      return undefined;
  }
}
