import type { ChangeResult } from "@specdrop/events";
import { summarise } from "@specdrop/events";
import type { Diagnostic } from "@specdrop/spec";
import { applyChange } from "./apply.ts";
import { type Change, type HandingOver, isDeletion, isHandingOver, isOfRoute } from "./change.ts";
import type { ChangeSet, ConvergeOptions, ConvergePorts } from "./change-set.ts";
import { conflictDiagnostic } from "./conflict.ts";
import { withinDeadline } from "./deadline.ts";
import { type AppliedChanges, deploy, dueDeployment, planDeployment } from "./deploy.ts";
import { ControlPlaneError, DeadlineReachedError } from "./errors.ts";
import { successorMissing, toChangeError } from "./failure.ts";
import type { Bidder, HandOver } from "./hand-over.ts";
import { formatNaturalKey, isRouteResponse, type LastChange, type OwnedResource } from "./model.ts";
import { observe } from "./observe.ts";
import { isOutage, OUTAGE_STREAK } from "./outage.ts";
import type { Interruption, Outcome, Removed, ToldError } from "./outcome.ts";
import { type Observed, type Plan, plan } from "./plan.ts";
import { type Preflight, preflight, touches } from "./preflight.ts";
import { failureDiagnostic, planned, refused, resultOf, unreadable } from "./report.ts";
import { read } from "./requests.ts";
import { assumeFinished, finishPending } from "./resume.ts";
import type { Run } from "./run.ts";
import { routeResponsesFor, targetOf } from "./two-way.ts";

/**
 * Brings what is live on one API to what a document asks of it: observe, plan, apply, verify. Independent failures do
 * not stop the rest; a conflict stops everything before anything is touched. Safe to repeat at any time.
 *
 * @throws LeaseLostError when the API is another writer's now; whatever the ledger throws; a retryable
 * ControlPlaneError when AWS cannot even be read.
 */
export async function converge(changeSet: ChangeSet, ports: ConvergePorts, options: ConvergeOptions): Promise<Outcome> {
  const run: Run = { changeSet, ports: withinDeadline(ports, options.deadline), options };
  const soFar: SoFar = { results: [], diagnostics: [], ended: 0, left: 0 };
  try {
    return await convergeWithin(run, soFar);
  } catch (error) {
    if (!(error instanceof DeadlineReachedError)) throw error;
    // Whoever asks to stop may have reads given up, too.
    return options.stop?.() ? endEarly(run, soFar) : endEarly(run, soFar, { cause: "deadline" });
  }
}

/** What a run has done by now. */
interface SoFar {
  readonly results: ChangeResult[];
  readonly diagnostics: Diagnostic[];
  /** Changes that this run has ended, and those that are left. */
  ended: number;
  left: number;
}

/** What a run comes to that ends where it is. */
function endEarly(
  { changeSet }: Run,
  { results, diagnostics, ended, left }: SoFar,
  why?: Omit<Interruption, "ended" | "left">,
): Outcome {
  const interrupted = outcome("interrupted", results, diagnostics, changeSet.removedBefore);
  return why === undefined ? interrupted : { ...interrupted, interruption: { ...why, ended, left } };
}

async function convergeWithin(run: Run, soFar: SoFar): Promise<Outcome> {
  const { changeSet } = run;
  let steps: Plan;
  try {
    if (changeSet.afterAnother) await read(run, () => run.ports.controlPlane.untilQuiet(changeSet.apiId));
    const observed = await observe(run);
    const settled =
      changeSet.mode === "plan" ? assumeFinished(observed, changeSet.documentId) : await finishPending(run, observed);
    steps = plan(changeSet, { ...settled, bidders: await findBidders(run, settled) });
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
    return outcome("failed", [], [unreadable(changeSet, toChangeError(error))]);
  }

  const checked = await preflight(run, steps.changes);
  const conflicts = steps.conflicts.map((conflict) => conflictDiagnostic(conflict, changeSet.file));
  const diagnostics = [...conflicts, ...checked.diagnostics];
  if (changeSet.mode === "plan") return await show(run, steps, diagnostics, checked);
  if (!diagnostics.some(({ severity }) => severity === "error")) return await apply(run, steps.changes, checked, soFar);
  const isOtherwiseSound = !checked.diagnostics.some(({ severity }) => severity === "error");
  const owners = steps.conflicts.flatMap(({ owned }) => owned ?? []);
  return isOtherwiseSound && owners.length === steps.conflicts.length
    ? await handOverWanted(run, steps, owners, diagnostics)
    : outcome("failed", refused(steps), diagnostics);
}

