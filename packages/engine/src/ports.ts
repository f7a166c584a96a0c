import type { CreateModel, IntegrationRef, LiveResource, OwnedResource } from "./model.ts";
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

/** The responses of one integration, as far as AWS lists them. */
export type Listing = readonly LiveResource[] & MayBeShort;

/** A change that AWS reports as done. */
export interface OperationResult {
  readonly identifier: string;
  /** The model of the final ProgressEvent, where it carried one, and is this request's own. */
  readonly model?: LiveResource;
  /** AWS answers with an earlier request of the same ClientToken: what was done then may have been undone since. */
  readonly replayed?: true;
}

/**
 * AWS::ApiGatewayV2::IntegrationResponse through Cloud Control. Every write resolves once it has settled with
 * SUCCESS, and throws a `ControlPlaneError` otherwise, for a terminal FAILED or CANCEL_COMPLETE too. Nothing is waited for
 * beyond a `deadline` (epoch milliseconds): then it throws `DeadlineReachedError`, and a write may still be under way.
 */
export interface ControlPlane {
  /** All responses of one integration, with their properties; `[]` where the integration is gone. */
  list(parent: IntegrationRef, deadline?: number): Promise<Listing>;
  /** `undefined` where there is none. */
  get(identifier: string, deadline?: number): Promise<LiveResource | undefined>;
  create(model: CreateModel, clientToken: string, deadline?: number): Promise<OperationResult>;
  update(identifier: string, patch: Patch, clientToken: string, deadline?: number): Promise<OperationResult>;
  /** A resource that is already gone counts as deleted. */
  delete(identifier: string, clientToken: string, deadline?: number): Promise<void>;
  /**
   * Follows a create that AWS accepted before, by its RequestToken: resolves and throws as `create` would, or with
   * `RequestTokenNotFound` where AWS has forgotten it.
   */
  followCreate(parent: IntegrationRef, requestToken: string, deadline?: number): Promise<OperationResult>;
  /** The same for an update or a deletion. */
  followWrite(operation: "update" | "delete", requestToken: string, deadline?: number): Promise<void>;
  /**
   * Resolves once no update or deletion of the API's responses is under way that AWS has accepted before, whoever sent it;
   * at once where AWS does not let the caller ask.
   */
  untilQuiet(apiId: string, deadline?: number): Promise<void>;
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
  release(
    resource: Pick<OwnedResource, "ApiId" | "IntegrationId" | "IntegrationResponseKey" | "documentId">,
    fence: number,
  ): Promise<void>;
}
