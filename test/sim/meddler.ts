import { formatNaturalKey, type IntegrationResponseName, isIntegrationResponse } from "@specdrop/engine";
import type { CloudControl } from "./cloud-control.ts";
import { placeOf } from "./content.ts";
import { touch } from "./witness.ts";
import type { World } from "./world.ts";

/**
 * One random act of somebody else in the AWS account: creates a response (best of all where a run has begun to), changes
 * one, deletes one or puts another in its place. What they write is never what a document asks for.
 */
export function createMeddler(world: World, cloud: CloudControl, anyKey: () => IntegrationResponseName): () => void {
  const { workload: random, book, trace, scheduler } = world;
  let acts = 0;

  function note(key: string, what: string, identifier: string | undefined): void {
    if (identifier === undefined) return;
    trace.write("somebody", `${what} ${key} ${identifier}`);
    touch(world, key, { at: scheduler.now(), by: "foreign" });
  }

  function wherever(): IntegrationResponseName {
    const begun = [...book.owned.values()].filter(isIntegrationResponse).filter(({ pending }) => pending !== undefined);
    return begun.length > 0 && random.chance(0.7) ? placeOf(random.pick(begun)) : anyKey();
  }

  function create(key: IntegrationResponseName, ResponseTemplates: object): void {
    const identifier = cloud.foreign("createResource", { DesiredState: JSON.stringify({ ...key, ResponseTemplates }) });
    if (identifier !== undefined) book.foreign.add(identifier);
    note(formatNaturalKey(key), "creates", identifier);
  }

  return () => {
    acts += 1;
    const live = cloud.live();
    const ResponseTemplates = { foreign: `f${acts}` };
    if (live.length === 0 || random.chance(0.4)) {
      create(wherever(), ResponseTemplates);
      return;
    }
    const { place, key, identifier: Identifier } = random.pick(live);
    if (random.chance(0.3)) {
      const PatchDocument = JSON.stringify([{ op: "add", path: "/ResponseTemplates", value: ResponseTemplates }]);
      note(key, "changes", cloud.foreign("updateResource", { Identifier, PatchDocument }));
      return;
    }
    note(key, "deletes", cloud.foreign("deleteResource", { Identifier }));
    if (random.chance(0.6)) create(place, ResponseTemplates);
  };
}
