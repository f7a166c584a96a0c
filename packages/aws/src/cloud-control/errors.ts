import { ControlPlaneError } from "@specdrop/engine/errors";
import type { ProgressEvent } from "./api.ts";

const RETRYABLE: ReadonlySet<string> = new Set([
  "ConcurrentModification",
  "ConcurrentOperation",
  "HandlerInternalFailure",
  "InternalFailure",
  "NetworkFailure",
  "NotStabilized",
  "RequestTokenNotFound",
  "ResourceConflict",
  "ServiceInternalError",
  "ServiceTimeout",
  "ServiceUnavailable",
  "Throttling",
]);

/** One name for what AWS and the network call by several. */
const SYNONYMS: Readonly<Record<string, string>> = {
  BandwidthLimitExceeded: "Throttling",
  LimitExceeded: "ServiceLimitExceeded",
  RequestLimitExceeded: "Throttling",
  RequestThrottled: "Throttling",
  SlowDown: "Throttling",
  Throttled: "Throttling",
  ThrottlingError: "Throttling",
  TooManyRequests: "Throttling",
  InternalError: "InternalFailure",
  InternalServer: "InternalFailure",
  InternalServerError: "InternalFailure",
  InternalService: "InternalFailure",
  InternalServiceError: "InternalFailure",
  // The SDK's names for a refusal that carries no code.
  Unknown: "InternalFailure",
  UnknownError: "InternalFailure",
  RequestTimeout: "NetworkFailure",
  TimeoutError: "NetworkFailure",
  ResourceNotFound: "NotFound",
  UnauthorizedOperation: "AccessDenied",
  // How Cloud Control refuses a model or a patch before any handler has seen it.
  Validation: "InvalidRequest",
};

/** Codes behind which a handler hides what its service told it, so that the message has to be read. */
const VAGUE: ReadonlySet<string> = new Set([
  "GeneralService",
  "HandlerFailure",
  "HandlerInternalFailure",
  "InternalFailure",
  "ResourceConflict",
  "ServiceInternalError",
  "ServiceLimitExceeded",
]);

/** Read in this order: a refusal may well say what was not found. */
const HIDDEN: readonly (readonly [string, RegExp])[] = [
  ["Throttling", /rate exceeded|too ?many ?requests|throttl/i],
  ["AccessDenied", /access ?denied|not authorized|explicit deny/i],
  ["InvalidRequest", /not supported for this api protocol type/i],
  ["AlreadyExists", /already exists/i],
  [
    "NotFound",
    /^(?!.*\b(?:role|credentials?|token|hook)\b).*(?:not ?found|does not exist|unable to find|invalid \w+ identifier)/is,
  ],
  ["ServiceTimeout", /timed? ?out/i],
];

const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What an SDK or a socket may hang on an error. */
interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** `clockSkewCorrected`: this machine's clock is wrong, and the SDK signs the next request by AWS's. */
  readonly $metadata?: { readonly clockSkewCorrected?: boolean; readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * What a thrown exception means: by its name and message first, for throttling has come as a 400. A status of 429, or of a
 * server's failure, says that the same request may succeed later, whatever the name.
 */
export function fromThrown(thrown: unknown): ControlPlaneError {
  if (thrown instanceof ControlPlaneError) return thrown;
  const error: Thrown = thrown instanceof Error ? thrown : { message: String(thrown) };
  const message =
    silence(error) || error.message || error.name || "Cloud Control refused the request without saying why.";
  const { clockSkewCorrected = false, httpStatusCode: status = 0 } = error.$metadata ?? {};
  const named = isNetworkFailure(error) ? "NetworkFailure" : normalise(error.name ?? "", message);
  const code = status === 429 ? "Throttling" : named;
  const retryAfterMs = retryAfterHeader(error);
  return new ControlPlaneError(code, message, {
    retryable:
      isRetryable(code) ||
      clockSkewCorrected ||
      status >= 500 ||
      (error.$retryable !== undefined && code !== "AccessDenied"),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cause: explanation(message, thrown),
  });
}

/** What a terminal event other than SUCCESS means. `now` is epoch milliseconds. */
export function fromEvent(event: ProgressEvent, now: number, replayed = false): ControlPlaneError {
  const operation = event.Operation ?? "operation";
  const canceled = event.OperationStatus === "CANCEL_COMPLETE";
  const message = event.StatusMessage || `The ${operation} ${canceled ? "was canceled" : "ended without a message"}.`;
  const code = normalise(event.ErrorCode ?? (canceled ? "Canceled" : "GeneralServiceException"), message);
  const retryAfterMs = untilRetryAfter(event, now);
  return new ControlPlaneError(code, message, {
    retryable: isRetryable(code),
    completed: true,
    replayed,
    ...(event.Identifier !== undefined && { identifier: event.Identifier }),
    ...(retryAfterMs > 0 && { retryAfterMs }),
    cause: explanation(message, undefined),
  });
}

/** Milliseconds until the event's RetryAfter; 0 where it has none or it has passed. */
export function untilRetryAfter(event: ProgressEvent, now: number): number {
  const { RetryAfter } = event;
  if (RetryAfter === undefined) return 0;
  const at = RetryAfter instanceof Date ? RetryAfter.getTime() : RetryAfter * 1000;
  return Number.isFinite(at) ? Math.max(0, at - now) : 0;
}

function isRetryable(code: string): boolean {
  return RETRYABLE.has(code);
}

function normalise(name: string, message: string): string {
  const stripped = name.replace(/Exception$/, "");
  const code = (Object.hasOwn(SYNONYMS, stripped) ? SYNONYMS[stripped] : undefined) ?? stripped;
  // API Gateway refuses overlapping changes of one API in these words, and handlers pass them on under any code.
  if (/concurrent modification/i.test(message)) return "ConcurrentModification";
  if (/^(?:rate exceeded|too many requests)/i.test(message)) return "Throttling";
  if (!VAGUE.has(code)) return code;
  return HIDDEN.find(([, pattern]) => pattern.test(message))?.[0] ?? code;
}

/** The SDK's words for a reply that did not come in time are about its handler. Ours name the time. */
function silence({ name, message }: Thrown): string | undefined {
  const waitedMs = name === "TimeoutError" ? /(\d+) ms/.exec(message ?? "")?.[1] : undefined;
  return waitedMs === undefined ? undefined : `no answer within ${Number(waitedMs) / 1000} s`;
}

function isNetworkFailure(error: Thrown): boolean {
  if (NETWORK_CODES.has(error.code) || error.message === "socket hang up") return true;
  // A reply that is not Cloud Control's (a proxy's error page, a torn body) fails in the SDK's JSON parser.
  if (error.name === "SyntaxError" && error.$metadata !== undefined) return true;
  return error.cause instanceof Error && isNetworkFailure(error.cause);
}

/** The header in milliseconds, where it is there and counts seconds. */
function retryAfterHeader(error: Thrown): number | undefined {
  const seconds = Number(error.$response?.headers?.["retry-after"] ?? Number.NaN);
  return seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** AWS's sentence about the protocol does not say what to do about it. */
function explanation(message: string, cause: unknown): unknown {
  if (!/not supported for this api protocol type/i.test(message)) return cause;
  return new Error("Only WebSocket APIs have integration responses, and ApiId names an API of another protocol.", {
    cause,
  });
}
