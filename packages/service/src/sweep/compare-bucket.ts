import type { BucketComparison } from "@specdrop/ledger/port";
import { originOf, withdrawalOrigin } from "../documents/authorship.ts";
import type { DocumentChange } from "../documents/change.ts";
import { documentHash, documentIdOf } from "../documents/identity.ts";
import { isSpecKey, pastResults, submittingAccount } from "../documents/keys.ts";
import { acceptDocument, withdrawDocument } from "../intake/accept.ts";
import { countWithdrawal } from "../policy/breaker.ts";
import { logAbout } from "../ports/log.ts";
import type { ListedObject, SpecListing } from "../ports/spec-store.ts";
import { correlationIdsOf } from "../results/history.ts";
import { isBetween } from "./key-order.ts";
import type { SweepPorts } from "./ports.ts";
import type { RunningTally } from "./tally.ts";

/** What the ledger knows of the object of a document. */
export interface KnownObject {
  /** How many revisions were numbered. */
  readonly count: number;
  /** The states that need no intake: those of the newest revision and of the one in force, where they are not deletions. */
  readonly etags: readonly string[];
  /** A document is in force, so there should be an object. */
  readonly isInForce: boolean;
  /** Where a withdrawal would take something away. */
  readonly apiIds: readonly string[];
}

interface ComparePorts extends SweepPorts {
  readonly listing: SpecListing;
  readonly graceMs: number;
  readonly done: RunningTally;
}

/** Of the 400 KB that an item of DynamoDB holds. What is missing besides is found by a later comparison. */
const MOST_BYTES = 300_000;
/** A key's characters take three bytes at most, and a number and names go with it. */
const bytesOf = (key: string) => 3 * key.length + 50;

/**
 * Compares the bucket with the ledger, page by page until `deadline`, and takes in what changed without an event. The
 * next sweep goes on where this one stopped. `known`: the objects of the ledger's documents, by key.
 *
 * Ages go by the bucket's own clock, and so does the time since when something is missing. An object counts as deleted
 * once a whole listing did not have it, for as long as others get to finish what they are at, and it cannot be found
 * when it is asked for by itself.
 */
export async function compareBucket(
  deps: ComparePorts,
  known: ReadonlyMap<string, KnownObject>,
  deadline: number,
): Promise<void> {
  const { ledger, listing, clock, graceMs } = deps;
  const before = await ledger.readComparison();
  const missing = new Map(before?.missing.map(({ key, since }) => [key, since]));
  let after = before?.after;
  do {
    const page = await listing.list(after);
    const next = pastResults(page.next);
    noteMissing(missing, known, { ...page, after, next });
    const isOld = ({ modifiedAt }: ListedObject) => page.now - modifiedAt >= graceMs;
    const news = page.objects.filter((object) => isOld(object) && isNews(object, known.get(object.key)));
    const reached = await takeInAll(deps, news, known, deadline);
    if (reached === undefined && next === undefined) await withdrawMissing(deps, missing, known, page.now, deadline);
    after = reached ?? next;
  } while (after !== undefined && clock.now() < deadline);
  const comparison = { ...(after === undefined ? {} : { after }), missing: fitting(missing) };
  if (!isSame(before, comparison)) await ledger.writeComparison(comparison);
}

function isNews({ key, etag }: ListedObject, known: KnownObject | undefined): boolean {
  return isSpecKey(key) && (known === undefined || !known.etags.includes(etag));
}

/** Takes in one at least; the key of the last one where the time did not suffice for all. */
async function takeInAll(
  deps: ComparePorts,
  news: readonly ListedObject[],
  known: ReadonlyMap<string, KnownObject>,
  deadline: number,
): Promise<string | undefined> {
  for (const [index, object] of news.entries()) {
    await takeIn(deps, object, known);
    if (deps.clock.now() >= deadline && index < news.length - 1) return object.key;
  }
  return undefined;
}

/** What a page should have had, and what it has after all. */
function noteMissing(
  missing: Map<string, number>,
  known: ReadonlyMap<string, KnownObject>,
  page: {
    readonly objects: readonly ListedObject[];
    readonly after: string | undefined;
    readonly next: string | undefined;
    readonly now: number;
  },
): void {
  const listed = new Set(page.objects.map(({ key }) => key));
  for (const [key, { isInForce }] of known) {
    if (!isBetween(key, page.after, page.next)) continue;
    if (isInForce && !listed.has(key)) missing.set(key, missing.get(key) ?? page.now);
    else missing.delete(key);
  }
  for (const key of [...missing.keys()]) if (listed.has(key) || !known.has(key)) missing.delete(key);
}

