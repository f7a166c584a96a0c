import { type StateChange, watchState } from "./changes.ts";
import { CloudControlError, ConnectionLostError } from "./errors.ts";
import { changeFaults, type Faults, NO_FAULTS } from "./faults.ts";
import { pass, seeded } from "./gate.ts";
import { checkMembers } from "./members.ts";
import { type LocalProgressEvent, progressEvent, settleDue } from "./progress.ts";
import { getResource, type ListInput, listResources, pageOf } from "./reads.ts";
import { allResources } from "./resources.ts";
import { emptyState, type KeptOperation, type KeptOperationStatus, type State, type WriteCall } from "./state.ts";
import type { WriteInput } from "./target.ts";
import { accept } from "./writes.ts";

const REQUEST_TTL_MS = 7 * 24 * 3_600_000;

export interface CloudControlOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1): ids and, unless they have a seed of their own, faults. */
  readonly random: () => number;
  /** An earlier `snapshot()` to carry on from. */
  readonly state?: State;
  /** Told what a call changed before the call returns. */
  readonly onChange?: (change: StateChange) => void;
}

/** A write call with what became of it. */
export type LoggedWrite = WriteCall & { readonly OperationStatus?: KeptOperationStatus; readonly ErrorCode?: string };

interface RequestFilter {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly ResourceRequestStatusFilter?: {
    readonly Operations?: readonly KeptOperation[];
    readonly OperationStatuses?: readonly (KeptOperationStatus | "PENDING")[];
  };
}

export type CloudControl = ReturnType<typeof createCloudControl>;

/**
 * Cloud Control for the types of `RESOURCE_TYPES`, without HTTP. Nothing runs by itself: whatever is due by `now` is
 * settled when the next call arrives. Calls throw `CloudControlError` or `ConnectionLostError`.
 */
