import { WRITABLE_PROPERTIES } from "@specdrop/spec";
import { isSameValue } from "./merge.ts";
import type { IntegrationRef, LiveResource, OwnedResource } from "./model.ts";
import type { Observed } from "./plan.ts";
import { readInTurn, readTogether } from "./requests.ts";
import type { Run } from "./run.ts";

/**
 * Reads who owns what on the API, and what is live on every integration that matters here: one list each, and a read of
 * its own only for what is owned and not listed, since a list may lag behind.
 */
export async function observe(run: Run): Promise<Observed> {
  const { changeSet, ports } = run;
  const owned = await ports.ledger.listOwned(changeSet.apiId);
  const ours = owned.filter((resource) => resource.documentId === changeSet.documentId);

  const parents = integrationsOf([...changeSet.desired, ...ours]);
  const list = (parent: IntegrationRef) => () => readInTurn(run, () => ports.controlPlane.list(parent));
  const live = (await readTogether(run, parents.map(list))).flat();
  const listed = new Set(live.map((resource) => resource.identifier));
  const unlisted = ours.flatMap(({ identifier }) =>
    identifier === undefined || listed.has(identifier) ? [] : [identifier],
  );
  const get = (identifier: string) => () => readInTurn(run, () => ports.controlPlane.get(identifier));
  const seen = (await readTogether(run, unlisted.map(get))).filter((resource) => resource !== undefined);
  return { owned, live: [...live, ...seen] };
}

function integrationsOf(resources: readonly IntegrationRef[]): readonly IntegrationRef[] {
  return [
    ...new Map(
      resources.map(({ ApiId, IntegrationId }) => [`${ApiId}|${IntegrationId}`, { ApiId, IntegrationId }]),
    ).values(),
  ];
}

/** Whether a live response is what a create of ours asked for: nothing else, and nothing more. */
export function isAsCreated(live: LiveResource, pending: OwnedResource["pending"] & object): boolean {
  return WRITABLE_PROPERTIES.every((name) => isSameValue(live.properties[name], pending.model[name]));
}
