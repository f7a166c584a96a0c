import { type DesiredResource, type Diagnostic, isStatusKey } from "@specdrop/spec";
import type { Change } from "./change.ts";
import type { ChangeSet } from "./change-set.ts";
import { ControlPlaneError } from "./errors.ts";
import {
  type ApiDescription,
  type BackendKind,
  type Gateway,
  type IntegrationDescription,
  isLifecycleRoute,
  isProxy,
  kindOf,
  leadsTo,
  type StageDescription,
} from "./gateway.ts";
import {
  diagnosticOf,
  type LiveFinding,
  noApi,
  noIntegration,
  noStage,
  notSeen,
  notWebSocket,
  oneWay,
  otherBackend,
  proxy,
  statusKey,
  unreached,
} from "./live-finding.ts";
import { isIntegrationResponse, type RouteDescription } from "./model.ts";
import { read, readInTurn, readTogether } from "./requests.ts";
import type { ReadRun } from "./run.ts";

/** What was seen around the responses before anything is touched. With an error among the diagnostics nothing may be. */
export interface Preflight {
  readonly diagnostics: readonly Diagnostic[];
  /** The stage that the document deploys to; absent where it was not looked at, or may not be. */
  readonly stage?: StageDescription;
}

/**
 * What AWS said of something, to be opened where it matters: undefined, and noted, where it does not let us look. Throws
 * where asking again may help.
 */
type ReadAnswer<T> = () => { readonly value: T } | undefined;

/** What surrounds the responses that a plan writes; absent is what was not looked at. */
interface Surroundings {
  api?: ReadAnswer<ApiDescription | undefined>;
  routes?: ReadAnswer<readonly RouteDescription[]>;
  stage?: ReadAnswer<StageDescription | undefined>;
  /** By id. */
  readonly integrations: Map<string, ReadAnswer<IntegrationDescription | undefined>>;
}

interface PreflightLook {
  readonly apiId: string;
  readonly gateway: Gateway;
  readonly at: <T>(what: string, request: () => Promise<T>, by?: typeof readInTurn) => Promise<ReadAnswer<T>>;
}

/**
 * Checks that what a plan writes has a place to be, and a way to clients. Reads nothing where the plan touches nothing;
 * else each of these once, and side by side: the API, every integration that is written to, the list of routes and the
 * stage; then the responses of the routes to those integrations.
 */
export async function preflight(run: ReadRun, changes: readonly Change[]): Promise<Preflight> {
  const { changeSet, ports } = run;
  const written = changes
    .flatMap((change) => (writes(change) && "desired" in change ? [change.desired] : []))
    .filter(isIntegrationResponse);
  if (ports.gateway === undefined || !changes.some(touches)) return { diagnostics: [] };

  const unseen = new Map<string, string>();
  const look: PreflightLook = {
    apiId: changeSet.apiId,
    gateway: ports.gateway,
    async at(what, request, by = readInTurn) {
      try {
        const value = await by(run, request);
        return () => ({ value });
      } catch (error) {
        if (!(error instanceof ControlPlaneError)) throw error;
        return () => {
          if (error.retryable) throw error;
          unseen.set(what, error.code);
          return undefined;
        };
      }
    },
  };
  const places = firstOfEach(written);
  const stageName = changeSet.deploy?.stageName;
  const around = await lookAround(run, look, places, stageName);
  const findings = checkApi(look.apiId, around.api?.());
  if (findings.length === 0) findings.push(...(await checkIntegrations(look, changeSet, places, around)));
  const stage = findings.some(isFatal) ? undefined : around.stage?.();
  if (stageName !== undefined && stage !== undefined && stage.value === undefined)
    findings.push(noStage(look.apiId, stageName));
  if (unseen.size > 0) findings.push(notSeen(look.apiId, unseen));
  return {
    diagnostics: findings.map((finding) => diagnosticOf(finding, changeSet, written[0])),
    ...(stage?.value === undefined ? {} : { stage: stage.value }),
  };
}