async function takeIn(
  deps: ComparePorts,
  { key, etag }: ListedObject,
  known: ReadonlyMap<string, KnownObject>,
): Promise<void> {
  const { bucket } = deps.listing;
  const documentId = documentIdOf(bucket, key);
  let log = logAbout(deps.log, { documentId });
  try {
    const stored = await deps.store.read({ bucket, key, etag });
    // Overwritten since it was listed: that has an event, or the next comparison finds it.
    if (stored === undefined) return;
    const change = changeOf(documentId, stored.source, known.get(key)?.count ?? 0);
    const given = stored.metadata["correlation-id"];
    const correlationId = given === undefined || given === "" ? change.correlationId : given;
    log = logAbout(deps.log, { documentId, correlationId });
    const origin = await originOf({
      documentId,
      key,
      metadata: stored.metadata,
      earlier: () => correlationIdsOf(deps.ledger, documentId),
    });
    const { outcome } = await acceptDocument(deps, { ...change, correlationId, origin, body: stored.body });
    if (outcome === "superseded") return;
    log.warn("Accepted an object that changed without an event", { outcome });
    deps.done.found += 1;
  } catch (error) {
    log.error("Could not accept an object", { error });
  }
}

/** Those that are due are all counted first: none is applied before the breaker has seen how many they are. */
async function withdrawMissing(
  deps: ComparePorts,
  missing: Map<string, number>,
  known: ReadonlyMap<string, KnownObject>,
  now: number,
  deadline: number,
): Promise<void> {
  const { bucket } = deps.listing;
  const due: string[] = [];
  await eachOf([...missing], async ([key, since]) => {
    if (now - since < deps.graceMs) return;
    if (await deps.listing.exists(key)) missing.delete(key);
    else due.push(key);
  });
  await eachOf(due, (key) => countWithdrawal(deps, documentIdOf(bucket, key), known.get(key)?.apiIds ?? []));
  for (const key of due.sort()) {
    if (deps.clock.now() >= deadline) break;
    const documentId = documentIdOf(bucket, key);
    const log = logAbout(deps.log, { documentId });
    try {
      const change = changeOf(documentId, { bucket, key }, known.get(key)?.count ?? 0);
      const origin = withdrawalOrigin(key, undefined);
      const sender = await senderOf(deps, documentId, key);
      const { outcome } = await withdrawDocument(deps, { ...change, origin, ...sender });
      missing.delete(key);
      if (outcome === "superseded") continue;
      log.warn("Withdrew a document whose object is gone without an event", { outcome });
      deps.done.found += 1;
    } catch (error) {
      log.error("Could not withdraw a document whose object is gone", { error });
    }
  }
}

const AT_ONCE = 10;

/** Several at a time: thousands may be missing. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}

/** Whoever withdrew it by an event gets the result. */
async function senderOf(
  { ledger }: ComparePorts,
  documentId: string,
  key: string,
): Promise<Partial<Pick<DocumentChange, "correlationId">>> {
  const sent = submittingAccount(key) === undefined ? undefined : await ledger.readSubmissions(documentId);
  return sent?.latest.kind === "withdrawn" ? { correlationId: sent.latest.correlationId } : {};
}

function changeOf(documentId: string, source: DocumentChange["source"], count: number): DocumentChange {
  // The same for a repeat; another for what is found later.
  const correlationId = `found-${documentHash(`${documentId} ${count}`)}`;
  return { documentId, source, correlationId, foundAfter: count };
}

function fitting(missing: ReadonlyMap<string, number>): BucketComparison["missing"] {
  const kept: { key: string; since: number }[] = [];
  let bytes = 0;
  for (const [key, since] of missing) {
    bytes += bytesOf(key);
    if (bytes > MOST_BYTES) break;
    kept.push({ key, since });
  }
  return kept;
}

function isSame(before: BucketComparison = { missing: [] }, now: BucketComparison): boolean {
  return JSON.stringify([before.after, before.missing]) === JSON.stringify([now.after, now.missing]);
}
