import {
  type Bidder,
  formatNaturalKey,
  type HandOver,
  handedOver,
  isRouteResponse,
  type OwnedResource,
} from "@specdrop/engine";
import { twoWayWishKey, wishKey } from "@specdrop/ledger/bids";
import type { Bid, Ledger, Revision } from "@specdrop/ledger/port";
import type { DesiredResource } from "@specdrop/spec";
import type { Asked } from "../documents/bids.ts";
import { readRevision } from "../documents/content.ts";
import { isPipelineDocument } from "../documents/identity.ts";
import { type AllowedApis, isAllowed } from "../policy/allowed-apis.ts";
import type { SpecStore } from "../ports/spec-store.ts";

interface HandOverPorts {
  readonly ledger: Pick<Ledger, "listBids" | "readDocument" | "readChangeSet" | "handOver">;
  /** What other documents declare; where it does not have a text, what the ledger remembers of it counts. */
  readonly store: Pick<SpecStore, "read">;
  readonly allowedApis?: AllowedApis;
}

/** A hand-over as a run sees it. */
export interface RunHandOver extends HandOver {
  /** The documents that the run found to be about to let go of what it wants. */
  readonly leaving: ReadonlySet<string>;
}

/** What a revision in force declares: nothing where it is only planned, `"unknown"` where its text cannot be read. */
type Declares = DeclaredByBidder | "unknown";

interface DeclaredByBidder {
  /** By natural key. */
  readonly resources: ReadonlyMap<string, DesiredResource>;
  /** `twoWayWishKey` of the integrations whose routes it keeps two-way. */
  readonly twoWay: ReadonlySet<string>;
}

/**
 * Hands over what a document lets go of, under the lease of an API (`fence`). A bid counts while its revision is in
 * force, is no DryRun, declares the response, and its API is allowed to it; of several, the one accepted first wins.
 */
export function handOverFrom(deps: HandOverPorts, documentId: string, fence: number): RunHandOver {
  const { ledger, store, allowedApis } = deps;
  const bids = new Map<string, Promise<readonly Bid[]>>();
  const texts = new Map<string, Promise<Declares>>();
  const leaving = new Set<string>();

  function bidsOn(apiId: string): Promise<readonly Bid[]> {
    const listed = bids.get(apiId) ?? ledger.listBids(apiId);
    bids.set(apiId, listed);
    return listed;
  }

  function declaresOf(other: string, revision: Revision): Promise<Declares> {
    const name = `${revision.sequence} ${other}`;
    const text = texts.get(name) ?? read(other, revision);
    texts.set(name, text);
    return text;
  }

  async function read(other: string, revision: Revision): Promise<Declares> {
    const declared = isPipelineDocument(other) ? await readRevision(store, other, revision) : undefined;
    if (declared === undefined) return "unknown";
    const asked: Asked = declared.mode === "apply" ? declared.document : { resources: [] };
    return {
      resources: new Map(asked.resources.map((resource) => [formatNaturalKey(resource), resource])),
      twoWay: new Set(asked.twoWay === true ? asked.resources.map(twoWayWishKey) : []),
    };
  }

  async function bidderOf(bid: Bid, key: string, owned: Parameters<HandOver["bidderFor"]>[0]) {
    const revision = (await ledger.readDocument(bid.documentId))?.current;
    if (revision?.kind !== "accepted" || !mayHave(bid, revision)) return undefined;
    const declares = await declaresOf(bid.documentId, revision);
    const { documentId: id } = bid;
    const { sequence, seenAt } = revision;
    if (declares === "unknown") {
      // One that is about to be recorded has taken the place of the bid of the one in force.
      const wish = bid.sequence >= sequence ? bid.wishes.find((one) => one.key === key) : undefined;
      return wish && { seenAt, bidder: bidder(id, sequence, owned.logicalId, wish.deletionPolicy) };
    }
    if (isRouteResponse(owned)) {
      return declares.twoWay.has(key)
        ? { seenAt, bidder: bidder(id, sequence, owned.logicalId, undefined) }
        : undefined;
    }
    const desired = declares.resources.get(formatNaturalKey(owned));
    return desired && { seenAt, bidder: bidder(id, sequence, desired.logicalId, desired.deletionPolicy) };
  }

  function mayHave({ documentId: id, apiId }: Bid, { source, apiIds }: Revision): boolean {
    return apiIds.includes(apiId) && (!isPipelineDocument(id) || isAllowed(allowedApis, source.key, apiId));
  }

  return {
    leaving,
    async bidderFor(owned, integrationId) {
      const key = keyIn(owned, integrationId);
      if (key === undefined) return undefined;
      const others = (await bidsOn(owned.ApiId)).filter(
        (bid) => bid.documentId !== documentId && bid.wishes.some((wish) => wish.key === key),
      );
      const found = await Promise.all(others.map((bid) => bidderOf(bid, key, owned)));
      return found
        .filter((one) => one !== undefined)
        .sort((one, other) => one.seenAt - other.seenAt || (one.bidder.documentId < other.bidder.documentId ? -1 : 1))
        .at(0)?.bidder;
    },
    async isLeaving(owned) {
      const { documentId: owner, ApiId } = owned;
      // Without a pipeline nobody knows when it runs, and nobody waits.
      if (!isPipelineDocument(documentId) || !isPipelineDocument(owner)) return false;
      const revision = (await ledger.readDocument(owner))?.current;
      const settled = (await ledger.readChangeSet(owner, ApiId))?.settledSequence ?? 0;
      if (revision === undefined || settled >= revision.sequence) return false;
      const declares = await declaresOf(owner, revision);
      const isLetGo = declares !== "unknown" && !declares.resources.has(formatNaturalKey(owned));
      if (isLetGo) leaving.add(owner);
      return isLetGo;
    },
    pass: (owned, to) => ledger.handOver(handedOver(owned, to), owned.documentId, to.sequence, fence),
  };
}

/** What a bid calls a response. The responses of routes are asked for by integration; who leads nowhere is asked for by nobody. */
function keyIn(owned: OwnedResource, integrationId: string | undefined): string | undefined {
  if (!isRouteResponse(owned)) return wishKey(owned);
  return integrationId === undefined ? undefined : twoWayWishKey({ ApiId: owned.ApiId, IntegrationId: integrationId });
}

function bidder(
  documentId: string,
  sequence: number,
  logicalId: string,
  deletionPolicy: Bidder["deletionPolicy"],
): Bidder {
  return { documentId, sequence, logicalId, ...(deletionPolicy === undefined ? {} : { deletionPolicy }) };
}
