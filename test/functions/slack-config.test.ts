import { readSlackConfig } from "@specdrop/functions/config/slack";
import { CONSOLE_LINKS } from "@specdrop/slack";
import { expect, test } from "vitest";

const URL_A = "https://hooks.slack.test/services/SECRET-A";
const URL_B = "https://hooks.slack.test/services/SECRET-B";
const webhook = { SPECDROP_SLACK_WEBHOOK_URL: URL_A };
const webhooks = { SPECDROP_SLACK_WEBHOOK_URL: JSON.stringify({ default: URL_A, "team-b": URL_B }) };
const bot = { SPECDROP_SLACK_CHANNEL: "#specs", SPECDROP_SLACK_BOT_TOKEN: "xoxb-SECRET" };

test("an address alone is a webhook for everything", () => {
  expect(readSlackConfig(webhook)).toEqual({
    access: { mode: "webhook", urls: { default: URL_A } },
    routes: { defaultChannel: "default", rules: [] },
    templates: CONSOLE_LINKS,
    logGroups: [],
  });
});

test("with a channel it is a bot, whatever else is set", () => {
  expect(readSlackConfig({ ...webhook, ...bot, AWS_REGION: "eu-central-1", SPECDROP_LOG_GROUPS: "/a,/b" })).toEqual({
    access: { mode: "bot", token: "xoxb-SECRET" },
    routes: { defaultChannel: "#specs", rules: [] },
    templates: CONSOLE_LINKS,
    region: "eu-central-1",
    logGroups: ["/a", "/b"],
  });
});

test("a bot posts alarms in a channel of their own; a webhook posts none", () => {
  const alarms = { SPECDROP_SLACK_ALARMS: "#on-call" };
  expect(readSlackConfig({ ...bot, ...alarms }).routes).toMatchObject({ alarmChannel: "#on-call" });
  expect(readSlackConfig({ ...webhook, ...alarms }).routes).not.toHaveProperty("alarmChannel");
  const wrong = () => readSlackConfig({ ...bot, SPECDROP_SLACK_ALARMS: "#On Call" });
  expect(wrong).toThrow("SPECDROP_SLACK_ALARMS cannot hold");
});

test("several webhooks have names, which rules go by", () => {
  const rules = [
    { prefix: "b/", outcomes: ["failed"], channel: "team-b" },
    { outcomes: ["planned"], channel: null },
  ];
  const config = readSlackConfig({ ...webhooks, SPECDROP_SLACK_RULES: JSON.stringify(rules) });
  expect(config.access).toEqual({ mode: "webhook", urls: { default: URL_A, "team-b": URL_B } });
  expect(config.routes).toEqual({ defaultChannel: "default", rules });
});

test.each<[string, Record<string, string>, string]>([
  ["neither", {}, "Missing in the environment: SPECDROP_SLACK_WEBHOOK_URL"],
  [
    "a bot without a token",
    { SPECDROP_SLACK_CHANNEL: "#specs" },
    "Missing in the environment: SPECDROP_SLACK_BOT_TOKEN",
  ],
  [
    "a channel that is none",
    { ...bot, SPECDROP_SLACK_CHANNEL: "Specs!" },
    'SPECDROP_SLACK_CHANNEL cannot hold "Specs!": it is not a Slack channel',
  ],
  ["webhooks without a default", { SPECDROP_SLACK_WEBHOOK_URL: `{"a": "${URL_A}"}` }, 'with a "default"'],
  ["half a JSON object", { SPECDROP_SLACK_WEBHOOK_URL: `{"a": "${URL_A}` }, "neither an address nor a JSON object"],
  [
    "rules that are no JSON",
    { ...webhook, SPECDROP_SLACK_RULES: "{" },
    "SPECDROP_SLACK_RULES cannot be used: It is not JSON",
  ],
  [
    "a rule for a webhook that is not there",
    { ...webhooks, SPECDROP_SLACK_RULES: '[{"channel": "team-c"}]' },
    'SPECDROP_SLACK_RULES cannot be used: Rule 1 has the channel "team-c", which is not a Slack channel',
  ],
  [
    "links that are none",
    { ...webhook, SPECDROP_SLACK_LINKS: '{"api": "javascript:x"}' },
    'SPECDROP_SLACK_LINKS cannot be used: The link "api"',
  ],
])("%s is told at the start, without the secret", (_, env, problem) => {
  const read = () => readSlackConfig(env);
  expect(read).toThrow(problem);
  expect(read).toThrow(expect.not.stringContaining("SECRET"));
});
