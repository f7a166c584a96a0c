import { conflictsOf, wishKey } from "@specdrop/ledger/bids";
import type { Bid, ChangeSetState, Ledger, Revision, Wish } from "@specdrop/ledger/port";
import type { DesiredResource, SpecDocument } from "@specdrop/spec";

type BidLedger = Pick<Ledger, "putBid" | "removeBid" | "listOwned">;

/** What a document wants of an API, as its bid there has it. */
export function wishesOf(resources: readonly DesiredResource[], apiId: string): readonly Wish[] {
  return resources
    .filter((resource) => resource.ApiId === apiId)
    .map((resource) => {
      const { deletionPolicy } = resource;
      return { key: wishKey(resource), ...(deletionPolicy === undefined ? {} : { deletionPolicy }) };
    });
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
      const wishes = wishesOf(document.resources, apiId);
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
  readonly resources: readonly DesiredResource[];
  readonly now: number;
}

/**
 * Keeps the bid of a run that failed or waits, with what it found to belong to others: whoever changes that has it run
 * again. `isBlocked: false` for a run that only goes on later.
 */
export async function keepBid(
  ledger: BidLedger,
  { documentId, apiId, revision, resources, now }: BidRun,
  { isBlocked }: { readonly isBlocked: boolean },
): Promise<void> {
  const { sequence } = revision;
  const wishes = wishesOf(resources, apiId);
  if (wishes.length === 0) return await ledger.removeBid(documentId, apiId, sequence);
  const met = isBlocked ? { met: conflictsOf(documentId, wishes, await ledger.listOwned(apiId)) } : {};
  await ledger.putBid({ documentId, apiId, sequence, at: now, wishes, ...met });
}

/** Whether a revision ended in a failure on an API: others may let go of what it wants there. */
export function hasFailed(changeSet: ChangeSetState | undefined, { sequence }: Revision): boolean {
  const { result, settledSequence } = changeSet ?? {};
  return settledSequence === sequence && result?.sequence === sequence && result.event.detailType === "ApplyFailed";
}
