import type { Faults } from "./faults.ts";

/** A resource's properties. */
export type Model = Record<string, unknown>;

export type KeptOperation = "CREATE" | "UPDATE" | "DELETE";

export type KeptOperationStatus = "IN_PROGRESS" | "SUCCESS" | "FAILED" | "CANCEL_IN_PROGRESS" | "CANCEL_COMPLETE";

/** A live resource. */
export interface LiveState {
  readonly typeName: string;
  readonly identifier: string;
  model: Model;
  /** Epoch milliseconds from which reads see it. */
  readonly visibleAt: number;
}

/** One accepted write and how far it has come. Times are epoch milliseconds. */
export interface ResourceRequest {
  readonly requestToken: string;
  readonly typeName: string;
  readonly operation: KeptOperation;
  readonly startedAt: number;
  settlesAt: number;
  status: KeptOperationStatus;
  /** Absent for a create until it has succeeded. */
  identifier?: string;
  /** What a create or an update asks for. */
  readonly desired?: Model;
  /** Whose mutation this is, where it belongs to an API. */
  readonly apiId?: string;
  /** Decided when it began: it will settle so, without an effect. */
  readonly doom?: { readonly code: string; readonly message: string };
  resourceModel?: Model;
  errorCode?: string;
  statusMessage?: string;
}

export interface UsedClientToken {
  readonly requestToken: string;
  readonly fingerprint: string;
  readonly usedAt: number;
}

/** A write call as it arrived, accepted or not. */
export interface WriteCall {
  /** ISO 8601. */
  readonly time: string;
  readonly operation: "CreateResource" | "UpdateResource" | "DeleteResource";
  readonly TypeName?: string;
  readonly Identifier?: string;
  readonly DesiredState?: string;
  readonly PatchDocument?: string;
  readonly ClientToken?: string;
  RequestToken?: string;
  /** Answered with an earlier request's event. */
  replayed?: boolean;
  /** The exception's name, where it was refused at once. */
  error?: string;
}

/** Everything the emulator knows: plain data, so it can be stored and restored. */
export interface State {
  /** By type name, then identifier. */
  resources: Record<string, Record<string, LiveState>>;
  /** APIs and integrations that were deleted here, so they are no longer taken to exist elsewhere. */
  gone: Record<string, true>;
  /** By request token, in order of arrival. */
  requests: Record<string, ResourceRequest>;
  /** Tokens of the requests that have not settled, in order of arrival. */
  open: string[];
  clientTokens: Record<string, UsedClientToken>;
  writes: WriteCall[];
  faults: Faults;
  /** The seeded generator's, where faults set a seed. */
  seed?: number;
  bucket?: { tokens: number; at: number };
}

export function emptyState(faults: Faults): State {
  return { resources: {}, gone: {}, requests: {}, open: [], clientTokens: {}, writes: [], faults };
}
