/** The resource types this package manages, under CloudFormation's names. */
export const INTEGRATION_RESPONSE = "AWS::ApiGatewayV2::IntegrationResponse";
export const ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse";

export type Operation = "CREATE" | "UPDATE" | "DELETE";

export type OperationStatus =
  | "PENDING"
  | "IN_PROGRESS"
  | "SUCCESS"
  | "FAILED"
  | "CANCEL_IN_PROGRESS"
  | "CANCEL_COMPLETE";

/** How far a write has come. HTTP 200 says only that Cloud Control took it: `OperationStatus` says what became of it. */
export interface ProgressEvent {
  readonly TypeName?: string | undefined;
  /** May be there before SUCCESS, and on FAILED for a resource that exists all the same. */
  readonly Identifier?: string | undefined;
  readonly RequestToken?: string | undefined;
  readonly Operation?: Operation | undefined;
  readonly OperationStatus?: OperationStatus | undefined;
  /** JSON of the resource's properties. */
  readonly ResourceModel?: string | undefined;
  readonly StatusMessage?: string | undefined;
  readonly ErrorCode?: string | undefined;
  /** Do not ask before; a number is epoch seconds, as on the wire. */
  readonly RetryAfter?: Date | number | undefined;
  /** When the request was initiated, by AWS's clock. */
  readonly EventTime?: Date | number | undefined;
  /** The Date header of the reply that brought it: epoch milliseconds, in whole seconds. */
  readonly repliedAt?: number | undefined;
}

export interface ResourceDescription {
  readonly Identifier?: string | undefined;
  /** JSON; a list may leave out any of them. */
  readonly Properties?: string | undefined;
}

export interface CreateRequest {
  readonly TypeName: string;
  /** JSON. */
  readonly DesiredState: string;
  readonly ClientToken: string;
}

export interface UpdateRequest {
  readonly TypeName: string;
  readonly Identifier: string;
  /** JSON Patch (RFC 6902). */
  readonly PatchDocument: string;
  readonly ClientToken: string;
}

export interface DeleteRequest {
  readonly TypeName: string;
  readonly Identifier: string;
  readonly ClientToken: string;
}

export interface GetRequest {
  readonly TypeName: string;
  readonly Identifier: string;
}

export interface ListRequest {
  readonly TypeName: string;
  /** JSON of the properties that narrow the list. */
  readonly ResourceModel?: string;
  readonly NextToken?: string;
}

export interface ListReply {
  readonly ResourceDescriptions: readonly ResourceDescription[];
  readonly NextToken?: string | undefined;
}

export interface RequestsRequest {
  readonly NextToken?: string;
  readonly ResourceRequestStatusFilter: { readonly OperationStatuses: OperationStatus[] };
}

export interface RequestsReply {
  readonly ResourceRequestStatusSummaries: readonly ProgressEvent[];
  readonly NextToken?: string | undefined;
}

/**
 * Cloud Control's calls on plain data. What it refuses it throws as an `Error` whose `name` is the exception's:
 * `ThrottlingException`, `ResourceNotFoundException`, …
 */
export interface CloudControlApi {
  create(request: CreateRequest): Promise<ProgressEvent>;
  update(request: UpdateRequest): Promise<ProgressEvent>;
  delete(request: DeleteRequest): Promise<ProgressEvent>;
  get(request: GetRequest): Promise<ResourceDescription>;
  list(request: ListRequest): Promise<ListReply>;
  status(request: { readonly RequestToken: string }): Promise<ProgressEvent>;
  /** Requests of the last seven days, the caller's and others'. */
  requests(request: RequestsRequest): Promise<RequestsReply>;
  /** The Date header of the last reply, whichever call it was to: epoch milliseconds. */
  time?(): number | undefined;
}
