import { conflictsOf, twoWayWishKey, wishKey } from "@specdrop/ledger/bids";
import type { Bid, ChangeSetState, Ledger, Revision, Wish } from "@specdrop/ledger/port";
import type { SpecDocument } from "@specdrop/spec";

type BidLedger = Pick<Ledger, "putBid" | "removeBid" | "listOwned">;

/** What a document asks for, as far as others may have it. */
export type Asked = Pick<SpecDocument, "resources" | "twoWay">;

/** What a document wants of an API, as its bid there has it. */
export function wishesOf({ resources, twoWay }: Asked, apiId: string): readonly Wish[] {
  const here = resources.filter((resource) => resource.ApiId === apiId);
  const responses = here.map((resource) => {
    const { deletionPolicy } = resource;
    return { key: wishKey(resource), ...(deletionPolicy === undefined ? {} : { deletionPolicy }) };
  });
  const integrations = new Set(twoWay === true ? here.map(twoWayWishKey) : []);
  return [...responses, ...[...integrations].map((key) => ({ key, twoWay: true as const }))];
}

const PUTS_AT_ONCE = 10;

/**
 * Remembers on each of its APIs what a document wants, before its revision is in force: from then on no owner deletes
 * what it could hand over. A document that is only planned wants nothing.
 */
export async function bidEverywhere(
  ledger: Pick<Ledger, "putBid">,
  documentId: string,
  document: SpecDocument,
  { sequence, at }: Pick<Bid, "sequence" | "at">,
): Promise<void> {
  if (document.dryRun) return;
  const apiIds = [...new Set(document.resources.map(({ ApiId }) => ApiId))];
  for (let put = 0; put < apiIds.length; put += PUTS_AT_ONCE) {
    const bids = apiIds.slice(put, put + PUTS_AT_ONCE).map((apiId) => {
      const wishes = wishesOf(document, apiId);
      // A repeat of the event may come this far after a run of the revision has failed.
      return ledger.putBid({ documentId, apiId, sequence, at, wishes }, { unlessMet: true });
    });
    await Promise.all(bids);
  }
}

/** A run of a revision, and what of the revision it is about. */
interface BidRun {
  readonly documentId: string;
  readonly apiId: string;
  readonly revision: Revision;
  readonly asked: Asked;
  readonly now: number;
}

/**
 * Keeps the bid of a run that failed or waits, with what it found to belong to others: whoever changes that has it run
 * again. `isBlocked: false` for a run that only goes on later.
 */
export async function keepBid(
  ledger: BidLedger,
  { documentId, apiId, revision, asked, now }: BidRun,
  { isBlocked }: { readonly isBlocked: boolean },
): Promise<void> {
  const { sequence } = revision;
  const wishes = wishesOf(asked, apiId);
  if (wishes.length === 0) return await ledger.removeBid(documentId, apiId, sequence);
  const met = isBlocked ? { met: conflictsOf(documentId, wishes, await ledger.listOwned(apiId)) } : {};
  await ledger.putBid({ documentId, apiId, sequence, at: now, wishes, ...met });
}

/**
 * Ends the bid of a document that has converged, but for the routes that it wants to be two-way: documents share their
 * responses, and whoever owns one has to know. `asked` is what the document says, where that is at hand.
 */
export async function endBidOf(
  ledger: Pick<Ledger, "putBid" | "removeBid">,
  bid: Bid | undefined,
  { documentId, apiId, revision, asked, now }: Omit<BidRun, "asked"> & { readonly asked?: Asked | undefined },
): Promise<void> {
  const { sequence } = revision;
  const known = bid?.sequence === sequence ? bid.wishes : [];
  const wishes = (asked === undefined ? known : wishesOf(asked, apiId)).filter(({ twoWay }) => twoWay);
  if (wishes.length === 0) {
    if (bid !== undefined) await ledger.removeBid(documentId, apiId, sequence);
    return;
  }
  const isSame = bid?.met === undefined && JSON.stringify(wishes) === JSON.stringify(known);
  if (!isSame) await ledger.putBid({ documentId, apiId, sequence, at: bid?.at ?? now, wishes });
}

/** Whether a revision ended in a failure on an API: others may let go of what it wants there. */
export function hasFailed(changeSet: ChangeSetState | undefined, { sequence }: Revision): boolean {
  const { result, settledSequence } = changeSet ?? {};
  return settledSequence === sequence && result?.sequence === sequence && result.event.detailType === "ApplyFailed";
}
