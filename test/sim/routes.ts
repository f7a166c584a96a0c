import { formatNaturalKey, type OwnedResource } from "@specdrop/engine";
import { isAllowed } from "@specdrop/service/policy";
import { type InForce, lastResults } from "./in-force.ts";
import type { Pipeline } from "./pipeline.ts";
import { asked, keyOfRoute, type LiveRouteResponse } from "./route.ts";
import { contentOf } from "./truth.ts";
import type { Workload } from "./workload.ts";
import type { Invocation, World } from "./world.ts";

/** A route response goes with the last document that asks for it, and not before. */
export function watchRoutes(world: World, pipeline: Pipeline, workload: Workload): void {
  const { book } = world;
  world.onDeleteOfRoute = (invocation: Invocation, owned: OwnedResource) => {
    const key = formatNaturalKey(owned);
    const begunAt = invocation.begunAt.get(`${owned.documentId}|${owned.ApiId}`) ?? invocation.startedAt;
    for (const [documentId, { kind, sequence, since, source }] of book.inForce) {
      if (documentId === owned.documentId || kind !== "accepted" || since >= begunAt) continue;
      const content = contentOf(world, pipeline, workload, documentId, sequence);
      const isFile = documentId.startsWith("file:");
      const isAsked = content?.dryRun === false && asked(content, book.routes).some((one) => keyOfRoute(one) === key);
      // Where the next text is on its way already, what it no longer asks for need not stay.
      const text = isFile ? undefined : pipeline.bucket.current(source.key)?.body;
      const next = isFile
        ? pipeline.commandLine.documents.get(documentId)?.content
        : text === undefined
          ? undefined
          : workload.library.meaningOf(text);
      const isLeaving = next === undefined || !asked(next, book.routes).some((one) => keyOfRoute(one) === key);
      const mayName = isFile || isAllowed(invocation.allowedApis, source.key, owned.ApiId);
      if (isAsked && mayName && !isLeaving)
        world.violate(`${invocation.name} takes ${key} of ${owned.documentId} away, and ${documentId} asks for it`);
    }
  };
}

/** Whether the routes of a document differ from what it asks for on an API; in words. */
export function differenceOfRoutes(
  { book }: World,
  { documentId, content }: InForce,
  apiId: string,
  live: readonly LiveRouteResponse[],
): string | undefined {
  for (const route of asked(content, book.routes).filter((one) => one.apiId === apiId)) {
    const key = keyOfRoute(route);
    const found = live.find((one) => one.key === key);
    if (found === undefined) return `route ${route.routeKey} is one-way (${key})`;
    const record = book.routeResponses.get(key);
    if (record === undefined) return `${key} is nobody's`;
    // Of a repair that died for good the create is still on record: the next run takes what it made.
    const isBegun = record.pending !== undefined;
    const isAnother = record.identifier !== found.identifier && !isBegun;
    if (record.documentId === documentId && isAnother) return `${key} is another now`;
  }
  return undefined;
}

/** What must hold of routes at rest. `excepted` documents wait for somebody to drop them again. */
export function checkRoutes(
  world: World,
  { cloud }: Pipeline,
  documents: readonly InForce[],
  excepted: ReadonlySet<string>,
): void {
  const { book, violate } = world;
  const live = cloud.liveRouteResponses();
  if (new Set(live.map(({ key }) => key)).size < live.length) violate("A route has two responses");
  const mayKeep = new Set(
    documents
      .filter(({ documentId, content }) => content?.dryRun || excepted.has(documentId))
      .map((one) => one.documentId),
  );
  for (const { key, identifier } of live) {
    const record = book.routeResponses.get(key);
    const isSomebodys =
      book.foreign.has(identifier) || book.mayBeForgotten.has(identifier) || book.unrecognisable.has(key);
    const route = book.routes.find((one) => keyOfRoute(one) === key);
    const isOurs = record?.identifier === identifier;
    if (!isOurs && !isSomebodys && !(record !== undefined && mayKeep.has(record.documentId)))
      violate(`The route response ${identifier} is an orphan: no document owns it`);
    if (isOurs && record.origin === "created" && route?.routeKey.startsWith("$"))
      violate(`${record.documentId} made ${identifier} on ${route.routeKey}`);
  }
  for (const document of documents) {
    const { documentId, content } = document;
    for (const [apiId, { event }] of lastResults(world, documentId)) {
      const isDone = event.detailType === "ApplySucceeded" || event.detailType === "ApplyUnchanged";
      if (!isDone || excepted.has(documentId) || content?.dryRun) continue;
      const found = differenceOfRoutes(world, document, apiId, live);
      if (found !== undefined) violate(`${documentId} asks for two-way routes on ${apiId}, and ${found}`);
    }
  }
  for (const [key, record] of book.routeResponses) {
    if (mayKeep.has(record.documentId)) continue;
    const failed = lastResults(world, record.documentId).get(record.ApiId)?.event.detailType === "ApplyFailed";
    const owner = documents.find(({ documentId }) => documentId === record.documentId);
    const isAsked = asked(owner?.content, book.routes).some((one) => keyOfRoute(one) === key);
    if (!isAsked && !failed) violate(`${record.documentId} owns ${key}, which it does not ask for`);
    if (record.pending !== undefined && !failed) violate(`${record.documentId} has a create of ${key} pending`);
  }
}
