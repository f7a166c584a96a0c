import type {
  ControlPlane,
  Gateway,
  IntegrationRef,
  LiveIntegrationResponse,
  RouteDescription,
} from "@specdrop/engine";
import { isLifecycleRoute, leadsTo } from "@specdrop/engine";
import { ControlPlaneError } from "@specdrop/engine/errors";
import { isWebSocket } from "@specdrop/inspect/doctor/survey";
import { command, commandText, visible, WRITABLE_PROPERTIES } from "@specdrop/spec";
import { Failure } from "../terminal/failure.ts";
import { logicalIds } from "./logical-ids.ts";
import { modelineOf } from "./modeline.ts";
import { writeYaml, type YamlValue } from "./write-yaml.ts";

export interface ExportPorts {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
}

/** A document, and what AWS may have left out of it: a sentence for each list. */
export interface Exported {
  readonly text: string;
  readonly gaps: readonly string[];
}

/** Stands for the file in the working folder that the document is written to. */
const DOCUMENT = "chat.yaml";

/** The live responses of an API, or of one of its integrations, as a document that adopts them and changes nothing. */
export async function exportDocument(ports: ExportPorts, apiId: string, integrationId?: string): Promise<Exported> {
  const routes = await routesOf(ports.gateway, apiId);
  const { integrations, gaps } = await integrationsOf(ports, routes, apiId, integrationId);
  const responses: LiveIntegrationResponse[] = [];
  for (const integration of integrations) {
    const listing = await ports.controlPlane.list(integration);
    if (listing.mayBeShort) gaps.push(shortResponses(integration));
    responses.push(...listing.toSorted(byKey));
  }
  if (responses.length === 0) {
    const place = integrationId === undefined ? `API ${apiId}` : `Integration ${integrationId} of API ${apiId}`;
    throw new Failure(`${place} has no integration responses.`);
  }
  const ids = logicalIds(responses, routes);
  const ways = await waysOf(ports, routes, responses);
  const isOne = new Set(responses.map(({ IntegrationId }) => IntegrationId)).size === 1;
  const common = isOne ? responses[0]?.IntegrationId : undefined;
  const entries = responses.map((response, index) => [ids[index] ?? "", entryOf(response, common)] as const);
  const document = new Map<string, YamlValue>([
    ["ApiId", apiId],
    ...(common === undefined ? [] : [["IntegrationId", common] as const]),
    ...(ways.isTwoWay ? [["TwoWay", true] as const] : []),
    ["IntegrationResponses", new Map(entries)],
  ]);
  const warning = gaps.map((gap) => `# MAY BE INCOMPLETE: ${visible(gap)}\n`).join("");
  return { text: modelineOf(DOCUMENT) + warning + ways.comment + writeYaml(document), gaps };
}

/**
 * Whether what the integrations answer reaches clients: `TwoWay` where every route to them has a response, which it adopts;
 * else a comment that names the others.
 */
async function waysOf(
  { controlPlane: { routeResponses } }: ExportPorts,
  routes: readonly RouteDescription[],
  responses: readonly LiveIntegrationResponse[],
): Promise<{ readonly isTwoWay: boolean; readonly comment: string }> {
  const integrationIds = new Set(responses.map(({ IntegrationId }) => IntegrationId));
  const leading = routes.filter(
    (route) => !isLifecycleRoute(route) && [...integrationIds].some((id) => leadsTo(route, id)),
  );
  const oneWay: string[] = [];
  for (const { RouteId, RouteKey = RouteId } of leading) {
    const ApiId = responses[0]?.ApiId ?? "";
    const listed = await unlessDenied(routeResponses.list({ ApiId, RouteId }));
    // Who may not read them exports without a word on them.
    if (listed === undefined) return { isTwoWay: false, comment: "" };
    if (listed.length === 0) oneWay.push(RouteKey);
  }
  if (oneWay.length === 0) return { isTwoWay: leading.length > 0, comment: "" };
  const names = visible(oneWay.join(", "));
  const what = oneWay.length === 1 ? `Route ${names} is one-way` : `Routes ${names} are one-way`;
  const comment = `# ${what}: nothing of what the integration answers there reaches a client. TwoWay: true changes that.\n`;
  return { isTwoWay: false, comment };
}

