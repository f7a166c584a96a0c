import { type ChangeResult, type ResultEvent, refusedDeletions, summarise } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import { type Checked, formatErrors, formatLiveFindings } from "../converge/check.ts";
import type { PlanView } from "../plan/plan-view.ts";
import type { RunResult } from "../run.ts";
import { count } from "../terminal/count.ts";
import { formatElapsed } from "../terminal/elapsed.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { formatCounts, formatDeployments, formatPlan, hasChanges, hasFailed } from "./changes.ts";
import { detailsAbout, printed } from "./details.ts";
import { nextSteps } from "./next-steps.ts";
import { sayOnce } from "./say-once.ts";

export interface ReportOptions {
  readonly json?: boolean;
}

/** A run, and every change that it made or tried to make. */
interface Report extends RunResult {
  readonly made: readonly ChangeResult[];
  /** The stages to which it made a deployment. */
  readonly deployed: readonly string[];
  /** For what was only planned. */
  readonly view: PlanView;
  readonly elapsedMs: number;
}

/** Tells what a run came to, and what to do now. */
export function report(run: Report, document: Checked, { json }: ReportOptions, terminal: Terminal): void {
  const { results, unfinished } = run;
  const once = sayOnce();
  for (const result of results) {
    const problems = stoppedBeforeItsFirstChange(result) ? formatErrors : formatLiveFindings;
    const frames = problems(once(result.detail), document, terminal.paintNote, terminal.columns.note);
    if (frames !== "") terminal.note(frames);
  }
  if (json) {
    terminal.json(detailsAbout(document, results).map(printed));
  } else {
    for (const { detailType, detail } of results) {
      const isShown = detailType === "PlanProduced" && (hasChanges(detail) || hasFailed(detail));
      if (isShown) terminal.out(`${formatPlan(detail, terminal.paint, run.view)}\n`);
    }
    terminal.out(lastWord(run));
    for (const line of nextSteps(results)) terminal.out(line);
  }
  if (run.brokenOff !== undefined) {
    const { message, interruption } = run.brokenOff;
    terminal.note(`${terminal.paintNote("red", "error:")} ${visible(message)}`);
    terminal.note(interruption.error?.help ?? "");
  }
  if (unfinished.length > 0) {
    terminal.note(`Not finished on ${unfinished.join(", ")}. Run it again: it continues from here.`);
  }
}

/** The problems of one result, each with its line of the document. */
export function formatProblems(
  result: ResultEvent,
  document: Pick<Checked, "text" | "verdict">,
  paint: Terminal["paint"],
  columns: number | undefined,
): string {
  const problems = stoppedBeforeItsFirstChange(result) ? formatErrors : formatLiveFindings;
  return problems(result.detail, document, paint, columns);
}

/** Whether a result is what was asked for: a plan that could not be carried out is not. */
export function isFine({ detailType, detail }: ResultEvent): boolean {
  if (detailType === "PlanProduced") return !hasFailed(detail);
  return detailType !== "ApplyFailed" && detailType !== "SpecRejected";
}

/** Everything was done but the last: clients do not see it. */
export function hasFailedDeployment({ detail }: ResultEvent): boolean {
  const { deployment, diagnostics } = detail.data;
  return deployment?.status === "failed" || diagnostics.some(({ code }) => code === "SD6005");
}

/** `Done in 2.3 s: 2 created, 1 unchanged.`, and words that fit where the end is another. */
function lastWord({ results, unfinished, made, deployed, elapsedMs }: Report): string {
  const took = `in ${formatElapsed(elapsedMs)}`;
  const summaries = results.map(({ detail }) => detail.data.summary);
  if (results.some(({ detailType }) => detailType === "PlanProduced")) {
    const deployments = formatDeployments(results.map(({ detail }) => detail));
    return `Plan: ${formatCounts(summaries, "to do")}${deployments}.`;
  }
  // An API where the run was stopped has no result to count.
  if (unfinished.length > 0) return `Stopped ${took}: ${whatWasMade(made)}.`;
  if (results.every(isFine)) return `Done ${took}: ${formatCounts(summaries, "done")}${formatDeployed(deployed)}.`;
  if (made.length > 0) return `Failed ${took}: ${formatCounts(summaries, "done")}.`;
  return `Failed: ${whatStopped(results)}nothing was changed.`;
}

function whatWasMade(made: readonly ChangeResult[]): string {
  return made.length === 0 ? "nothing was changed" : formatCounts([summarise(made)], "done");
}

/** Deletions that are refused are nobody's conflict. */
function whatStopped(results: readonly ResultEvent[]): string {
  const data = results.map(({ detail }) => detail.data);
  const inConflict = data.reduce((sum, { summary }) => sum + summary.failed, 0);
  const refused = data.reduce((sum, one) => sum + refusedDeletions(one), 0);
  const parts = [
    ...(inConflict === 0 ? [] : [`${inConflict} in conflict, `]),
    ...(refused === 0 ? [] : [`${count(refused, "deletion")} refused, `]),
  ];
  return parts.join("");
}

function formatDeployed(stages: readonly string[]): string {
  return stages.length === 0 ? "" : visible(`, deployed to ${[...new Set(stages)].join(", ")}`);
}

/** By a conflict, or because AWS cannot be read: no change has told of it. */
function stoppedBeforeItsFirstChange({ detailType, detail }: ResultEvent): boolean {
  if (detailType === "PlanProduced") return hasFailed(detail);
  const codes = detail.data.diagnostics.map(({ code }) => code);
  return detailType === "ApplyFailed" && !codes.some((code) => code.startsWith("SD6"));
}
