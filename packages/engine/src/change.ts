import type { DesiredResource } from "@specdrop/spec";
import type { Bidder } from "./hand-over.ts";
import type { PropertyDiff } from "./merge.ts";
import { type Desired, isRouteResponse, type LiveResource, type OwnedResource } from "./model.ts";

/**
 * One step towards what a document asks, with what it starts from and what it leads to. Plain data. What the document
 * owns and no read shows is most likely gone, but may also be too new: it is `unseen`, and never let go unasked.
 */
export type Change =
  | {
      readonly action: "create";
      readonly desired: Desired;
      readonly unseen?: OwnedResource;
      /** What another document owns and let disappear: of a route response, whoever makes it is the owner. */
      readonly takes?: OwnedResource;
    }
  | {
      readonly action: "adopt";
      readonly desired: Desired;
      readonly live: LiveResource;
      readonly diff: PropertyDiff;
    }
  | {
      readonly action: "update";
      readonly desired: DesiredResource;
      readonly owned: OwnedResource;
      readonly live: LiveResource;
      readonly diff: PropertyDiff;
    }
  /** Of a route response, the owner may be another document: both ask for it. */
  | {
      readonly action: "none";
      readonly desired: Desired;
      readonly owned: OwnedResource;
      /** Absent where another document is planned to make it. */
      readonly live?: LiveResource;
    }
  /** The logical id stays, its place changes: the new response is created, then `former` deleted. */
  | {
      readonly action: "replace";
      readonly desired: DesiredResource;
      readonly former: OwnedResource;
      readonly live: LiveResource;
      readonly unseen?: OwnedResource;
    }
  | { readonly action: "delete"; readonly owned: OwnedResource; readonly live: LiveResource }
  /** The ledger lets go. AWS is called only where `isUnseen`. `isGone`: no read shows it. */
  | {
      readonly action: "forget";
      readonly owned: OwnedResource;
      readonly isUnseen?: true;
      readonly isGone?: true;
      readonly handedTo?: Bidder;
    };

/** Another document is to own a response. */
export type HandingOver = Extract<Change, { readonly action: "forget" }> & { readonly handedTo: Bidder };

export function isHandingOver(change: Change): change is HandingOver {
  return change.action === "forget" && change.handedTo !== undefined;
}

/** Whether a change is about a route's response. */
export function isOfRoute(change: Change): boolean {
  return isRouteResponse("desired" in change ? change.desired : change.owned);
}

export function isDeletion(change: Change): change is Extract<Change, { readonly action: "delete" }> {
  return change.action === "delete";
}
