/** The `source` of every event specdrop sends. */
export const SOURCE = "specdrop";

export const RESULT_DETAIL_TYPES = [
  "SpecRejected",
  "PlanProduced",
  "ApplySucceeded",
  "ApplyUnchanged",
  "ApplyFailed",
  "SpecSuperseded",
  "DriftDetected",
  "DriftResolved",
] as const;
export type ResultDetailType = (typeof RESULT_DETAIL_TYPES)[number];

export type Mode = "apply" | "plan" | "withdraw" | "drift";

export const ACTIONS = ["create", "adopt", "update", "replace", "delete", "forget", "none"] as const;
export type Action = (typeof ACTIONS)[number];

export type ChangeStatus = "succeeded" | "failed" | "skipped" | "planned";

/** CloudFormation's names of what specdrop manages, without `AWS::ApiGatewayV2::`. */
export const RESOURCE_TYPES = ["IntegrationResponse", "RouteResponse"] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** Why a change failed, and what to do about it. */
export interface ChangeError {
  /** A diagnostic code (`SD5001`) or Cloud Control's own (`InvalidRequest`). */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly help?: string;
}

/** What became of one resource. Property values never travel in events, only their names. */
export interface ChangeResult {
  /** Of a route response: the route's key. */
  readonly logicalId: string;
  readonly action: Action;
  readonly status: ChangeStatus;
  /** Cloud Control's, as `ApiId|IntegrationId|IntegrationResponseId`; absent until AWS has given one. */
  readonly identifier?: string;
  /** What it is about; absent, an integration response. */
  readonly resourceType?: ResourceType;
  /** Of an integration response. */
  readonly integrationId?: string;
  /** Of an integration response. */
  readonly integrationResponseKey?: string;
  /** Of a route response. */
  readonly routeId?: string;
  /** Of a route response. */
  readonly routeKey?: string;
  readonly changedProperties: readonly string[];
  readonly error?: ChangeError;
  /** The document that owns the response now; only where it was forgotten for that reason. */
  readonly handedTo?: string;
  /** It was forgotten because AWS no longer has it. */
  readonly gone?: boolean;
}

export interface Summary {
  readonly create: number;
  readonly adopt: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly forget: number;
  readonly unchanged: number;
  readonly failed: number;
}

/** Whether clients of the API see the change: a WebSocket API's changes wait for a Deployment. */
export interface DeploymentResult {
  readonly status: "live" | "pending" | "unknown" | "failed";
  readonly stageName?: string;
}

export interface EventDiagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly range: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
  readonly pointer: string;
  readonly suggestion?: string;
  readonly help?: string;
}

/** Which revision of a document a result speaks of. */
export interface DocumentSource {
  readonly bucket: string;
  readonly key: string;
  /** Absent in a bucket without versioning. */
  readonly versionId?: string;
  /** Without quotes; absent where the object was deleted. */
  readonly etag?: string;
  /** Another account, or an AWS service, that wrote or deleted the object, or sent it as an event; absent for our own account. */
  readonly requester?: string;
}

export interface EventMetadata {
  /** The same for every delivery of one result: consumers drop what they have seen. */
  readonly id: string;
  readonly version: "1";
  /** ISO 8601, UTC. */
  readonly time: string;
  /** One per revision of a document. */
  readonly operationId: string;
  readonly correlationId: string;
  readonly documentId: string;
  /** Counts the revisions of a document, from 1; 0 for one that was overtaken before it was read. */
  readonly sequence: number;
}

/** The APIs of a revision: each ends in one result, so a sender has heard everything after `of` results, or one for 0. */
export interface ConcernedApis {
  readonly of: number;
  /** The first hundred of them. */
  readonly apiIds: readonly string[];
}

export interface ResultData {
  readonly document: DocumentSource;
  /** Absent where a document was rejected before its APIs were known. */
  readonly apiId?: string;
  readonly mode: Mode;
  readonly summary: Summary;
  readonly changes: readonly ChangeResult[];
  /** How many changes were cut from the list to keep the event under 200 KB. */
  readonly omittedChanges?: number;
  /** S3 URI of the whole result, where the list of changes was cut. */
  readonly resultLocation?: string;
  readonly diagnostics: readonly EventDiagnostic[];
  readonly omittedDiagnostics?: number;
  /** Why it is no plain success: one sentence, which repeats no value of a document or an event. */
  readonly reason?: string;
  readonly apis?: ConcernedApis;
  /** Absent where nothing was to be applied. Of a plan: `pending` where applying it would deploy, else absent. */
  readonly deployment?: DeploymentResult;
  readonly durationMs: number;
}

/** The `detail` of every event specdrop sends. */
export interface ResultDetail {
  readonly metadata: EventMetadata;
  readonly data: ResultData;
}

/** A result, ready for the bus. */
export interface ResultEvent {
  readonly detailType: ResultDetailType;
  readonly detail: ResultDetail;
}

/** What other stacks send: `detail` of `SpecSubmitted`. */
export interface SpecSubmitted {
  /** Names the document within its source: the object's key ends in it. */
  readonly name: string;
  /** The document itself, or its text. */
  readonly document: Readonly<Record<string, unknown>> | string;
  readonly correlationId?: string;
  /** As in `SpecWithdrawn`. */
  readonly sequence?: number;
}

/** What other stacks send: `detail` of `SpecWithdrawn`. */
export interface SpecWithdrawn {
  readonly name: string;
  readonly correlationId?: string;
  /** Orders what is sent under one name: of two that have one, the greater was sent last. An integer from 0 to 2^53 - 1. */
  readonly sequence?: number;
}
