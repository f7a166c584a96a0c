import type { OwnedResource, PendingCreate } from "@specdrop/engine";
import type { ChangeSetState, DocumentRecord, NewRevision, Suspension } from "@specdrop/ledger/port";
import type { LeaseRecord, OwnershipRecord, RecordChange } from "@specdrop/ledger/state";
import type { AllowedApis } from "@specdrop/service/policy";
import { PROPERTY_NAMES } from "./content.ts";
import type { Call } from "./ledger-call.ts";
import type { Invocation, Settlement, Touch, World } from "./world.ts";

export interface LedgerFacts {
  readonly isLive: (identifier: string | undefined) => boolean;
  /** Whether the text of a revision names only what rules allow; `undefined` where it is broken, or none. */
  readonly mayName: (revision: NewRevision, rules: AllowedApis | undefined) => boolean | undefined;
}

/** Asked about each result at the moment it is written. */
export type OnSettled = (settlement: Settlement) => void;

/**
 * Sees every record that the ledger writes, whichever ledger it is: notes it in the book, and says what must not be so.
 */
export function createWitness(world: World, onSettled: OnSettled, { isLive, mayName }: LedgerFacts) {
  const { book, fences, scheduler, faults } = world;
  const writtenUnder = new Map<string, number>();
  const settled = new Map<string, number>();
  const numbered = new Map<string, number>();

  /** A run that lost its lease writes nothing more, even where no record stands in its way. */
  function noteLate({ invocation }: Call, key: string, fence: number): void {
    if (fence >= (fences.get(key.split("|")[0] ?? "") ?? 0)) return;
    world.violate(`${invocation.name} writes ${key} to the ledger after it has lost its lease`);
  }

  /** What a later run wrote, an earlier one must not overwrite. */
  function noteFence(what: string, fence: number): void {
    const before = writtenUnder.get(what) ?? 0;
    if (fence < before) world.violate(`A run with fence ${fence} overwrites ${what}, written under fence ${before}`);
    writtenUnder.set(what, fence);
  }

  /** A document whose responses are to be deleted even if they were adopted does not just let go of them. */
  function judgeErasure({ violate }: World, record: OwnedResource): void {
    const { documentId, logicalId, origin, deletionPolicy, identifier } = record;
    const policies = [...(book.policies.get(`${documentId} ${logicalId}`) ?? [])];
    const isMeant = policies.length === 1 && policies[0] === "Delete";
    if (isLive(identifier) && isMeant && origin === "adopted" && deletionPolicy === "Delete")
      violate(`${documentId} lets go of ${identifier}, which it asked to delete`);
  }

  /** Of what AWS has made for a document, or is still at, that document lets go only if it is to be retained. */
  function judgeLetGo(
    { documentId, logicalId, origin, identifier, pending, deletionPolicy }: OwnedResource,
    key: string,
  ) {
    const until = book.underWay.get(pending?.clientToken ?? "") ?? 0;
    if (until > scheduler.now()) world.violate(`${documentId} lets go of ${key}, which AWS is still creating for it`);
    const isRetained = deletionPolicy === "Retain" || book.retained.has(`${documentId} ${logicalId}`);
    const isOurs = origin === "created" && identifier !== undefined && !book.foreign.has(identifier);
    if (isOurs && !isRetained && isLive(identifier))
      world.violate(`${documentId} lets go of ${identifier} (${key}), which it has created and which is live`);
  }

  function judgeRules({ violate }: World, { name, allowedApis }: Invocation, revision: NewRevision): void {
    const may = mayName(revision, allowedApis);
    if (may === undefined || revision.kind === "withdrawn" || may === (revision.kind === "accepted")) return;
    violate(`${name} has ${revision.source.key} ${revision.kind}, and it ${may ? "may" : "may not"} name its APIs`);
  }

  /** What was applied travels with a response: its new owner may take it away. */
  function noteDeclared(key: string, from: string, to: string): void {
    for (const name of PROPERTY_NAMES)
      if (book.declared.has(`${from} ${key} ${name}`)) book.declared.add(`${to} ${key} ${name}`);
  }

  function claimed(
    under: Call,
    key: string,
    { fence, ...resource }: OwnershipRecord,
    owned: Map<string, OwnedResource>,
  ): void {
    const { identifier, origin, documentId, takenFrom } = resource;
    if (takenFrom !== undefined) noteDeclared(key, takenFrom, documentId);
    const before = owned.get(key);
    const isHandedOver = before !== undefined && before.documentId !== documentId && before.origin === origin;
    if (isHandedOver) noteRemoved(under, key, before);
    noteFence(key, fence);
    if (before?.documentId !== documentId || before.identifier !== identifier)
      book.ownedSince.set(key, scheduler.now());
    owned.set(key, resource);
    if (identifier !== undefined && (origin === "adopted" || resource.deletionPolicy === "Retain")) {
      book.mayBeForgotten.add(identifier);
    }
    if (identifier !== undefined && origin === "created" && book.foreign.has(identifier)) {
      world.violate(`${documentId} takes ${identifier}, which somebody else created, for its own`);
    }
    if (
      origin === "adopted" &&
      owned === book.owned &&
      !isHandedOver &&
      !book.adoptions.has(`${documentId} ${key}`) &&
      before?.origin !== "adopted"
    ) {
      world.violate(`${documentId} adopts ${identifier} without being asked to`);
    }
    noteLate(under, key, fence);
  }

  function runOf(name: string) {
    const run = book.runs.get(name) ?? { by: new Set(), removed: new Map() };
    book.runs.set(name, run);
    return run;
  }

  function noteRemoved(
    { invocation }: Call,
    key: string,
    { documentId, ApiId, identifier, logicalId }: OwnedResource,
  ): void {
    const sequence = invocation.runs.get(`${documentId}|${ApiId}`);
    if (sequence !== undefined && identifier !== undefined)
      runOf(`${documentId}|${ApiId}|${sequence}`).removed.set(key, logicalId);
  }

  /** What was seen of AWS while a run was at work, or before one ended, is no drift. */
  function judgeDrift({ name, epochs }: Invocation, { documentId, apiId, epoch }: ChangeSetState): void {
    const read = epochs.get(`${documentId}|${apiId}`);
    if (read === undefined) return;
    const isUnlooked = !read.isRepeated && read.first !== epoch - 1;
    if (isUnlooked || read.first !== read.last)
      world.violate(`${name} tells of drift of ${documentId} on ${apiId}, and a run ended since it looked`);
  }

  function released(under: Call, key: string, owned: Map<string, OwnedResource>): void {
    const record = owned.get(key);
    const fence = under.args.findLast((argument) => typeof argument === "number") ?? 0;
    if (record === undefined) return;
    noteRemoved(under, key, record);
    owned.delete(key);
    book.ownedSince.set(key, scheduler.now());
    noteFence(key, fence);
    writtenUnder.delete(key);
    judgeErasure(world, record);
    judgeLetGo(record, key);
    if (record.pending !== undefined && isForgottenByAws(world, key, record.pending)) book.unrecognisable.add(key);
    const isRetained = book.retained.has(`${record.documentId} ${record.logicalId}`);
    if (isRetained && record.identifier !== undefined) book.mayBeForgotten.add(record.identifier);
    noteLate(under, key, fence);
  }

  function documentWritten({ invocation, args }: Call, { documentId, count, head, current }: DocumentRecord): void {
    const before = book.inForce.get(documentId);
    if (current !== undefined && current.sequence !== before?.sequence)
      book.inForce.set(documentId, { ...current, since: scheduler.now() });
    if (count <= (numbered.get(documentId) ?? 0)) return;
    numbered.set(documentId, count);
    const revision = [head, current].find((one) => one?.sequence === count) ?? (args[1] as NewRevision);
    world.trace.write(invocation.name, `-> revision ${count} of ${documentId}, ${revision.kind}`);
    judgeRules(world, invocation, revision);
    book.recordedAt.set(`${documentId} ${count}`, scheduler.now());
    book.revisions.set(documentId, (book.revisions.get(documentId) ?? new Map()).set(count, revision));
  }

  function runWritten(
    { invocation, method }: Call,
    key: string,
    record: ChangeSetState & { readonly fence?: number },
  ): void {
    const { documentId, apiId, settledSequence: sequence, result, fence } = record;
    if (method === "beginRun" && fence !== undefined) noteFence(`the run of ${documentId} on ${apiId}`, fence);
    if (method === "beginRun" && record.runningSequence !== undefined) {
      invocation.runs.set(`${documentId}|${apiId}`, record.runningSequence);
      invocation.begunAt.set(`${documentId}|${apiId}`, scheduler.now());
      runOf(`${documentId}|${apiId}|${record.runningSequence}`).by.add(invocation);
    }
    if (method === "noteDrift" && record.drift?.fingerprint !== undefined) judgeDrift(invocation, record);
    const before = settled.get(key) ?? 0;
    settled.set(key, sequence);
    if (sequence < before && method === "reopen") {
      const place = `${documentId} on ${apiId}, revision ${before}`;
      book.reopened.set(place, (book.reopened.get(place) ?? 0) + 1);
    }
    if (result === undefined || sequence <= before) return;
    const settlement: Settlement = { documentId, apiId, sequence, event: result.event, by: invocation };
    book.settlements.push(settlement);
    onSettled(settlement);
  }

  /** When a lease has run out is judged by true time, whatever its holder's clock says. */
  function leaseWritten({ invocation }: Call, { apiId, owner, fence }: LeaseRecord): void {
    if (owner === undefined) return;
    fences.set(apiId, fence);
    if (fence > (invocation.leases.get(apiId)?.fence ?? 0)) world.onLease?.(apiId);
    invocation.leases.set(apiId, { fence, expiresAt: scheduler.now() + faults.profile.leaseTtlMs });
  }

  function suspensionWritten({ suspended, scope }: Suspension): void {
    if (scope !== undefined) return;
    world.suspendedAt = suspended ? (world.suspendedAt ?? scheduler.now()) : undefined;
  }

  function see({ table, key, record }: RecordChange, under: Call): void {
    if (table === "owned" && record === undefined) released(under, key, book.owned);
    else if (table === "owned") claimed(under, key, record as OwnershipRecord, book.owned);
    else if (table === "routeResponses" && record === undefined) released(under, key, book.routeResponses);
    else if (table === "routeResponses") claimed(under, key, record as OwnershipRecord, book.routeResponses);
    else if (table === "documents" && record !== undefined) documentWritten(under, record as DocumentRecord);
    else if (table === "changeSets" && record !== undefined) runWritten(under, key, record as ChangeSetState);
    else if (table === "suspensions" && record !== undefined) suspensionWritten(record as Suspension);
    else if (table === "leases" && record !== undefined) leaseWritten(under, record as LeaseRecord);
  }

  /** Notes what the book says of the ledger; what it returns has the book say so again. */
  function backup(): () => void {
    const kept = [
      writtenUnder,
      settled,
      numbered,
      fences,
      book.owned,
      book.routeResponses,
      book.ownedSince,
      book.recordedAt,
      book.inForce,
    ].map((map) => [map, new Map<string, unknown>(map)] as const);
    const revisions = [...book.revisions].map(([id, numbered_]) => [id, new Map(numbered_)] as const);
    const settlements = book.settlements.length;
    const published = book.published.length;
    const { suspendedAt } = world;
    return () => {
      // What was made since is live, and nobody's: nothing on record tells any more whose it was.
      for (const key of [...book.owned.keys(), ...book.routeResponses.keys()]) book.unrecognisable.add(key);
      for (const { identifier } of [...book.owned.values(), ...book.routeResponses.values()])
        if (identifier !== undefined) book.mayBeForgotten.add(identifier);
      for (const [map, entries] of kept) replace(map as Map<string, unknown>, entries);
      for (const key of book.owned.keys()) book.ownedSince.set(key, scheduler.now());
      replace(book.revisions, new Map(revisions));
      book.settlements.length = settlements;
      for (const event of book.published.slice(published)) book.forgotten.add(event);
      book.runs.clear();
      world.suspendedAt = suspendedAt;
    };
  }

  return { see, backup };
}

function replace<Value>(map: Map<string, Value>, entries: ReadonlyMap<string, Value>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
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
