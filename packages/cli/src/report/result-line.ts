import type { ResultEvent } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import { seeLines } from "../pages/see.ts";
import { count } from "../terminal/count.ts";
import { formatCounts, formatDeployments } from "./changes.ts";

/**
 * `ApplySucceeded: 1 created, 2 unchanged in 85 ms`; for a rejection how many problems there are, and why a revision was
 * superseded.
 */
export function formatResult({ detailType, detail }: ResultEvent): string {
  const { data } = detail;
  const took = `in ${Math.round(data.durationMs)} ms`;
  if (detailType === "SpecRejected") {
    const errors = data.diagnostics.filter(({ severity }) => severity === "error").length;
    return `${detailType}: ${count(errors, "error")} ${took}`;
  }
  if (detailType === "SpecSuperseded") return `${detailType}: ${data.reason ?? "nothing was applied"}`;
  return `${detailType}: ${formatCounts([data.summary], data.mode === "plan" ? "to do" : "done")}${formatDeployments([detail])} ${took}`;
}

/** How many errors of a result a line of `dev` is followed by. */
const MOST_ERRORS = 3;

/** What went wrong and what to do about it, a line each; the first few, and how many more there are. */
export function errorLines({ detail: { data } }: ResultEvent): readonly string[] {
  const errors = data.diagnostics.filter(({ severity }) => severity === "error");
  const lines = errors
    .slice(0, MOST_ERRORS)
    .flatMap(({ range: { start }, code, message, suggestion, help }) => [
      visible(`${start.line}:${start.column} ${code} ${message}`),
      ...(suggestion === undefined ? [] : [visible(`  Write: ${suggestion}`)]),
      ...(help === undefined ? [] : [visible(`  ${help}`)]),
      ...seeLines(code).map((line) => `  ${line}`),
    ]);
  const more = errors.length - MOST_ERRORS + (data.omittedDiagnostics ?? 0);
  return [...lines, ...(more > 0 ? [`${count(more, "more error")}`] : [])];
}