/** What a run would come to; what cannot be applied is not deployed either. */
async function show(run: Run, steps: Plan, diagnostics: readonly Diagnostic[], checked: Preflight): Promise<Outcome> {
  const changes = planned(steps);
  if (diagnostics.some(({ severity }) => severity === "error")) return outcome("planned", changes, diagnostics);
  const written = steps.changes.some(touches);
  const applied: AppliedChanges = { succeeded: true, written, writtenNow: written, before: checked.stage };
  const { deployment, diagnostics: found } = await planDeployment(run, applied);
  return { ...outcome("planned", changes, [...diagnostics, ...found]), ...(deployment && { deployment }) };
}

/** Who else wants what the document owns and no longer declares. */
async function findBidders(
  { changeSet, options }: Run,
  { owned, routes }: Observed,
): Promise<ReadonlyMap<string, Bidder>> {
  const bidders = new Map<string, Bidder>();
  const wanted = new Set([...changeSet.desired, ...routeResponsesFor(changeSet, routes)].map(formatNaturalKey));
  for (const resource of owned) {
    const key = formatNaturalKey(resource);
    if (resource.documentId !== changeSet.documentId || wanted.has(key)) continue;
    const integrationId = isRouteResponse(resource) ? targetOf(routes, resource.RouteId) : undefined;
    const bidder = await options.handOver?.bidderFor(resource, integrationId);
    if (bidder !== undefined) bidders.set(key, bidder);
  }
  return bidders;
}

/**
 * What others own keeps a document from all it asks for, but not from letting go of what others want: documents that
 * swap their responses would wait for each other for ever. An owner that is about to let go is waited for.
 */
async function handOverWanted(
  run: Run,
  steps: Plan,
  owners: readonly OwnedResource[],
  diagnostics: readonly Diagnostic[],
): Promise<Outcome> {
  const before = run.changeSet.removedBefore;
  const handed: ChangeResult[] = [];
  for (const change of steps.changes.filter(isHandingOver)) {
    if (!(await handOver(run, change))) return outcome("interrupted", handed, [], before);
    handed.push(resultOf(change, "succeeded"));
    await tell(run, handed, steps.changes.length - handed.length, steps.changes.length);
  }
  const leaving = await Promise.all(owners.map(async (owned) => await run.options.handOver?.isLeaving(owned)));
  if (leaving.every((isLeaving) => isLeaving === true)) return outcome("waiting", handed, [], before);
  const left = { ...steps, changes: steps.changes.filter((change) => !isHandingOver(change)) };
  return outcome("failed", [...refused(left), ...handed], diagnostics, before);
}

/** `false` where the bidder or the owner is not what it was when this was planned. */
async function handOver({ options }: Run, { owned, handedTo }: HandingOver): Promise<boolean> {
  // Nobody plans one without it.
  const { pass } = options.handOver as HandOver;
  return await pass(owned, handedTo);
}

/** `false` where the owner, or this document's revision, is not what it was when this was planned. */
async function takeOver({ changeSet, options }: Run, owned: OwnedResource): Promise<boolean> {
  const { documentId, sequence } = changeSet;
  // Nobody knows of another's without it.
  const { pass } = options.handOver as HandOver;
  return await pass(owned, { documentId, sequence, logicalId: owned.logicalId });
}

/** Tells of the last change that has ended, and how far the run is with it. */
async function tell(run: Run, results: readonly ChangeResult[], left: number, total: number): Promise<void> {
  const { summary } = outcome("interrupted", results, [], run.changeSet.removedBefore);
  const removed = { delete: summary.delete, forget: summary.forget };
  await run.options.onChange?.(results.at(-1) as ChangeResult, { ended: total - left, total, removed });
}

async function apply(run: Run, changes: readonly Change[], checked: Preflight, soFar: SoFar): Promise<Outcome> {
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
  if (isWaiting) return outcome("waiting", results, diagnostics, before);
  const done = outcome("succeeded", results, diagnostics, before);
  const isUnchanged = results.every((result) => result.action === "none") && before.delete + before.forget === 0;
  const succeeded = done.summary.failed === 0;
  const writtenNow = changes.some(touches);
  const written = writtenNow || wroteSomething(done);
  const applied: AppliedChanges = { succeeded, written, writtenNow, before: checked.stage };
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

function isLate({ ports, options }: Run): boolean {
  return ports.clock.now() >= options.deadline;
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
