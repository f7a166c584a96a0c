import { type ResultEvent, summarise } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import type { Checked } from "../converge/check.ts";
import { formatFrames } from "../converge/check.ts";
import type { RunsResult } from "../converge/run-documents.ts";
import { count } from "../terminal/count.ts";
import { formatElapsed } from "../terminal/elapsed.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { formatCounts } from "./changes.ts";
import { nextSteps } from "./next-steps.ts";
import { formatProblems, hasFailedDeployment, isFine } from "./report.ts";

/** One document of several, and what became of it. */
export interface ReportedDocument {
  readonly checked: Pick<Checked, "text" | "verdict">;
  /** Its file is gone, and it is withdrawn. */
  readonly isGone: boolean;
  readonly results: readonly ResultEvent[];
  readonly unfinished: readonly string[];
  readonly failures: readonly Error[];
}

export interface FolderReport extends Pick<RunsResult, "brokenOff"> {
  readonly documents: readonly ReportedDocument[];
  readonly elapsedMs: number;
}

/** Whether a document came to what was asked for. */
export function isDone({ results, unfinished, failures, checked }: ReportedDocument): boolean {
  const isWell = results.every((result) => isFine(result) && !hasFailedDeployment(result));
  return checked.verdict.ok && isWell && unfinished.length + failures.length === 0;
}

/** Prints what became of many documents: problems first, then a line for each document that is not as it was, then counts. */
export function reportFolder({ documents, elapsedMs, brokenOff }: FolderReport, terminal: Terminal): void {
  for (const { checked, results } of documents) {
    const { verdict } = checked;
    const frames = verdict.ok
      ? results.map((result) => formatProblems(result, checked, terminal.paintNote, terminal.columns.note)).join("")
      : formatFrames(checked, terminal.paintNote, terminal.columns.note);
    if (frames !== "") terminal.note(frames);
  }
  const rows = documents.flatMap((document) => {
    const words = wordsOf(document);
    return words === undefined ? [] : [{ document, words }];
  });
  const width = Math.min(48, Math.max(0, ...rows.map(({ document }) => visible(document.checked.verdict.file).length)));
  for (const { document, words } of rows) {
    const file = visible(document.checked.verdict.file).padEnd(width);
    const tint = isDone(document) ? "green" : "red";
    terminal.out(`${terminal.paint(tint, isDone(document) ? "✓" : "✗")} ${file}  ${words}`);
  }
  if (brokenOff !== undefined) {
    const { message, interruption } = brokenOff;
    terminal.note(`${terminal.paintNote("red", "error:")} ${visible(message)}`);
    terminal.note(interruption.error?.help ?? "");
  }
  terminal.out(lastWord(documents, elapsedMs));
  for (const line of stepsOf(documents)) terminal.out(line);
}

/** Nothing for a document that stays as it is. */
function wordsOf(document: ReportedDocument): string | undefined {
  const { checked, isGone, results, unfinished, failures } = document;
  if (!checked.verdict.ok) {
    const errors = checked.verdict.diagnostics.filter(({ severity }) => severity === "error").length;
    return `${count(errors, "error")}, not applied`;
  }
  const summaries = results.map(({ detail }) => detail.data.summary);
  const isPlanned = results.some(({ detailType }) => detailType === "PlanProduced");
  const isUnchanged = results.every(({ detailType }) => detailType === "ApplyUnchanged");
  const counts = formatCounts(summaries, isPlanned ? "to do" : "done");
  const handed = new Set(
    results.flatMap(({ detail }) => detail.data.changes.flatMap(({ handedTo }) => handedTo ?? [])),
  );
  const parts = [
    ...(isGone ? ["file is gone"] : []),
    ...((isUnchanged && !isGone) || (counts === "nothing" && !results.every(isFine)) ? [] : [counts]),
    ...[...handed].map((to) => visible(`passed to ${to}`)),
    ...(isPlanned ? ["DryRun: only planned"] : []),
    ...results.flatMap((result) =>
      isFine(result) ? [] : [visible(`failed on API ${result.detail.data.apiId ?? ""}`)],
    ),
    ...(results.some(hasFailedDeployment) ? ["not deployed"] : []),
    ...failures.map(({ message }) => visible(message)),
    ...(unfinished.length === 0 ? [] : [`not finished on ${count(unfinished.length, "API")}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** `Done in 4.2 s: 40 documents; 3 updated, 120 unchanged.` */
function lastWord(documents: readonly ReportedDocument[], elapsedMs: number): string {
  const left = documents.filter(({ unfinished }) => unfinished.length > 0).length;
  const invalid = documents.filter(({ checked }) => !checked.verdict.ok).length;
  const failed = documents.filter((document) => !isDone(document)).length - invalid - left;
  const state = left > 0 ? "Stopped" : invalid + failed > 0 ? "Failed" : "Done";
  const parts = [
    count(documents.length, "document"),
    ...(invalid === 0 ? [] : [`${invalid} with errors`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(left === 0 ? [] : [`${left} not finished`]),
  ];
  const summaries = documents.flatMap(({ results }) => results.map(({ detail }) => detail.data.summary));
  const tense = documents.some(({ results }) => results.some(({ detailType }) => detailType === "PlanProduced"))
    ? "to do"
    : "done";
  return `${state} in ${formatElapsed(elapsedMs)}: ${parts.join(", ")}; ${formatCounts(summaries.length === 0 ? [summarise([])] : summaries, tense)}.`;
}

/** More lines than this say little. */
const MOST_STEPS = 8;

/** What to do now, once for each API and stage. */
function stepsOf(documents: readonly ReportedDocument[]): readonly string[] {
  const lines = [...new Set(nextSteps(documents.flatMap(({ results }) => results)))];
  const shown = lines.slice(0, MOST_STEPS);
  const more = lines.length - shown.length;
  const isLeft = documents.some(({ unfinished }) => unfinished.length > 0);
  return [
    ...shown,
    ...(more > 0 ? [`… ${count(more, "more line")}`] : []),
    ...(isLeft ? ["Next: run the same command again. It continues from here."] : []),
  ];
}
