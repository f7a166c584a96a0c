import {
  type CreateModel,
  type IntegrationRef,
  type IntegrationResponseModel,
  isRouteResponse,
  type LiveIntegrationResponse,
  type LiveResource,
  type LiveRouteResponse,
  type NaturalKey,
  type OwnedResource,
  type Parent,
  type RouteDescription,
  type RouteRef,
  type RouteResponseModel,
} from "./model.ts";
import type { Patch } from "./patch.ts";

/** Time, as an argument: a simulator owns it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Whether AWS may have left something out of a list, without saying so. */
export interface MayBeShort {
  readonly mayBeShort?: true;
}

/** The responses of one integration or route, as far as AWS lists them. */
export type Listing<Live = LiveIntegrationResponse> = readonly Live[] & MayBeShort;

/** A change that AWS reports as done. */
export interface OperationResult<Live = LiveResource> {
  readonly identifier: string;
  /** The model of the final ProgressEvent, where it carried one, and is this request's own. */
  readonly model?: Live;
  /** AWS answers with an earlier request of the same ClientToken: what was done then may have been undone since. */
  readonly replayed?: true;
}

/**
 * One type of response through Cloud Control. Every write resolves once it has settled with
 * SUCCESS, and throws a `ControlPlaneError` otherwise, for a terminal FAILED or CANCEL_COMPLETE too. Nothing is waited for
 * beyond a `deadline` (epoch milliseconds): then it throws `DeadlineReachedError`, and a write may still be under way.
 */
export interface ResponseCalls<On = Parent, Live = LiveResource, Model = CreateModel> {
  /** All responses of one integration or route, with their properties; `[]` where that is gone. */
  list(parent: On, deadline?: number): Promise<Listing<Live>>;
  /** `undefined` where there is none. */
  get(identifier: string, deadline?: number): Promise<Live | undefined>;
  create(model: Model, clientToken: string, deadline?: number): Promise<OperationResult<Live>>;
  /** A resource that is already gone counts as deleted. */
  delete(identifier: string, clientToken: string, deadline?: number): Promise<void>;
  /**
   * Follows a create that AWS accepted before, by its RequestToken: resolves and throws as `create` would, or with
   * `RequestTokenNotFound` where AWS has forgotten it.
   */
  followCreate(parent: On, requestToken: string, deadline?: number): Promise<OperationResult<Live>>;
  /** The same for an update or a deletion. */
  followWrite(operation: "update" | "delete", requestToken: string, deadline?: number): Promise<void>;
}

/** AWS::ApiGatewayV2::RouteResponse, of the key `$default` only, and the routes themselves, which are only read. */
export interface RouteResponses extends ResponseCalls<RouteRef, LiveRouteResponse, RouteResponseModel> {
  /** All routes of an API; `[]` where it is gone. */
  listRoutes(apiId: string, deadline?: number): Promise<readonly RouteDescription[]>;
}

/** AWS::ApiGatewayV2::IntegrationResponse, and beside it what makes routes two-way. */
export interface ControlPlane extends ResponseCalls<IntegrationRef, LiveIntegrationResponse, IntegrationResponseModel> {
  update(
    identifier: string,
    patch: Patch,
    clientToken: string,
    deadline?: number,
  ): Promise<OperationResult<LiveIntegrationResponse>>;
  /**
   * Resolves once no write of the API's responses is under way that AWS has accepted before, whoever sent it;
   * at once where AWS does not let the caller ask.
   */
  untilQuiet(apiId: string, deadline?: number): Promise<void>;
  /** AWS's own time when it last replied (epoch milliseconds, in whole seconds); `undefined` where it has not said so. */
  time(): number | undefined;
  readonly routeResponses: RouteResponses;
}

/** The calls for responses of the kind that `resource` is. */
export function callsFor(plane: ControlPlane, resource: Parent): ResponseCalls {
  return isRouteResponse(resource) ? plane.routeResponses : plane;
}

/** The rate of requests to API Gateway that all writers of an account share. */
export interface RequestRate {
  /** Books requests, and resolves to how many milliseconds to wait before they may go out. */
  book(requests: number): Promise<number>;
  /** Likewise for a question about a status, which counts only for some time after a throttling. */
  bookStatus?(): Promise<number>;
  /** To be told when AWS has throttled a request: everybody slows down. */
  throttled(): Promise<void>;
}

/** Taking what is owned: `owner` is the document that keeps it. */
export type ClaimOutcome = { readonly claimed: true } | { readonly claimed: false; readonly owner: string };

/** The part of the ledger that converging needs: who owns what on one API. */
export interface OwnershipLedger {
  /** Everything any document owns on the API. */
  listOwned(apiId: string): Promise<readonly OwnedResource[]>;
  /**
   * Writes the record unless another document owns its natural key. Atomic. Throws `LeaseLostError` if the API's lease
   * was given under a later fence: even where there is no record yet.
   */
  claim(resource: OwnedResource, fence: number): Promise<ClaimOutcome>;
  /** Removes the record if `documentId` owns it; otherwise does nothing. Throws `LeaseLostError` as `claim` does. */
  release(resource: NaturalKey & Pick<OwnedResource, "documentId">, fence: number): Promise<void>;
}
