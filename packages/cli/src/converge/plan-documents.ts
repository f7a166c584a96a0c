import {
  type ControlPlane,
  formatNaturalKey,
  type Gateway,
  type NaturalKey,
  type OwnedResource,
  type RequestRate,
} from "@specdrop/engine";
import { type ChangeResult, type ResultEvent, summarise } from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import { type PlannedRevision, planOnApi, readDeclared } from "@specdrop/service/documents";
import { acceptDocument, type DocumentText, withdrawDocument } from "@specdrop/service/intake";
import { clock } from "./clock.ts";
import { mapSideBySide, openLanes } from "./lanes.ts";
import { orderOnApi } from "./order-on-api.ts";
import { SILENT } from "./silent.ts";
import { snapshotOf } from "./snapshot.ts";

/** A document that is to be planned; without a text it is to be withdrawn. */
export type PlannedDocument = Omit<DocumentText, "body"> & { readonly body?: Uint8Array };

interface PlanDocumentsPorts {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  readonly requestRate: RequestRate;
}

const APIS_AT_ONCE = 20;
const ACCEPTED_AT_ONCE = 8;

/**
 * What applying the documents together would do: by document a `PlanProduced` for each of its APIs. Each plan sees what
 * those before it would have let go of and taken. Touches neither AWS nor the ledger. Documents need to be valid.
 */
export async function planDocuments(
  { ledger, ...aws }: PlanDocumentsPorts,
  documents: readonly PlannedDocument[],
  onPlanned: (planned: number, of: number) => void = () => {},
): Promise<ReadonlyMap<string, readonly ResultEvent[]>> {
  const declaredOf = new Map(
    await mapSideBySide(documents, ACCEPTED_AT_ONCE, async ({ documentId, body }) => {
      const declared = body === undefined ? undefined : await readDeclared(body, documentId);
      return [documentId, declared === undefined || declared.mode === "unreadable" ? undefined : declared] as const;
    }),
  );
  const resourcesOf = (documentId: string) => declaredOf.get(documentId)?.document.resources ?? [];
  const named = documents.flatMap(({ documentId }) => resourcesOf(documentId).map(({ ApiId }) => ApiId));
  const ids = documents.map(({ documentId }) => documentId);
  const snapshot = await snapshotOf(ledger, ids, named);
  const early: ResultEvent[] = [];
  const deps = {
    ledger: snapshot,
    ...aws,
    queue: { send: async () => {} },
    bus: { publish: async (events: readonly ResultEvent[]) => void early.push(...events) },
    clock,
    random: Math.random,
    log: SILENT,
  };
  for (const { body, ...change } of documents.toSorted((one, other) => Number(!one.body) - Number(!other.body))) {
    if (body === undefined) await withdrawDocument(deps, change);
    else await acceptDocument(deps, { ...change, body });
  }

  const results = new Map<string, Map<string, ResultEvent>>(ids.map((id) => [id, new Map()]));
  const byApi = new Map<string, PlannedRevision[]>();
  for (const documentId of ids) {
    const revision = (await snapshot.readDocument(documentId))?.current;
    if (revision === undefined) continue;
    const declared = declaredOf.get(documentId);
    const planned = { documentId, revision, ...(declared && { declared }) };
    for (const apiId of revision.apiIds) byApi.set(apiId, [...(byApi.get(apiId) ?? []), planned]);
  }
  const total = [...byApi.values()].flat().length;
  let planned = 0;
  const lanes = openLanes(APIS_AT_ONCE);
  const planOn = async (apiId: string, one: PlannedRevision): Promise<boolean> => {
    const event = withHandedOver(await planOnApi(deps, one, apiId), results.get(one.documentId)?.get(apiId));
    results.get(one.documentId)?.set(apiId, event);
    return await noteTaken(snapshot, one, apiId, event);
  };
  for (const [apiId, ofApi] of byApi) {
    lanes.add(apiId, async () => {
      const parts = ofApi.map((one) => ({
        ...one,
        declared: resourcesOf(one.documentId).filter(({ ApiId }) => ApiId === apiId),
        planned: one,
      }));
      let again: PlannedRevision[] = [];
      for (const { planned: one } of orderOnApi(parts, await snapshot.listOwned(apiId))) {
        const hasLetGo = await planOn(apiId, one);
        planned += 1;
        onPlanned(planned, total);
        if (hasLetGo) again = ofApi.filter((other) => other !== one && isInConflict(results, other, apiId));
      }
      // Documents that swap responses: the first to be planned met an owner that has let go since.
      for (const one of again) await planOn(apiId, one);
    });
  }
  await lanes.idle();
  return new Map(
    ids.map((documentId) => {
      const found = [...(results.get(documentId)?.values() ?? [])];
      const ofDocument = early.filter(({ detail }) => detail.metadata.documentId === documentId);
      return [documentId, found.length === 0 ? ofDocument : found];
    }),
  );
}

