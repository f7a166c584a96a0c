import { apply, endEarly, type SoFar } from "./apply.ts";
import type { ConvergeOptions, ConvergePorts, RunChangeSet } from "./change-set.ts";
import { withinDeadline } from "./deadline.ts";
import { DeadlineReachedError } from "./errors.ts";
import { lastFailure } from "./failure.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { handOverWanted } from "./pass-on.ts";
import { isError, prepare } from "./prepare.ts";
import { refused } from "./report.ts";
import { finishPending } from "./resume.ts";
import type { Run } from "./run.ts";

/**
 * Brings what is live on one API to what a document asks of it: observe, plan, apply, verify. Independent failures do
 * not stop the rest; a conflict stops everything before anything is touched. Safe to repeat at any time.
 *
 * @throws LeaseLostError when the API is another writer's now; whatever the ledger throws; a retryable
 * ControlPlaneError when AWS cannot even be read.
 */
export async function converge(
  changeSet: RunChangeSet,
  ports: ConvergePorts,
  options: ConvergeOptions,
): Promise<Outcome> {
  const { deadline } = options;
  const run: Run = { changeSet, ports: withinDeadline(ports, deadline), deadline, options };
  const soFar: SoFar = { results: [], diagnostics: [], ended: 0, left: 0 };
  try {
    return await convergeWithin(run, soFar);
  } catch (error) {
    if (!(error instanceof DeadlineReachedError)) throw error;
    // Whoever asks to stop may have reads given up, too.
    return options.stop?.() ? endEarly(run, soFar) : endEarly(run, soFar, { cause: "deadline", ...lastFailure(error) });
  }
}

async function convergeWithin(run: Run, soFar: SoFar): Promise<Outcome> {
  const prepared = await prepare(run, {
    finish: (observed) => finishPending(run, observed),
    handOver: run.options.handOver,
    afterAnother: run.changeSet.afterAnother,
  });
  if ("unreadable" in prepared) return outcomeOf("failed", [], [prepared.unreadable]);
  const { steps, checked, diagnostics } = prepared;
  if (!diagnostics.some(isError)) return await apply(run, steps.changes, checked, soFar);
  const owners = steps.conflicts.flatMap(({ owned }) => owned ?? []);
  const othersOwnAll = owners.length === steps.conflicts.length && !checked.diagnostics.some(isError);
  return othersOwnAll
    ? await handOverWanted(run, steps, owners, diagnostics)
    : outcomeOf("failed", refused(steps), diagnostics);
}
