import { Resource } from "sst/resource";

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, with the secrets that are linked to this function in the place of those it does not name. */
export function withLinkedSecrets(env: Environment): Environment {
  const webhook = "SlackWebhookUrl" in Resource ? { SPECDROP_SLACK_WEBHOOK_URL: Resource.SlackWebhookUrl.value } : {};
  const token = "SlackBotToken" in Resource ? { SPECDROP_SLACK_BOT_TOKEN: Resource.SlackBotToken.value } : {};
  return { ...webhook, ...token, ...env };
}
