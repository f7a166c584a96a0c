import { type Clock, type MayBeShort, type Random, type RequestRate, sleepWithin } from "@specdrop/engine";
import { acceptedAllTheSame, ControlPlaneError, DeadlineReachedError } from "@specdrop/engine/errors";
import type {
  CloudControlApi,
  Operation,
  OperationStatus,
  ProgressEvent,
  RequestsReply,
  ResourceDescription,
} from "./api.ts";
import { awaitOperation } from "./await-operation.ts";
import { fromEvent, fromThrown } from "./errors.ts";
import { type OperationTimes, sharedPace } from "./operation-times.ts";
import type { Pace } from "./pace.ts";
import { isReplay } from "./replay.ts";
import { retryRead } from "./retry.ts";

/** The engine repeats whole reads; this saves a list of many pages from starting over. */
const READ_ATTEMPTS = 3;
/** Others may be using up the account's rate, for longer than a few moments. */
const THROTTLED_ATTEMPTS = 8;
/** Where ListResources has been seen to stop, without a NextToken (aws/aws-sdk#764, boto/boto3#4166; for other types). */
const SHORT_LIST = 25;
const OPEN: readonly OperationStatus[] = ["PENDING", "IN_PROGRESS", "CANCEL_IN_PROGRESS"];
const NO_REQUESTS: RequestsReply = { ResourceRequestStatusSummaries: [] };

export interface ResourcesOptions {
  readonly clock: Clock;
  readonly random?: Random;
  /** How long one write may take to settle, in milliseconds; 15 minutes. */
  readonly settleTimeoutMs?: number;
  /**
   * The account's: who calls takes a turn of it for the call, and here more are taken for further pages and for repeats,
   * for what a list does not show in full, and for questions about a status once AWS has throttled.
   */
  readonly requestRate?: RequestRate;
  /** What others have found out of how long operations take; without it every process learns for itself. */
  readonly operationTimes?: OperationTimes;
}

/** The final event of a write. */
export interface Written extends ProgressEvent {
  /** Whether it tells of an earlier request with the same ClientToken; absent where nothing says so. */
  readonly isReplay?: boolean | undefined;
}

/**
 * Cloud Control's calls on any type of resource. Throws `ControlPlaneError`s, and `DeadlineReachedError` where one would wait
 * beyond its `deadline` (epoch milliseconds).
 */
export interface ResourceCalls {
  /** `undefined` where there is none. */
  get(typeName: string, identifier: string, deadline?: number): Promise<ResourceDescription | undefined>;
  /** The same in a turn of its own at the account's rate: for what a list does not show in full. */
  getInTurn(typeName: string, identifier: string, deadline?: number): Promise<ResourceDescription | undefined>;
  /** Every page; `undefined` where what `model` names is gone. */
  list(
    typeName: string,
    model: object,
    deadline?: number,
  ): Promise<(readonly ResourceDescription[] & MayBeShort) | undefined>;
  /** Sends a write, once, and follows it to SUCCESS. What fails once AWS has accepted it is thrown as `accepted`. */
  write(operation: Operation, send: () => Promise<ProgressEvent>, deadline?: number): Promise<Written>;
  /** Writes that AWS has accepted and not ended, whoever sent them; none where it does not let the caller ask. */
  underWay(deadline?: number): Promise<readonly ProgressEvent[]>;
  /** Follows a write that AWS accepted before. */
  follow(operation: Operation, requestToken: string, deadline?: number): Promise<ProgressEvent>;
}

