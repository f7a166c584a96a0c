import type {
  ApiDescription,
  Gateway,
  IntegrationDescription,
  MayBeShort,
  RouteDescription,
  RouteResponseDescription,
  StageDescription,
} from "@specdrop/engine";
import { type CloudControlApi, type ResourceDescription, ROUTE_RESPONSE as ROUTE_RESPONSE_TYPE } from "./api.ts";
import { partsOf } from "./identifier.ts";
import { parseObject } from "./model.ts";
import { marked, type ResourcesOptions, resources, unreadable } from "./resources.ts";

/** A property of a resource type, by the type its registry schema gives it. */
type ResourceSchema = Readonly<Record<string, "string" | "boolean">>;

interface GatewayResourceType {
  readonly name: string;
  /** The primary identifier's parts, in order. */
  readonly identifier: readonly string[];
  readonly properties: ResourceSchema;
  /** A list may leave out properties: a resource that is listed without this one is read by itself. */
  readonly always?: string;
}

const API: GatewayResourceType = {
  name: "AWS::ApiGatewayV2::Api",
  identifier: ["ApiId"],
  properties: { ProtocolType: "string", Name: "string", Description: "string" },
};
const INTEGRATION: GatewayResourceType = {
  name: "AWS::ApiGatewayV2::Integration",
  identifier: ["ApiId", "IntegrationId"],
  properties: { IntegrationType: "string", IntegrationUri: "string" },
  always: "IntegrationType",
};
const ROUTE: GatewayResourceType = {
  name: "AWS::ApiGatewayV2::Route",
  identifier: ["ApiId", "RouteId"],
  properties: { RouteKey: "string", Target: "string", RouteResponseSelectionExpression: "string" },
  always: "RouteKey",
};
const ROUTE_RESPONSE: GatewayResourceType = {
  name: ROUTE_RESPONSE_TYPE,
  identifier: ["ApiId", "RouteId", "RouteResponseId"],
  properties: { RouteResponseKey: "string" },
  always: "RouteResponseKey",
};
const STAGE: GatewayResourceType = {
  name: "AWS::ApiGatewayV2::Stage",
  identifier: ["ApiId", "StageName"],
  properties: { AutoDeploy: "boolean", DeploymentId: "string" },
  always: "DeploymentId",
};
const DEPLOYMENT = "AWS::ApiGatewayV2::Deployment";

/** The engine's view of what surrounds integration responses, on Cloud Control's calls. */
export function gatewayOf(api: CloudControlApi, options: ResourcesOptions): Gateway {
  const { get, getInTurn, list, write } = resources(api, options);

  async function read<T>(
    type: GatewayResourceType,
    identifier: string,
    deadline?: number,
    by = get,
  ): Promise<T | undefined> {
    const description = await by(type.name, identifier, deadline);
    return description === undefined ? undefined : (modelOf(type, description, identifier) as T);
  }

  /** One after the other: a list that gives identifiers only costs a request for each, and API Gateway takes ten a second. */
  async function readAll<T>(
    type: GatewayResourceType,
    parent: Readonly<Record<string, string>>,
    deadline?: number,
  ): Promise<readonly T[] & MayBeShort> {
    const found: T[] = [];
    const listing = await list(type.name, parent, deadline);
    for (const description of listing ?? []) {
      const identifier = identifierOf(type, description);
      const listed = modelOf(type, description, identifier);
      if (Object.entries(parent).some(([name, value]) => listed[name] !== value)) continue;
      const isWhole = type.always === undefined || listed[type.always] !== undefined;
      const model = isWhole ? (listed as T) : await read<T>(type, identifier, deadline, getInTurn);
      if (model !== undefined) found.push(model);
    }
    return marked(found, listing);
  }

  return {
    getApi: (apiId, deadline) => read<ApiDescription>(API, apiId, deadline),
    getIntegration: ({ ApiId, IntegrationId }, deadline) =>
      read<IntegrationDescription>(INTEGRATION, `${ApiId}|${IntegrationId}`, deadline),
    listIntegrations: (ApiId, deadline) => readAll<IntegrationDescription>(INTEGRATION, { ApiId }, deadline),
    listRoutes: (ApiId, deadline) => readAll<RouteDescription>(ROUTE, { ApiId }, deadline),
    listRouteResponses: (ApiId, RouteId, deadline) =>
      readAll<RouteResponseDescription>(ROUTE_RESPONSE, { ApiId, RouteId }, deadline),
    getStage: (apiId, stageName, deadline) => read<StageDescription>(STAGE, `${apiId}|${stageName}`, deadline),
    listStages: (ApiId, deadline) => readAll<StageDescription>(STAGE, { ApiId }, deadline),

    async createDeployment(ApiId, StageName, ClientToken, deadline) {
      const DesiredState = JSON.stringify({ ApiId, StageName });
      const request = { TypeName: DEPLOYMENT, DesiredState, ClientToken };
      const { Identifier, isReplay } = await write("CREATE", () => api.create(request), deadline);
      if (Identifier === undefined) throw unreadable("Cloud Control reported SUCCESS without an Identifier.");
      const [, deploymentId = ""] = partsOf(Identifier, ["ApiId", "DeploymentId"]);
      return { deploymentId, ...(isReplay && { replayed: true }) };
    },
  };
}

/** The identifier's parts and the properties we know, each of the type it has to be. */
function modelOf(
  { identifier, properties }: GatewayResourceType,
  { Properties }: ResourceDescription,
  text: string,
): Readonly<Record<string, string | boolean>> {
  const parts = partsOf(text, identifier);
  const named = identifier.map((name, index) => [name, parts[index] ?? ""] as const);
  const model = parseObject(Properties) ?? {};
  const known = Object.entries(properties).filter(([name, kind]) => typeof model[name] === kind);
  return Object.fromEntries([...named, ...known.map(([name]) => [name, model[name] as string | boolean] as const)]);
}

function identifierOf(type: GatewayResourceType, { Identifier, Properties }: ResourceDescription): string {
  if (Identifier !== undefined) return Identifier;
  const model = parseObject(Properties);
  const parts = type.identifier.map((name) => model?.[name]);
  if (parts.every((part) => typeof part === "string")) return parts.join("|");
  throw unreadable(`ListResources gave a ${type.name} without its Identifier.`);
}
