import type { Ledger } from "@specdrop/ledger/port";
import { visible } from "@specdrop/spec";
import { formatErrors, formatFrames, formatLiveFindings } from "../converge/check.ts";
import { type FolderPlan, fileOf, type PlannedFile } from "../converge/plan-folder.ts";
import { formatExpectedFrames } from "../plan/expected-frames.ts";
import { viewPlan } from "../plan/plan-view.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { formatCounts, formatDeployments, formatPlan, hasChanges, hasFailed } from "./changes.ts";
import { detailsAbout } from "./details.ts";
import { goneNotes } from "./gone-notes.ts";

/** Whether applying a document would be refused, or AWS cannot be read. */
export function cannotBeApplied({ checked, results }: PlannedFile): boolean {
  return !checked.verdict.ok || results.some(({ detail }) => hasFailed(detail));
}

export function wouldChange({ checked, results }: PlannedFile): boolean {
  return checked.verdict.ok && results.some(({ detail }) => hasChanges(detail));
}

/** Shows what applying a folder would do: document by document, those that stay as they are only in the counts. */
export async function showFolderPlan(
  plan: FolderPlan,
  ledger: Ledger,
  options: { readonly prune?: boolean; readonly command: string },
  terminal: Terminal,
): Promise<void> {
  for (const each of plan.documents) await showPlannedFile(each, plan, ledger, terminal);
  const details = plan.documents
    .filter(({ checked }) => checked.verdict.ok)
    .flatMap(({ checked, results }) => detailsAbout(checked, results));
  const invalid = plan.documents.filter(({ checked }) => !checked.verdict.ok).length;
  const refused = plan.documents.filter(cannotBeApplied).length - invalid;
  const parts = [
    count(plan.documents.length, "document"),
    ...(invalid === 0 ? [] : [`${invalid} with errors`]),
    ...(refused === 0 ? [] : [`${refused} that cannot be applied`]),
  ];
  const summaries = details.map(({ data }) => data.summary);
  terminal.out(`Plan: ${parts.join(", ")}; ${formatCounts(summaries, "to do")}${formatDeployments(details)}.`);
  for (const line of goneNotes(plan.left, plan.renamed, options)) terminal.note(visible(line));
  if (plan.refusal !== undefined) terminal.note(visible(plan.refusal.message));
  terminal.note(plan.documents.some(wouldChange) ? `Next: ${options.command}` : "Nothing to apply.");
}

async function showPlannedFile(
  each: PlannedFile,
  { live }: FolderPlan,
  ledger: Ledger,
  terminal: Terminal,
): Promise<void> {
  const { checked, results } = each;
  const { paint, columns } = terminal;
  const header = paint("bold", fileOf(each));
  if (!checked.verdict.ok) {
    terminal.out(`${header}\n${formatFrames(checked, paint, columns.out)}`);
    return;
  }
  const details = detailsAbout(checked, results);
  if (!details.some((detail) => hasChanges(detail) || hasFailed(detail))) return;
  terminal.out(header);
  const sources = { ledger, declared: checked.declared, liveOf: live.liveOf, paint };
  const view = await viewPlan(
    details.flatMap(({ data }) => data.apiId ?? []),
    sources,
  );
  for (const detail of details) {
    if (hasChanges(detail) || detail.data.summary.failed > 0) {
      terminal.out(`${formatPlan(detail, paint, view)}\n`);
      const frames = formatExpectedFrames(detail, checked.expectations, live, paint);
      if (frames !== "") terminal.out(`${frames}\n`);
    }
    const problems = hasFailed(detail) ? formatErrors : formatLiveFindings;
    const frames = problems(detail, checked, paint, columns.out);
    if (frames !== "") terminal.out(frames);
  }
}
