import type { DeletionPolicy } from "@specdrop/spec";
import type { OwnedResource } from "./model.ts";

/** The document that a response goes to when its owner lets go of it, as its accepted revision declares the response. */
export interface Bidder {
  readonly documentId: string;
  /** The revision that wants it: it must still be in force when the response is handed over. */
  readonly sequence: number;
  readonly logicalId: string;
  readonly deletionPolicy?: DeletionPolicy;
}

/** What other documents want of a document's responses, and the way to hand one over. */
export interface HandOver {
  /**
   * Who gets the response if its owner lets go of it now. `integrationId`: where the route of a route response leads to;
   * who asks for the responses of routes asks by integration.
   */
  bidderFor(owned: OwnedResource, integrationId?: string): Promise<Bidder | undefined>;
  /** Whether the owner of a response is about to let go of it: then it is worth waiting for. */
  isLeaving(owned: OwnedResource): Promise<boolean>;
  /** Makes the bidder the owner. `false`, and nothing written, where that is no longer how things stand. */
  pass(owned: OwnedResource, to: Bidder): Promise<boolean>;
}

/** The record of a response as its new owner has it: how it came about and what was last applied travel with it. */
export function handedOver(owned: OwnedResource, to: Bidder): OwnedResource {
  const { documentId, deletionPolicy: _, lastChange: __, ...rest } = owned;
  const { deletionPolicy, logicalId } = to;
  return {
    ...rest,
    documentId: to.documentId,
    logicalId,
    ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    takenFrom: documentId,
  };
}
