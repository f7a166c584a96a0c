import type {
  ApiDescription,
  ControlPlane,
  Gateway,
  IntegrationDescription,
  LiveIntegrationResponse,
  RouteDescription,
  RouteResponseDescription,
  StageDescription,
} from "@specdrop/engine";
import { TAKEN_TO_EXIST } from "@specdrop/local/cloud-control/implied";

/** Everything on an API that a message and its answer pass through. */
export interface Survey {
  readonly api: ApiDescription;
  readonly routes: readonly SurveyedRoute[];
  readonly integrations: readonly SurveyedIntegration[];
  readonly stages: readonly StageDescription[];
  /** An embedded stack's, which nobody created there: of what is not there nobody knows whether it exists. */
  readonly isTakenToExist: boolean;
}

export interface SurveyedRoute extends RouteDescription {
  readonly responses: readonly RouteResponseDescription[];
}

export interface SurveyedIntegration extends IntegrationDescription {
  readonly responses: readonly LiveIntegrationResponse[];
}

/** Reads an API whole; `undefined` where there is none. Of an API that is no WebSocket API, only what it is. */
export async function surveyApi(
  { controlPlane, gateway }: { readonly controlPlane: ControlPlane; readonly gateway: Gateway },
  apiId: string,
): Promise<Survey | undefined> {
  const api = await gateway.getApi(apiId);
  if (api === undefined) return undefined;
  const isTakenToExist = api.Description === TAKEN_TO_EXIST;
  if (!isWebSocket(api)) return { api, routes: [], integrations: [], stages: [], isTakenToExist };
  const routes: SurveyedRoute[] = [];
  for (const route of await gateway.listRoutes(apiId)) {
    routes.push({ ...route, responses: await gateway.listRouteResponses(apiId, route.RouteId) });
  }
  const integrations: SurveyedIntegration[] = [];
  for (const integration of await allIntegrations(gateway, apiId, routes)) {
    integrations.push({ ...integration, responses: await controlPlane.list(integration) });
  }
  routes.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return { api, routes, integrations, stages: await gateway.listStages(apiId), isTakenToExist };
}

/** Those that are listed, and those that routes lead to: a list may stop short. */
async function allIntegrations(
  gateway: Gateway,
  ApiId: string,
  routes: readonly RouteDescription[],
): Promise<readonly IntegrationDescription[]> {
  const found: IntegrationDescription[] = [...(await gateway.listIntegrations(ApiId))];
  const listed = new Set(found.map(({ IntegrationId }) => IntegrationId));
  const led = new Set(routes.flatMap((route) => integrationIdOf(route) ?? []));
  for (const IntegrationId of led) {
    const integration = listed.has(IntegrationId) ? undefined : await gateway.getIntegration({ ApiId, IntegrationId });
    if (integration !== undefined) found.push(integration);
  }
  return found;
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
