interface ControlPlaneErrorOptions {
  readonly retryable: boolean;
  readonly completed?: boolean;
  readonly replayed?: boolean;
  readonly accepted?: boolean;
  readonly requestToken?: string | undefined;
  readonly identifier?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** What a control plane call came to when it did not succeed. */
export class ControlPlaneError extends Error {
  override readonly name = "ControlPlaneError";
  /** Cloud Control's ErrorCode or exception name without its `Exception`: `AlreadyExists`, `Throttling`, … */
  readonly code: string;
  /** The same request may succeed later. */
  readonly retryable: boolean;
  /** A FAILED event may name a resource that exists all the same. */
  readonly identifier?: string;
  /** How long AWS asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The request ran and ended without success (a terminal ProgressEvent): trying again takes a new ClientToken. */
  readonly completed: boolean;
  /** It is an earlier request with the same ClientToken that ended so: this one was not carried out. */
  readonly replayed: boolean;
  /** AWS took the request, or may have, and nobody has seen how it ended: it may still change what is live. */
  readonly accepted: boolean;
  /** What AWS calls the request that it accepted. */
  readonly requestToken?: string;

  constructor(code: string, message: string, options: ControlPlaneErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.completed = options.completed ?? false;
    this.replayed = options.replayed ?? false;
    this.accepted = options.accepted ?? false;
    if (options.requestToken !== undefined) this.requestToken = options.requestToken;
    if (options.identifier !== undefined) this.identifier = options.identifier;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** The same failure of a request that AWS accepted, or may have. */
export function acceptedAllTheSame(error: ControlPlaneError, requestToken?: string): ControlPlaneError {
  const { code, message, retryable, retryAfterMs } = error;
  return new ControlPlaneError(code, message, {
    retryable,
    accepted: true,
    requestToken: requestToken ?? error.requestToken,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: error,
  });
}

/** Another writer holds the API now: stop, write nothing more. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** The run's time is up. What it has recorded as begun is for another to finish. */
export class DeadlineReachedError extends Error {
  override readonly name = "DeadlineReachedError";
  /** What AWS calls the write that was waited for: AWS has accepted it, and its end is not known. */
  readonly requestToken?: string;

  /** `cause`: what failed last, where the run waited to try it again. */
  constructor(requestToken?: string, cause?: unknown) {
    super("The run has used up its time.", { cause });
    if (requestToken !== undefined) this.requestToken = requestToken;
  }
}

/** What AWS calls a request that it has accepted and not been seen to end, where that is what went wrong. */
export function acceptedRequest(error: unknown): string | undefined {
  if (error instanceof DeadlineReachedError) return error.requestToken;
  return error instanceof ControlPlaneError && error.accepted ? error.requestToken : undefined;
}
