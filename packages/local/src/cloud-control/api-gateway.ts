import { isRecord } from "../json.ts";
import { HandlerFailure } from "./errors.ts";
import { checkIntegrationResponse, withoutClearedExpression } from "./integration-response.ts";
import { existing, findLive, liveOf, missingParent, put, removeWithChildren, typeNamed } from "./resources.ts";
import { identifierOf, readable } from "./schema.ts";
import type { LiveState, Model, State } from "./state.ts";
import {
  API,
  DEPLOYMENT,
  type EmulatedType,
  INTEGRATION,
  INTEGRATION_RESPONSE,
  ROUTE,
  ROUTE_RESPONSE,
  STAGE,
} from "./types.ts";

/** What the create handler does when a request settles. Throws a `HandlerFailure`. */
export function createNow(
  state: State,
  type: EmulatedType,
  desired: Model,
  now: number,
  newId: (length: number) => string,
): LiveState {
  checkParents(state, type, desired);
  checkByType(state, type, desired);
  checkUnique(state, type, desired);
  const model = withoutClearedExpression(type, { ...desired });
  if (type.generates !== undefined) {
    do model[type.generates.property] = newId(type.generates.length);
    while (findLive(state, type, identifierOf(type, model)) !== undefined);
  }
  if (type.typeName === API) model["ApiEndpoint"] = `${scheme(model)}://${String(model["ApiId"])}.execute-api.local`;
  if (type.typeName === DEPLOYMENT) deploy(state, model);
  // Seen live: what is there by then is deployed.
  if (type.typeName === STAGE && model["AutoDeploy"] === true && hasRoutes(state, model))
    model["DeploymentId"] = newId(6);
  return put(state, type, model, now + state.faults.staleReadsMs);
}

/** What the update handler does when a request settles. Throws a `HandlerFailure`. */
export function updateNow(state: State, type: EmulatedType, identifier: string, desired: Model): void {
  const live = findLive(state, type, identifier);
  if (live === undefined) throw notFound(type, identifier);
  checkByType(state, type, desired);
  checkUnique(state, type, desired, identifier);
  live.model = withoutClearedExpression(type, merged(state, type, live.model, desired));
}

/** What the delete handler does when a request settles. Throws a `HandlerFailure`. */
export function deleteNow(state: State, type: EmulatedType, identifier: string): void {
  const live = findLive(state, type, identifier);
  if (live === undefined) throw notFound(type, identifier);
  removeWithChildren(state, type, live);
}

function merged(state: State, type: EmulatedType, before: Model, desired: Model): Model {
  const { removeClearsNothing, mapsMerge } = state.faults.quirks;
  const next: Model = { ...desired };
  for (const [name, value] of Object.entries(before)) {
    if (!Object.hasOwn(next, name)) {
      if (removeClearsNothing || type.writeOnly.includes(name)) next[name] = value;
    } else if (mapsMerge && isRecord(value) && isRecord(next[name])) {
      next[name] = { ...value, ...next[name] };
    }
  }
  return next;
}

function checkParents(state: State, type: EmulatedType, model: Model): void {
  const missing = missingParent(state, type, model);
  if (missing === undefined) return;
  const kind = missing.type.typeName.split("::")[2];
  throw new HandlerFailure(
    "NotFound",
    `Invalid ${kind} identifier specified ${missing.identifier.replaceAll("|", ":")}`,
  );
}

function checkUnique(state: State, type: EmulatedType, model: Model, except?: string): void {
  const { unique } = type;
  if (unique === undefined) return;
  const same = (live: LiveState) =>
    live.identifier !== except && unique.every((name) => live.model[name] === model[name]);
  if (!liveOf(state, type).some(same)) return;
  const message =
    type.typeName === ROUTE
      ? `Route with key ${String(model["RouteKey"])} already exists for this API`
      : "The resource already exists.";
  throw new HandlerFailure("AlreadyExists", message);
}

