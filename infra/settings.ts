import { parseAllowedApis } from "../packages/service/src/policy/allowed-apis.ts";
import { parseBreakerLimits } from "../packages/service/src/policy/breaker-limits.ts";
import { parseLinks } from "../packages/slack/src/links.ts";
import { isSlackChannel, parseRules } from "../packages/slack/src/routes.ts";

/** Which APIs documents may name: lists of API ids, or `*` for any. See docs/architecture.md, "Whose API". */
export interface AllowedApisSetting {
  /** By the beginning of a document's key in the bucket; the longest that fits decides. */
  readonly prefixes?: Readonly<Record<string, readonly string[]>>;
  /** By the account that sent the document as an event. */
  readonly accounts?: Readonly<Record<string, readonly string[]>>;
}

/** How many deletions at once are held. See docs/operate.md, "Mass deletion". */
export interface WithdrawalLimitsSetting {
  readonly documents?: number;
  readonly responses?: number;
  readonly minutes?: number;
  readonly percent?: number;
}

/** Which results go to which channel; `null` mutes them. See docs/slack.md. */
export interface SlackRuleSetting {
  readonly prefix?: string;
  readonly outcomes?: readonly string[];
  readonly channel: string | null;
}

/** What may be set for a deployment. Whatever is left out has its default. JSON settings are given as objects or as text. */
export interface Settings {
  /** The only APIs that are ever touched, 12 at most; without it all of the account's. */
  readonly apiIds?: readonly string[];
  readonly allowedApis?: AllowedApisSetting | string;
  /** How many seconds after its event a change deletes nothing: 0 to 900, 20 without it. See docs/rename.md. */
  readonly withdrawAfterSeconds?: number;
  readonly withdrawalLimits?: WithdrawalLimitsSetting | string;
  /** Accounts whose stacks may send documents to the bus. */
  readonly submitterAccounts?: readonly string[];
  /** Organisations all of whose accounts may send documents. */
  readonly submitterOrganizations?: readonly string[];
  /** The channel where a bot posts; without it results are posted by webhook. */
  readonly slackChannel?: string;
  readonly slackRules?: readonly SlackRuleSetting[] | string;
  /** Templates of the links in Slack's messages. */
  readonly slackLinks?: Readonly<Record<string, string>> | string;
  /** Addresses that receive alarms. */
  readonly alarmEmails?: readonly string[];
  /** The channel where the bot posts alarms too. Needs `slackChannel`. */
  readonly slackAlarms?: string;
  /** The address of docs/operate.md, to which alarms link; without it they name the file. */
  readonly runbook?: string;
}

type Name = keyof Settings;

/** The environment variable of each setting. Lists are comma-separated. */
export const VARIABLES: Readonly<Record<Name, string>> = {
  apiIds: "SPECDROP_API_IDS",
  allowedApis: "SPECDROP_ALLOWED_APIS",
  withdrawAfterSeconds: "SPECDROP_WITHDRAW_AFTER_SECONDS",
  withdrawalLimits: "SPECDROP_WITHDRAWAL_LIMITS",
  submitterAccounts: "SPECDROP_SUBMITTER_ACCOUNTS",
  submitterOrganizations: "SPECDROP_SUBMITTER_ORGANIZATIONS",
  slackChannel: "SPECDROP_SLACK_CHANNEL",
  slackRules: "SPECDROP_SLACK_RULES",
  slackLinks: "SPECDROP_SLACK_LINKS",
  alarmEmails: "SPECDROP_ALARM_EMAILS",
  slackAlarms: "SPECDROP_SLACK_ALARMS",
  runbook: "SPECDROP_RUNBOOK",
};

/** A role takes 10,240 characters of policy. */
const MOST_API_IDS = 12;

