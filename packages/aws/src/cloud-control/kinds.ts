import {
  type IntegrationRef,
  type IntegrationResponseModel,
  type LiveIntegrationResponse,
  type LiveRouteResponse,
  type Parent,
  ROUTE_RESPONSE_KEY,
  type RouteRef,
  type RouteResponseModel,
} from "@specdrop/engine";
import { INTEGRATION_RESPONSE, type ResourceDescription, ROUTE_RESPONSE } from "./api.ts";
import { partsOf } from "./identifier.ts";
import { desiredState, identifierOf, parseObject, readPartialResource, readResource } from "./model.ts";

/** A type of response as Cloud Control has it. `On` is what it hangs on: the first two parts of its identifier. */
export interface Kind<On extends Parent, Live, Model> {
  /** CloudFormation's name. */
  readonly typeName: string;
  /** The parts of its identifier, in order. */
  readonly identifier: readonly [string, Exclude<keyof On, "ApiId"> & string, string];
  /** What it hangs on, as people call it. */
  readonly parent: string;
  /** The property that names it there. */
  readonly key: string;
  /** The resource that a description or an event speaks of, where it says all of it. */
  read(description: ResourceDescription): Live | undefined;
  /** The same where nothing can have been left out. */
  readPartial(description: ResourceDescription): Live | undefined;
  /** Whether it is one that nobody manages here. */
  isOther(description: ResourceDescription): boolean;
  /** The same text for the same model: AWS compares what comes with a ClientToken. */
  desiredState(model: Model): string;
}

export const INTEGRATION_RESPONSES: Kind<IntegrationRef, LiveIntegrationResponse, IntegrationResponseModel> = {
  typeName: INTEGRATION_RESPONSE,
  identifier: ["ApiId", "IntegrationId", "IntegrationResponseId"],
  parent: "integration",
  key: "IntegrationResponseKey",
  read: readResource,
  readPartial: readPartialResource,
  isOther: () => false,
  desiredState,
};

export const ROUTE_RESPONSES: Kind<RouteRef, LiveRouteResponse, RouteResponseModel> = {
  typeName: ROUTE_RESPONSE,
  identifier: ["ApiId", "RouteId", "RouteResponseId"],
  parent: "route",
  key: "RouteResponseKey",
  read: readRouteResponse,
  readPartial: readRouteResponse,
  isOther(description) {
    const key = keyOf(description);
    return key !== undefined && key !== ROUTE_RESPONSE_KEY;
  },
  desiredState: ({ ApiId, RouteId }) => JSON.stringify({ ApiId, RouteId, RouteResponseKey: ROUTE_RESPONSE_KEY }),
};

function readRouteResponse({ Identifier, Properties }: ResourceDescription): LiveRouteResponse | undefined {
  const identifier = Identifier ?? identifierIn(ROUTE_RESPONSES, Properties);
  if (identifier === undefined || keyOf({ Properties }) === undefined) return undefined;
  return { identifier, ...parentOf(ROUTE_RESPONSES, identifier), properties: {} };
}

function keyOf({ Properties }: ResourceDescription): string | undefined {
  const key = parseObject(Properties)?.[ROUTE_RESPONSES.key];
  return typeof key === "string" ? key : undefined;
}

/** What a response hangs on, by its identifier. Throws as `partsOf` does. */
export function parentOf<On extends Parent>({ identifier: names }: Kind<On, unknown, never>, identifier: string): On {
  const [ApiId = "", id = ""] = partsOf(identifier, names);
  return { ApiId, [names[1]]: id } as unknown as On;
}

/** The identifier that a model (JSON) amounts to, where nothing else says it. */
export function identifierIn(
  { identifier }: Pick<Kind<never, unknown, never>, "identifier">,
  model: string | undefined,
): string | undefined {
  return identifierOf(parseObject(model), identifier);
}

/** Whether a response is on that integration or route. Throws as `partsOf` does. */
export function isOn<On extends Parent>(kind: Kind<On, unknown, never>, parent: On, identifier: string): boolean {
  const [, name] = kind.identifier;
  const there = parentOf(kind, identifier);
  return there.ApiId === parent.ApiId && there[name] === parent[name];
}
