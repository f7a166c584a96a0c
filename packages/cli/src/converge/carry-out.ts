import type { ChangeResult } from "@specdrop/events";
import { rememberLive } from "@specdrop/inspect/drift/remember-live";
import type { Acceptance, AcceptPorts } from "@specdrop/service/intake";
import { type Connection, connect } from "../aws/connect.ts";
import { viewPlan } from "../plan/plan-view.ts";
import { formatChange, formatReasons } from "../report/changes.ts";
import { hasFailedDeployment, isFine, type ReportOptions, report } from "../report/report.ts";
import { runDocument } from "../run.ts";
import { type ConfirmOptions, confirmLosses, type FindLosses } from "../terminal/confirm.ts";
import { onInterrupt } from "../terminal/interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Checked } from "./check.ts";
import { stoppableClock, timeUntil } from "./clock.ts";
import { GRACE_IS_OVER, stoppingNote, stopReading } from "./stop-reading.ts";
import { tellWrites } from "./tell-writes.ts";

export interface CarryOutOptions extends ReportOptions, ConfirmOptions {
  readonly ledger: string;
  readonly namespace?: string;
}

/**
 * Runs a document through ledger and Cloud Control, and tells of each change as it ends. Asks first where something would
 * be lost and there is somebody to ask. Returns the exit code.
 */
export async function carryOut(
  documentId: string,
  accept: (deps: AcceptPorts) => Promise<Acceptance>,
  document: Checked,
  findLosses: FindLosses,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const halt = new AbortController();
  const connection = await connect(options.ledger, stoppableClock(halt.signal));
  try {
    if (!(await confirmLosses(findLosses, connection, options, terminal))) return 1;
    return await run(documentId, accept, document, { ...connection, halt }, options, terminal);
  } finally {
    await connection.close();
  }
}

async function run(
  documentId: string,
  accept: (deps: AcceptPorts) => Promise<Acceptance>,
  document: Checked,
  { ledger, close: _, halt, ...connected }: Connection & { readonly halt: AbortController },
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<number> {
  const started = performance.now();
  const interruption = onInterrupt(
    () => terminal.note(stoppingNote(aws)),
    () => {
      terminal.note(GRACE_IS_OVER);
      halt.abort();
    },
  );
  const aws = stopReading(connected, interruption);
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
    terminal.progress("comparing with AWS");
    const run = await runDocument(documentId, accept, {
      ledger,
      ...told,
      body: document.text,
      stopRequested: () => interruption.requested,
      time: timeUntil(halt.signal),
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
