import type { ChangeResult } from "@specdrop/events";
import type { Acceptance, AcceptDependencies } from "@specdrop/service";
import { formatChange, formatReasons } from "./changes.ts";
import type { Checked } from "./check.ts";
import { openControlPlane } from "./cloud-control.ts";
import { onInterrupt } from "./interruption.ts";
import { openLedger } from "./ledger.ts";
import { hasFailedDeployment, isFine, type ReportOptions, report } from "./report.ts";
import { runDocument } from "./run.ts";
import type { Terminal } from "./terminal.ts";

export interface CarryOutOptions extends ReportOptions {
  readonly ledger: string;
}

/** Runs a document through ledger and Cloud Control, and tells of each change as it ends. Returns the exit code. */
export async function carryOut(
  accept: (deps: AcceptDependencies) => Promise<Acceptance>,
  document: Checked,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const { controlPlane, gateway, close } = await openControlPlane();
  const ledger = await openLedger(options.ledger);
  const interruption = onInterrupt(() => {
    terminal.note("Stopping after the change that is under way. Ctrl-C again ends at once.");
  });
  const made: ChangeResult[] = [];
  try {
    terminal.progress("comparing with what AWS has");
    const run = await runDocument(accept, {
      ledger,
      controlPlane,
      gateway,
      body: document.text,
      stopRequested: () => interruption.requested,
      onChange: (change, ended, total) => {
        made.push(change);
        if (change.action === "none" && change.status === "succeeded") return;
        terminal.note(`[${ended}/${total}] ${formatChange(change, terminal.paintNote)}${formatReasons(change)}`);
      },
    });
    report({ ...run, made }, document, options, terminal);
    const isDone = run.unfinished.length === 0 && run.results.every(isFine);
    return isDone && !run.results.some(hasFailedDeployment) ? 0 : 1;
  } finally {
    interruption.release();
    close();
    await ledger.close();
  }
}
