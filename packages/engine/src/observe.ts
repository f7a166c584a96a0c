import { WRITABLE_PROPERTIES } from "@specdrop/spec";
import { isSameValue } from "./merge.ts";
import {
  formatNaturalKey,
  type LiveResource,
  type NaturalKey,
  type OwnedResource,
  type Parent,
  parentOf,
} from "./model.ts";
import type { Observed } from "./plan.ts";
import { callsFor } from "./ports.ts";
import { read, readInTurn, readTogether } from "./requests.ts";
import type { ReadRun } from "./run.ts";
import { needsRoutes, routeResponsesFor } from "./two-way.ts";

/**
 * Reads who owns what on the API, and what is live on every integration and route that matters here: one list each, and a
 * read of its own only for what is owned and not listed, since a list may lag behind. The routes themselves are read
 * where route responses matter.
 */
export async function observe(run: ReadRun): Promise<Observed> {
  const { changeSet, ports } = run;
  const owned = await ports.ledger.listOwned(changeSet.apiId);
  const ours = owned.filter((resource) => resource.documentId === changeSet.documentId);

  const routes = needsRoutes(changeSet, ours)
    ? await read(run, () => ports.controlPlane.routeResponses.listRoutes(changeSet.apiId))
    : [];
  const wanted = routeResponsesFor(changeSet, routes);
  const asked = new Set(wanted.map(formatNaturalKey));
  const known = owned.filter((one) => one.documentId === changeSet.documentId || asked.has(formatNaturalKey(one)));

  const parents = parentsOf([...changeSet.desired, ...wanted, ...known]);
  const list = (parent: Parent) => () => readInTurn(run, () => callsFor(ports.controlPlane, parent).list(parent));
  const live = (await readTogether(run, parents.map(list))).flat();
  const listed = new Set(live.map((resource) => resource.identifier));
  const unlisted = known.filter(({ identifier }) => identifier !== undefined && !listed.has(identifier));
  const get = (resource: OwnedResource) => () =>
    readInTurn(run, () => callsFor(ports.controlPlane, resource).get(resource.identifier as string));
  const seen = (await readTogether(run, unlisted.map(get))).filter((resource) => resource !== undefined);
  return { owned, live: [...live, ...seen], routes };
}

function parentsOf(resources: readonly NaturalKey[]): readonly Parent[] {
  return [...new Map(resources.map(parentOf).map((parent) => [JSON.stringify(parent), parent])).values()];
}

/** Whether a live response is what a create of ours asked for: nothing else, and nothing more. */
export function isAsCreated(live: LiveResource, pending: OwnedResource["pending"] & object): boolean {
  return WRITABLE_PROPERTIES.every((name) => isSameValue(live.properties[name], pending.model[name]));
}
