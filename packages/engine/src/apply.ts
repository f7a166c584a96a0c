import type { DesiredResource } from "@specdrop/spec";
import { create } from "./create.ts";
import { digestProperties } from "./digest.ts";
import { isSameValue, type PropertyDiff } from "./merge.ts";
import type { LastChange, LiveResource, OwnedResource } from "./model.ts";
import type { Change } from "./plan.ts";
import { remove } from "./remove.ts";
import { changedProperties } from "./report.ts";
import { claim, type Run, recordOf, release } from "./run.ts";
import { update } from "./update.ts";

/** Makes one change, and sees that AWS has it as asked. Resolves to the identifier it was about, where there is one. */
export async function applyChange(context: Run, change: Change): Promise<string | undefined> {
  const run = change.action === "none" ? context : { ...context, making: lastChangeOf(context, change) };
  switch (change.action) {
    case "create":
      return await create(run, change.desired);
    case "adopt":
      return await adopt(run, change.desired, change.live, change.diff);
    case "update":
      return await update(run, change.desired, change.owned, change.live, change.diff);
    case "none":
      return await keep(run, change.desired, change.owned);
    case "replace": {
      const identifier = await create(run, change.desired);
      await remove(run, change.former, change.live);
      return identifier;
    }
    case "delete":
      await remove(run, change.owned, change.live);
      return change.live.identifier;
    case "forget":
      await release(run, change.owned);
      return change.owned.identifier;
  }
}

function lastChangeOf({ changeSet }: Run, change: Change): LastChange {
  const { sequence, epoch } = changeSet;
  return { sequence, epoch, action: change.action, changedProperties: changedProperties(change) };
}

async function adopt(run: Run, desired: DesiredResource, live: LiveResource, diff: PropertyDiff): Promise<string> {
  const record: OwnedResource = {
    ...recordOf(run, desired, { origin: "adopted", applied: {} }),
    identifier: live.identifier,
  };
  if (diff.changed.length > 0) return await update(run, desired, record, live, diff);
  await claim(run, { ...record, applied: digestProperties(desired.properties) });
  return live.identifier;
}

/** Nothing to ask of AWS; the ledger may have to learn a new logical id or policy. */
async function keep(run: Run, desired: DesiredResource, owned: OwnedResource): Promise<string | undefined> {
  const applied = digestProperties(desired.properties);
  const isKnown =
    owned.logicalId === desired.logicalId &&
    owned.deletionPolicy === desired.deletionPolicy &&
    isSameValue(owned.applied, applied);
  if (!isKnown) await claim(run, { ...owned, ...recordOf(run, desired, { origin: owned.origin, applied }) });
  return owned.identifier;
}