const CHANNEL = /^(#?[^\s,@A-Z]{1,80}|[CGD][A-Z0-9]{8,})$/;

/** What each setting may hold. A check throws an Error that says what is wrong, after "cannot be used: ". */
export const CHECKS: { [Setting in Name]-?: (value: NonNullable<Settings[Setting]>, all: Settings) => void } = {
  apiIds(apiIds) {
    each(apiIds, /^[a-z0-9]+$/, "is not an API id");
    if (apiIds.length === 0) throw new Error("It is empty. Leave it out if every API may be touched");
    if (apiIds.length > MOST_API_IDS) {
      throw new Error(`It has ${apiIds.length} APIs. A role has room for ${MOST_API_IDS}`);
    }
  },
  allowedApis: (rules) => void parseAllowedApis(asJson(rules)),
  withdrawAfterSeconds(seconds) {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 900) throw new Error("It is not a number from 0 to 900");
  },
  withdrawalLimits: (limits) => void parseBreakerLimits(asJson(limits)),
  submitterAccounts: (accounts) => each(accounts, /^\d{12}$/, "is not an account id of 12 digits"),
  submitterOrganizations: (ids) => each(ids, /^o-[a-z0-9]{10,32}$/, "is not an organisation id"),
  slackChannel: (channel) => each([channel], CHANNEL, "is not a Slack channel"),
  // The names of webhooks are part of a secret. The function looks for them when it starts.
  slackRules: (rules, { slackChannel }) =>
    void parseRules(asJson(rules), (name) =>
      slackChannel === undefined ? /^[\w-]+$/.test(name) : isSlackChannel(name),
    ),
  slackLinks: (links) => void parseLinks(asJson(links)),
  alarmEmails: (addresses) => each(addresses, /^[^@\s]+@[^@\s]+$/, "is not an email address"),
  slackAlarms(channel, { slackChannel }) {
    each([channel], CHANNEL, "is not a Slack channel");
    if (slackChannel === undefined) throw new Error("Only a bot posts alarms: set a Slack channel for its results too");
  },
  runbook: (address) => each([address], /^https:\/\/\S{1,200}$/, "is not an email address that begins with https://"),
};

const text = (value: string) => value.trim() || undefined;
const json = text;
const list = (value: string) => {
  const values = value.split(",").map((each) => each.trim());
  const given = values.filter((each) => each !== "");
  return given.length === 0 ? undefined : given;
};
const seconds = (value: string) => {
  if (text(value) === undefined) return undefined;
  return /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
};

/** How each setting is read from its variable; undefined for one that is empty. */
export const READERS: { [Setting in Name]-?: (value: string) => Settings[Setting] } = {
  apiIds: list,
  // Empty, it has lost its rules. That is refused, and does not stand for "every API".
  allowedApis: (value) => value,
  withdrawAfterSeconds: seconds,
  withdrawalLimits: json,
  submitterAccounts: list,
  submitterOrganizations: list,
  slackChannel: text,
  slackRules: json,
  slackLinks: json,
  alarmEmails: list,
  slackAlarms: text,
  runbook: text,
};

/** Which secrets have to be set before a deployment. The function that posts to Slack needs one of them. */
export const SECRETS = {
  SlackWebhookUrl: ({ slackChannel }: Settings): boolean => slackChannel === undefined,
  SlackBotToken: ({ slackChannel }: Settings): boolean => slackChannel !== undefined,
};

/** Reads the settings from the environment. Throws an Error that names the variable, and says what is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = (Object.keys(VARIABLES) as Name[]).map((name) => {
    const value = env[VARIABLES[name]];
    return [name, value === undefined ? undefined : READERS[name](value)] as const;
  });
  const settings: Settings = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  checkSettings(settings, (name) => VARIABLES[name as Name]);
  return settings;
}

/**
 * Throws an Error for the first setting that cannot be used, or that there is none of: SST does not check types.
 * `called` says what the user calls a setting.
 */
export function checkSettings(settings: Settings, called: (name: string) => string): void {
  const unknown = Object.keys(settings).find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) {
    throw new Error(`${called(unknown)} does not exist. There are: ${Object.keys(CHECKS).join(", ")}`);
  }
  for (const name of Object.keys(CHECKS) as Name[]) {
    const value = settings[name];
    if (value === undefined) continue;
    try {
      (CHECKS[name] as (value: unknown, all: Settings) => void)(value, settings);
    } catch (cause) {
      throw new Error(`${called(name)} cannot be used: ${(cause as Error).message}`, { cause });
    }
  }
}

/** Who receives alarms, and what to say where that is nobody, or nobody who would hear of Slack's own trouble. */
export function hearing({ alarmEmails = [], slackAlarms }: Settings): {
  readonly to: string;
  readonly warning?: string;
} {
  const to = [...alarmEmails, ...(slackAlarms === undefined ? [] : [`Slack ${slackAlarms}`])].join(", ");
  const how = "Set SPECDROP_ALARM_EMAILS (alarmEmails) and deploy again.";
  if (to === "") {
    const warning = `NOBODY RECEIVES ALARMS of this deployment. ${how}`;
    return { to: warning, warning };
  }
  if (alarmEmails.length > 0) return { to };
  return { to, warning: `Alarms go to Slack only. Where Slack refuses messages, nobody receives them. ${how}` };
}

/** As the functions read it from their environment. */
export function asJson(value: object | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function each(values: readonly string[], expected: RegExp, problem: string): void {
  if (!Array.isArray(values)) throw new Error("It is not a list");
  const wrong = values.find((value) => typeof value !== "string" || !expected.test(value));
  if (wrong !== undefined) throw new Error(`"${wrong}" ${problem}`);
}
