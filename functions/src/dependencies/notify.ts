import type { NotifyDependencies } from "@specdrop/service";
import { incomingWebhook } from "@specdrop/slack";
import type { Config } from "../config.ts";
import { slackNotifier } from "../slack-notifier.ts";
import { systemClock } from "../system-clock.ts";

export const NOTIFY_CONFIG = ["slackWebhookUrl"] as const;

export type NotifyWiring = Omit<NotifyDependencies, "log">;

export function notifyWiring(config: Pick<Config, (typeof NOTIFY_CONFIG)[number]>): NotifyWiring {
  return { notifier: slackNotifier(incomingWebhook(config.slackWebhookUrl), systemClock) };
}
