import type { Clock, Progress } from "@specdrop/engine";
import type { ChangeStatus, RunProgressDetail } from "@specdrop/events";
import type { Revision, RunProgress } from "@specdrop/ledger/port";
import { operationIdOf } from "../documents/identity.ts";
import type { Log } from "../ports/ports.ts";
import type { Signal } from "../ports/signals.ts";
import type { Every } from "./lease.ts";

/** Where it is told how far a run is. Throws where that was not taken. */
export interface ProgressBus {
  report(progress: RunProgressDetail): Promise<void>;
}

export interface ProgressPorts {
  /** Without it nobody is told. */
  readonly progress?: ProgressBus;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Without it a run is told of only when a change ends. */
  readonly every?: Every;
}

/** What takes less is told by its result alone. */
const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 5_000;
/** The run waits for each to be taken: a bus that is away is not asked again at once. */
const AFTER_FAILURE_MS = 60_000;

export interface ProgressReports {
  /** Takes note of a change that ended, and of how far the run is with it. */
  changed(status: ChangeStatus, progress: Pick<Progress, "ended" | "total">): Promise<void>;
  /** Resolves when nothing more will be told. */
  stop(): Promise<void>;
}

/** Tells now and then how far a run is. It never fails the run, and hardly delays it. */
export function progressReports(
  { progress: bus, clock, log, every }: ProgressPorts,
  { documentId, apiId, invocation }: Signal,
  revision: Revision,
  /** How far earlier runs of the revision came. */
  known?: RunProgress,
): ProgressReports {
  // A run that goes on has taken long already.
  let told = clock.now() + (invocation === 0 ? FIRST_AFTER_MS - EVERY_MS : 0);
  // Until a change has ended nobody knows how many there are.
  let sofar: Pick<Progress, "ended" | "total"> = { ended: 0, total: 0 };
  let failed = 0;
  let telling: Promise<void> = Promise.resolve();

  async function tell(to: ProgressBus, now: number): Promise<void> {
    const counts = furthest(sofar, known);
    try {
      await to.report({
        ...subject({ documentId, apiId, invocation }, revision, now),
        ...counts,
        failed,
        ...failing(known),
      });
    } catch (error) {
      told = now + AFTER_FAILURE_MS - EVERY_MS;
      log.warn("Could not publish the progress of the run", { error });
    }
  }

  async function tellIfDue(): Promise<void> {
    const now = clock.now();
    if (bus === undefined || now - told < EVERY_MS) return;
    told = now;
    telling = tell(bus, now);
    await telling;
  }

  const cancel = bus && every?.(EVERY_MS, tellIfDue);
  return {
    changed(status, progress) {
      sofar = progress;
      if (status === "failed") failed++;
      return tellIfDue();
    },
    async stop() {
      cancel?.();
      await telling;
    },
  };
}

/** Tells that a run failed, and why. What fails within moments of its acceptance is told by the next try, or the result. */
export async function reportFailure(
  { progress: bus, clock, log }: ProgressPorts,
  signal: Pick<Signal, "documentId" | "apiId" | "invocation">,
  revision: Revision,
  known: RunProgress,
): Promise<void> {
  const now = clock.now();
  if (bus === undefined || now - revision.seenAt < FIRST_AFTER_MS) return;
  const { ended, total } = known;
  try {
    await bus.report({ ...subject(signal, revision, now), ended, total, failed: 0, ...failing(known) });
  } catch (error) {
    log.warn("Nobody was told that the run failed", { error });
  }
}

function subject(
  { documentId, apiId, invocation }: Pick<Signal, "documentId" | "apiId" | "invocation">,
  { sequence, correlationId, source, seenAt }: Revision,
  now: number,
) {
  const operationId = operationIdOf(documentId, sequence);
  const time = new Date(now).toISOString();
  const elapsedMs = Math.max(0, now - seenAt);
  return {
    documentId,
    operationId,
    correlationId,
    sequence,
    time,
    document: source,
    apiId,
    part: invocation,
    elapsedMs,
  };
}

/** A run that begins again finds the same changes to make: what was shown stays. */
function furthest(
  { ended, total }: Pick<Progress, "ended" | "total">,
  known: RunProgress | undefined,
): Pick<Progress, "ended" | "total"> {
  const most = Math.max(total, known?.total ?? 0);
  return { ended: Math.min(most, Math.max(ended, known?.ended ?? 0)), total: most };
}

function failing(known: RunProgress | undefined): Pick<RunProgressDetail, "failure"> {
  if (known?.failure === undefined) return {};
  const { tries, cause, since, code } = known.failure;
  return { failure: { tries, cause, since: new Date(since).toISOString(), code } };
}
