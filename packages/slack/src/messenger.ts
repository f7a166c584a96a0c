import type { SlackMessage } from "./block-kit.ts";
import { type IncomingWebhook, incomingWebhook, type WebhookOptions } from "./incoming-webhook.ts";

/** Where a message stands. */
export interface MessagePlace {
  readonly channel: string;
  /** Slack's name for it within the channel; absent where nothing can be done to the message any more. */
  readonly ts?: string;
}

/** Takes messages. Throws a `SlackError` where one was not taken, or may not have been. */
export interface Messenger {
  /** With `thread`, as a reply to the message of that name. */
  post(channel: string, message: SlackMessage, thread?: string): Promise<MessagePlace>;
  /** Absent where messages cannot be edited. */
  readonly edit?: (place: Required<MessagePlace>, message: SlackMessage) => Promise<void>;
}

/** Incoming webhooks by name: each is a channel's, posts there, and that is all it can do. */
export function webhookMessenger(urls: Readonly<Record<string, string>>, options: WebhookOptions = {}): Messenger {
  const webhooks = new Map<string, IncomingWebhook>();
  for (const [name, url] of Object.entries(urls)) webhooks.set(name, incomingWebhook(url, options));
  return {
    async post(channel, message) {
      const webhook = webhooks.get(channel);
      if (webhook === undefined) throw new RangeError(`There is no webhook ${channel}`);
      await webhook.post(message);
      return { channel };
    },
  };
}
