import type { ResultDetail } from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import { type Diagnostic, visible } from "@specdrop/spec";
import type { FolderPlan, PlannedFile } from "../converge/plan-folder.ts";
import { formatExpectedFrames } from "../plan/expected-frames.ts";
import { type PlanView, viewPlan } from "../plan/plan-view.ts";
import { count } from "../terminal/count.ts";
import { formatCounts, formatDeployments, formatPlan, hasChanges, hasFailed, placeOf } from "./changes.ts";
import { detailsAbout } from "./details.ts";
import { cannotBeApplied, wouldChange } from "./folder-plan.ts";
import { goneNotes } from "./gone-notes.ts";
import { codeSpan, type Fitted, fenced, fitSections, summaryOf } from "./markdown.ts";

/** What GitHub takes of a comment is 65,536 characters; the marker that finds the comment again has its place there too. */
export const MOST_CHARACTERS = 65_000;

const plain = (_: unknown, text: string): string => text;

interface MarkdownOptions {
  readonly prune?: boolean;
  /** Also the texts of templates that are created. */
  readonly withTemplates?: boolean;
  readonly mostCharacters?: number;
}

/**
 * A plan as people review it, in GitHub's Markdown. Whatever documents or AWS say stands in code: nothing of it is a mention,
 * a link or markup. What is too long is cut, and counted.
 */
export async function planMarkdown(plan: FolderPlan, ledger: Ledger, options: MarkdownOptions = {}): Promise<string> {
  const valid = plan.documents.filter(({ checked }) => checked.verdict.ok);
  const details = valid.flatMap(({ checked, results }) => detailsAbout(checked, results));
  const counts = formatCounts(
    details.map(({ data }) => data.summary),
    "to do",
  );
  const refused = plan.refusal?.isFatal ? plan.documents.length : plan.documents.filter(cannotBeApplied).length;
  const title = refused === 0 ? counts : `❌ ${count(refused, "document")} cannot be applied`;
  const head = [
    `### specdrop plan: ${title}`,
    "",
    `${count(plan.documents.length, "document")}: ${counts}${formatDeployments(details)}.`,
  ];
  const sections: string[] = [];
  if (plan.refusal !== undefined) sections.push(`> [!CAUTION]\n${fenced("", [plan.refusal.message], "> ")}`);
  sections.push(...deletions(valid));
  const broken = plan.documents.filter(cannotBeApplied);
  for (const each of broken) sections.push(problemsOf(each, "error"));
  for (const each of plan.documents.filter((one) => wouldChange(one) && !broken.includes(one))) {
    sections.push(await changesOf(each, plan, ledger, options));
  }
  for (const each of plan.documents) if (!broken.includes(each)) sections.push(...warningsOf(each));
  const gone = goneNotes(plan.left, plan.renamed, options);
  if (gone.length > 0) sections.push(`**Files that are gone**\n\n${fenced("", gone.map(visible))}`);
  if (!plan.documents.some(wouldChange) && broken.length === 0) sections.push("AWS matches the documents.");
  const { text }: Fitted = fitSections(head.join("\n"), sections, options.mostCharacters ?? MOST_CHARACTERS);
  return text;
}

const MOST_DELETIONS = 50;

/** What would be lost comes first. */
function deletions(documents: readonly PlannedFile[]): readonly string[] {
  const lost = documents.flatMap(({ checked, results }) =>
    results.flatMap(({ detail: { data } }) =>
      data.changes
        .filter(({ action, status }) => status === "planned" && (action === "delete" || action === "replace"))
        .map((change) => {
          const { logicalId, action } = change;
          const place = visible(`API ${data.apiId}, ${placeOf(change)}`);
          const words = action === "delete" ? "deleted" : "replaced";
          return `- ${codeSpan(visible(logicalId))} of ${codeSpan(visible(checked.verdict.file))} is ${words}: ${codeSpan(place)}`;
        }),
    ),
  );
  if (lost.length === 0) return [];
  const more = lost.length > MOST_DELETIONS ? [`- and ${lost.length - MOST_DELETIONS} more`] : [];
  const title = `**⚠️ ${count(lost.length, "response")} would be deleted or replaced**`;
  return [[title, "", ...lost.slice(0, MOST_DELETIONS), ...more].join("\n")];
}

async function changesOf(
  { checked, isGone, results }: PlannedFile,
  { live }: FolderPlan,
  ledger: Ledger,
  { withTemplates = false }: MarkdownOptions,
): Promise<string> {
  const details = detailsAbout(checked, results).filter((detail) => hasChanges(detail));
  const apiIds = details.flatMap(({ data }) => data.apiId ?? []);
  const sources = { ledger, declared: checked.declared, liveOf: live.liveOf, paint: plain };
  const view = withoutCreated(await viewPlan(apiIds, sources), withTemplates);
  const blocks = details.flatMap((detail) => {
    const frames = formatExpectedFrames(detail, checked.expectations, live, plain);
    return [diffBlock(formatPlan(detail, plain, view)), ...(frames === "" ? [] : [diffBlock(frames)])];
  });
  const words = `${formatCounts(
    details.map(({ data }) => data.summary),
    "to do",
  )}${formatDeployments(details)}`;
  return summaryOf(visible(checked.verdict.file), `${isGone ? "file is gone, " : ""}${words}`, blocks.join("\n\n"));
}

/** What is created has no diff: the names of its properties say what it is. */
function withoutCreated(view: PlanView, withTemplates: boolean): PlanView {
  if (withTemplates) return view;
  return {
    details: (apiId, change) =>
      change.action === "create" ? [change.changedProperties.join(", ")] : view.details(apiId, change),
  };
}

/** The sign goes to the beginning of the line, where `diff` blocks have their colours by it. */
function diffBlock(text: string): string {
  const lines = text.split("\n").map((line) => {
    const [, indent = "", sign, rest = ""] = /^(\s*)([-+~!»]) (.*)$/.exec(line) ?? [];
    return sign === undefined ? ` ${line}` : `${sign === "~" ? "!" : sign} ${indent}${rest}`;
  });
  return fenced("diff", lines);
}

function problemsOf({ checked, results }: PlannedFile, severity: Diagnostic["severity"]): string {
  const { verdict } = checked;
  const found: readonly Diagnostic<string>[] = verdict.ok
    ? detailsAbout(checked, results).flatMap(problemsIn)
    : verdict.diagnostics;
  const lines = found.filter((each) => each.severity === severity).flatMap(linesOf);
  const words = severity === "error" ? "❌ cannot be applied" : "warnings";
  return summaryOf(visible(verdict.file), words, fenced("", lines), severity === "error");
}

function problemsIn(detail: ResultDetail): readonly Diagnostic<string>[] {
  return hasFailed(detail)
    ? detail.data.diagnostics
    : detail.data.diagnostics.filter(({ severity }) => severity === "warning");
}

function warningsOf(each: PlannedFile): readonly string[] {
  const { checked, results } = each;
  const found = detailsAbout(checked, results).flatMap(problemsIn);
  return found.some(({ severity }) => severity === "warning") ? [problemsOf(each, "warning")] : [];
}

function linesOf({ code, message, range: { start }, help }: Diagnostic<string>): readonly string[] {
  const place = `${start.line}:${start.column} ${code} ${message}`;
  return [visible(place), ...(help === undefined ? [] : [`    ${visible(help)}`])];
}
