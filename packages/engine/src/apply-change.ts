import type { Change } from "./change.ts";
import { Adoptable, create, Found } from "./create.ts";
import { digestProperties } from "./digest.ts";
import { diffProperties, isSameValue, type PropertyDiff } from "./merge.ts";
import {
  type Desired,
  isRouteResponse,
  type LastChange,
  type LiveResource,
  type Owned,
  type OwnedResource,
} from "./model.ts";
import { remove } from "./remove.ts";
import { changedProperties } from "./report.ts";
import { claim, type Run, recordOf, release } from "./run.ts";
import { update } from "./update.ts";

/** What came of a change: what it was about, where that has a name, and what was done where that is not as planned. */
export interface AppliedChange {
  readonly identifier?: string | undefined;
  readonly done?: LastChange;
}

/** Makes one change, and sees that AWS has it as asked. */
export async function applyChange(run: Run, change: Change): Promise<AppliedChange> {
  if (change.action === "create")
    return await createOrFind(withCurrentChange(run, change), change.desired, change.unseen);
  return { identifier: await applyPlanned(run, change) };
}

function withCurrentChange(run: Run, change: Change): Run {
  return { ...run, currentChange: lastChangeOf(run, change) };
}

async function applyPlanned(
  context: Run,
  change: Exclude<Change, { readonly action: "create" }>,
): Promise<string | undefined> {
  const run = change.action === "none" ? context : withCurrentChange(context, change);
  switch (change.action) {
    case "adopt":
      return await adopt(run, change.desired, change.live, change.diff);
    case "update":
      return await update(run, change.desired, change.owned, change.live, change.diff);
    case "none":
      return await keep(run, change.desired, change.owned);
    case "replace": {
      const { identifier } = await createOrFind(run, change.desired, change.unseen);
      await remove(run, change.former, change.live.identifier);
      return identifier;
    }
    case "delete":
      await remove(run, change.owned, change.live.identifier);
      return change.live.identifier;
    case "forget":
      await forget(run, change.owned, change.isUnseen ?? false);
      return change.owned.identifier;
  }
}

function lastChangeOf({ changeSet }: Run, change: Change): LastChange {
  const { sequence, epoch } = changeSet;
  return { sequence, epoch, action: change.action, changedProperties: changedProperties(change) };
}

/** Creates it, unless what no read showed at first turns out to be there: ours, or to be adopted. */
async function createOrFind(run: Run, desired: Desired, unseen: OwnedResource | undefined): Promise<AppliedChange> {
  try {
    return { identifier: await create(run, desired, unseen) };
  } catch (error) {
    if (error instanceof Adoptable) return await adoptAfterAll(run, desired, error.live);
    if (!(error instanceof Found)) throw error;
    const { owned, live } = error;
    const diff = diffProperties(desired.properties, live.properties, owned.applied);
    if (diff.changed.length > 0 && !isRouteResponse(desired)) {
      return { identifier: await update(run, desired, owned, live, diff) };
    }
    await keep(run, desired, owned);
    return { identifier: live.identifier };
  }
}

async function adoptAfterAll(run: Run, desired: Desired, live: LiveResource): Promise<AppliedChange> {
  const diff = diffProperties(desired.properties, live.properties, {});
  const done = lastChangeOf(run, { action: "adopt", desired, live, diff });
  return { identifier: await adopt({ ...run, currentChange: done }, desired, live, diff), done };
}

/** A response that no read shows may only be too new to be seen: deleting one that is gone does no harm. */
async function forget(run: Run, owned: OwnedResource, isUnseen: boolean): Promise<void> {
  if (isUnseen && owned.identifier !== undefined) await remove(run, owned, owned.identifier);
  else await release(run, owned);
}

async function adopt(run: Run, desired: Desired, live: LiveResource, diff: PropertyDiff): Promise<string> {
  const record: OwnedResource = {
    ...recordOf(run, desired, { origin: "adopted", applied: {} }),
    identifier: live.identifier,
  };
  if (diff.changed.length > 0 && !isRouteResponse(desired)) return await update(run, desired, record, live, diff);
  await claim(run, { ...record, applied: digestProperties(desired.properties) });
  return live.identifier;
}

/** Nothing to ask of AWS; the ledger may have to learn a new logical id or policy. */
async function keep(run: Run, desired: Desired, owned: OwnedResource): Promise<string | undefined> {
  const applied = digestProperties(desired.properties);
  if (owned.documentId !== run.changeSet.documentId) return owned.identifier;
  // A policy that the document no longer declares must not outlive it.
  const { deletionPolicy, takenFrom, ...known }: Owned = owned;
  const isTaken = takenFrom !== undefined;
  const isKnown =
    owned.logicalId === desired.logicalId &&
    deletionPolicy === desired.deletionPolicy &&
    isSameValue(owned.applied, applied) &&
    !isTaken;
  const { sequence, epoch } = run.changeSet;
  const currentChange = { sequence, epoch, action: "adopt", changedProperties: [] } as const;
  const keeping = isTaken ? { ...run, currentChange } : run;
  if (!isKnown) await claim(run, { ...known, ...recordOf(keeping, desired, { origin: owned.origin, applied }) });
  return owned.identifier;
}
