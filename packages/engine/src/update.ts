import { type DesiredResource, WRITABLE_PROPERTIES, type WritableProperty } from "@specdrop/spec";
import { create } from "./create.ts";
import { digestProperties } from "./digest.ts";
import { ControlPlaneError } from "./errors.ts";
import { notConverged } from "./failure.ts";
import { diffProperties, isSameValue, isUnset, type PropertyDiff, unmetProperties } from "./merge.ts";
import type { LiveResource, OwnedResource } from "./model.ts";
import type { OperationResult } from "./ports.ts";
import { noteUnfinished, remove } from "./remove.ts";
import { read, send, tokenFor } from "./requests.ts";
import { readUntil } from "./reread.ts";
import { claim, type Run, recordOf } from "./run.ts";

/** Each restore of a ledger to the middle of a run uses up one. */
const MAX_TURNS = 5;

/** Sends the patch, and sees that AWS has it as asked. Resolves to the identifier, which a last resort may change. */
export async function update(
  run: Run,
  desired: DesiredResource,
  owned: OwnedResource,
  live: LiveResource,
  diff: PropertyDiff,
  turn = 0,
): Promise<string> {
  const { identifier } = live;
  const applied = digestProperties(desired.properties);
  const record = { ...recordOf(run, desired, { origin: owned.origin, applied }), identifier };
  // Before AWS has it, the ledger knows what may have been applied: a later revision can take it away again.
  const begun = { ...record, applied: { ...owned.applied, ...applied } };
  await claim(run, begun);
  let settled: Omit<OperationResult, "identifier">;
  try {
    settled = await send(
      run,
      "update",
      (attempt) => tokenFor(run, "update", [identifier, diff.patch, turn], attempt),
      (token) => run.ports.controlPlane.update(identifier, diff.patch, token),
    );
  } catch (error) {
    await noteUnfinished(run, begun, { operation: "update", identifier }, error);
    if (!(error instanceof ControlPlaneError) || error.accepted) throw error;
    if (error.code === "NotFound") return await create(run, desired, begun);
    await claim(run, { ...begun, applied: await appliedAfterFailure(run, desired, owned, identifier) });
    throw error;
  }
  const unmet = (seen: LiveResource) => unmetProperties(desired.properties, seen.properties, diff.changed);
  const isBelieved = (model: LiveResource) =>
    !run.changeSet.resumed && !takesAway(desired, live, diff) && unmet(model).length === 0;
  const after =
    settled.model !== undefined && isBelieved(settled.model)
      ? settled.model
      : await readUntil(run, desired, identifier, (seen) => unmet(seen).length === 0);
  if (after === undefined) return await create(run, desired, begun);
  if (unmet(after).length === 0) {
    await claim(run, record);
    return identifier;
  }
  // SUCCESS may be the answer to an earlier request, undone by somebody since: what differs is written anew.
  if (settled.replayed || (run.changeSet.resumed && turn === 0)) {
    if (turn === MAX_TURNS) throw notConverged(desired, after, unmet(after));
    const again = diffProperties(desired.properties, after.properties, begun.applied);
    return await update(run, desired, begun, after, again, turn + 1);
  }
  return await replaceInPlace(run, desired, record, after, unmet(after));
}

/** What of a failed update is live all the same: AWS does not roll a half-made update back, and we may not claim the rest. */
async function appliedAfterFailure(
  run: Run,
  desired: DesiredResource,
  owned: OwnedResource,
  identifier: string,
): Promise<OwnedResource["applied"]> {
  const live = await read(run, () => run.ports.controlPlane.get(identifier));
  const made = WRITABLE_PROPERTIES.filter(
    (name) => desired.properties[name] !== undefined && isSameValue(desired.properties[name], live?.properties[name]),
  );
  const digests = digestProperties(desired.properties);
  return { ...owned.applied, ...Object.fromEntries(made.map((name) => [name, digests[name]])) };
}

/** Whether an update removes a property or a map's entry: the one kind of change that AWS is known to report and not make. */
function takesAway(desired: DesiredResource, live: LiveResource, diff: PropertyDiff): boolean {
  return diff.changed.some((name) => {
    const before = live.properties[name];
    const after = desired.properties[name];
    if (isUnset(after)) return true;
    return typeof before === "object" && Object.keys(before).some((key) => !Object.hasOwn(after as object, key));
  });
}

/**
 * The last resort where an update does not take: delete and create anew. Only for a response that we created and whose
 * every property is its document's, since what nobody declared would be lost.
 */
async function replaceInPlace(
  run: Run,
  desired: DesiredResource,
  owned: OwnedResource,
  live: LiveResource,
  unmet: readonly WritableProperty[],
): Promise<string> {
  const foreign = WRITABLE_PROPERTIES.filter(
    (name) => !isUnset(live.properties[name]) && desired.properties[name] === undefined && !unmet.includes(name),
  );
  if (owned.origin === "adopted" || foreign.length > 0) throw notConverged(desired, live, unmet);
  await remove(run, owned, live.identifier);
  return await create(run, desired);
}