function checkByType(state: State, type: EmulatedType, model: Model): void {
  if (type.typeName === API) checkApi(model);
  if (type.typeName === INTEGRATION && !INTEGRATION_TYPES.has(String(model["IntegrationType"]))) {
    throw invalid(`Invalid IntegrationType specified: ${String(model["IntegrationType"])}`);
  }
  if (type.typeName === INTEGRATION_RESPONSE || type.typeName === ROUTE_RESPONSE) {
    const api = existing(state, typeNamed(API), String(model["ApiId"]));
    const kind = type.typeName === ROUTE_RESPONSE ? "RouteResponses" : "IntegrationResponses";
    if (api?.["ProtocolType"] === "HTTP")
      throw invalid(`${kind} are currently not supported for this API protocol type.`);
  }
  if (type.typeName === INTEGRATION_RESPONSE) checkIntegrationResponse(model);
}

const INTEGRATION_TYPES = new Set(["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"]);

function checkApi(model: Model): void {
  if (model["Body"] !== undefined || model["BodyS3Location"] !== undefined) {
    throw invalid("OpenAPI bodies are not supported by this emulator; give Name and ProtocolType.");
  }
  if (typeof model["Name"] !== "string" || model["Name"] === "") throw invalid("Name must not be empty.");
  const protocol = model["ProtocolType"];
  if (protocol !== "HTTP" && protocol !== "WEBSOCKET")
    throw invalid("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]");
  if (protocol === "WEBSOCKET" && typeof model["RouteSelectionExpression"] !== "string") {
    throw invalid("Route selection expression is required for this API protocol type.");
  }
}

function hasRoutes(state: State, { ApiId }: Model): boolean {
  return liveOf(state, typeNamed(ROUTE)).some((route) => route.model["ApiId"] === ApiId);
}

/** A deployment that names a stage becomes that stage's. */
function deploy(state: State, model: Model): void {
  const api = findLive(state, typeNamed(API), String(model["ApiId"]));
  if (api !== undefined && !hasRoutes(state, model))
    throw invalid("At least one route is required before deploying the Api.");
  if (state.faults.deployments === "failed")
    throw new HandlerFailure("GeneralServiceException", "The deployment failed.");
  if (model["StageName"] === undefined) return;
  const type = typeNamed(STAGE);
  const identifier = identifierOf(type, model);
  const stage = existing(state, type, identifier);
  if (stage === undefined) throw new HandlerFailure("NotFound", "Invalid stage identifier specified");
  if (stage["AutoDeploy"] === true) {
    throw invalid("Deployment ID cannot be set directly when auto-deploy is enabled for this stage.");
  }
  if (state.faults.deployments === "unfinished") return;
  const deployed = { ...stage, DeploymentId: model["DeploymentId"] };
  const live = findLive(state, type, identifier);
  // A stage that is only taken to exist becomes one that does: what it shows is kept.
  if (live === undefined) put(state, type, deployed, 0);
  else live.model = deployed;
}

/** Changes of these are live only after a deployment; with AutoDeploy AWS makes it. */
const DEPLOYED = new Set([INTEGRATION, INTEGRATION_RESPONSE, ROUTE, ROUTE_RESPONSE]);

/** What AWS does by itself after a change: deploy to every stage that has AutoDeploy. */
export function autoDeploy(state: State, type: EmulatedType, apiId: unknown, newId: (length: number) => string): void {
  if (!DEPLOYED.has(type.typeName)) return;
  for (const stage of liveOf(state, typeNamed(STAGE))) {
    if (stage.model["ApiId"] === apiId && stage.model["AutoDeploy"] === true) {
      stage.model = { ...stage.model, DeploymentId: newId(6) };
    }
  }
}

function scheme(model: Model): string {
  return model["ProtocolType"] === "WEBSOCKET" ? "wss" : "https";
}

function invalid(message: string): HandlerFailure {
  return new HandlerFailure("InvalidRequest", message);
}

function notFound(type: EmulatedType, identifier: string): HandlerFailure {
  return new HandlerFailure(
    "NotFound",
    `Resource of type '${type.typeName}' with identifier '${identifier}' was not found.`,
  );
}

/** What a final event of a successful write shows: what was asked, with the identifier's parts. */
export function eventModel(type: EmulatedType, desired: Model, live: LiveState | undefined): Model {
  const parts = type.primaryIdentifier.map((name) => [name, live?.model[name] ?? desired[name]] as const);
  return readable(type, { ...desired, ...Object.fromEntries(parts) });
}