const SEEN_TO_STOP = "AWS listed exactly 25, and such lists have been seen to stop there without saying so";

function shortResponses({ ApiId, IntegrationId }: IntegrationRef): string {
  const check = commandText(
    command`aws apigatewayv2 get-integration-responses --api-id ${ApiId} --integration-id ${IntegrationId}`,
  );
  return `Responses of integration ${IntegrationId}: ${SEEN_TO_STOP}. Compare with: ${check}`;
}

function shortIntegrations(apiId: string): string {
  const check = commandText(command`aws apigatewayv2 get-integrations --api-id ${apiId}`);
  return `Integrations of API ${apiId}: ${SEEN_TO_STOP}. Compare with: ${check}`;
}

async function integrationsOf(
  { gateway }: ExportPorts,
  routes: readonly RouteDescription[],
  ApiId: string,
  IntegrationId?: string,
): Promise<{ readonly integrations: readonly IntegrationRef[]; readonly gaps: string[] }> {
  const api = await gateway.getApi(ApiId);
  if (api === undefined) throw new Failure(`API ${ApiId} does not exist in this account and region.`);
  if (!isWebSocket(api)) {
    throw new Failure(`API ${ApiId} is of type ${api.ProtocolType}; only WebSocket APIs have integration responses.`);
  }
  if (IntegrationId === undefined) {
    const listed = await gateway.listIntegrations(ApiId);
    if (!listed.mayBeShort) return { integrations: listed, gaps: [] };
    // Routes name what the list leaves out, but for integrations that no route leads to.
    const known = new Set(listed.map((integration) => integration.IntegrationId));
    const targets = routes.flatMap(({ Target }) => Target?.match(/^integrations\/(.+)$/)?.[1] ?? []);
    const missed = [...new Set(targets)].filter((target) => !known.has(target));
    const found = missed.map((target) => ({ ApiId, IntegrationId: target }));
    return { integrations: [...listed, ...found], gaps: [shortIntegrations(ApiId)] };
  }
  const integration = await gateway.getIntegration({ ApiId, IntegrationId });
  if (integration === undefined) throw new Failure(`API ${ApiId} has no integration ${IntegrationId}.`);
  return { integrations: [integration], gaps: [] };
}

/** They only lend their names, so who may not read them gets others. */
async function routesOf(gateway: Gateway, apiId: string): Promise<readonly RouteDescription[]> {
  return (await unlessDenied(gateway.listRoutes(apiId))) ?? [];
}

async function unlessDenied<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ControlPlaneError && error.code === "AccessDenied") return undefined;
    throw error;
  }
}

/** `$default` last, as in a list of cases. */
function byKey(one: LiveIntegrationResponse, other: LiveIntegrationResponse): number {
  const [left, right] = [one, other].map(({ IntegrationResponseKey: key }) => `${key === "$default" ? 1 : 0}${key}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function entryOf(
  { IntegrationId, IntegrationResponseKey, properties }: LiveIntegrationResponse,
  common: string | undefined,
): ReadonlyMap<string, YamlValue> {
  const declared = WRITABLE_PROPERTIES.flatMap((name): (readonly [string, YamlValue])[] => {
    const value = properties[name];
    if (value === undefined || value === "") return [];
    if (typeof value === "string") return [[name, value]];
    const map = new Map<string, YamlValue>(Object.entries(value));
    return map.size === 0 ? [] : [[name, map]];
  });
  return new Map<string, YamlValue>([
    ...(common === undefined ? [["IntegrationId", IntegrationId] as const] : []),
    ["IntegrationResponseKey", IntegrationResponseKey],
    ...declared,
    ["adopt", true],
  ]);
}
