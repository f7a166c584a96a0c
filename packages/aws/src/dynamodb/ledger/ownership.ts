import type { ClaimOutcome, NaturalKey, Owned, OwnedResource } from "@specdrop/engine";
import { formatNaturalKey, isRouteResponse } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine/errors";
import { OWNED, OWNED_ROUTE_RESPONSE } from "@specdrop/ledger/records";
import type { Fields } from "@specdrop/ledger/records/shape";
import type { DynamoExpression } from "../expression.ts";
import type { Guard, LedgerTable } from "../table.ts";
import { allOf, parsed, recordIn, type StoredItem, setting } from "./items.ts";
import { apiPartition, documentKey, leaseKey, RESPONSE_PREFIX, ROUTE_PREFIX, responseKey } from "./keys.ts";

type ResponseItem = StoredItem &
  Omit<Owned, "pending"> &
  NaturalKey & {
    readonly kind: "response" | "routeResponse";
    readonly fence: number;
    /** As JSON text: a request that is sent again must be the same to the letter, and a map would lose its order. */
    readonly pending?: string;
  };

export async function listOwned(table: LedgerTable, apiId: string): Promise<readonly OwnedResource[]> {
  const lists = await Promise.all(
    [RESPONSE_PREFIX, ROUTE_PREFIX].map(async (prefix) => {
      const owned: OwnedResource[] = [];
      for await (const item of table.query<ResponseItem>(apiPartition(apiId), prefix)) {
        owned.push(resourceOf(table, item));
      }
      return owned;
    }),
  );
  return lists.flat();
}

export function claim(table: LedgerTable, resource: OwnedResource, fence: number): Promise<ClaimOutcome> {
  const key = responseKey(resource);
  return table.retryOnConflict<ClaimOutcome>(formatNaturalKey(resource), async () => {
    const condition = freeOrOurs(resource.documentId, fence);
    const guard = leaseNoLater(resource.ApiId, fence);
    const written = await table.updateGuarded(key, attributesOf(resource, fence), condition, guard);
    if (written === "written") return { outcome: { claimed: true } };
    if (written === "guardRefused") throw leaseTaken(resource.ApiId, fence);
    const held = written === "refused" ? await table.get<ResponseItem>(key) : undefined;
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
  return table.retryOnConflict(formatNaturalKey(resource), async () => {
    const condition = freeOrOurs(resource.documentId, fence);
    const deleted = await table.deleteGuarded(key, condition, leaseNoLater(resource.ApiId, fence));
    if (deleted === "written") return { outcome: undefined };
    if (deleted === "guardRefused") throw leaseTaken(resource.ApiId, fence);
    if (deleted === "contended") return undefined;
    const held = await table.get<ResponseItem>(key);
    if (held?.documentId !== resource.documentId) return { outcome: undefined };
    refuseBehind(fence, held);
    return undefined;
  });
}

export function handOver(
  table: LedgerTable,
  resource: OwnedResource,
  from: string,
  sequence: number,
  fence: number,
): Promise<boolean> {
  const { ApiId, documentId } = resource;
  return table.retryOnConflict(formatNaturalKey(resource), async () => {
    const written = await table.updateGuarded(
      responseKey(resource),
      attributesOf(resource, fence),
      { text: "#documentId = :from AND #fence <= :fence", values: { ":from": from, ":fence": fence } },
      leaseNoLater(ApiId, fence),
      { key: documentKey(documentId), condition: inForce(sequence) },
    );
    if (written === "written") return { outcome: true };
    if (written === "guardRefused") throw leaseTaken(ApiId, fence);
    if (written === "contended") return undefined;
    const held = await table.get<ResponseItem>(responseKey(resource));
    if (held?.documentId === from) refuseBehind(fence, held);
    // A request that the SDK sent twice because the first answer was lost.
    return { outcome: held?.documentId === documentId && held.takenFrom === from };
  });
}

const inForce = (sequence: number): DynamoExpression => ({
  text: "#current.#sequence = :sequence AND #current.#kind = :accepted",
  values: { ":sequence": sequence, ":accepted": "accepted" },
});

function attributesOf(resource: OwnedResource, fence: number): DynamoExpression {
  const { pending } = resource;
  const text = pending === undefined ? undefined : JSON.stringify(pending);
  const kind = isRouteResponse(resource) ? "routeResponse" : "response";
  return setting({ kind, ...allOf(fieldsOf(resource), resource), pending: text, fence });
}

function resourceOf(table: LedgerTable, item: ResponseItem): OwnedResource {
  const fields = fieldsOf(item);
  return recordIn(table, item, fields, () => {
    const { pending, ...resource } = item;
    return pending === undefined ? resource : { ...resource, pending: parsed(pending, "pending") };
  });
}

function fieldsOf(resource: NaturalKey): Fields<OwnedResource> {
  return (isRouteResponse(resource) ? OWNED_ROUTE_RESPONSE : OWNED) as unknown as Fields<OwnedResource>;
}

const freeOrOurs = (documentId: string, fence: number): DynamoExpression => ({
  text: "attribute_not_exists(#pk) OR (#documentId = :documentId AND #fence <= :fence)",
  values: { ":documentId": documentId, ":fence": fence },
});

/** The record alone cannot tell: where there is none, nothing says that a later run has been there. */
const leaseNoLater = (apiId: string, fence: number): Guard => ({
  key: leaseKey(apiId),
  condition: { text: "attribute_not_exists(#fence) OR #fence <= :lease", values: { ":lease": fence } },
});

function leaseTaken(apiId: string, fence: number): LeaseLostError {
  return new LeaseLostError(
    `The lease of API ${apiId} was given to another run since this one (fence ${fence}) began.`,
  );
}

function refuseBehind(fence: number, held: ResponseItem): void {
  if (fence < held.fence) {
    throw new LeaseLostError(
      `A later run (fence ${held.fence}) has written to API ${held.ApiId} since this one (${fence}) began.`,
    );
  }
}
