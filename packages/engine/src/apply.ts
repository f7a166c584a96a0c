import type { ChangeResult } from "@specdrop/events";
import type { Diagnostic } from "@specdrop/spec";
import { applyChange } from "./apply-change.ts";
import { type Change, isDeletion, isHandingOver, isOfRoute } from "./change.ts";
import { type AppliedChanges, deploy, dueDeployment } from "./deploy.ts";
import { successorMissing, toChangeError } from "./failure.ts";
import type { LastChange } from "./model.ts";
import { isOutage, OUTAGE_STREAK } from "./outage.ts";
import { type Interruption, NOTHING_REMOVED, type Outcome, outcomeOf, type ToldError } from "./outcome.ts";
import { handOver, takeOver, tell } from "./pass-on.ts";
import { type Preflight, touches } from "./preflight.ts";
import { failureDiagnostic, resultOf } from "./report.ts";
import type { Run } from "./run.ts";

/** What a run has done by now. */
export interface SoFar {
  readonly results: ChangeResult[];
  readonly diagnostics: Diagnostic[];
  /** Changes that this run has ended, and those that are left. */
  ended: number;
  left: number;
}

/** What a run comes to that ends where it is. */
export function endEarly(
  { changeSet }: Run,
  { results, diagnostics, ended, left }: SoFar,
  why?: Omit<Interruption, "ended" | "left">,
): Outcome {
  const interrupted = outcomeOf("interrupted", results, diagnostics, changeSet.removedBefore);
  return why === undefined ? interrupted : { ...interrupted, interruption: { ...why, ended, left } };
}

/** Makes the changes of a plan, one after the other, and deploys. */
export async function apply(run: Run, changes: readonly Change[], checked: Preflight, soFar: SoFar): Promise<Outcome> {
  const { results, diagnostics } = soFar;
  const before = run.changeSet.removedBefore ?? NOTHING_REMOVED;
  let isWaiting = false;
  const streak: (ChangeResult | Diagnostic)[] = [];
  diagnostics.push(...checked.diagnostics);
  soFar.left = changes.filter(isStep).length;
  for (const change of changes) {
    if (run.options.stop?.()) return endEarly(run, soFar);
    if (isLate(run)) return endEarly(run, soFar, { cause: "deadline" });
    const whereabouts = await whereaboutsOf(run, change, changes);
    if (whereabouts === "awaited") isWaiting = true;
    if (whereabouts === "awaited") continue;
    if (change.action === "create" && change.takes !== undefined && !(await takeOver(run, change.takes))) {
      return endEarly(run, soFar);
    }
    if (isHandingOver(change)) {
      if (!(await handOver(run, change))) return endEarly(run, soFar);
      results.push(resultOf(change, "succeeded"));
    } else {
      const { result, diagnostic, outage } = await attempt(run, change, whereabouts === "missing");
      results.push(result);
      diagnostics.push(...diagnostic);
      if (outage !== undefined) streak.push(result, ...diagnostic);
      else if (change.action !== "none") streak.length = 0;
      // Each failure is a result and a diagnostic.
      if (outage !== undefined && streak.length >= 2 * OUTAGE_STREAK) {
        return endEarly(run, withoutOutage(soFar, streak), { cause: "outage", error: outage });
      }
    }
    if (isStep(change)) {
      soFar.left -= 1;
      soFar.ended += 1;
    }
    await tell(run, results, soFar.left, changes.length);
  }
  if (isWaiting) return outcomeOf("waiting", results, diagnostics, before);
  const done = outcomeOf("succeeded", results, diagnostics, before);
  const isUnchanged = results.every((result) => result.action === "none") && before.delete + before.forget === 0;
  const succeeded = done.summary.failed === 0;
  const writtenNow = changes.some(touches);
  const written = writtenNow || wroteSomething(done);
  const applied: AppliedChanges = {
    succeeded,
    written,
    writtenNow,
    before: checked.stage,
    resumed: run.changeSet.resumed,
  };
  const due = dueDeployment(run, applied);
  if ("status" in due) {
    return { ...done, status: !succeeded ? "failed" : isUnchanged ? "unchanged" : "succeeded", deployment: due };
  }
  if (run.options.stop?.()) return endEarly(run, soFar);
  const { deployment, isNews, ...told } = await deploy(run, due, applied);
  const status = isUnchanged && !isNews ? "unchanged" : "succeeded";
  return { ...done, status, deployment, diagnostics: [...diagnostics, ...told.diagnostics] };
}

