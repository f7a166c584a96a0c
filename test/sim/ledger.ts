import { formatNaturalKey, type NaturalKey, type OwnedResource, type PendingCreate } from "@specdrop/engine";
import { type MemoryLedger, memoryLedger } from "@specdrop/local/ledger/memory";
import type { AllowedApis, Ledger, NewRevision } from "@specdrop/service";
import { short } from "./trace.ts";
import { call, type Invocation, type Settlement, type Touch, type World } from "./world.ts";

export interface SimulatedLedger {
  /** As it is, without faults. */
  readonly itself: MemoryLedger;
  readonly portOf: (invocation: Invocation) => Ledger;
}

export interface LedgerFacts {
  readonly isLive: (identifier: string | undefined) => boolean;
  /** Whether the text of a revision names only what rules allow; `undefined` where it is broken, or none. */
  readonly mayName: (revision: NewRevision, rules: AllowedApis | undefined) => boolean | undefined;
}

/** Asked about each result at the moment it is written. */
export type OnSettled = (settlement: Settlement) => void;

/** The ledger as an invocation sees it; every write is also written down in the book. */
export function createLedger(world: World, onSettled: OnSettled, { isLive, mayName }: LedgerFacts): SimulatedLedger {
  const { book, fences } = world;
  const itself = memoryLedger();
  const writtenUnder = new Map<string, number>();

  /** A run that lost its lease writes nothing more, even where no record stands in its way. */
  function noteLate(invocation: Invocation, key: NaturalKey & { readonly documentId: string }, fence: number): void {
    if (fence >= (fences.get(key.ApiId) ?? 0)) return;
    world.violate(`${invocation.name} writes ${formatNaturalKey(key)} to the ledger after it has lost its lease`);
  }

  /** What a later run wrote, an earlier one must not overwrite. */
  function noteFence(what: string, fence: number): void {
    const before = writtenUnder.get(what) ?? 0;
    if (fence < before) world.violate(`A run with fence ${fence} overwrites ${what}, written under fence ${before}`);
    writtenUnder.set(what, fence);
  }

  /** A document whose responses are to be deleted even if they were adopted does not just let go of them. */
  function judgeErasure({ violate }: World, record: OwnedResource, isLeft: boolean): void {
    const { documentId, logicalId, origin, deletionPolicy, identifier } = record;
    const policies = [...(book.policies.get(`${documentId} ${logicalId}`) ?? [])];
    const isMeant = policies.length === 1 && policies[0] === "Delete";
    if (isLeft && isMeant && origin === "adopted" && deletionPolicy === "Delete")
      violate(`${documentId} lets go of ${identifier}, which it asked to delete`);
  }

  function judgeRules({ violate }: World, { name, allowedApis }: Invocation, revision: NewRevision): void {
    const may = mayName(revision, allowedApis);
    if (may === undefined || revision.kind === "withdrawn" || may === (revision.kind === "accepted")) return;
    violate(`${name} has ${revision.source.key} ${revision.kind}, and it ${may ? "may" : "may not"} name its APIs`);
  }

  function portOf(invocation: Invocation): Ledger {
    const step = <T>(what: string, effect: () => Promise<T>) =>
      call(world, invocation, `ledger.${what}`, effect, throttled);
    return {
      listOwned: (apiId) => step(`listOwned ${apiId}`, () => itself.listOwned(apiId)),
      claim: (resource, fence) =>
        step(`claim ${nameOf(resource)} ${resource.pending ? "pending" : (resource.identifier ?? "")}`, async () => {
          const outcome = await itself.claim(resource, fence);
          if (!outcome.claimed) return outcome;
          const { identifier, origin } = resource;
          noteFence(formatNaturalKey(resource), fence);
          book.owned.set(formatNaturalKey(resource), resource);
          if (identifier !== undefined && (origin === "adopted" || resource.deletionPolicy === "Retain")) {
            book.mayBeForgotten.add(identifier);
          }
          if (identifier !== undefined && origin === "created" && book.foreign.has(identifier)) {
            world.violate(`${resource.documentId} takes ${identifier}, which somebody else created, for its own`);
          }
          if (origin === "adopted" && !book.adoptions.has(`${resource.documentId} ${formatNaturalKey(resource)}`)) {
            world.violate(`${resource.documentId} adopts ${identifier} without being asked to`);
          }
          noteLate(invocation, resource, fence);
          return outcome;
        }),
      release: (resource, fence) =>
        step(`release ${nameOf(resource)}`, async () => {
          const before = book.owned.get(formatNaturalKey(resource));
          await itself.release(resource, fence);
          if (before?.documentId === resource.documentId) judgeErasure(world, before, isLive(before.identifier));
          const key = formatNaturalKey(resource);
          const record = book.owned.get(key);
          if (record?.documentId === resource.documentId) {
            book.owned.delete(key);
            noteFence(key, fence);
            writtenUnder.delete(key);
            if (record.pending !== undefined && isForgottenByAws(world, key, record.pending))
              book.unrecognisable.add(key);
            const isRetained = book.retained.has(`${record.documentId} ${record.logicalId}`);
            if (isRetained && record.identifier !== undefined) book.mayBeForgotten.add(record.identifier);
          }
          noteLate(invocation, resource, fence);
        }),
      handOver: (resource, from, sequence, fence) =>
        step(`handOver ${nameOf(resource)} to ${last(resource.documentId)}`, async () => {
          const isHandedOver = await itself.handOver(resource, from, sequence, fence);
          if (!isHandedOver) return isHandedOver;
          noteFence(formatNaturalKey(resource), fence);
          noteLate(invocation, resource, fence);
          book.owned.set(formatNaturalKey(resource), resource);
          const { identifier, origin, deletionPolicy } = resource;
          if (identifier !== undefined && (origin === "adopted" || deletionPolicy === "Retain")) {
            book.mayBeForgotten.add(identifier);
          }
          return isHandedOver;
        }),
      putBid: (bid) => step(`putBid ${last(bid.documentId)} ${bid.apiId} ${bid.sequence}`, () => itself.putBid(bid)),
      removeBid: (documentId, apiId, sequence) =>
        step(`removeBid ${last(documentId)} ${apiId} ${sequence}`, () => itself.removeBid(documentId, apiId, sequence)),
      listBids: (apiId) => step(`listBids ${apiId}`, () => itself.listBids(apiId)),
      reopen: (documentId, apiId, sequence) =>
        step(`reopen ${last(documentId)} ${apiId} ${sequence}`, () => itself.reopen(documentId, apiId, sequence)),
      readDocument: (documentId) => step(`readDocument ${last(documentId)}`, () => itself.readDocument(documentId)),
      recordRevision: (documentId, revision, basedOn) =>
        step(`recordRevision ${last(documentId)} ${revision.kind} ${revision.sequencer}`, async () => {
          const outcome = await itself.recordRevision(documentId, revision, basedOn);
          world.trace.write(invocation.name, `-> ${outcome.outcome} ${"sequence" in outcome ? outcome.sequence : ""}`);
          if (outcome.outcome === "recorded") {
            const known = book.revisions.get(documentId) ?? new Map();
            const { record, sequence } = outcome;
            judgeRules(world, invocation, revision);
            const numbered = [record.head, record.current].find((one) => one?.sequence === sequence) ?? revision;
            book.revisions.set(documentId, known.set(sequence, numbered));
          }
          return outcome;
        }),
      confirmRevision: (documentId, sequence, sequencer, count) =>
        step(`confirmRevision ${last(documentId)} ${sequence} ${sequencer}`, () =>
          itself.confirmRevision(documentId, sequence, sequencer, count),
        ),
      clearOvertaken: (documentId, ...sequences) =>
        step(`clearOvertaken ${last(documentId)} ${sequences}`, () => itself.clearOvertaken(documentId, ...sequences)),
      async *listDocuments() {
        const listed = await step("listDocuments", async () => itself.state().documents);
        yield* listed;
      },
      readSubmissions: (documentId) =>
        step(`readSubmissions ${last(documentId)}`, () => itself.readSubmissions(documentId)),
      writeSubmissions: (record) =>
        step(`writeSubmissions ${last(record.documentId)} ${record.version}`, () => itself.writeSubmissions(record)),
      readChangeSet: (documentId, apiId) =>
        step(`readChangeSet ${last(documentId)} ${apiId}`, () => itself.readChangeSet(documentId, apiId)),
      beginRun: (documentId, apiId, sequence, fence, runId) =>
        step(`beginRun ${last(documentId)} ${apiId} ${sequence}`, async () => {
          const begun = await itself.beginRun(documentId, apiId, sequence, fence, runId);
          if (begun.settledSequence < sequence) noteFence(`the run of ${documentId} on ${apiId}`, fence);
          return begun;
        }),
      checkpoint: (documentId, apiId, progress, fence) =>
        step(`checkpoint ${last(documentId)} ${apiId}`, () => itself.checkpoint(documentId, apiId, progress, fence)),
      settle: (documentId, apiId, sequence, event, fence) =>
        step(`settle ${last(documentId)} ${apiId} ${sequence} ${event.detailType}`, async () => {
          const settled = await itself.settle(documentId, apiId, sequence, event, fence);
          if (settled) {
            const settlement: Settlement = { documentId, apiId, sequence, event, by: invocation };
            book.settlements.push(settlement);
            onSettled(settlement);
          }
          return settled;
        }),
      markPublished: (documentId, apiId, sequence) =>
        step(`markPublished ${last(documentId)} ${apiId} ${sequence}`, () =>
          itself.markPublished(documentId, apiId, sequence),
        ),
      async *listChangeSets() {
        const listed = await step("listChangeSets", async () => itself.state().changeSets);
        yield* listed;
      },
      acquireLease: (apiId, owner, ttlMs, now) =>
        step(`acquireLease ${apiId}`, async () => {
          const lease = await itself.acquireLease(apiId, owner, ttlMs, now);
          if (lease === undefined) return lease;
          fences.set(apiId, lease.fence);
          invocation.leases.set(apiId, lease);
          return lease;
        }),
      renewLease: (lease, ttlMs, now) =>
        step(`renewLease ${lease.apiId}`, async () => {
          const renewed = await itself.renewLease(lease, ttlMs, now);
          invocation.leases.set(lease.apiId, renewed);
          return renewed;
        }),
      readSuspension: (scope) => step(`readSuspension ${scope ?? ""}`, () => itself.readSuspension(scope)),
      switchSuspension: (change) => step("switchSuspension", () => itself.switchSuspension(change)),
      markSuspensionTold: (count, scope) => step("markSuspensionTold", () => itself.markSuspensionTold(count, scope)),
      noteWithdrawal: (withdrawal) =>
        step(`noteWithdrawal ${last(withdrawal.documentId)}`, () => itself.noteWithdrawal(withdrawal)),
      listWithdrawals: (period, since) => step("listWithdrawals", () => itself.listWithdrawals(period, since)),
      countOwned: (now) => step("countOwned", () => itself.countOwned(now)),
      readLease: (apiId) => step(`readLease ${apiId}`, () => itself.readLease(apiId)),
      noteDrift: (documentId, apiId, sequence, drift) =>
        step(`noteDrift ${last(documentId)} ${apiId} ${sequence}`, () =>
          itself.noteDrift(documentId, apiId, sequence, drift),
        ),
      noteRepair: (documentId, apiId, count, now) =>
        step(`noteRepair ${last(documentId)} ${apiId}`, () => itself.noteRepair(documentId, apiId, count, now)),
      markDriftPublished: (documentId, apiId, count) =>
        step(`markDriftPublished ${last(documentId)} ${apiId}`, () =>
          itself.markDriftPublished(documentId, apiId, count),
        ),
      endRun: (documentId, apiId, sequence, fence) =>
        step(`endRun ${last(documentId)} ${apiId} ${sequence}`, () =>
          itself.endRun(documentId, apiId, sequence, fence),
        ),
      releaseLease: (lease) => step(`releaseLease ${lease.apiId}`, () => itself.releaseLease(lease)),
    };
  }

  return { itself, portOf };
}

/**
 * A create whose ClientToken AWS has forgotten, of a response that somebody changed since: neither the token nor the
 * properties tell that it is ours.
 */
function isForgottenByAws({ book, scheduler }: World, key: string, { startedAt }: PendingCreate): boolean {
  const isChanged = (book.touches.get(key) ?? []).some(({ at, by }) => by === "foreign" && at >= startedAt);
  return isChanged && scheduler.now() - startedAt > 35 * 3_600_000;
}

export function touch({ book }: World, key: string, change: Touch): void {
  const known = book.touches.get(key);
  if (known === undefined) book.touches.set(key, [change]);
  else known.push(change);
}

function nameOf(key: NaturalKey): string {
  return short(`${key.ApiId}|${key.IntegrationId}|${key.IntegrationResponseKey}`);
}

function last(documentId: string): string {
  return documentId.split("/").at(-1) ?? documentId;
}

function throttled(): Error {
  return Object.assign(new Error("The level of configured provisioned throughput for the table was exceeded."), {
    name: "ProvisionedThroughputExceededException",
  });
}
