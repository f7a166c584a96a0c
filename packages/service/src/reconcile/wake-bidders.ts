import type { OwnedResource } from "@specdrop/engine";
import { conflictsOf, wishKey } from "@specdrop/ledger/bids";
import type { Bid, ChangeSetState, DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import { hasFailed } from "../documents/bids.ts";
import { isPipelineDocument } from "../documents/identity.ts";
import { hasSettled } from "../documents/unsettled.ts";
import type { Log, ResultBus } from "../ports/ports.ts";
import type { Signal, SignalQueue } from "../ports/signals.ts";
import { publishOwed } from "../results/settle.ts";

interface WakePorts {
  readonly ledger: Pick<
    Ledger,
    | "listBids"
    | "putBid"
    | "listOwned"
    | "readDocument"
    | "readChangeSet"
    | "settle"
    | "markPublished"
    | "reopen"
    | "noteRevision"
    | "noteOutcome"
  >;
  readonly queue: SignalQueue;
  readonly bus: ResultBus;
  readonly log: Log;
}

/**
 * Has those run again that want something on an API and met an owner there, where that has changed: they have got it, or
 * it is free, or it has another owner. Also those that waited for the document whose run has just ended.
 */
export async function wakeBidders(
  deps: WakePorts,
  { documentId, apiId }: Pick<Signal, "documentId" | "apiId">,
  bids: readonly Bid[],
  fence: number,
): Promise<void> {
  const blocked = bids.filter((bid) => bid.documentId !== documentId && bid.met !== undefined);
  if (blocked.length === 0) return;
  const owned = await deps.ledger.listOwned(apiId);
  for (const bid of blocked) {
    const record = await deps.ledger.readDocument(bid.documentId);
    const changeSet = await deps.ledger.readChangeSet(bid.documentId, apiId);
    const revision = record?.current;
    if (revision?.kind !== "accepted" || revision.sequence !== bid.sequence) continue;
    const isWaiting = changeSet?.runningSequence === bid.sequence && !hasSettled(changeSet, bid.sequence);
    const isDue = isWaiting
      ? hasChanged(bid, owned) || wantsFrom(bid, owned, documentId)
      : await reopenBlocked(deps, bid, revision, changeSet, owned);
    if (!isDue) continue;
    await signal(deps, bid, revision, `woken ${fence}`);
    // Once for each change: the runs of others need not say it again.
    if (isWaiting) await deps.ledger.putBid({ ...bid, met: conflictsOf(bid.documentId, bid.wishes, owned) });
  }
}

/** The same for one document, for who comes by later: `false` where nothing has changed. */
export async function wakeBlocked(
  deps: WakePorts,
  { documentId, current }: DocumentRecord,
  apiId: string,
  changeSet: ChangeSetState,
  nonce: string,
): Promise<boolean> {
  if (current?.kind !== "accepted" || !hasFailed(changeSet, current)) return false;
  const bid = (await deps.ledger.listBids(apiId)).find((one) => one.documentId === documentId);
  if (bid?.met === undefined || bid.sequence !== current.sequence) return false;
  const owned = await deps.ledger.listOwned(apiId);
  const isReopened = await reopenBlocked(deps, bid, current, changeSet, owned);
  if (isReopened) await signal(deps, bid, current, nonce);
  return isReopened;
}

/** A revision that failed may run again once its conflicts are others than those it met. */
async function reopenBlocked(
  deps: WakePorts,
  bid: Bid,
  revision: Revision,
  changeSet: ChangeSetState | undefined,
  owned: readonly OwnedResource[],
): Promise<boolean> {
  if (!hasFailed(changeSet, revision) || !hasChanged(bid, owned)) return false;
  await publishOwed(deps, bid.documentId, bid.apiId);
  const isReopened = await deps.ledger.reopen(bid.documentId, bid.apiId, bid.sequence);
  const { documentId, apiId, sequence } = bid;
  if (isReopened)
    deps.log.info("A response that it asks for has a new owner; it runs again", { documentId, apiId, sequence });
  return isReopened;
}

function hasChanged({ documentId, wishes, met }: Bid, owned: readonly OwnedResource[]): boolean {
  return conflictsOf(documentId, wishes, owned) !== met;
}

function wantsFrom({ wishes }: Bid, owned: readonly OwnedResource[], owner: string): boolean {
  const wanted = new Set(wishes.map(({ key }) => key));
  return owned.some((resource) => resource.documentId === owner && wanted.has(wishKey(resource)));
}

/** What the command line applies has no queue: it converges when it is applied again. */
async function signal(
  { queue }: WakePorts,
  { documentId, apiId }: Bid,
  { sequence, correlationId }: Revision,
  nonce: string,
): Promise<void> {
  if (!isPipelineDocument(documentId)) return;
  await queue.send({ documentId, apiId, sequence, cause: "woken", invocation: 0, correlationId, nonce });
}
