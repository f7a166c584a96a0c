import type { ChangeResult } from "@specdrop/events";
import type { Acceptance, AcceptDependencies } from "@specdrop/service";
import { formatChange, formatReasons } from "./changes.ts";
import type { Checked } from "./check.ts";
import { type ConfirmOptions, confirmLosses, type FindLosses } from "./confirm.ts";
import { type Connection, connect } from "./connect.ts";
import { onInterrupt } from "./interruption.ts";
import { viewPlan } from "./plan/plan-view.ts";
import { rememberLive } from "./remember-live.ts";
import { hasFailedDeployment, isFine, type ReportOptions, report } from "./report.ts";
import { runDocument } from "./run.ts";
import { tellWrites } from "./tell-writes.ts";
import type { Terminal } from "./terminal.ts";

export interface CarryOutOptions extends ReportOptions, ConfirmOptions {
  readonly ledger: string;
  readonly namespace?: string;
}

/**
 * Runs a document through ledger and Cloud Control, and tells of each change as it ends. Asks first where something would
 * be lost and there is somebody to ask. Returns the exit code.
 */
export async function carryOut(
  accept: (deps: AcceptDependencies) => Promise<Acceptance>,
  document: Checked,
  findLosses: FindLosses,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const connection = await connect(options.ledger);
  try {
    if (!(await confirmLosses(findLosses, connection, options, terminal))) return 1;
    return await run(accept, document, connection, options, terminal);
  } finally {
    await connection.close();
  }
}

async function run(
  accept: (deps: AcceptDependencies) => Promise<Acceptance>,
  document: Checked,
  { ledger, close: _, ...aws }: Connection,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const started = performance.now();
  const interruption = onInterrupt(() => {
    terminal.note("Stopping after the change that is under way. Ctrl-C again ends at once.");
  });
  const made: ChangeResult[] = [];
  const deployed: string[] = [];
  const onDeployed = (stageName: string) => void deployed.push(stageName);
  const live = rememberLive(aws.controlPlane);
  let position = "";
  const tell = (words: string) => terminal.spin(`${position}${words}`);
  const { declared } = document;
  const told = tellWrites(
    { ...aws, controlPlane: live.controlPlane },
    { declared, liveOf: live.liveOf, tell, onDeployed },
  );
  try {
    terminal.progress("comparing with what AWS has");
    const run = await runDocument(accept, {
      ledger,
      ...told,
      body: document.text,
      stopRequested: () => interruption.requested,
      onChange: (change, ended, total) => {
        made.push(change);
        position = ended < total ? `[${ended + 1}/${total}] ` : "";
        if (change.action === "none" && change.status === "succeeded") return;
        terminal.note(`[${ended}/${total}] ${formatChange(change, terminal.paintNote)}${formatReasons(change)}`);
        tell(ended < total ? "going on" : "ending");
      },
    });
    const planned = run.results.filter(({ detailType }) => detailType === "PlanProduced");
    const apiIds = planned.flatMap(({ detail }) => detail.data.apiId ?? []);
    const { paint } = terminal;
    const view = await viewPlan(apiIds, { ledger: ledger.ledger, declared, liveOf: live.liveOf, paint });
    report({ ...run, made, deployed, view, elapsedMs: performance.now() - started }, document, options, terminal);
    const isDone = run.unfinished.length === 0 && run.results.every(isFine);
    return isDone && !run.results.some(hasFailedDeployment) ? 0 : 1;
  } finally {
    interruption.release();
  }
}
