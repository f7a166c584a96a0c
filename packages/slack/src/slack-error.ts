/** A message that Slack did not take, or may not have taken. Never holds the webhook's URL, which is a secret. */
export class SlackError extends Error {
  override readonly name = "SlackError";
  /** Slack's own word (`invalid_payload`), or `rate_limited`, `timeout`, `network_error`, `unexpected_response`, `http_503`, … */
  readonly code: string;
  /** The same message may be taken later. */
  readonly retryable: boolean;
  /** How long Slack asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(code: string, message: string, options: { retryable: boolean; retryAfterMs?: number }) {
    super(message);
    this.code = code;
    this.retryable = options.retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** Not now: the same is to be tried again after a while, and nothing went wrong. */
export class NotNow extends Error {
  override readonly name = "NotNow";
  readonly afterMs: number;

  constructor(reason: string, afterMs: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}
