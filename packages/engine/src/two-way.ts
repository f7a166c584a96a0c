import { START_OF_TEXT } from "@specdrop/spec";
import type { ChangeSet } from "./change-set.ts";
import { isLifecycleRoute, leadsTo } from "./gateway.ts";
import { type DesiredRouteResponse, isRouteResponse, type OwnedResource, type RouteDescription } from "./model.ts";

/**
 * The route responses that a document with `TwoWay` asks for: one on every route that clients send messages to and that
 * leads to an integration of the document.
 */
export function routeResponsesFor(
  { apiId, twoWay, desired }: Pick<ChangeSet, "apiId" | "twoWay" | "desired">,
  routes: readonly RouteDescription[] = [],
): readonly DesiredRouteResponse[] {
  if (twoWay !== true) return [];
  const integrationIds = [...new Set(desired.map(({ IntegrationId }) => IntegrationId))];
  return routes
    .filter((route) => !isLifecycleRoute(route) && integrationIds.some((id) => leadsTo(route, id)))
    .map(({ RouteId, RouteKey = RouteId }) => ({
      logicalId: RouteKey,
      ApiId: apiId,
      RouteId,
      properties: {},
      adopt: true,
      pointer: "/TwoWay",
      range: START_OF_TEXT,
    }));
}

/** Whether a run has to know the API's routes: to keep their responses, or to let go of some. */
export function needsRoutes({ twoWay, desired }: ChangeSet, ours: readonly OwnedResource[]): boolean {
  return (twoWay === true && desired.length > 0) || ours.some(isRouteResponse);
}

/** The integration that a route leads to now; absent where it leads to none, or is gone. */
export function targetOf(routes: readonly RouteDescription[] | undefined, routeId: string): string | undefined {
  const target = routes?.find(({ RouteId }) => RouteId === routeId)?.Target;
  return target?.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}

const TARGET = "integrations/";
