import type { ChangeResult } from "@specdrop/events";
import { summarise } from "@specdrop/events";
import type { Diagnostic } from "@specdrop/spec";
import { applyChange } from "./apply.ts";
import type { ChangeSet, ConvergeOptions, ConvergePorts, Outcome, Removed } from "./change-set.ts";
import { conflictDiagnostic } from "./conflict.ts";
import { toChangeError } from "./failure.ts";
import type { LastChange } from "./model.ts";
import { observe } from "./observe.ts";
import { type Change, type Plan, plan } from "./plan.ts";
import { ControlPlaneError } from "./ports.ts";
import { failureDiagnostic, planned, refused, resultOf, unreadable } from "./report.ts";
import { assumeFinished, finishPending } from "./resume.ts";
import type { Run } from "./run.ts";

/**
 * Brings what is live on one API to what a document asks of it: observe, plan, apply, verify. Independent failures do
 * not stop the rest; a conflict stops everything before anything is touched. Safe to repeat at any time.
 *
 * @throws LeaseLostError when the API is another writer's now; whatever the ledger throws; a retryable
 * ControlPlaneError when AWS cannot even be read.
 */
export async function converge(changeSet: ChangeSet, ports: ConvergePorts, options: ConvergeOptions): Promise<Outcome> {
  const run: Run = { changeSet, ports, options };
  let steps: Plan;
  try {
    const observed = await observe(run);
    const settled =
      changeSet.mode === "plan" ? assumeFinished(observed, changeSet.documentId) : await finishPending(run, observed);
    steps = plan(changeSet, settled);
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
    return outcome("failed", [], [unreadable(changeSet, toChangeError(error))]);
  }

  const conflicts = steps.conflicts.map((conflict) => conflictDiagnostic(conflict, changeSet.file));
  if (changeSet.mode === "plan") return outcome("planned", planned(steps), conflicts);
  if (conflicts.length > 0) return outcome("failed", refused(steps), conflicts);
  return await apply(run, steps.changes);
}

async function apply(run: Run, changes: readonly Change[]): Promise<Outcome> {
  const results: ChangeResult[] = [];
  const diagnostics: Diagnostic[] = [];
  const before = run.changeSet.removedBefore ?? NOTHING_REMOVED;
  for (const change of changes) {
    if (run.ports.clock.now() >= run.options.deadline) return outcome("interrupted", results, diagnostics, before);
    const { result, diagnostic } = await attempt(run, change);
    results.push(result);
    diagnostics.push(...diagnostic);
    const { summary } = outcome("interrupted", results, diagnostics, before);
    await run.options.onChange?.(result, {
      ended: results.length,
      total: changes.length,
      removed: { delete: summary.delete, forget: summary.forget },
    });
  }
  const isUnchanged = results.every((result) => result.action === "none") && before.delete + before.forget === 0;
  const status = diagnostics.length > 0 ? "failed" : isUnchanged ? "unchanged" : "succeeded";
  return { ...outcome(status, results, diagnostics, before), deployment: deploymentOf(run.changeSet) };
}

async function attempt(
  run: Run,
  change: Change,
): Promise<{ readonly result: ChangeResult; readonly diagnostic: readonly Diagnostic[] }> {
  try {
    const identifier = await applyChange(run, change);
    return { result: resultOf(change, "succeeded", { identifier, done: doneBefore(run, change) }), diagnostic: [] };
  } catch (cause) {
    const error = toChangeError(cause);
    return {
      result: resultOf(change, "failed", { error }),
      diagnostic: [failureDiagnostic(run.changeSet, change, error)],
    };
  }
}

/** What a run that did not come to its end had made of a resource that needs nothing any more. */
function doneBefore({ changeSet }: Run, change: Change): LastChange | undefined {
  const last = change.action === "none" ? change.owned.lastChange : undefined;
  return last?.sequence === changeSet.sequence && last.epoch === changeSet.epoch ? last : undefined;
}

/** A WebSocket API's changes wait for a Deployment, unless its stage deploys by itself: we cannot tell without looking. */
function deploymentOf(changeSet: ChangeSet): NonNullable<Outcome["deployment"]> {
  return changeSet.deploy === undefined
    ? { status: "unknown" }
    : { status: "pending", stageName: changeSet.deploy.stageName };
}

function outcome(
  status: Outcome["status"],
  changes: readonly ChangeResult[],
  diagnostics: readonly Diagnostic[],
  before: Removed = NOTHING_REMOVED,
): Outcome {
  const summary = summarise(changes);
  return {
    status,
    changes,
    summary: { ...summary, delete: summary.delete + before.delete, forget: summary.forget + before.forget },
    omittedChanges: before.delete + before.forget,
    diagnostics,
  };
}

const NOTHING_REMOVED: Removed = { delete: 0, forget: 0 };
