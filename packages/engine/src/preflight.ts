import type { DesiredResource, Diagnostic } from "@specdrop/spec";
import {
  type Gateway,
  isLifecycleRoute,
  isProxy,
  leadsTo,
  type RouteDescription,
  type StageDescription,
} from "./gateway.ts";
import {
  diagnosticOf,
  type Finding,
  noApi,
  noIntegration,
  noStage,
  notSeen,
  notWebSocket,
  oneWay,
  proxy,
  unreached,
} from "./live-finding.ts";
import type { Change } from "./plan.ts";
import { ControlPlaneError } from "./ports.ts";
import { type Run, read } from "./run.ts";

/** What was seen around the responses before anything is touched. With an error among the diagnostics nothing may be. */
export interface Preflight {
  readonly diagnostics: readonly Diagnostic[];
  /** The stage that the document deploys to; absent where it was not looked at, or may not be. */
  readonly stage?: StageDescription;
}

interface Look {
  readonly apiId: string;
  readonly gateway: Gateway;
  /** What AWS answers; `undefined` where it does not let us look, which is noted. */
  readonly at: <T>(what: string, request: () => Promise<T>) => Promise<{ readonly value: T } | undefined>;
}

/**
 * Checks that what a plan writes has a place to be, and a way to clients. Reads nothing where the plan touches nothing;
 * else each of these at most once: the API, every integration that is written to, the list of routes, the responses of
 * the routes to those integrations, and the stage.
 */
export async function preflight(run: Run, changes: readonly Change[]): Promise<Preflight> {
  const { changeSet, ports } = run;
  const written = changes.flatMap((change) => (writes(change) && "desired" in change ? [change.desired] : []));
  if (ports.gateway === undefined || !changes.some(touches)) return { diagnostics: [] };

  const unseen = new Map<string, string>();
  const look: Look = {
    apiId: changeSet.apiId,
    gateway: ports.gateway,
    async at(what, request) {
      try {
        return { value: await read(run, request) };
      } catch (error) {
        if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
        unseen.set(what, error.code);
        return undefined;
      }
    },
  };
  const findings = written.length === 0 ? [] : await lookAtApi(look);
  if (findings.length === 0 && written.length > 0) findings.push(...(await lookAtIntegrations(look, written)));
  const stageName = findings.some(isFatal) ? undefined : changeSet.deploy?.stageName;
  const seen =
    stageName === undefined
      ? undefined
      : await look.at("the stage", () => look.gateway.getStage(look.apiId, stageName));
  if (stageName !== undefined && seen !== undefined && seen.value === undefined)
    findings.push(noStage(look.apiId, stageName));
  if (unseen.size > 0) findings.push(notSeen(look.apiId, unseen));
  return {
    diagnostics: findings.map((finding) => diagnosticOf(finding, changeSet, written[0])),
    ...(seen?.value === undefined ? {} : { stage: seen.value }),
  };
}

/** Whether a change gives a response to AWS. */
function writes(change: Change): boolean {
  if (change.action === "adopt") return change.diff.changed.length > 0;
  return change.action === "create" || change.action === "update" || change.action === "replace";
}

/** Whether a change asks AWS for anything, so that a deployment is due after it. */
export function touches(change: Change): boolean {
  return writes(change) || change.action === "delete" || (change.action === "forget" && change.isUnseen === true);
}

function isFatal({ severity }: Pick<Diagnostic, "severity">): boolean {
  return severity === "error";
}

async function lookAtApi({ apiId, gateway, at }: Look): Promise<Finding[]> {
  const seen = await at("the API", () => gateway.getApi(apiId));
  if (seen === undefined) return [];
  if (seen.value === undefined) return [noApi(apiId)];
  const { ProtocolType = "WEBSOCKET" } = seen.value;
  return ProtocolType === "WEBSOCKET" ? [] : [notWebSocket(apiId, ProtocolType)];
}

async function lookAtIntegrations(look: Look, written: readonly DesiredResource[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const answering: DesiredResource[] = [];
  for (const desired of firstOfEach(written)) {
    const { IntegrationId, ApiId } = desired;
    const seen = await look.at("the integrations", () => look.gateway.getIntegration({ ApiId, IntegrationId }));
    if (seen === undefined) continue;
    if (seen.value === undefined) findings.push(noIntegration(desired));
    else if (isProxy(seen.value)) findings.push(proxy(desired, String(seen.value.IntegrationType)));
    else answering.push(desired);
  }
  return answering.length === 0 ? findings : [...findings, ...(await lookAtRoutes(look, answering))];
}

async function lookAtRoutes(look: Look, answering: readonly DesiredResource[]): Promise<Finding[]> {
  const routes = (await look.at("the routes", () => look.gateway.listRoutes(look.apiId)))?.value ?? [];
  // An API without a single route is still being made.
  if (routes.length === 0) return [];
  const findings: Finding[] = [];
  for (const desired of answering) {
    const leading = routes.filter((route) => leadsTo(route, desired.IntegrationId));
    if (leading.length === 0) findings.push(unreached(desired));
    else if (!leading.some(isLifecycleRoute) && (await areOneWay(look, leading)))
      findings.push(oneWay(desired, leading));
  }
  return findings;
}

async function areOneWay(look: Look, routes: readonly RouteDescription[]): Promise<boolean> {
  for (const { RouteId } of routes) {
    const seen = await look.at("the route responses", () => look.gateway.listRouteResponses(look.apiId, RouteId));
    if (seen === undefined || seen.value.length > 0) return false;
  }
  return true;
}

function firstOfEach(resources: readonly DesiredResource[]): readonly DesiredResource[] {
  return [...new Map(resources.toReversed().map((resource) => [resource.IntegrationId, resource])).values()].reverse();
}
