import { ACTION_SIGNS, type ResultEvent, refusedDeletions } from "@specdrop/events";

/** `+1 ~2 -0`, and in words whatever else there is; for a rejected document, how many problems it has. */
export function formatCounts({ detailType, detail: { data } }: ResultEvent): {
  readonly signs: string;
  readonly words: string;
} {
  if (detailType === "SpecRejected") {
    const errors = data.diagnostics.filter(({ severity }) => severity === "error").length;
    const warnings = data.diagnostics.length - errors;
    const more = data.omittedDiagnostics ?? 0;
    return { signs: "", words: list([errors, "errors"], [warnings, "warnings"], [more, "more"]) || "no diagnostics" };
  }

  const { summary } = data;
  const planned = data.mode === "plan" || data.mode === "drift";
  return {
    signs: (["create", "update", "delete"] as const).map((each) => `${ACTION_SIGNS[each]}${summary[each]}`).join(" "),
    words: list(
      [summary.adopt, planned ? "to adopt" : "adopted"],
      [summary.replace, planned ? "to replace" : "replaced"],
      [summary.forget, planned ? "to forget" : "forgotten"],
      [summary.unchanged, "unchanged"],
      [refusedDeletions(data), "refused"],
      [summary.failed, "failed"],
    ),
  };
}

function list(...counts: readonly (readonly [number, string])[]): string {
  const named = counts.filter(([count]) => count > 0);
  return named.map(([count, word]) => `${count} ${count === 1 ? word.replace(/s$/, "") : word}`).join(", ");
}

/** `850 ms`, `4.2 s`, `1 min 5 s`, `2 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  // Up to what would round to a whole minute.
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Whether AWS was asked to change anything: what was only taken over or let go of needs no deployment. */
export function wroteSomething({ changes, summary }: ResultEvent["detail"]["data"]): boolean {
  const adoptedAsIs = changes.every(
    ({ action, changedProperties }) => action !== "adopt" || changedProperties.length === 0,
  );
  return summary.create + summary.update + summary.replace + summary.delete > 0 || !adoptedAsIs;
}
