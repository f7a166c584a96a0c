import {
  converge,
  formatNaturalKey,
  type Outcome,
  type OwnershipLedger,
  type RunChangeSet,
  type RunIdentity,
} from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { randomId, runIdOf } from "@specdrop/ledger/run-id";
import type { DesiredResource } from "@specdrop/spec";
import { hasSettled } from "../documents/unsettled.ts";
import { assertProgress } from "./interrupted.ts";
import { DEFAULT_LEASE_TTL_MS, underLease } from "./lease.ts";
import type { ReconcilePorts, RunBudget } from "./reconcile.ts";

/** Some of what a revision declares on one API. */
export interface Slice {
  readonly documentId: string;
  readonly apiId: string;
  readonly sequence: number;
  readonly resources: readonly DesiredResource[];
}

/** What came of a slice. `superseded`: the revision is no longer in force, or has its result already; nothing was changed. */
export type SliceOutcome = Outcome | { readonly status: "superseded" };

type SlicePorts = Omit<ReconcilePorts, "store" | "queue" | "bus" | "operations" | "allowedApis">;

/**
 * Converges some of the resources of the revision in force, and removes nothing: for a document that is learnt one
 * resource at a time. It leaves the run begun, so `reconcile` ends it as its own, and tells of these changes too.
 * Throws as `reconcile` does.
 */
export async function convergeSlice(
  deps: SlicePorts,
  slice: Slice,
  budget: RunBudget & { readonly onChange?: NonNullable<Parameters<typeof converge>[2]["onChange"]> },
): Promise<SliceOutcome> {
  const { ledger } = deps;
  const { documentId, apiId, sequence } = slice;
  const ttlMs = deps.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS;
  const { onChange, ...limits } = budget;
  const lease = { apiId, ttlMs, ...limits };
  return await underLease(deps, lease, async ({ fence, hold, isInherited }) => {
    if ((await ledger.readDocument(documentId))?.current?.sequence !== sequence) return { status: "superseded" };
    const fresh = randomId(deps.random);
    const begun = await ledger.beginRun(documentId, apiId, sequence, fence, fresh);
    if (hasSettled(begun, sequence)) return { status: "superseded" };

    const resumed = begun.runningSequence === sequence;
    const runId = runIdOf(begun, sequence, fresh);
    const run = { sequence, epoch: begun.epoch, runId, resumed, afterAnother: isInherited };
    const ports = { ...deps, ledger: viewOf(ledger, slice) };
    const outcome = await (deps.converge ?? converge)(changeSetOfSlice(slice, run), ports, {
      fence,
      holdLease: hold,
      deadline: limits.deadline,
      ...(limits.stop && { stop: limits.stop }),
      ...(onChange && { onChange }),
    });
    await followMoves(ledger, slice, fence);
    assertProgress(apiId, outcome.interruption);
    // Without a change there is nothing to tell of later. After a failure another try needs tokens of its own.
    const isOver = outcome.status === "unchanged" ? !resumed : outcome.status === "failed";
    if (isOver) await ledger.endRun(documentId, apiId, sequence, fence);
    return outcome;
  });
}

function changeSetOfSlice({ documentId, apiId, resources }: Slice, run: RunIdentity): RunChangeSet {
  return {
    documentId,
    apiId,
    ...run,
    mode: "apply",
    desired: resources,
    elsewhere: { owned: 0, deletions: 0, sharesIds: false },
    file: documentId,
  };
}

/** The ledger without what the document owns besides the slice: what is not seen is not missed. */
function viewOf(ledger: Ledger, { documentId, resources }: Slice): OwnershipLedger {
  const wanted = new Set(resources.map(formatNaturalKey));
  return {
    listOwned: async (apiId) =>
      (await ledger.listOwned(apiId)).filter(
        (resource) => resource.documentId !== documentId || wanted.has(formatNaturalKey(resource)),
      ),
    claim: (resource, fence) => ledger.claim(resource, fence),
    release: (resource, fence) => ledger.release(resource, fence),
  };
}

/**
 * A resource that moved to another key leaves its former response for the end of the run. What becomes of that is for
 * the policy to say that the resource has now.
 */
async function followMoves(ledger: Ledger, { documentId, apiId, resources }: Slice, fence: number): Promise<void> {
  const declared = new Set(resources.map(formatNaturalKey));
  const policies = new Map(resources.map(({ logicalId, deletionPolicy }) => [logicalId, deletionPolicy]));
  for (const resource of await ledger.listOwned(apiId)) {
    const isFormer = resource.documentId === documentId && !declared.has(formatNaturalKey(resource));
    const { deletionPolicy: former, ...rest } = resource;
    const policy = policies.get(resource.logicalId);
    if (!isFormer || !policies.has(resource.logicalId) || policy === former) continue;
    await ledger.claim({ ...rest, ...(policy === undefined ? {} : { deletionPolicy: policy }) }, fence);
  }
}
