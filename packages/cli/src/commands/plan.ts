import type { ResultDetail } from "@specdrop/events";
import { rememberLive } from "@specdrop/inspect/drift/remember-live";
import { planDocument } from "@specdrop/service/documents";
import { command, commandText, optionalFlag, visible } from "@specdrop/spec";
import { openControlPlane } from "../aws/cloud-control.ts";
import { formatErrors, formatLiveFindings } from "../converge/check.ts";
import { clock } from "../converge/clock.ts";
import { planFolder, printedPlans } from "../converge/plan-folder.ts";
import { refuseUnmoved } from "../documents/document.ts";
import { type ReadDocument, readDocument, refuse } from "../documents/read-document.ts";
import { selectDocuments } from "../documents/select.ts";
import { isFolder } from "../documents/spec-files.ts";
import { ledgerFlag } from "../ledger/ledger-commands.ts";
import { lookAtLedger } from "../ledger/open.ts";
import { renamedFiles } from "../ledger/renamed-files.ts";
import { formatExpectedFrames } from "../plan/expected-frames.ts";
import { viewPlan } from "../plan/plan-view.ts";
import { formatCounts, formatDeployments, formatPlan, hasChanges, hasFailed } from "../report/changes.ts";
import { detailsAbout, printed } from "../report/details.ts";
import { cannotBeApplied, showFolderPlan, wouldChange } from "../report/folder-plan.ts";
import { planMarkdown } from "../report/plan-markdown.ts";
import { sayOnce } from "../report/say-once.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface PlanOptions {
  readonly ledger: string;
  readonly namespace?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  readonly prune?: boolean;
  readonly allowDeletions?: number;
  readonly format?: "pretty" | "markdown";
  readonly withTemplates?: boolean;
  readonly as?: string;
}

/** Shows what `apply` would do. Exit code 1 where a document has errors or could not be applied. */
export async function plan(paths: readonly string[], options: PlanOptions, terminal: Terminal): Promise<number> {
  const [path = ""] = paths;
  const isPlain = options.prune !== true && options.format !== "markdown" && options.as === undefined;
  const isOneFile = isPlain && paths.length === 1 && !(await isFolder(path));
  return isOneFile ? await planFile(path, options, terminal) : await planFiles(paths, options, terminal);
}

async function planFiles(paths: readonly string[], options: PlanOptions, terminal: Terminal): Promise<number> {
  const selection = await selectDocuments(paths, options, terminal);
  return await planFolder(selection, options, terminal, async (found, ledger) => {
    const over = found.refusal?.deletions ?? options.allowDeletions;
    const next =
      options.as === undefined ? applyCommand(paths, options, over) : syncCommands(paths, options.as, options);
    if (options.json) terminal.json(printedPlans(found));
    else if (options.format === "markdown") terminal.document((await planMarkdown(found, ledger, options)).trimEnd());
    else await showFolderPlan(found, ledger, { command: next, ...(options.prune && { prune: true }) }, terminal);
    if (found.documents.some(cannotBeApplied) || found.refusal?.isFatal) return 1;
    return options.detailedExitcode && found.documents.some(wouldChange) ? 2 : 0;
  });
}

async function planFile(path: string, options: PlanOptions, terminal: Terminal): Promise<number> {
  const document = await readDocument(path, terminal, options);
  if (!document.verdict.ok) return refuse(document, options, terminal);

  const ledger = await lookAtLedger(options.ledger);
  const { controlPlane, gateway, close } = await openControlPlane();
  try {
    await refuseUnmoved(ledger.ledger, document.change, options.ledger);
    terminal.progress("comparing with AWS");
    const live = rememberLive(controlPlane);
    const deps = { ledger: ledger.ledger, controlPlane: live.controlPlane, gateway, clock, random: Math.random };
    const { results = [] } = await planDocument(deps, { ...document.change, body: document.text });
    const details = detailsAbout(document, results);
    if (options.json) {
      terminal.json(details.map(printed));
    } else {
      const { paint } = terminal;
      const sources = { ledger: ledger.ledger, declared: document.declared, liveOf: live.liveOf, paint };
      const view = await viewPlan(
        details.flatMap(({ data }) => data.apiId ?? []),
        sources,
      );
      const once = sayOnce();
      for (const detail of details) {
        if (hasChanges(detail) || detail.data.summary.failed > 0) {
          terminal.out(`${formatPlan(detail, paint, view)}\n`);
          const frames = formatExpectedFrames(detail, document.expectations, live, paint);
          if (frames !== "") terminal.out(`${frames}\n`);
        }
        const problems = hasFailed(detail) ? formatErrors : formatLiveFindings;
        const frames = problems(once(detail), document, paint, terminal.columns.out);
        if (frames !== "") terminal.out(frames);
      }
      const summaries = details.map(({ data }) => data.summary);
      const isReadable = results.every(({ detailType }) => detailType === "PlanProduced");
      const toDo = `${formatCounts(summaries, "to do")}${formatDeployments(details)}`;
      terminal.out(isReadable ? `Plan: ${toDo}.` : "No plan: AWS could not be read.");
      if (isReadable) terminal.note(nextStep(details, document, options));
      const { documentId } = document.change;
      const subject = { documentId, declared: document.declared, ledgerName: options.ledger };
      for (const line of await renamedFiles(ledger.ledger, subject)) terminal.note(visible(line));
    }
    if (details.some(hasFailed)) return 1;
    return options.detailedExitcode && details.some(hasChanges) ? 2 : 0;
  } finally {
    close();
    await ledger.close();
  }
}

function nextStep(details: readonly ResultDetail[], { verdict: { file } }: ReadDocument, options: PlanOptions): string {
  if (details.some(hasFailed)) return "apply would be refused; nothing would change.";
  const next = applyCommand([file], options, undefined);
  return details.some(hasChanges) ? `Next: ${next}` : "Nothing to do: AWS matches the document.";
}

function applyCommand(
  paths: readonly string[],
  { ledger, namespace, prune = false }: Pick<PlanOptions, "ledger" | "namespace" | "prune">,
  allowedDeletions: number | undefined,
): string {
  const where = ledgerFlag(ledger);
  const whose = optionalFlag("--namespace", namespace);
  if (!prune) return commandText(command`npx specdrop apply ${paths} ${where} ${whose}`);
  const allowed = optionalFlag("--allow-deletions", allowedDeletions === undefined ? undefined : `${allowedDeletions}`);
  return commandText(command`npx specdrop apply ${paths} --prune ${allowed} ${where} ${whose}`);
}

/** Nothing is deleted before all that may take it over is there. */
function syncCommands(paths: readonly string[], as: string, { prune = false }: Pick<PlanOptions, "prune">): string {
  const first = paths.map((path) => commandText(command`aws s3 sync ${path} ${as}`));
  const then = prune ? paths.map((path) => commandText(command`aws s3 sync ${path} ${as} --delete`)) : [];
  return [...first, ...then].join(" && ");
}
