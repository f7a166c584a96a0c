import { LeaseLostError } from "@specdrop/engine";
import type { FailureCause, Ledger, Revision, RunFailure, RunProgress } from "@specdrop/ledger/port";
import type { Log } from "../ports/ports.ts";
import type { Signal } from "../ports/signals.ts";
import { failureCause } from "./failure-cause.ts";
import { RunInterruptedError } from "./interrupted.ts";
import type { HeldLease } from "./lease.ts";
import { type ProgressPorts, reportFailure } from "./progress.ts";

export interface RunFailurePorts extends ProgressPorts {
  readonly ledger: Pick<Ledger, "readDocument" | "readChangeSet" | "checkpoint">;
  readonly log: Log;
}

/** What the ledger keeps of a message of AWS's. */
const LONGEST_MESSAGE = 300;

/**
 * Carries out a run; one that fails is noted in the ledger, and told, before its error goes on. Noting never hides the
 * error: where the ledger is out of reach, it is not noted.
 */
export async function notingFailure<Result>(
  ports: RunFailurePorts,
  signal: Signal,
  { fence }: Pick<HeldLease, "fence">,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    // Another run has the API: it notes what becomes of it.
    if (!(error instanceof LeaseLostError)) {
      await note(ports, signal, fence, error).catch((problem: unknown) => {
        ports.log.warn("The failure of a run was not noted", { error: problem });
      });
    }
    throw error;
  }
}

async function note(ports: RunFailurePorts, signal: Signal, fence: number, error: unknown): Promise<void> {
  const { documentId, apiId } = signal;
  const revision = (await ports.ledger.readDocument(documentId))?.current;
  const changeSet = await ports.ledger.readChangeSet(documentId, apiId);
  if (revision === undefined || (changeSet?.settledSequence ?? 0) >= revision.sequence) return;
  const progress = progressOf(changeSet?.progress, revision);
  const failure = nextFailure(error, progress.failure, ports.clock.now());
  await ports.ledger.checkpoint(documentId, apiId, { ...progress, failure }, fence);
  await reportFailure(ports, signal, revision, { ...progress, failure });
}

function progressOf(known: RunProgress | undefined, { sequence }: Revision): RunProgress {
  return known?.sequence === sequence ? known : { sequence, ended: 0, total: 0, removed: { delete: 0, forget: 0 } };
}

/** The failure after an earlier one of the same revision. `now` in epoch milliseconds. */
export function nextFailure(error: unknown, earlier: RunFailure | undefined, now: number): RunFailure {
  const cause = failureCause(error);
  const { code, message } = said(error);
  return {
    tries: (earlier?.tries ?? 0) + 1,
    cause,
    since: earlier?.cause === cause ? earlier.since : now,
    at: now,
    code,
    message: message.slice(0, LONGEST_MESSAGE),
  };
}

/** AWS's own code and words, where a run was cut off by them. */
function said(error: unknown): Pick<RunFailure, "code" | "message"> {
  if (error instanceof RunInterruptedError && error.interruption.error !== undefined) return error.interruption.error;
  if (!(error instanceof Error)) return { code: "Error", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return { code, message: error.message };
}

const CAUSES: Readonly<Record<FailureCause, string>> = {
  throttled: "AWS is throttling",
  aws: "AWS answers with errors, or not at all,",
  credentials: "AWS does not accept the credentials or permissions",
  busy: "another run has the API",
  other: "runs fail",
};

/** `AWS is throttling since 2026-11-30T00:17:04.000Z; tried 3 times. The last error is Throttling: Rate exceeded.` */
export function describeFailure({ cause, since, tries, code, message }: RunFailure): string {
  const times = tries === 1 ? "once" : `${tries} times`;
  const last = `${code}: ${message}`.replace(/\.?$/, ".");
  return `${CAUSES[cause]} since ${new Date(since).toISOString()}; tried ${times}. The last error is ${last}`;
}
