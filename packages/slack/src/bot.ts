import type { ChatPostMessageArguments, ChatUpdateArguments, WebClient } from "@slack/web-api";
import type { SlackMessage } from "./block-kit.ts";
import type { Messenger } from "./messenger.ts";
import { SlackError } from "./slack-error.ts";

interface BotOptions {
  /** Where Slack's Web API is; its own address if not given. */
  readonly apiUrl?: string;
  /** For one request: 10,000 if not given. */
  readonly timeoutMs?: number;
}

/**
 * A Slack app's bot user, by its token. The SDK is loaded with the first message. It may repeat an edit, which does no
 * harm, twice; a message, which would stand there twice, never. Whoever calls it repeats what has to be repeated.
 */
export function slackBot(token: string, { apiUrl, timeoutMs = 10_000 }: BotOptions = {}): Messenger {
  if (!/^[!-~]+$/.test(token))
    throw new SlackError("invalid_token", "The bot's token is not valid", { retryable: false });
  let clients: Promise<{ readonly posting: WebClient; readonly editing: WebClient }> | undefined;

  async function connect() {
    const { LogLevel, WebClient } = await import("./web-api.ts");
    const client = (retries: number) =>
      new WebClient(token, {
        ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
        timeout: timeoutMs,
        // Its own way is to sleep for as long as Slack says, and to try for half an hour.
        rejectRateLimitedCalls: true,
        retryConfig: { retries, minTimeout: 200, maxTimeout: 1_000 },
        logLevel: LogLevel.ERROR,
      });
    return { posting: client(0), editing: client(2) };
  }
  const connected = () => {
    clients ??= connect();
    return clients;
  };

  return {
    async post(channel, message, thread) {
      const { posting } = await connected();
      const answer = await posting.chat
        .postMessage({
          channel,
          ...bodyOf(message),
          ...(thread === undefined ? {} : { thread_ts: thread }),
        } as ChatPostMessageArguments)
        .catch(refused);
      // HTTP 200 and `ok: false` is an exception of the SDK's; an answer without a place would be no answer at all.
      if (answer.ts === undefined)
        throw new SlackError("unexpected_response", "Slack did not return the message's place", { retryable: false });
      return { channel: answer.channel ?? channel, ts: answer.ts };
    },
    async edit({ channel, ts }, message) {
      const { editing } = await connected();
      await editing.chat.update({ channel, ts, ...bodyOf(message) } as ChatUpdateArguments).catch(refused);
    },
  };
}

function bodyOf({ text, blocks, unfurl_links, unfurl_media }: SlackMessage) {
  return { text, blocks: [...blocks], unfurl_links, unfurl_media };
}

// Slack's own words for what passes by itself: https://docs.slack.dev/reference/methods/chat.postMessage#errors
const PASSING = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "accesslimited",
]);

/** The SDK's error as one of ours. It is no cause: it may hold the request, and with it the token. */
function refused(error: unknown): never {
  const { code, data, retryAfter, statusCode } = error as {
    readonly code?: unknown;
    readonly data?: { readonly error?: unknown };
    readonly retryAfter?: unknown;
    readonly statusCode?: unknown;
  };
  switch (code) {
    case "slack_webapi_rate_limited_error":
      throw new SlackError("rate_limited", "Slack limits the rate of messages", {
        retryable: true,
        ...(typeof retryAfter === "number" ? { retryAfterMs: retryAfter * 1_000 } : {}),
      });
    case "slack_webapi_platform_error": {
      const word =
        typeof data?.error === "string" && /^[a-z][a-z_]{0,63}$/.test(data.error) ? data.error : "unexpected_response";
      throw new SlackError(word, `Slack refused the message: ${word}`, { retryable: PASSING.has(word) });
    }
    case "slack_webapi_http_error":
      throw new SlackError(`http_${Number(statusCode)}`, `Slack refused the message: HTTP ${Number(statusCode)}`, {
        retryable: Number(statusCode) >= 500 || statusCode === 408,
      });
    default:
      throw new SlackError("network_error", "Slack could not be reached, or did not answer in time", {
        retryable: true,
      });
  }
}
