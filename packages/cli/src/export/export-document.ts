import type { ControlPlane, Gateway, IntegrationRef, LiveResource, RouteDescription } from "@specdrop/engine";
import { ControlPlaneError } from "@specdrop/engine";
import { WRITABLE_PROPERTIES } from "@specdrop/spec";
import { isWebSocket } from "../doctor/survey.ts";
import { Failure } from "../failure.ts";
import { logicalIds } from "./logical-ids.ts";
import { MODELINE } from "./modeline.ts";
import { type Value, writeYaml } from "./write-yaml.ts";

export interface ExportPorts {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
}

/** The live responses of an API, or of one of its integrations, as a document that adopts them and changes nothing. */
export async function exportDocument(ports: ExportPorts, apiId: string, integrationId?: string): Promise<string> {
  const integrations = await integrationsOf(ports, apiId, integrationId);
  const responses: LiveResource[] = [];
  for (const integration of integrations) {
    responses.push(...(await ports.controlPlane.list(integration)).toSorted(byKey));
  }
  if (responses.length === 0) {
    const place = integrationId === undefined ? `API ${apiId}` : `Integration ${integrationId} of API ${apiId}`;
    throw new Failure(`${place} has no integration responses.`);
  }
  const ids = logicalIds(responses, await routesOf(ports.gateway, apiId));
  const isOne = new Set(responses.map(({ IntegrationId }) => IntegrationId)).size === 1;
  const common = isOne ? responses[0]?.IntegrationId : undefined;
  const entries = responses.map((response, index) => [ids[index] ?? "", entryOf(response, common)] as const);
  const document = new Map<string, Value>([
    ["ApiId", apiId],
    ...(common === undefined ? [] : [["IntegrationId", common] as const]),
    ["IntegrationResponses", new Map(entries)],
  ]);
  return MODELINE + writeYaml(document);
}

async function integrationsOf(
  { gateway }: ExportPorts,
  ApiId: string,
  IntegrationId?: string,
): Promise<readonly IntegrationRef[]> {
  const api = await gateway.getApi(ApiId);
  if (api === undefined) throw new Failure(`API ${ApiId} does not exist in this account and region.`);
  if (!isWebSocket(api)) {
    throw new Failure(`API ${ApiId} is of type ${api.ProtocolType}; only WebSocket APIs have integration responses.`);
  }
  if (IntegrationId === undefined) return gateway.listIntegrations(ApiId);
  const integration = await gateway.getIntegration({ ApiId, IntegrationId });
  if (integration === undefined) throw new Failure(`API ${ApiId} has no integration ${IntegrationId}.`);
  return [integration];
}

/** They only lend their names, so who may not read them gets others. */
async function routesOf(gateway: Gateway, apiId: string): Promise<readonly RouteDescription[]> {
  try {
    return await gateway.listRoutes(apiId);
  } catch (error) {
    if (error instanceof ControlPlaneError && error.code === "AccessDenied") return [];
    throw error;
  }
}

/** `$default` last, as in a list of cases. */
function byKey(one: LiveResource, other: LiveResource): number {
  const [left, right] = [one, other].map(({ IntegrationResponseKey: key }) => `${key === "$default" ? 1 : 0}${key}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function entryOf(
  { IntegrationId, IntegrationResponseKey, properties }: LiveResource,
  common: string | undefined,
): ReadonlyMap<string, Value> {
  const declared = WRITABLE_PROPERTIES.flatMap((name): (readonly [string, Value])[] => {
    const value = properties[name];
    if (value === undefined || value === "") return [];
    if (typeof value === "string") return [[name, value]];
    const map = new Map<string, Value>(Object.entries(value));
    return map.size === 0 ? [] : [[name, map]];
  });
  return new Map<string, Value>([
    ...(common === undefined ? [["IntegrationId", IntegrationId] as const] : []),
    ["IntegrationResponseKey", IntegrationResponseKey],
    ...declared,
    ["adopt", true],
  ]);
}
