import {
  CONSOLE_LINKS,
  isSlackChannel,
  type LinkTemplates,
  parseLinks,
  parseRules,
  type Routes,
} from "@specdrop/slack";

type Environment = Readonly<Record<string, string | undefined>>;

/** As whom to post. */
export type SlackAccess =
  | { readonly mode: "bot"; readonly token: string; readonly apiUrl?: string }
  /** Webhooks by name; one of them is `default`. */
  | { readonly mode: "webhook"; readonly urls: Readonly<Record<string, string>> };

/** How results are told. */
export interface SlackConfig {
  readonly access: SlackAccess;
  readonly routes: Routes;
  readonly templates: LinkTemplates;
  /** Links need one: without it there are none. */
  readonly region?: string;
  readonly logGroups: readonly string[];
}

const DEFAULT = "default";

/**
 * Reads how results are told: as a bot where there is a channel to post to, else by webhook. Throws an Error that says
 * which variable is missing, or wrong; it repeats no secret.
 */
export function readSlackConfig(env: Environment): SlackConfig {
  const channel = env["SPECDROP_SLACK_CHANNEL"] ?? "";
  const access = channel === "" ? webhookAccess(env) : botAccess(env);
  const defaultChannel = access.mode === "bot" ? channel : DEFAULT;
  const isChannel = (name: string) => (access.mode === "bot" ? isSlackChannel(name) : Object.hasOwn(access.urls, name));
  if (!isChannel(defaultChannel))
    throw new Error(`SPECDROP_SLACK_CHANNEL cannot hold "${channel}": it is not a Slack channel`);
  const rules = readSetting(env, "SPECDROP_SLACK_RULES", (text) => parseRules(text, isChannel)) ?? [];
  const region = env["AWS_REGION"];
  return {
    access,
    routes: { defaultChannel, rules, ...alarmRoute(env, access) },
    templates: readSetting(env, "SPECDROP_SLACK_LINKS", parseLinks) ?? CONSOLE_LINKS,
    ...(region === undefined ? {} : { region }),
    logGroups: (env["SPECDROP_LOG_GROUPS"] ?? "").split(",").filter((name) => name !== ""),
  };
}

function alarmRoute(env: Environment, { mode }: SlackAccess): { readonly alarmChannel?: string } {
  const channel = env["SPECDROP_SLACK_ALARMS"] ?? "";
  if (channel === "" || mode !== "bot") return {};
  if (!isSlackChannel(channel))
    throw new Error(`SPECDROP_SLACK_ALARMS cannot hold "${channel}": it is not a Slack channel`);
  return { alarmChannel: channel };
}

function botAccess(env: Environment): SlackAccess {
  const token = env["SPECDROP_SLACK_BOT_TOKEN"] ?? "";
  if (token === "") throw missing("SPECDROP_SLACK_BOT_TOKEN");
  const apiUrl = env["SPECDROP_SLACK_API_URL"] ?? "";
  return { mode: "bot", token, ...(apiUrl === "" ? {} : { apiUrl }) };
}

/** One address, or a JSON object of several by name. */
function webhookAccess(env: Environment): SlackAccess {
  const text = env["SPECDROP_SLACK_WEBHOOK_URL"]?.trim() ?? "";
  if (text === "") throw missing("SPECDROP_SLACK_WEBHOOK_URL");
  if (!text.startsWith("{")) return { mode: "webhook", urls: { [DEFAULT]: text } };
  const urls = namedAddresses(text);
  if (urls === undefined || !Object.hasOwn(urls, DEFAULT)) {
    throw new Error('SPECDROP_SLACK_WEBHOOK_URL is neither an address nor a JSON object of addresses with a "default"');
  }
  return { mode: "webhook", urls };
}

function namedAddresses(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isMap =
      typeof value === "object" && value !== null && Object.values(value).every((url) => typeof url === "string");
    return isMap ? (value as Readonly<Record<string, string>>) : undefined;
  } catch {
    // The error would repeat the secret.
    return undefined;
  }
}

function readSetting<Value>(env: Environment, name: string, parse: (text: string) => Value): Value | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  try {
    return parse(text);
  } catch (cause) {
    throw new Error(`${name} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function missing(variable: string): Error {
  return new Error(`Missing in the environment: ${variable}`);
}
