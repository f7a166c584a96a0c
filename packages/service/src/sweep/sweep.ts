import type { DocumentRecord, Ledger } from "@specdrop/ledger/port";
import { DamagedLedgerError } from "@specdrop/ledger/records/checked";
import { documentIdOf, isPipelineDocument, operationIdOf } from "../documents/identity.ts";
import { endIdleHold } from "../policy/breaker.ts";
import { DEFAULT_BREAKER_LIMITS } from "../policy/breaker-limits.ts";
import { DEFAULT_GRACE_MS } from "../policy/grace.ts";
import { tellSuspension } from "../policy/suspension.ts";
import { type LogSubject, logAbout } from "../ports/log.ts";
import type { Log } from "../ports/ports.ts";
import type { SpecListing } from "../ports/spec-store.ts";
import { compareBucket, type KnownObject } from "./compare-bucket.ts";
import { inTurn } from "./in-turn.ts";
import type { SweepPorts } from "./ports.ts";
import { sweepDocument } from "./sweep-document.ts";
import { type RunningTally, type Tally, tally } from "./tally.ts";

/** What a sweep found and did. */
export interface Swept extends Tally {
  /** Documents that were looked at. */
  readonly documents: number;
  /** Documents that the time did not suffice for: the next sweeps begin elsewhere. */
  readonly unreached: number;
  /** Documents that could not be looked at to the end; the log says why. */
  readonly failed: number;
  /** Applying was suspended: nothing was signalled, and drift was told and not repaired. */
  readonly suspended?: true;
  /** Withdrawals are held: none was signalled. */
  readonly holding?: true;
}

/**
 * Looks at every document of the ledger for what was left behind: results that were never published, change sets that
 * never settled, revisions without an end; and for live state that is no longer as accepted.
 *
 * First it compares the bucket with the ledger, and takes in what changed without an event.
 *
 * Where nothing is wrong it writes nothing, and reads both suspensions and the ledger's list of documents once; then for each document its
 * record, its change set on every API and the one for no API; and for each API that it is live on, the text (once for
 * all), what is owned on the API, and one list for every integration. Where a document failed, its bids and what is owned.
 */
export async function sweep(deps: SweepPorts, { deadline }: { readonly deadline: number }): Promise<Swept> {
  const done = tally();
  const isSuspended = (await tellSuspension(deps)) !== undefined;
  const isHolding = await isHoldingStill(deps);
  const known = new Map<string, KnownObject>();
  const subjects = new Map<string, LogSubject>();
  const listed = await documentsIn(deps, (record) => {
    noteObject(known, deps.listing, record);
    const { documentId, current, head } = record;
    const { correlationId, sequence } = current ?? head;
    subjects.set(documentId, { documentId, correlationId, operationId: operationIdOf(documentId, sequence) });
  });
  const graceMs = deps.graceMs ?? DEFAULT_GRACE_MS;
  await compare({ ...deps, graceMs, done }, known, deadline);
  const documentIds = inTurn(listed.documentIds, deps.clock.now());
  let documents = 0;
  let failed = listed.failed;
  for (const documentId of documentIds) {
    if (deps.clock.now() >= deadline) break;
    documents += 1;
    const log = logAbout(deps.log, { ...subjects.get(documentId) });
    try {
      await sweepDocument({ ...deps, log, graceMs, done, deadline, isSuspended, isHolding }, documentId);
    } catch (error) {
      failed += 1;
      log.error("Could not finish the sweep of a document", { error });
    }
  }
  const counts = { ...done, documents, failed, unreached: documentIds.length - documents };
  const result: Swept = {
    ...counts,
    ...(isSuspended ? { suspended: true } : {}),
    ...(isHolding ? { holding: true } : {}),
  };
  deps.log.info("Swept", { ...result });
  return result;
}

/**
 * The documents of buckets: what the command line applied by itself has neither a queue nor a bus. Where the ledger has
 * records that cannot be read, the others are listed all the same, and `failed` is 1.
 */
export async function documentsIn(
  { ledger, log }: { readonly ledger: Pick<Ledger, "listDocuments">; readonly log: Log },
  note: (record: DocumentRecord) => void = () => {},
): Promise<{ readonly documentIds: readonly string[]; readonly failed: number }> {
  const documentIds: string[] = [];
  try {
    for await (const record of ledger.listDocuments()) {
      if (!isPipelineDocument(record.documentId)) continue;
      documentIds.push(record.documentId);
      note(record);
    }
  } catch (error) {
    if (!(error instanceof DamagedLedgerError)) throw error;
    log.error("Could not read a record of the ledger", { ledger: "documents", error });
    return { documentIds, failed: 1 };
  }
  return { documentIds, failed: 0 };
}

/** What intake counts it records within this time, or not at all. */
const RECORDED_WITHIN_MS = 60_000;

/** Tells of a hold on withdrawals, or of its end, and ends it where nothing waits and nothing more is to be expected. */
async function isHoldingStill(deps: SweepPorts): Promise<boolean> {
  const last = await deps.ledger.readSuspension("withdrawals");
  if (last === undefined || (!last.suspended && last.told)) return false;
  const hold = last.suspended ? last : undefined;
  const { minutes } = deps.breaker ?? DEFAULT_BREAKER_LIMITS;
  const lastsMs = hold?.told ? minutes * 60_000 : RECORDED_WITHIN_MS;
  const mayEnd = hold !== undefined && deps.clock.now() - hold.since >= lastsMs;
  const isOver = mayEnd && (await endIdleHold(deps, hold));
  const isTold = await tellSuspension(deps, "withdrawals");
  return !isOver && isTold !== undefined;
}

/** The bucket gets a part of the time, so that whatever it holds the documents get theirs. */
const SHARE_OF_TIME = 4;

/** What goes wrong with the bucket keeps nobody from sweeping the documents. */
async function compare(
  { listing, ...deps }: SweepPorts & { readonly graceMs: number; readonly done: RunningTally },
  known: ReadonlyMap<string, KnownObject>,
  deadline: number,
): Promise<void> {
  if (listing === undefined) return;
  const now = deps.clock.now();
  try {
    await compareBucket({ ...deps, listing }, known, now + (deadline - now) / SHARE_OF_TIME);
  } catch (error) {
    deps.log.error("Could not compare the bucket with the ledger", { bucket: listing.bucket, error });
  }
}

function noteObject(
  known: Map<string, KnownObject>,
  listing: SpecListing | undefined,
  { documentId, count, head, current }: DocumentRecord,
): void {
  const prefix = listing === undefined ? undefined : documentIdOf(listing.bucket, "");
  if (prefix === undefined || !documentId.startsWith(prefix)) return;
  const states = [head, ...(current === undefined ? [] : [current])].filter(({ kind }) => kind !== "withdrawn");
  // Once deleted, an object with the same contents as before is news.
  const isDeleted = head.kind === "withdrawn";
  known.set(documentId.slice(prefix.length), {
    count,
    etags: isDeleted ? [] : states.flatMap(({ source }) => source.etag ?? []),
    isInForce: current?.kind === "accepted",
    apiIds: current?.apiIds ?? [],
  });
}
