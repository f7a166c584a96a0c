import { readSlackConfig, type SlackConfig } from "@specdrop/functions/config/slack";
import { type ChannelPace, SLACK_PACE } from "@specdrop/slack";
import type { Endpoints } from "./endpoints.ts";

/** How the stack tells results in its own Slack. */
export interface SlackOptions {
  /** `webhook` without it; a bot edits the messages of long runs, and answers failures in a thread. */
  readonly mode?: "webhook" | "bot";
  /** The rules as the deployed pipeline takes them: JSON. */
  readonly rules?: string;
  /** Keeps to the pace that Slack takes, digests included; without it every message is posted at once. */
  readonly paced?: boolean;
}

const CHANNEL = "#specdrop";
const AT_ONCE: ChannelPace = { everyMs: 0, most: Number.POSITIVE_INFINITY, windowMs: 0, longestWaitMs: 5_000 };

export function slackPace({ paced = false }: SlackOptions): ChannelPace {
  return paced ? SLACK_PACE : AT_ONCE;
}

export function slackConfig(endpoints: Endpoints, { mode = "webhook", rules }: SlackOptions): SlackConfig {
  return readSlackConfig({
    ...(rules === undefined ? {} : { SPECDROP_SLACK_RULES: rules }),
    ...(mode === "webhook"
      ? { SPECDROP_SLACK_WEBHOOK_URL: endpoints.slackWebhookUrl }
      : {
          SPECDROP_SLACK_CHANNEL: CHANNEL,
          SPECDROP_SLACK_BOT_TOKEN: "xoxb-local",
          SPECDROP_SLACK_API_URL: endpoints.slackApiUrl,
        }),
  });
}
