import type { ResultEvent } from "@specdrop/events";
import type { Acceptance, AcceptDependencies } from "@specdrop/service";
import { formatChange, formatCounts, formatReasons } from "./changes.ts";
import { type Checked, formatErrors } from "./check.ts";
import { openControlPlane } from "./cloud-control.ts";
import { onInterrupt } from "./interruption.ts";
import { openLedger } from "./ledger.ts";
import { nextSteps } from "./next-steps.ts";
import { type RunResult, runDocument } from "./run.ts";
import type { Terminal } from "./terminal.ts";

export interface CarryOutOptions {
  readonly ledger: string;
  readonly json?: boolean;
}

/** Runs a document through ledger and Cloud Control, and tells of each change as it ends. Returns the exit code. */
export async function carryOut(
  accept: (deps: AcceptDependencies) => Promise<Acceptance>,
  document: Checked,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const { controlPlane, close } = await openControlPlane();
  const ledger = await openLedger(options.ledger);
  const interruption = onInterrupt(() => {
    terminal.note("Stopping after the change that is under way. Ctrl-C again ends at once.");
  });
  try {
    terminal.progress("comparing with what AWS has");
    const run = await runDocument(accept, {
      ledger,
      controlPlane,
      body: document.text,
      stopRequested: () => interruption.requested,
      onChange: (change, ended, total) => {
        if (change.action === "none" && change.status === "succeeded") return;
        terminal.note(`[${ended}/${total}] ${formatChange(change, terminal.paintNote)}${formatReasons(change)}`);
      },
    });
    report(run, document, options, terminal);
    return run.unfinished.length === 0 && run.results.every(isFine) ? 0 : 1;
  } finally {
    interruption.release();
    close();
    await ledger.close();
  }
}

function report(
  { results, unfinished }: RunResult,
  document: Checked,
  { json }: CarryOutOptions,
  terminal: Terminal,
): void {
  for (const result of results) {
    if (stoppedBeforeItsFirstChange(result)) terminal.note(formatErrors(result.detail, document, terminal.paintNote));
  }
  if (json) {
    terminal.out(
      JSON.stringify(
        results.map(({ detail }) => detail),
        null,
        2,
      ),
    );
  } else {
    const outcome = !results.every(isFine) ? "Failed" : unfinished.length > 0 ? "Stopped" : "Done";
    const summaries = results.map(({ detail }) => detail.data.summary);
    terminal.out(`${outcome}: ${formatCounts(summaries, "done")}.`);
    for (const line of nextSteps(results)) terminal.out(line);
  }
  if (unfinished.length > 0) {
    terminal.note(`Not everything is done on ${unfinished.join(", ")}. Run it again: it goes on from here.`);
  }
}

/** By a conflict, or because AWS cannot be read: no change has told of it. */
function stoppedBeforeItsFirstChange({ detailType, detail }: ResultEvent): boolean {
  const codes = detail.data.diagnostics.map(({ code }) => code);
  return detailType === "ApplyFailed" && !codes.some((code) => code.startsWith("SD6"));
}

function isFine({ detailType }: ResultEvent): boolean {
  return detailType !== "ApplyFailed" && detailType !== "SpecRejected";
}
