import type {
  ApiDescription,
  ControlPlane,
  Gateway,
  IntegrationDescription,
  LiveResource,
  RouteDescription,
  RouteResponseDescription,
  StageDescription,
} from "@specdrop/engine";

/** Everything on an API that a message and its answer pass through. */
export interface Survey {
  readonly api: ApiDescription;
  readonly routes: readonly SurveyedRoute[];
  readonly integrations: readonly SurveyedIntegration[];
  readonly stages: readonly StageDescription[];
}

export interface SurveyedRoute extends RouteDescription {
  readonly responses: readonly RouteResponseDescription[];
}

export interface SurveyedIntegration extends IntegrationDescription {
  readonly responses: readonly LiveResource[];
}

/** Reads an API whole; `undefined` where there is none. Of an API that is no WebSocket API, only what it is. */
export async function surveyApi(
  { controlPlane, gateway }: { readonly controlPlane: ControlPlane; readonly gateway: Gateway },
  apiId: string,
): Promise<Survey | undefined> {
  const api = await gateway.getApi(apiId);
  if (api === undefined) return undefined;
  if (!isWebSocket(api)) return { api, routes: [], integrations: [], stages: [] };
  const routes: SurveyedRoute[] = [];
  for (const route of await gateway.listRoutes(apiId)) {
    routes.push({ ...route, responses: await gateway.listRouteResponses(apiId, route.RouteId) });
  }
  const integrations: SurveyedIntegration[] = [];
  for (const integration of await gateway.listIntegrations(apiId)) {
    integrations.push({ ...integration, responses: await controlPlane.list(integration) });
  }
  routes.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return { api, routes, integrations, stages: await gateway.listStages(apiId) };
}

export function isWebSocket({ ProtocolType = "WEBSOCKET" }: ApiDescription): boolean {
  return ProtocolType === "WEBSOCKET";
}

/** What people call a route. */
export function nameOf({ RouteKey, RouteId }: RouteDescription): string {
  return RouteKey ?? RouteId;
}

/** The integration that a route's target names; `undefined` where it has no target. */
export function integrationIdOf({ Target }: RouteDescription): string | undefined {
  return Target?.replace(/^integrations\//, "");
}
