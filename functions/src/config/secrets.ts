import { Resource } from "sst/resource";

type LinkedEnvironment = Readonly<Record<string, string | undefined>>;

/** The environment, with the secrets that are linked to this function in the place of those it does not name. */
export function withLinkedSecrets(env: LinkedEnvironment): LinkedEnvironment {
  const webhook = linked("SlackWebhookUrl");
  const token = linked("SlackBotToken");
  return {
    ...(webhook !== undefined && { SPECDROP_SLACK_WEBHOOK_URL: webhook }),
    ...(token !== undefined && { SPECDROP_SLACK_BOT_TOKEN: token }),
    ...env,
  };
}

/** In the app of a team the names begin with that of the component: `SpecdropSlackBotToken`. */
function linked(secret: string): string | undefined {
  const found = Object.entries(Resource).find(([name]) => name.endsWith(secret));
  return (found?.[1] as { readonly value: string } | undefined)?.value;
}