/** Reads are retried here; a write is sent once, and followed to its end. */
export function resources(
  api: CloudControlApi,
  { clock, random = Math.random, settleTimeoutMs = 15 * 60_000, requestRate, operationTimes }: ResourcesOptions,
): ResourceCalls {
  const pace = sharedPace(clock, operationTimes);
  const throttled = async () => requestRate?.throttled();

  async function turn(deadline = Number.POSITIVE_INFINITY): Promise<void> {
    await sleepWithin(clock, 0, deadline);
    const waitMs = (await requestRate?.book(1)) ?? 0;
    if (waitMs > 0) await sleepWithin(clock, waitMs, deadline);
  }

  function read<T>(call: () => Promise<T>, deadline?: number): Promise<T> {
    let isRepeat = false;
    const once = async () => {
      if (isRepeat) await turn(deadline);
      isRepeat = true;
      return await call();
    };
    const attempts = { attempts: READ_ATTEMPTS, throttledAttempts: THROTTLED_ATTEMPTS };
    return retryRead(once, { clock, random, throttled, deadline, ...attempts });
  }

  async function everyPage(
    TypeName: string,
    ResourceModel: string,
    deadline?: number,
  ): Promise<readonly ResourceDescription[] & MayBeShort> {
    const found: ResourceDescription[] = [];
    let next: { NextToken?: string } = {};
    let pages = 0;
    do {
      pages += 1;
      if (next.NextToken !== undefined) await turn(deadline);
      const page = await read(() => api.list({ TypeName, ResourceModel, ...next }), deadline);
      found.push(...page.ResourceDescriptions);
      next = page.NextToken ? { NextToken: page.NextToken } : {};
    } while (next.NextToken !== undefined);
    return pages === 1 && found.length === SHORT_LIST ? Object.assign(found, { mayBeShort: true as const }) : found;
  }

  const get = (TypeName: string, Identifier: string, deadline?: number) =>
    unlessNotFound(read(() => api.get({ TypeName, Identifier }), deadline));

  /** The first reply says that AWS has the request: whatever goes wrong from here on leaves it under way. */
  async function toItsEnd(
    first: ProgressEvent,
    operation: Operation,
    known: Pace,
    deadline: number | undefined,
    replay?: boolean,
  ): Promise<Written> {
    const followed = { operation, clock, random, pace: known, timeoutMs: settleTimeoutMs, deadline, requestRate };
    const event = await awaitOperation(first, api, followed).catch((error: unknown) => {
      if (error instanceof DeadlineReachedError) throw new DeadlineReachedError(first.RequestToken);
      throw error instanceof ControlPlaneError ? acceptedAllTheSame(error, first.RequestToken) : error;
    });
    await pace.tell();
    if (event.OperationStatus !== "SUCCESS") throw fromEvent({ ...event, Operation: operation }, clock.now(), replay);
    return { RequestToken: first.RequestToken, ...event, isReplay: replay };
  }

  return {
    get,

    async getInTurn(typeName, identifier, deadline) {
      await turn(deadline);
      return await get(typeName, identifier, deadline);
    },

    list: (typeName, model, deadline) => unlessNotFound(everyPage(typeName, JSON.stringify(model), deadline)),

    async write(operation, send, deadline) {
      const sentAt = clock.now();
      let tookMs = 0;
      const sending = send().catch((thrown: unknown) => {
        throw fromThrown(thrown);
      });
      const timed = sending.finally(() => {
        tookMs = clock.now() - sentAt;
      });
      const [first, known] = await Promise.all([timed, pace.known()]);
      return await toItsEnd(first, operation, known, deadline, isReplay(first, tookMs));
    },

    async underWay(deadline) {
      const found: ProgressEvent[] = [];
      let next: { NextToken?: string } = {};
      do {
        const asked = { ResourceRequestStatusFilter: { OperationStatuses: [...OPEN] }, ...next };
        const page = await read(() => api.requests(asked), deadline).catch((error: unknown) => {
          if (error instanceof ControlPlaneError && error.code === "AccessDenied") return NO_REQUESTS;
          throw error;
        });
        found.push(...page.ResourceRequestStatusSummaries);
        next = page.NextToken ? { NextToken: page.NextToken } : {};
      } while (next.NextToken !== undefined);
      return found;
    },

    async follow(operation, RequestToken, deadline) {
      const status = read(() => api.status({ RequestToken }), deadline).catch((error: unknown) => {
        if (error instanceof ControlPlaneError && error.code === "RequestTokenNotFound") throw forgotten(error);
        throw error instanceof ControlPlaneError ? acceptedAllTheSame(error, RequestToken) : error;
      });
      const [first, known] = await Promise.all([status, pace.known()]);
      return await toItsEnd({ RequestToken, ...first }, operation, known, deadline);
    },
  };
}

/** What was made of a list, which may be as short as that was. */
export function marked<Item>(items: readonly Item[], from: MayBeShort | undefined): readonly Item[] & MayBeShort {
  return from?.mayBeShort ? Object.assign([...items], { mayBeShort: true as const }) : items;
}

export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ControlPlaneError && error.code === "NotFound" && !error.accepted) return undefined;
    throw error;
  }
}

/** A request that was accepted long ago: asking once more does not bring it back. */
function forgotten({ code, message }: ControlPlaneError): ControlPlaneError {
  return new ControlPlaneError(code, message, { retryable: false });
}

/** A reply that makes no sense; asking again may help. */
export function unreadable(message: string): ControlPlaneError {
  return new ControlPlaneError("InternalFailure", message, { retryable: true });
}
