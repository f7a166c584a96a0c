import { formatNaturalKey, isLifecycleRoute } from "@specdrop/engine";
import type { Content } from "./content.ts";

/** A route of an API: nobody but the rest of the world makes or changes any. */
export interface Route {
  readonly apiId: string;
  readonly routeId: string;
  readonly routeKey: string;
  readonly integrationId: string;
}

export interface LiveRouteResponse {
  readonly identifier: string;
  readonly key: string;
}

export const keyOfRoute = ({ apiId, routeId }: Pick<Route, "apiId" | "routeId">): string =>
  formatNaturalKey({ ApiId: apiId, RouteId: routeId });

/** The routes that a document asks to be two-way, if it is applied. */
export function asked(content: Content | undefined, routes: readonly Route[]): readonly Route[] {
  if (content?.twoWay !== true || content.broken) return [];
  return routes.filter(
    ({ apiId, integrationId, routeKey: RouteKey, routeId: RouteId }) =>
      !isLifecycleRoute({ RouteId, RouteKey }) &&
      content.responses.some((one) => one.ApiId === apiId && one.IntegrationId === integrationId),
  );
}