export function createCloudControl({ now, random, state: earlier, onChange }: CloudControlOptions) {
  const state = earlier === undefined ? emptyState(NO_FAULTS) : structuredClone(earlier);
  const changed = onChange && watchState(state);
  function tell(): void {
    const change = changed?.();
    if (change !== undefined) onChange?.(change);
  }
  const draw = (): number => {
    if (state.seed === undefined) return random();
    const { value, next } = seeded(state.seed);
    state.seed = next;
    return value;
  };
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(draw() * alphabet.length)]).join("");
  const newId = (length: number): string => text("abcdefghijklmnopqrstuvwxyz0123456789", length);
  const newToken = (): string => [8, 4, 4, 4, 12].map((length) => text("0123456789abcdef", length)).join("-");

  function settle(): number {
    const at = now();
    settleDue(state, at, newId);
    return at;
  }

  function read<T>(operation: string, input: object, answer: (at: number) => T): T {
    const at = settle();
    try {
      checkMembers(operation, input);
      const { loseReply } = pass(state, false, at, draw);
      return replyUnlessLost(answer(at), loseReply);
    } finally {
      tell();
    }
  }

  function write(operation: WriteCall["operation"], input: WriteInput): { readonly ProgressEvent: LocalProgressEvent } {
    const at = settle();
    const call: WriteCall = { time: new Date(at).toISOString(), operation, ...defined(input) };
    state.writes.push(call);
    try {
      checkMembers(operation, input);
      const { request, loseReply } = accept(state, call, input, at, draw, newToken);
      if (state.faults.settleMs === 0) settle();
      return replyUnlessLost({ ProgressEvent: progressEvent(request, state.faults.retryAfterMs, at) }, loseReply);
    } catch (error) {
      call.error = error instanceof Error ? error.name : String(error);
      throw error;
    } finally {
      tell();
    }
  }

  /** Throws RequestTokenNotFoundException for an unknown token and one older than a week. */
  function requestOf(token: string, at: number) {
    const request = Object.hasOwn(state.requests, token) ? state.requests[token] : undefined;
    if (request === undefined || at - request.startedAt > REQUEST_TTL_MS) {
      throw new CloudControlError("RequestTokenNotFoundException", `Request with token ${token} was not found.`);
    }
    return request;
  }

  return {
    createResource: (input: WriteInput) => write("CreateResource", input),
    updateResource: (input: WriteInput) => write("UpdateResource", input),
    deleteResource: (input: WriteInput) => write("DeleteResource", input),
    getResource: (input: { readonly TypeName: string; readonly Identifier: string }) =>
      read("GetResource", input, (at) => getResource(state, input, at)),
    listResources: (input: ListInput) => read("ListResources", input, (at) => listResources(state, input, at)),
    getResourceRequestStatus: (input: { readonly RequestToken: string }) =>
      read("GetResourceRequestStatus", input, (at) => ({
        ProgressEvent: progressEvent(requestOf(input.RequestToken, at), state.faults.retryAfterMs, at),
      })),

    /** Newest first. */
    listResourceRequests: (input: RequestFilter) =>
      read("ListResourceRequests", input, (at) => {
        const { Operations = [], OperationStatuses = [] } = input.ResourceRequestStatusFilter ?? {};
        const found = Object.values(state.requests)
          .filter((request) => at - request.startedAt <= REQUEST_TTL_MS)
          .reverse()
          .map((request, index) => ({ request, key: String(index).padStart(9, "0") }))
          .filter(({ request }) => Operations.length === 0 || Operations.includes(request.operation))
          .filter(({ request }) => OperationStatuses.length === 0 || OperationStatuses.includes(request.status));
        const { page, next } = pageOf(found, ({ key }) => key, input.MaxResults ?? 20, input.NextToken);
        return {
          ResourceRequestStatusSummaries: page.map(({ request }) => progressEvent(request, 0, at)),
          ...(next === undefined ? {} : { NextToken: next }),
        };
      }),

    /** The request turns to CANCEL_IN_PROGRESS, and to CANCEL_COMPLETE when it would have settled. */
    cancelResourceRequest: (input: { readonly RequestToken: string }) =>
      read("CancelResourceRequest", input, (at) => {
        const request = requestOf(input.RequestToken, at);
        if (request.status !== "IN_PROGRESS") {
          throw new CloudControlError(
            "ConcurrentModificationException",
            `Only a request that is PENDING or IN_PROGRESS can be cancelled; this one is ${request.status}.`,
          );
        }
        request.status = "CANCEL_IN_PROGRESS";
        return { ProgressEvent: progressEvent(request, 0, at) };
      }),

    /** What GetResource and ListResources answer, for who looks on from outside: no fault, no rate, no trace. */
    peek: {
      getResource: (input: { readonly TypeName: string; readonly Identifier: string }) =>
        getResource(state, input, settle()),
      listResources: (input: ListInput) => listResources(state, input, settle()),
    },
    /** Every live resource as reads show it. */
    resources: () => {
      settle();
      tell();
      return allResources(state);
    },
    /** Every write call so far, refused ones included. */
    writes: (): readonly LoggedWrite[] => {
      settle();
      tell();
      return state.writes.map((call) => {
        const request = call.RequestToken === undefined ? undefined : state.requests[call.RequestToken];
        return {
          ...call,
          ...(request === undefined ? {} : { OperationStatus: request.status }),
          ...(request?.errorCode === undefined ? {} : { ErrorCode: request.errorCode }),
        };
      });
    },
    /** When the next open request settles, in epoch milliseconds; `undefined` where none is open. */
    nextSettlement: (): number | undefined => {
      const times = state.open.flatMap((token) => state.requests[token]?.settlesAt ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    faults: (): Faults => state.faults,
    /** Lays a partial change over the faults. Throws a `TypeError` for what it does not understand. */
    changeFaults: (change: unknown): Faults => {
      state.faults = changeFaults(state.faults, change);
      if (typeof change === "object" && change !== null && "seed" in change) {
        if (state.faults.seed === null) delete state.seed;
        else state.seed = state.faults.seed;
      }
      tell();
      return state.faults;
    },
    /** Back to a well-behaved Cloud Control. */
    resetFaults: (): Faults => {
      state.faults = NO_FAULTS;
      delete state.seed;
      tell();
      return state.faults;
    },
    /** A copy of everything it knows, fit for JSON. */
    snapshot: (): State => structuredClone(state),
  };
}

function defined(input: WriteInput): Partial<WriteCall> {
  const { TypeName, Identifier, DesiredState, PatchDocument, ClientToken } = input;
  const members = { TypeName, Identifier, DesiredState, PatchDocument, ClientToken };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function replyUnlessLost<T>(reply: T, lost: boolean): T {
  if (lost) throw new ConnectionLostError();
  return reply;
}