async function lookAround(
  run: ReadRun,
  { apiId, gateway, at }: PreflightLook,
  places: readonly DesiredResource[],
  stageName: string | undefined,
): Promise<Surroundings> {
  const seen: Surroundings = { integrations: new Map() };
  const api = async () => {
    seen.api = await at("the API", () => gateway.getApi(apiId));
  };
  const integration =
    ({ ApiId, IntegrationId }: DesiredResource) =>
    async () => {
      const request = () => gateway.getIntegration({ ApiId, IntegrationId });
      seen.integrations.set(IntegrationId, await at("the integrations", request));
    };
  const routes = async () => {
    seen.routes = await at("the routes", () => gateway.listRoutes(apiId));
  };
  const stage = (name: string) => async () => {
    seen.stage = await at("the stage", () => gateway.getStage(apiId, name));
  };
  const looks = places.length === 0 ? [] : [api, ...places.map(integration), routes];
  await readTogether(run, stageName === undefined ? looks : [...looks, stage(stageName)]);
  return seen;
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

function checkApi(apiId: string, seen: { readonly value: ApiDescription | undefined } | undefined): LiveFinding[] {
  if (seen === undefined) return [];
  if (seen.value === undefined) return [noApi(apiId)];
  const { ProtocolType = "WEBSOCKET" } = seen.value;
  return ProtocolType === "WEBSOCKET" ? [] : [notWebSocket(apiId, ProtocolType)];
}

/** What a response's key is matched to depends on what answers. */
function checkKind(
  { backend, desired }: Pick<ChangeSet, "backend" | "desired">,
  place: DesiredResource,
  kind: BackendKind | undefined,
): LiveFinding[] {
  if (kind === undefined) return [];
  const findings = backend === undefined || backend === kind ? [] : [otherBackend(place, backend, kind)];
  if (kind !== "lambda") return findings;
  const siblings = desired.filter(({ IntegrationId }) => IntegrationId === place.IntegrationId);
  const statusKeys = siblings.filter(({ IntegrationResponseKey }) => isStatusKey(IntegrationResponseKey));
  return [...findings, ...statusKeys.map(statusKey)];
}

async function checkIntegrations(
  look: PreflightLook,
  changeSet: ChangeSet,
  places: readonly DesiredResource[],
  { integrations, routes }: Surroundings,
): Promise<LiveFinding[]> {
  const findings: LiveFinding[] = [];
  const answering: DesiredResource[] = [];
  for (const desired of places) {
    const seen = integrations.get(desired.IntegrationId)?.();
    if (seen === undefined) continue;
    if (seen.value === undefined) findings.push(noIntegration(desired));
    else if (isProxy(seen.value)) findings.push(proxy(desired, String(seen.value.IntegrationType)));
    else {
      answering.push(desired);
      findings.push(...checkKind(changeSet, desired, kindOf(seen.value)));
    }
  }
  const known = (answering.length === 0 ? undefined : routes?.())?.value ?? [];
  // An API without a single route is still being made. With TwoWay the routes to these integrations get what they lack.
  if (known.length === 0) return findings;
  for (const desired of answering) {
    const leading = known.filter((route) => leadsTo(route, desired.IntegrationId));
    if (leading.length === 0) findings.push(unreached(desired));
    else if (!changeSet.twoWay && !leading.some(isLifecycleRoute) && (await haveNoRouteResponse(look, leading)))
      findings.push(oneWay(desired, leading));
  }
  return findings;
}

async function haveNoRouteResponse(
  { apiId, gateway, at }: PreflightLook,
  routes: readonly RouteDescription[],
): Promise<boolean> {
  for (const { RouteId } of routes) {
    const request = () => gateway.listRouteResponses(apiId, RouteId);
    const seen = (await at("the route responses", request, read))();
    if (seen === undefined || seen.value.length > 0) return false;
  }
  return true;
}

function firstOfEach(resources: readonly DesiredResource[]): readonly DesiredResource[] {
  return [...new Map(resources.toReversed().map((resource) => [resource.IntegrationId, resource])).values()].reverse();
}