/** The last failures are not the changes': those count as left, and the next run makes them. */
function withoutOutage({ results, diagnostics, ended, left }: SoFar, outage: readonly unknown[]): SoFar {
  const counted = OUTAGE_STREAK - 1;
  return {
    results: results.filter((result) => !outage.includes(result)),
    diagnostics: diagnostics.filter((diagnostic) => !outage.includes(diagnostic)),
    ended: ended - counted,
    left: left + counted,
  };
}

/** Taking over what was handed over is one, too: it writes to the ledger. */
function isStep(change: Change): boolean {
  return change.action !== "none" || change.owned.takenFrom !== undefined;
}

function isLate({ ports, deadline }: Run): boolean {
  return ports.clock.now() >= deadline;
}

/** Whether AWS was asked for anything since the revision's first run began. */
function wroteSomething({ summary, changes }: Outcome): boolean {
  const isPatched = changes.some(({ action, changedProperties }) => action === "adopt" && changedProperties.length > 0);
  return isPatched || summary.create + summary.update + summary.replace + summary.delete > 0;
}

/** A move to another API is made like a replacement: the old response goes only when the new one is there. */
async function whereaboutsOf(
  { changeSet, options }: Run,
  change: Change,
  all: readonly Change[],
): Promise<"there" | "awaited" | "missing"> {
  const isRemoval = change.action === "delete" || change.action === "forget";
  if (options.holdsRemovals && isRemoval && !isHandingOver(change)) return "awaited";
  if (change.action !== "delete") return "there";
  // A route stays two-way for as long as anything waits to go from here.
  const going = isOfRoute(change) ? all.filter(isDeletion).filter((one) => !isOfRoute(one)) : [change];
  const moved = going.map(({ owned }) => owned.logicalId);
  const places = await Promise.all(
    moved.filter((id) => changeSet.movedAway?.has(id)).map(async (id) => await options.whereabouts?.(id)),
  );
  return places.find((place) => place === "awaited") ?? places.find((place) => place === "missing") ?? "there";
}

async function attempt(
  run: Run,
  change: Change,
  isKept: boolean,
): Promise<{
  readonly result: ChangeResult;
  readonly diagnostic: readonly Diagnostic[];
  /** What failed has nothing to do with the change. */
  readonly outage?: ToldError;
}> {
  try {
    if (isKept) throw successorMissing(change);
    const { identifier, done = doneBefore(run, change) } = await applyChange(run, change);
    return { result: resultOf(change, "succeeded", { identifier, done }), diagnostic: [] };
  } catch (cause) {
    const error = toChangeError(cause);
    return {
      result: resultOf(change, "failed", { error }),
      diagnostic: [failureDiagnostic(run.changeSet, change, error)],
      ...(isOutage(cause) && { outage: error }),
    };
  }
}

/** What a run that did not come to its end had made of a resource that needs nothing any more; or who handed it over. */
function doneBefore({ changeSet }: Run, change: Change): Pick<LastChange, "action" | "changedProperties"> | undefined {
  if (change.action !== "none") return undefined;
  if (change.owned.documentId !== changeSet.documentId) return undefined;
  if (change.owned.takenFrom !== undefined) return { action: "adopt", changedProperties: [] };
  const last = change.owned.lastChange;
  return last?.sequence === changeSet.sequence && last.epoch === changeSet.epoch ? last : undefined;
}
