import type { DesiredResource, Diagnostic } from "@specdrop/spec";
import {
  type ApiDescription,
  type Gateway,
  type IntegrationDescription,
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
import { type Run, readInTurn, readTogether } from "./run.ts";

/** What was seen around the responses before anything is touched. With an error among the diagnostics nothing may be. */
export interface Preflight {
  readonly diagnostics: readonly Diagnostic[];
  /** The stage that the document deploys to; absent where it was not looked at, or may not be. */
  readonly stage?: StageDescription;
}

/** What AWS said of something; undefined where it does not let us look. */
type Seen<T> = { readonly value: T } | undefined;

/** What surrounds the responses that a plan writes, by what it was called when it was looked at. */
interface Surroundings {
  readonly api: Seen<ApiDescription | undefined>;
  readonly routes: Seen<readonly RouteDescription[]>;
  readonly stage: Seen<StageDescription | undefined>;
  /** By id. */
  readonly integrations: ReadonlyMap<string, Seen<IntegrationDescription | undefined>>;
}

interface Look {
  readonly apiId: string;
  readonly gateway: Gateway;
  /** What AWS answers; where it does not let us look, that is noted. */
  readonly at: <T>(what: string, request: () => Promise<T>) => Promise<Seen<T>>;
}

/**
 * Checks that what a plan writes has a place to be, and a way to clients. Reads nothing where the plan touches nothing;
 * else each of these once, and side by side: the API, every integration that is written to, the list of routes and the
 * stage; then the responses of the routes to those integrations.
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
        return { value: await readInTurn(run, request) };
      } catch (error) {
        if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
        unseen.set(what, error.code);
        return undefined;
      }
    },
  };
  const places = firstOfEach(written);
  const stageName = changeSet.deploy?.stageName;
  const around = await lookAround(run, look, places, stageName);
  const findings = written.length === 0 ? [] : checkApi(look.apiId, around.api);
  if (findings.length === 0) findings.push(...(await checkIntegrations(run, look, places, around)));
  const stage = findings.some(isFatal) ? undefined : around.stage;
  if (stageName !== undefined && stage !== undefined && stage.value === undefined)
    findings.push(noStage(look.apiId, stageName));
  if (unseen.size > 0) findings.push(notSeen(look.apiId, unseen));
  return {
    diagnostics: findings.map((finding) => diagnosticOf(finding, changeSet, written[0])),
    ...(stage?.value === undefined ? {} : { stage: stage.value }),
  };
}

async function lookAround(
  run: Run,
  { apiId, gateway, at }: Look,
  places: readonly DesiredResource[],
  stageName: string | undefined,
): Promise<Surroundings> {
  const seen: { -readonly [P in keyof Surroundings]?: Surroundings[P] } = {};
  const integrations = new Map<string, Seen<IntegrationDescription | undefined>>();
  const integration =
    ({ ApiId, IntegrationId }: DesiredResource) =>
    async () => {
      const request = () => gateway.getIntegration({ ApiId, IntegrationId });
      integrations.set(IntegrationId, await at("the integrations", request));
    };
  const api = async () => {
    seen.api = await at("the API", () => gateway.getApi(apiId));
  };
  const routes = async () => {
    seen.routes = await at("the routes", () => gateway.listRoutes(apiId));
  };
  const stage = async () => {
    if (stageName !== undefined) seen.stage = await at("the stage", () => gateway.getStage(apiId, stageName));
  };
  const looks = places.length === 0 ? [] : [api, ...places.map(integration), routes];
  await readTogether(run, stageName === undefined ? looks : [...looks, stage]);
  return { api: seen.api, routes: seen.routes, stage: seen.stage, integrations };
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

function checkApi(apiId: string, seen: Surroundings["api"]): Finding[] {
  if (seen === undefined) return [];
  if (seen.value === undefined) return [noApi(apiId)];
  const { ProtocolType = "WEBSOCKET" } = seen.value;
  return ProtocolType === "WEBSOCKET" ? [] : [notWebSocket(apiId, ProtocolType)];
}

async function checkIntegrations(
  run: Run,
  look: Look,
  places: readonly DesiredResource[],
  { integrations, routes }: Surroundings,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const answering: DesiredResource[] = [];
  for (const desired of places) {
    const seen = integrations.get(desired.IntegrationId);
    if (seen === undefined) continue;
    if (seen.value === undefined) findings.push(noIntegration(desired));
    else if (isProxy(seen.value)) findings.push(proxy(desired, String(seen.value.IntegrationType)));
    else answering.push(desired);
  }
  // An API without a single route is still being made.
  if (routes === undefined || routes.value.length === 0) return findings;
  for (const desired of answering) {
    const leading = routes.value.filter((route) => leadsTo(route, desired.IntegrationId));
    if (leading.length === 0) findings.push(unreached(desired));
    else if (!leading.some(isLifecycleRoute) && (await areOneWay(run, look, leading)))
      findings.push(oneWay(desired, leading));
  }
  return findings;
}

async function areOneWay(
  run: Run,
  { apiId, gateway, at }: Look,
  routes: readonly RouteDescription[],
): Promise<boolean> {
  for (const { RouteId } of routes) {
    const request = () => at("the route responses", () => gateway.listRouteResponses(apiId, RouteId));
    const [seen] = await readTogether(run, [request]);
    if (seen === undefined || seen.value.length > 0) return false;
  }
  return true;
}

function firstOfEach(resources: readonly DesiredResource[]): readonly DesiredResource[] {
  return [...new Map(resources.toReversed().map((resource) => [resource.IntegrationId, resource])).values()].reverse();
}
