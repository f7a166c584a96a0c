import { autoDeploy, createNow, deleteNow, eventModel, updateNow } from "./api-gateway.ts";
import { HandlerFailure } from "./errors.ts";
import { findLive, typeNamed } from "./resources.ts";
import type { KeptOperation, KeptOperationStatus, ResourceRequest, State } from "./state.ts";

/** As the API sends it: times in epoch seconds. */
export interface LocalProgressEvent {
  readonly TypeName: string;
  readonly Identifier?: string;
  readonly RequestToken: string;
  readonly Operation: KeptOperation;
  readonly OperationStatus: KeptOperationStatus;
  readonly EventTime: number;
  readonly ResourceModel?: string;
  readonly StatusMessage?: string;
  readonly ErrorCode?: string;
  readonly RetryAfter?: number;
}

export function progressEvent(request: ResourceRequest, retryAfterMs: number, now: number): LocalProgressEvent {
  return {
    TypeName: request.typeName,
    ...(request.identifier === undefined ? {} : { Identifier: request.identifier }),
    RequestToken: request.requestToken,
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: request.startedAt / 1000,
    ...(request.resourceModel === undefined ? {} : { ResourceModel: JSON.stringify(request.resourceModel) }),
    ...(request.statusMessage === undefined ? {} : { StatusMessage: request.statusMessage }),
    ...(request.errorCode === undefined ? {} : { ErrorCode: request.errorCode }),
    ...(request.status === "IN_PROGRESS" && retryAfterMs > 0 ? { RetryAfter: (now + retryAfterMs) / 1000 } : {}),
  };
}

/** Settles, in order, every request whose time has come. */
export function settleDue(state: State, now: number, newId: (length: number) => string): void {
  const due = state.open
    .map((token) => state.requests[token])
    .filter((request): request is ResourceRequest => request !== undefined && request.settlesAt <= now)
    .sort((a, b) => a.settlesAt - b.settlesAt);
  if (due.length === 0) return;
  for (const request of due) settle(state, request, newId);
  const settled = new Set(due.map((request) => request.requestToken));
  state.open = state.open.filter((token) => !settled.has(token));
}

function settle(state: State, request: ResourceRequest, newId: (length: number) => string): void {
  if (request.status === "CANCEL_IN_PROGRESS") {
    request.status = "CANCEL_COMPLETE";
    return;
  }
  try {
    if (request.doom !== undefined) throw new HandlerFailure(request.doom.code, request.doom.message);
    carryOut(state, request, newId);
    autoDeploy(state, typeNamed(request.typeName), request.apiId, newId);
    request.status = "SUCCESS";
  } catch (error) {
    if (!(error instanceof HandlerFailure)) throw error;
    request.status = "FAILED";
    request.errorCode = error.code;
    request.statusMessage = error.message;
  }
}

function carryOut(state: State, request: ResourceRequest, newId: (length: number) => string): void {
  const type = typeNamed(request.typeName);
  const { desired = {}, identifier = "" } = request;
  switch (request.operation) {
    case "CREATE": {
      const live = createNow(state, type, desired, request.settlesAt, newId);
      request.identifier = live.identifier;
      break;
    }
    case "UPDATE":
      updateNow(state, type, identifier, desired);
      break;
    case "DELETE":
      deleteNow(state, type, identifier);
      return;
  }
  if (state.faults.quirks.eventsWithoutModel) return;
  request.resourceModel = eventModel(type, desired, findLive(state, type, request.identifier ?? ""));
}
