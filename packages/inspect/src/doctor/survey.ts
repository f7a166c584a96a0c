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
import { ControlPlaneError } from "@specdrop/engine/errors";
import { TAKEN_TO_EXIST } from "./taken-to-exist.ts";

/** Everything on an API that a message and its answer pass through. */
export interface Survey {
  readonly api: ApiDescription;
  readonly routes: readonly SurveyedRoute[];
  readonly integrations: readonly SurveyedIntegration[];
  readonly stages: readonly StageDescription[];
  /** What AWS does not let the caller read, by what it is, with AWS's reason: nothing is known of it. */
  readonly unseen: ReadonlyMap<SurveyedPart, string>;
  /** An embedded stack's, which nobody created there: of what is not there nobody knows whether it exists. */
  readonly isTakenToExist: boolean;
}

/** What a survey reads, as people call it. */
export type SurveyedPart =
  | "the API"
  | "routes"
  | "route responses"
  | "integrations"
  | "integration responses"
  | "stages";

export interface SurveyedRoute extends RouteDescription {
  /** Absent where they are unseen. */
  readonly responses?: readonly RouteResponseDescription[];
}

export interface SurveyedIntegration extends IntegrationDescription {
  /** Absent where they are unseen. */
  readonly responses?: readonly LiveIntegrationResponse[];
}

/** Reads something, or notes why AWS does not let the caller. */
type Look = <T>(part: SurveyedPart, request: Promise<T>) => Promise<T | undefined>;

/**
 * Reads an API whole; `undefined` where there is none. Of an API that is no WebSocket API, only what it is. What AWS does not
 * let the caller read is left out.
 */
export async function surveyApi(
  { controlPlane, gateway }: { readonly controlPlane: ControlPlane; readonly gateway: Gateway },
  apiId: string,
): Promise<Survey | undefined> {
  const unseen = new Map<SurveyedPart, string>();
  const look: Look = async (part, request) => {
    try {
      return await request;
    } catch (error) {
      if (!(error instanceof ControlPlaneError) || error.code !== "AccessDenied") throw error;
      unseen.set(part, error.code);
      return undefined;
    }
  };
  const seen = await look("the API", gateway.getApi(apiId));
  if (seen === undefined && unseen.size === 0) return undefined;
  const api = seen ?? { ApiId: apiId };
  const isTakenToExist = api.Description === TAKEN_TO_EXIST;
  if (!isWebSocket(api)) return { api, routes: [], integrations: [], stages: [], unseen, isTakenToExist };
  const routes: SurveyedRoute[] = [];
  for (const route of (await look("routes", gateway.listRoutes(apiId))) ?? []) {
    const responses = await look("route responses", gateway.listRouteResponses(apiId, route.RouteId));
    routes.push({ ...route, ...(responses && { responses }) });
  }
  const integrations: SurveyedIntegration[] = [];
  for (const integration of await allIntegrations(gateway, apiId, routes, look)) {
    const responses = await look("integration responses", controlPlane.list(integration));
    integrations.push({ ...integration, ...(responses && { responses }) });
  }
  routes.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const stages = (await look("stages", gateway.listStages(apiId))) ?? [];
  return { api, routes, integrations, stages, unseen, isTakenToExist };
}

/** Those that are listed, and those that routes lead to: a list may stop short. */
async function allIntegrations(
  gateway: Gateway,
  ApiId: string,
  routes: readonly RouteDescription[],
  look: Look,
): Promise<readonly IntegrationDescription[]> {
  const found: IntegrationDescription[] = [...((await look("integrations", gateway.listIntegrations(ApiId))) ?? [])];
  const listed = new Set(found.map(({ IntegrationId }) => IntegrationId));
  const led = new Set(routes.flatMap((route) => integrationIdOf(route) ?? []));
  for (const IntegrationId of led) {
    if (listed.has(IntegrationId)) continue;
    const integration = await look("integrations", gateway.getIntegration({ ApiId, IntegrationId }));
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