/** What a document hands over in its first plan, the snapshot no longer has for its second: it is part of both. */
function withHandedOver(event: ResultEvent, before: ResultEvent | undefined): ResultEvent {
  const { data } = event.detail;
  const { apiId = "" } = data;
  const named = new Set(data.changes.map((change) => formatNaturalKey(keyOf(change, apiId))));
  const handedOver = (before?.detail.data.changes ?? []).filter(
    (change) => change.handedTo !== undefined && !named.has(formatNaturalKey(keyOf(change, apiId))),
  );
  if (handedOver.length === 0) return event;
  const changes = [...data.changes, ...handedOver];
  return { ...event, detail: { ...event.detail, data: { ...data, changes, summary: summarise(changes) } } };
}

function isInConflict(
  results: ReadonlyMap<string, ReadonlyMap<string, ResultEvent>>,
  { documentId }: PlannedRevision,
  apiId: string,
): boolean {
  const { data } = results.get(documentId)?.get(apiId)?.detail ?? {};
  return data?.changes.some(({ error }) => error?.code === "SD5002") ?? false;
}

/**
 * Writes into the snapshot what a plan hands over and what it makes: others are planned by that. `true` where it has let go
 * of something that another document wants.
 */
async function noteTaken(
  snapshot: Ledger,
  { documentId, declared }: PlannedRevision,
  apiId: string,
  { detail: { data } }: ResultEvent,
): Promise<boolean> {
  const owned = await snapshot.listOwned(apiId);
  const ownerOf = new Map(owned.map((resource) => [formatNaturalKey(resource), resource]));
  let hasLetGo = false;
  for (const change of data.changes) {
    const key = keyOf(change, apiId);
    const held = ownerOf.get(formatNaturalKey(key));
    if (change.handedTo !== undefined && held?.documentId === documentId) {
      const bidder = (await snapshot.readDocument(change.handedTo))?.current;
      if (bidder === undefined) continue;
      const taken: OwnedResource = { ...held, documentId: change.handedTo, takenFrom: documentId };
      hasLetGo = (await snapshot.handOver(taken, documentId, bidder.sequence, 0)) || hasLetGo;
    } else if (held === undefined && declared !== undefined && data.summary.failed === 0 && TAKES.has(change.action)) {
      const { logicalId, identifier } = change;
      const origin = change.action === "adopt" ? ("adopted" as const) : ("created" as const);
      const applied = {};
      await snapshot.claim({ ...key, documentId, logicalId, origin, applied, ...(identifier && { identifier }) }, 0);
    }
  }
  return hasLetGo;
}

const TAKES: ReadonlySet<string> = new Set(["create", "adopt", "replace"]);

function keyOf({ integrationId = "", integrationResponseKey = "", routeId }: ChangeResult, ApiId: string): NaturalKey {
  return routeId === undefined
    ? { ApiId, IntegrationId: integrationId, IntegrationResponseKey: integrationResponseKey }
    : { ApiId, RouteId: routeId };
}
