import type { SlackMessage } from "./block-kit.ts";
import { SlackError } from "./slack-error.ts";

export interface IncomingWebhook {
  /** Posts a message once. Throws a `SlackError` unless Slack answers 200 and `ok`. */
  post(message: SlackMessage): Promise<void>;
}

export interface WebhookOptions {
  readonly fetch?: typeof fetch;
  /** For the whole exchange: 10,000 if not given. */
  readonly timeoutMs?: number;
}

/**
 * A Slack incoming webhook. Throws a `SlackError` if `url` is no http(s) address.
 * One POST needs no SDK, and Slack's own neither shows Retry-After nor keeps the URL out of its errors.
 */
export function incomingWebhook(url: string, options: WebhookOptions = {}): IncomingWebhook {
  if (!isWebAddress(url)) throw new SlackError("invalid_url", "The webhook's URL is not valid", { retryable: false });
  const send = options.fetch ?? fetch;
  const timeoutMs = options.timeoutMs ?? 10_000;

  async function exchange(message: SlackMessage): Promise<{ readonly response: Response; readonly body: string }> {
    const response = await send(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(message),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { response, body: await response.text() };
  }

  return {
    async post(message) {
      // The original error is not passed on as a cause: fetch may put the URL into it.
      const { response, body } = await exchange(message).catch((error: unknown) => {
        throw describeFailure(error);
      });
      if (response.status === 200 && body.trim() === "ok") return;
      throw describeRefusal(response, body);
    },
  };
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function describeFailure(error: unknown): SlackError {
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return new SlackError("timeout", "Slack did not answer in time", { retryable: true });
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const reason = /^[A-Z][A-Z0-9_]*$/.test(code) ? ` (${code})` : "";
  return new SlackError("network_error", `Slack could not be reached${reason}`, { retryable: true });
}

// Words that no second attempt changes, whatever the status they come with.
const PERMANENT = new Set([
  "action_prohibited",
  "channel_is_archived",
  "channel_not_found",
  "invalid_blocks",
  "invalid_payload",
  "invalid_token",
  "no_service",
  "no_text",
]);

/** Slack's answers: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
function describeRefusal({ status, headers }: Response, body: string): SlackError {
  if (status === 429) {
    const seconds = headers.get("retry-after")?.trim() ?? "";
    return new SlackError("rate_limited", "Slack limits the rate of messages", {
      retryable: true,
      ...(/^\d{1,6}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1_000 } : {}),
    });
  }
  // Anything but a single word is a page of whatever stands between us and Slack.
  const word = /^(?!ok$)[a-z][a-z_]{0,63}$/.test(body.trim()) ? body.trim() : undefined;
  const code = word ?? (status === 200 ? "unexpected_response" : `http_${status}`);
  return new SlackError(code, `Slack refused the message: HTTP ${status}, ${code}`, {
    retryable: (status >= 500 || status === 408) && !PERMANENT.has(code),
  });
}
