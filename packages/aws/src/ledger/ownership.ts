import type { ClaimOutcome, NaturalKey, OwnedResource, PendingCreate } from "@specdrop/engine";
import { formatNaturalKey, LeaseLostError } from "@specdrop/engine";
import type { ItemKey } from "./keys.ts";
import { apiPartition, RESPONSE_PREFIX, responseKey } from "./keys.ts";
import type { Expression, LedgerTable } from "./table.ts";
import { contend } from "./table.ts";

const KIND = "response";

interface ResponseItem extends ItemKey, Omit<OwnedResource, "pending"> {
  readonly kind: typeof KIND;
  readonly fence: number;
  /** As JSON text: a request that is sent again must be the same to the letter, and a map would lose its order. */
  readonly pending?: string;
}

export async function listOwned(table: LedgerTable, apiId: string): Promise<readonly OwnedResource[]> {
  const owned: OwnedResource[] = [];
  for await (const item of table.query<ResponseItem>(apiPartition(apiId), RESPONSE_PREFIX)) {
    owned.push(resourceOf(item));
  }
  return owned;
}

export function claim(table: LedgerTable, resource: OwnedResource, fence: number): Promise<ClaimOutcome> {
  const key = responseKey(resource);
  return contend<ClaimOutcome>(formatNaturalKey(resource), async () => {
    if (await table.put(itemOf(resource, fence), freeOrOurs(resource.documentId, fence)))
      return { outcome: { claimed: true } };
    const held = await table.get<ResponseItem>(key);
    if (held === undefined) return undefined;
    if (held.documentId !== resource.documentId) return { outcome: { claimed: false, owner: held.documentId } };
    refuseBehind(fence, held);
    return undefined;
  });
}

export function release(
  table: LedgerTable,
  resource: NaturalKey & Pick<OwnedResource, "documentId">,
  fence: number,
): Promise<void> {
  const key = responseKey(resource);
  return contend(formatNaturalKey(resource), async () => {
    if (await table.delete(key, freeOrOurs(resource.documentId, fence))) return { outcome: undefined };
    const held = await table.get<ResponseItem>(key);
    if (held?.documentId !== resource.documentId) return { outcome: undefined };
    refuseBehind(fence, held);
    return undefined;
  });
}

function itemOf({ pending, ...resource }: OwnedResource, fence: number) {
  const item = { ...responseKey(resource), kind: KIND, ...resource, fence };
  return pending === undefined ? item : { ...item, pending: JSON.stringify(pending) };
}

function resourceOf({ pk: _, sk: __, kind: ___, fence: ____, pending, ...resource }: ResponseItem): OwnedResource {
  return pending === undefined ? resource : { ...resource, pending: JSON.parse(pending) as PendingCreate };
}

const freeOrOurs = (documentId: string, fence: number): Expression => ({
  text: "attribute_not_exists(#pk) OR (#documentId = :documentId AND #fence <= :fence)",
  values: { ":documentId": documentId, ":fence": fence },
});

function refuseBehind(fence: number, held: ResponseItem): void {
  if (fence < held.fence) {
    throw new LeaseLostError(
      `A later run (fence ${held.fence}) has written to API ${held.ApiId} since this one (${fence}) began.`,
    );
  }
}
