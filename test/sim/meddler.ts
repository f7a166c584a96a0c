import { formatNaturalKey, type IntegrationResponseName, isIntegrationResponse } from "@specdrop/engine";
import { type CloudControl, ROUTE, ROUTE_RESPONSE } from "./cloud-control.ts";
import { placeOf } from "./content.ts";
import { keyOfRoute } from "./route.ts";
import { touch } from "./witness.ts";
import type { World } from "./world.ts";

const MOST_ROUTES = 12;

/** A route that leads to an integration; the rest of the world makes it. */
export function addRoute(
  { book, trace, scheduler, ...world }: World,
  cloud: CloudControl,
  apiId: string,
  integrationId: string,
  routeKey: string,
): void {
  const DesiredState = JSON.stringify({ ApiId: apiId, RouteKey: routeKey, Target: `integrations/${integrationId}` });
  const identifier = cloud.foreign("createResource", { TypeName: ROUTE, DesiredState });
  const routeId = identifier?.split("|")[1];
  if (routeId === undefined) return;
  const route = { apiId, routeId, routeKey, integrationId };
  book.routes.push(route);
  trace.write("somebody", `makes route ${routeKey} of ${apiId} to ${integrationId}`);
  touch({ book, trace, scheduler, ...world }, keyOfRoute(route), { at: scheduler.now(), by: "foreign" });
}

/**
 * One random act of somebody else in the AWS account: creates a response (best of all where a run has begun to), changes
 * one, deletes one or puts another in its place. What they write is never what a document asks for.
 */
export function createMeddler(world: World, cloud: CloudControl, anyKey: () => IntegrationResponseName): () => void {
  const { workload: random, book, trace, scheduler, faults } = world;
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

  /** A route appears, or its response comes and goes. */
  function meddleWithRoutes(): void {
    const { ApiId, IntegrationId } = anyKey();
    if (book.routes.length < MOST_ROUTES && random.chance(0.4)) {
      addRoute(world, cloud, ApiId, IntegrationId, `extra${acts}`);
      return;
    }
    const route = random.pick(book.routes);
    const key = keyOfRoute(route);
    const found = cloud.liveRouteResponses().find((one) => one.key === key);
    const create = () => {
      const model = { ApiId: route.apiId, RouteId: route.routeId, RouteResponseKey: "$default" };
      const identifier = cloud.foreign("createResource", {
        TypeName: ROUTE_RESPONSE,
        DesiredState: JSON.stringify(model),
      });
      if (identifier !== undefined) book.foreign.add(identifier);
      note(key, "creates", identifier);
    };
    if (found === undefined) {
      create();
      return;
    }
    const Identifier = found.identifier;
    note(key, "deletes", cloud.foreign("deleteResource", { TypeName: ROUTE_RESPONSE, Identifier }));
    if (random.chance(0.4)) create();
  }

  return () => {
    acts += 1;
    if (faults.profile.twoWay && random.chance(0.5)) {
      meddleWithRoutes();
      return;
    }
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
