import { digestProperties } from "./digest.ts";
import { formatNaturalKey, type LiveResource, type OwnedResource, type PendingCreate } from "./model.ts";
import { isAsCreated } from "./observe.ts";
import type { Observed } from "./plan.ts";
import { ControlPlaneError } from "./ports.ts";
import { claim, leftBehind, type Run, readUntil, release, send } from "./run.ts";

/** A ClientToken is "valid for 36 hours once used" (Cloud Control API reference); we trust it for a little less. */
const TOKEN_LIFETIME_MS = 35 * 3600 * 1000;

/**
 * Settles the creates that an earlier run recorded and did not see the end of, before anything is planned: each either
 * turns out to be ours, or is released. Asking again with the same token tells for certain what became of a create;
 * once AWS has forgotten the token, what is live tells: only a response exactly as we asked for is taken for ours.
 */
export async function finishPending(run: Run, observed: Observed): Promise<Observed> {
  let { owned, live } = observed;
  for (const record of observed.owned) {
    if (record.documentId !== run.changeSet.documentId || record.pending === undefined) continue;
    // From here on a run that has lost its lease cannot put another create in the place of this one.
    await claim(run, record);
    const found = live.find((resource) => formatNaturalKey(resource) === formatNaturalKey(record));
    const created = await outcomeOf(run, { ...record, pending: record.pending }, found);
    const { pending, lastChange: _, ...before } = record;
    if (created === undefined && before.identifier === undefined) {
      await release(run, record);
      owned = owned.filter((one) => one !== record);
      continue;
    }
    const settled = created === undefined ? before : settledRecord(record, pending, created.identifier);
    await claim(run, settled);
    owned = owned.map((one) => (one === record ? settled : one));
    if (created?.live === undefined) continue;
    live = [...live.filter((resource) => resource.identifier !== created.identifier), created.live];
  }
  return { owned, live };
}

/** For a plan that touches nothing: what `finishPending` would most likely find. */
export function assumeFinished(observed: Observed, documentId: string): Observed {
  const live = new Map(observed.live.map((resource) => [formatNaturalKey(resource), resource]));
  const owned = observed.owned.flatMap((record) => {
    if (record.documentId !== documentId || record.pending === undefined) return [record];
    const found = live.get(formatNaturalKey(record));
    return found !== undefined && isAsCreated(found, record.pending)
      ? [settledRecord(record, record.pending, found.identifier)]
      : [];
  });
  return { owned, live: observed.live };
}

function settledRecord(record: OwnedResource, pending: PendingCreate, identifier: string): OwnedResource {
  const { pending: _, ...rest } = record;
  return { ...rest, identifier, origin: "created", applied: digestProperties(pending.model) };
}

/** What a create came to. One that AWS says it has made, and no read shows, is ours all the same. */
interface Created {
  readonly identifier: string;
  readonly live?: LiveResource;
}

async function outcomeOf(
  run: Run,
  { pending, identifier: before }: OwnedResource & { readonly pending: PendingCreate },
  found: LiveResource | undefined,
): Promise<Created | undefined> {
  if (run.ports.clock.now() - pending.startedAt > TOKEN_LIFETIME_MS) {
    const isNew = found !== undefined && found.identifier !== before && isAsCreated(found, pending);
    return isNew ? { identifier: found.identifier, live: found } : undefined;
  }
  try {
    const { identifier } = await send(
      run,
      "create",
      () => pending.clientToken,
      (token) => run.ports.controlPlane.create(pending.model, token),
      { once: true },
    );
    const live = await readUntil(run, identifier, () => true);
    return live === undefined ? { identifier } : { identifier, live };
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || (error.retryable && !error.settled)) throw error;
    const left = await leftBehind(run, error);
    return left && { identifier: left.identifier, live: left };
  }
}
