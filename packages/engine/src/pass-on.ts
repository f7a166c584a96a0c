import type { ChangeResult } from "@specdrop/events";
import type { Diagnostic } from "@specdrop/spec";
import { type HandingOver, isHandingOver } from "./change.ts";
import type { HandOver } from "./hand-over.ts";
import type { OwnedResource } from "./model.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import { refused, resultOf } from "./report.ts";
import type { Run } from "./run.ts";

/**
 * What others own keeps a document from all it asks for, but not from letting go of what others want: documents that
 * swap their responses would wait for each other for ever. An owner that is about to let go is waited for.
 */
export async function handOverWanted(
  run: Run,
  steps: Plan,
  owners: readonly OwnedResource[],
  diagnostics: readonly Diagnostic[],
): Promise<Outcome> {
  const before = run.changeSet.removedBefore;
  const handed: ChangeResult[] = [];
  for (const change of steps.changes.filter(isHandingOver)) {
    if (!(await handOver(run, change))) return outcomeOf("interrupted", handed, [], before);
    handed.push(resultOf(change, "succeeded"));
    await tell(run, handed, steps.changes.length - handed.length, steps.changes.length);
  }
  const leaving = await Promise.all(owners.map(async (owned) => await run.options.handOver?.isLeaving(owned)));
  if (leaving.every((isLeaving) => isLeaving === true)) return outcomeOf("waiting", handed, [], before);
  const left = { ...steps, changes: steps.changes.filter((change) => !isHandingOver(change)) };
  return outcomeOf("failed", [...refused(left), ...handed], diagnostics, before);
}

/** `false` where the bidder or the owner is not what it was when this was planned. */
export async function handOver({ options }: Run, { owned, handedTo }: HandingOver): Promise<boolean> {
  // Nobody plans one without it.
  const { pass } = options.handOver as HandOver;
  return await pass(owned, handedTo);
}

/** `false` where the owner, or this document's revision, is not what it was when this was planned. */
export async function takeOver({ changeSet, options }: Run, owned: OwnedResource): Promise<boolean> {
  const { documentId, sequence } = changeSet;
  // Nobody knows of another's without it.
  const { pass } = options.handOver as HandOver;
  return await pass(owned, { documentId, sequence, logicalId: owned.logicalId });
}

/** Tells of the last change that has ended, and how far the run is with it. */
export async function tell(run: Run, results: readonly ChangeResult[], left: number, total: number): Promise<void> {
  const { summary } = outcomeOf("interrupted", results, [], run.changeSet.removedBefore);
  const removed = { delete: summary.delete, forget: summary.forget };
  await run.options.onChange?.(results.at(-1) as ChangeResult, { ended: total - left, total, removed });
}
