import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { slackChannels, slackPosts } from "@specdrop/aws/dynamodb/slack-posts";
import {
  type Calendar,
  type ChannelPace,
  type ChannelState,
  type LinkTemplates,
  type Messenger,
  type SlackNotifier,
  slackBot,
  slackNotifier,
  webhookMessenger,
} from "@specdrop/slack";
import type { Config } from "../config/environment.ts";
import type { SlackAccess, SlackConfig } from "../config/slack.ts";
import { systemClock } from "../runtime/clock.ts";
import type { ClientSettings } from "./clients.ts";
import { type Postpone, postponeOn } from "./postpone.ts";

export const NOTIFY_CONFIG = ["bus", "notificationsUrl", "table"] as const;

export interface NotifyWiring {
  readonly notifier: SlackNotifier;
  readonly postpone: Postpone;
  /** By how often a message was received; a growing delay without it. */
  readonly retryAfterSeconds?: (receiveCount: number) => number;
}

export function notifyWiring(
  config: Pick<Config, (typeof NOTIFY_CONFIG)[number]>,
  slack: SlackConfig,
  settings: ClientSettings = {},
  pace?: ChannelPace,
): NotifyWiring {
  const dynamo = new DynamoDBClient(settings);
  const { region, templates, logGroups, routes } = slack;
  return {
    notifier: slackNotifier({
      messenger: messengerFor(slack.access),
      posts: slackPosts(dynamo, config.table, systemClock),
      channels: slackChannels<ChannelState>(dynamo, config.table, systemClock),
      clock: systemClock,
      routes,
      links: {
        templates: region === undefined ? NO_LINKS : templates,
        region: region ?? "",
        logGroups,
        calendar,
        pipeline: { ledger: `dynamodb:${config.table}`, bus: config.bus },
      },
      ...(pace === undefined ? {} : { pace }),
    }),
    postpone: postponeOn(config.notificationsUrl, settings),
  };
}

const NO_LINKS: LinkTemplates = { document: "", api: "", logs: "", page: "" };

const calendar: Calendar = {
  parse: (time) => Date.parse(time),
  format: (epochMs) => new Date(epochMs).toISOString(),
};

function messengerFor(access: SlackAccess): Messenger {
  if (access.mode === "webhook") return webhookMessenger(access.urls);
  return slackBot(access.token, access.apiUrl === undefined ? {} : { apiUrl: access.apiUrl });
}
