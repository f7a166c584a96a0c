import { type Gateway, isLifecycleRoute, isProxy, kindOf, leadsTo } from "@specdrop/engine";
import type { Backend } from "@specdrop/template";
import { Failure } from "../terminal/failure.ts";

/** What AWS says of the way to an integration's responses. */
export interface LiveBackend {
  /** Absent where AWS does not say. */
  readonly backend?: Backend;
  /** What a person has to know besides: no route leads here, or none brings an answer back. */
  readonly notes: readonly string[];
}

/** Asks AWS what answers behind an integration. Throws a Failure where it is not there, or its responses are unused. */
export async function liveBackend(gateway: Gateway, ApiId: string, IntegrationId: string): Promise<LiveBackend> {
  const integration = await gateway.getIntegration({ ApiId, IntegrationId });
  if (integration === undefined) throw new Failure(`API ${ApiId} has no integration ${IntegrationId} in AWS`);
  if (isProxy(integration)) {
    throw new Failure(`integration ${IntegrationId} is ${integration.IntegrationType}: AWS never uses its responses`);
  }
  const kind = kindOf(integration);
  const known = kind === undefined ? {} : { backend: kind };
  const unknown = kind === undefined ? [`AWS does not say what answers behind integration ${IntegrationId}.`] : [];
  const routes = (await gateway.listRoutes(ApiId)).filter((route) => leadsTo(route, IntegrationId));
  if (routes.length === 0)
    return { ...known, notes: [...unknown, "No route leads to this integration: nothing of it reaches a client."] };
  const oneWay: string[] = [];
  for (const route of routes) {
    if (isLifecycleRoute(route)) continue;
    const responses = await gateway.listRouteResponses(ApiId, route.RouteId);
    if (responses.length === 0) oneWay.push(route.RouteKey ?? route.RouteId);
  }
  const notes = oneWay.map((key) => `Route ${key} has no route response: the client gets nothing back on it.`);
  return { ...known, notes: [...unknown, ...notes] };
}
