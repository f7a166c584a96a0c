import { randomUUID } from "node:crypto";
import type { ChangeResult } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import { connect } from "../aws/connect.ts";
import { stoppingNote, stopReading } from "../converge/stop-reading.ts";
import { documentAt, refuseUnmoved } from "../documents/document.ts";
import { assertFile } from "../documents/spec-files.ts";
import { refuseRenamed } from "../ledger/renamed-files.ts";
import { answerCalls } from "../programs/answer-calls.ts";
import { convergeCalls } from "../programs/converge-calls.ts";
import { declarations } from "../programs/declarations.ts";
import { finishRun } from "../programs/finish-run.ts";
import { isProgram } from "../programs/is-program.ts";
import { remembering } from "../programs/last-seen.ts";
import { programReport } from "../programs/program-report.ts";
import { startProgram } from "../programs/start-program.ts";
import { formatChange, formatReasons } from "../report/changes.ts";
import { isFine } from "../report/report.ts";
import { wrongUsage } from "../terminal/failure.ts";
import { onInterrupt } from "../terminal/interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface RunProgramOptions {
  readonly ledger: string;
  readonly namespace?: string;
  readonly json?: boolean;
  readonly allowDeletions?: number;
  readonly debug?: boolean;
}

/**
 * Runs a program, converges each response when the program declares it, and in the end removes what it no longer does.
 * Exit code 1 where it did not come to its end, or a call failed (then nothing is removed), or a removal did.
 */
export async function run(path: string, options: RunProgramOptions, terminal: Terminal): Promise<number> {
  if (!isProgram(path)) throw wrongUsage(`${path} is no program: give a .ts, .mts, .js or .mjs file`);
  await assertFile(path);
  const change = await documentAt(path, options);
  const declared = declarations(change.documentId, options.allowDeletions);
  const report = programReport(path, declared, options, terminal);

  const { ledger, close, ...connected } = await connect(options.ledger);
  const made: ChangeResult[] = [];
  const said = linesSaidOnce((line) => terminal.note(visible(line)));
  let isOver = false;
  let stopProgram = () => {};
  const interruption = onInterrupt(() => {
    terminal.note(stoppingNote(aws));
    void calls.idle().then(() => stopProgram());
  });
  const aws = stopReading(connected, interruption);
  const base = {
    change,
    ledger,
    gateway: aws.gateway,
    // The only process with the ledger may take over the lease that a killed one left.
    owner: ledger.exclusive ? "specdrop" : `specdrop ${randomUUID()}`,
    controlPlane: remembering(aws.controlPlane),
    declarations: declared,
    stopRequested: () => interruption.requested || isOver,
  };
  const calls = convergeCalls({
    ...base,
    onChange(each) {
      made.push(each);
      // The call itself fails where the change did.
      if (isNews(each) && each.status === "succeeded") terminal.note(formatChange(each, terminal.paintNote));
    },
    async lookForRenames(resources) {
      const subject = { documentId: change.documentId, declared: resources, ledgerName: options.ledger };
      for (const line of await refuseRenamed(ledger.ledger, subject)) said(line);
    },
  });

  try {
    await refuseUnmoved(ledger.ledger, change, options.ledger);
    const { onCall, failed } = answerCalls({ declarations: declared, calls, warn: report.warn });
    const program = startProgram(path, options.json ? "stderr" : "stdout", onCall);
    stopProgram = program.stop;
    const end = await program.end;
    isOver = end.kind !== "ended";
    await calls.idle();

    const whole = declared.whole();
    const isComplete = end.kind === "ended" && failed().length === 0 && !interruption.requested;
    if (isComplete) report.warn(whole.diagnostics);
    if (!isComplete || whole.document === undefined) {
      report.broken(end, { failed: failed(), made, interrupted: interruption.requested });
      return 1;
    }
    const finished = await finishRun(base, { opened: calls.opened(), made }, (each) => {
      const isTold = made.some(({ logicalId, action }) => logicalId === each.logicalId && action === each.action);
      if (each.status === "failed" || (isNews(each) && !isTold)) {
        terminal.note(`${formatChange(each, terminal.paintNote)}${formatReasons(each)}`);
      }
    });
    report.done(finished);
    return finished.unfinished.length === 0 && finished.results.every(isFine) ? 0 : 1;
  } finally {
    interruption.release();
    await close();
  }
}

function isNews({ action, status }: ChangeResult): boolean {
  return action !== "none" || status === "failed";
}

function linesSaidOnce(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}
