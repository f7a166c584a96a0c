import {
  formatNaturalKey,
  type IntegrationRef,
  type NaturalKey,
  type OwnedResource,
  sha256Hex,
} from "@specdrop/engine";
import type { Wish } from "./port.ts";

/** A natural key as bids hold it: 24 hexadecimal digits, since a document may have 2,000 keys and an item 400 KB. */
export function wishKey(key: NaturalKey): string {
  return sha256Hex(formatNaturalKey(key)).slice(0, 24);
}

/** The same for the responses of all routes to an integration. No response has such a natural key. */
export function twoWayWishKey({ ApiId, IntegrationId }: IntegrationRef): string {
  return sha256Hex(`${ApiId}|${IntegrationId}`).slice(0, 24);
}

/** Which wishes of a document others own, and who they are: equal texts mean that nothing has changed. `""` where none. */
export function conflictsOf(
  documentId: string,
  wishes: readonly Pick<Wish, "key">[],
  owned: readonly OwnedResource[],
): string {
  const wanted = new Set(wishes.map(({ key }) => key));
  const conflicts = owned
    .filter((resource) => resource.documentId !== documentId && wanted.has(wishKey(resource)))
    .map((resource) => JSON.stringify([wishKey(resource), resource.documentId]))
    .sort();
  return conflicts.length === 0 ? "" : sha256Hex(conflicts.join());
}
