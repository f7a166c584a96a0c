import type { Action } from "@specdrop/events";
import type { DeletionPolicy, DesiredResource, WritableProperties, WritableProperty } from "@specdrop/spec";

/** Where an integration response hangs. */
export interface IntegrationRef {
  readonly ApiId: string;
  readonly IntegrationId: string;
}

/** Where a route response hangs. */
export interface RouteRef {
  readonly ApiId: string;
  readonly RouteId: string;
}

/** A route as AWS has it. Properties are CloudFormation's. */
export interface RouteDescription {
  readonly RouteId: string;
  readonly RouteKey?: string;
  /** `integrations/IntegrationId`. */
  readonly Target?: string;
  readonly RouteResponseSelectionExpression?: string;
}

/** What a list of responses is asked for. */
export type Parent = IntegrationRef | RouteRef;

/** What is unique in AWS of an integration response: at most one per key and integration. */
export interface IntegrationResponseName extends IntegrationRef {
  readonly IntegrationResponseKey: string;
  readonly RouteId?: never;
}

/** What is unique in AWS of a route response: one per route, since AWS takes no key but `$default`. */
export interface RouteResponseName extends RouteRef {
  readonly IntegrationId?: never;
  readonly IntegrationResponseKey?: never;
}

export type NaturalKey = IntegrationResponseName | RouteResponseName;

/** The only RouteResponseKey there is ("only the $default route response is supported", developer guide). */
export const ROUTE_RESPONSE_KEY = "$default";

/** Whether a resource is a route's response rather than an integration's. */
export function isRouteResponse<T extends Parent>(resource: T): resource is Extract<T, RouteRef> {
  return "RouteId" in resource;
}

/** The other kind. */
export function isIntegrationResponse<T extends Parent>(resource: T): resource is Extract<T, IntegrationRef> {
  return !isRouteResponse(resource);
}

/**
 * `ApiId|IntegrationId|IntegrationResponseKey`, or `ApiId|routes/RouteId|$default`: no id has a slash. The key comes
 * last, so the `|` a regular expression may hold is harmless.
 */
export function formatNaturalKey(key: NaturalKey): string {
  return isRouteResponse(key)
    ? `${key.ApiId}|routes/${key.RouteId}|${ROUTE_RESPONSE_KEY}`
    : `${key.ApiId}|${key.IntegrationId}|${key.IntegrationResponseKey}`;
}

/** The integration or route of a response. */
export function parentOf(key: NaturalKey): Parent {
  const { ApiId } = key;
  return isRouteResponse(key) ? { ApiId, RouteId: key.RouteId } : { ApiId, IntegrationId: key.IntegrationId };
}

/** What is unique in AWS of a response, and nothing else of it. */
export function nameOf(key: NaturalKey): NaturalKey {
  if (isRouteResponse(key)) return { ApiId: key.ApiId, RouteId: key.RouteId };
  const { ApiId, IntegrationId, IntegrationResponseKey } = key;
  return { ApiId, IntegrationId, IntegrationResponseKey };
}

interface Live {
  /** Cloud Control's: `ApiId|IntegrationId|IntegrationResponseId`, `ApiId|RouteId|RouteResponseId`. */
  readonly identifier: string;
  /** A route response has none. */
  readonly properties: WritableProperties;
}

/** An integration response as AWS has it now. */
export interface LiveIntegrationResponse extends IntegrationResponseName, Live {}

/** A route's `$default` response as AWS has it now. */
export interface LiveRouteResponse extends RouteResponseName, Live {}

export type LiveResource = LiveIntegrationResponse | LiveRouteResponse;

/** The whole desired state of a create request. */
export type CreateModel = IntegrationResponseModel | RouteResponseModel;

export interface IntegrationResponseModel extends IntegrationResponseName, WritableProperties {}

/** That of a route response, without the key, which is always the same. */
export type RouteResponseModel = RouteResponseName & { readonly [Property in WritableProperty]?: never };

/** A `$default` route response that a document with `TwoWay` keeps. */
export interface DesiredRouteResponse extends RouteResponseName, Place {
  /** The route's key. */
  readonly logicalId: string;
  readonly properties: { readonly [Property in WritableProperty]?: never };
  /** One that is there is taken, whoever made it: nobody can ask for another. */
  readonly adopt: true;
  readonly deletionPolicy?: never;
}

/** Where a document asks for something. */
type Place = Pick<DesiredResource, "pointer" | "apiIdPointer" | "range">;

/** What a document asks for on an API: the integration responses it declares, and the route responses that TwoWay adds. */
export type Desired = DesiredResource | DesiredRouteResponse;

/** SHA-256 (hex) of the canonical JSON of each property value we last applied; bodies are not kept. */
export type AppliedProperties = Readonly<Partial<Record<WritableProperty, string>>>;

/** A create that was recorded before it was sent, and whose outcome is not known yet. */
export interface PendingCreate {
  /** The ClientToken it is sent with: sending it again resumes rather than repeats (for 36 hours). */
  readonly clientToken: string;
  /** What was asked for: with the token it asks AWS what became of it, and later it recognises the resource. */
  readonly model: CreateModel;
  /** Epoch milliseconds of the first sending with this token, by AWS's clock where it is known. */
  readonly startedAt: number;
  /** What AWS calls the request, where it accepted it and its end could not be asked for. */
  readonly requestToken?: string;
}

/** An update or deletion that AWS accepted, and whose end could not be asked for: it may still change what is live. */
export interface UnfinishedWrite {
  readonly operation: "update" | "delete";
  /** Of the response that it is about. */
  readonly identifier: string;
  readonly requestToken: string;
  /** Epoch milliseconds, by AWS's clock where it is known. */
  readonly startedAt: number;
}

/** The ledger's word on one natural key: who owns it, and what was last applied. */
export type OwnedResource = OwnedIntegrationResponse | OwnedRouteResponse;

export interface OwnedIntegrationResponse extends IntegrationResponseName, Owned {}

/** Documents that ask for the same route response have one record: the others take it over when its owner lets go. */
export interface OwnedRouteResponse extends RouteResponseName, Owned {}

export interface Owned {
  readonly documentId: string;
  /** Of a route response: the route's key. */
  readonly logicalId: string;
  /** Absent while a create is under way. */
  readonly identifier?: string;
  readonly origin: "created" | "adopted";
  readonly deletionPolicy?: DeletionPolicy;
  /** Properties we may remove when the document drops them. */
  readonly applied: AppliedProperties;
  readonly pending?: PendingCreate;
  readonly unfinished?: UnfinishedWrite;
  /** What last became of it: a run that takes over from another tells its result with this. */
  readonly lastChange?: LastChange;
  /** The document that handed it over. Absent once its new owner has converged it. */
  readonly takenFrom?: string;
}

/** The change that brought a resource to its present state, and the run that made it. */
export interface LastChange {
  readonly sequence: number;
  readonly epoch: number;
  readonly action: Action;
  readonly changedProperties: readonly WritableProperty[];
}

/** A response as people say it. */
export function place(key: NaturalKey): string {
  if (isRouteResponse(key)) return `The response of route ${key.RouteId} on API ${key.ApiId}`;
  return `The response ${key.IntegrationResponseKey} of integration ${key.IntegrationId} on API ${key.ApiId}`;
}
