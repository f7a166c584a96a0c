import type { Clock, Progress } from "@specdrop/engine";
import type { ChangeStatus, RunProgressDetail } from "@specdrop/events";
import { operationIdOf } from "./identity.ts";
import type { Log, Revision, Signal } from "./ports.ts";

/** Where it is told how far a run is. Throws where that was not taken. */
export interface ProgressBus {
  report(progress: RunProgressDetail): Promise<void>;
}

interface ProgressDependencies {
  /** Without it nobody is told. */
  readonly progress?: ProgressBus;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** What takes less is told by its result alone. */
const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 5_000;

/** Tells now and then how far a run is. It never fails the run, and hardly delays it. */
export function progressReports(
  { progress: bus, clock, log }: ProgressDependencies,
  { documentId, apiId, part }: Signal,
  revision: Revision,
): (status: ChangeStatus, progress: Progress) => Promise<void> {
  // A run that goes on has taken long already.
  let told = clock.now() + (part === 0 ? FIRST_AFTER_MS - EVERY_MS : 0);
  let failed = 0;
  return async (status, { ended, total }) => {
    if (status === "failed") failed++;
    const now = clock.now();
    if (bus === undefined || now - told < EVERY_MS) return;
    told = now;
    const { sequence, correlationId, source, seenAt } = revision;
    const operationId = operationIdOf(documentId, sequence);
    const time = new Date(now).toISOString();
    const what = { documentId, operationId, correlationId, sequence, time, document: source, apiId };
    try {
      await bus.report({ ...what, part, ended, total, failed, elapsedMs: Math.max(0, now - seenAt) });
    } catch (error) {
      log.warn("Nobody was told how far the run is", { error });
    }
  };
}
