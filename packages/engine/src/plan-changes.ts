import type { ChangeSet, PlanChangesOptions, ReadPorts } from "./change-set.ts";
import { withinDeadline } from "./deadline.ts";
import { planDeployment } from "./deploy.ts";
import { DeadlineReachedError } from "./errors.ts";
import { lastFailure } from "./failure.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { touches } from "./preflight.ts";
import { isError, prepare } from "./prepare.ts";
import { planned } from "./report.ts";
import { assumeFinished } from "./resume.ts";
import type { ReadRun } from "./run.ts";

/**
 * What a run over a change set would come to: `planned`, or `failed` where AWS denied access to the API. Touches nothing, and
 * takes no lease. `interrupted` where its time was up.
 *
 * @throws whatever the ledger throws; a retryable ControlPlaneError when AWS cannot be read.
 */
export async function planChanges(
  changeSet: ChangeSet,
  ports: ReadPorts,
  options: PlanChangesOptions = {},
): Promise<Outcome> {
  const { deadline = Number.POSITIVE_INFINITY } = options;
  try {
    return await planWithin({ changeSet, ports: withinDeadline(ports, deadline), deadline }, options);
  } catch (error) {
    if (!(error instanceof DeadlineReachedError)) throw error;
    const interrupted = outcomeOf("interrupted", [], []);
    const interruption = { cause: "deadline", ...lastFailure(error), ended: 0, left: 0 } as const;
    return options.stop?.() ? interrupted : { ...interrupted, interruption };
  }
}

async function planWithin(
  run: ReadRun,
  { handOver, resumed = false, afterAnother }: PlanChangesOptions,
): Promise<Outcome> {
  const { documentId } = run.changeSet;
  const prepared = await prepare(run, {
    finish: (observed) => assumeFinished(observed, documentId),
    handOver,
    afterAnother,
  });
  if ("unreadable" in prepared) return outcomeOf("failed", [], [prepared.unreadable]);
  const { steps, checked, diagnostics } = prepared;
  const changes = planned(steps);
  // What cannot be applied is not deployed either.
  if (diagnostics.some(isError)) return outcomeOf("planned", changes, diagnostics);
  const written = steps.changes.some(touches);
  const { deployment, diagnostics: found } = await planDeployment(run, {
    succeeded: true,
    written,
    before: checked.stage,
    resumed,
  });
  return { ...outcomeOf("planned", changes, [...diagnostics, ...found]), ...(deployment && { deployment }) };
}
