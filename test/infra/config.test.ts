import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { checkSettings, readSettings, SECRETS, type Settings, VARIABLES } from "../../infra/settings.ts";
import { CONFIG, ROOT } from "./paths.ts";
import { sstEnvFiles } from "./sst-env.ts";
import { STAGES } from "./stages.ts";
import { synth } from "./synth.ts";
import { typeCheck } from "./type-check.ts";

const stages = inject("stages");

test("the configuration type-checks against SST's components", async () => {
  const text = readFileSync(CONFIG, "utf8");
  const wrong = text.replace("sources:", "source:");
  const found = (await typeCheck({ "sst.config.ts": text, "wrong.ts": wrong })).split("\n");
  expect(found.filter((line) => line.includes("wrong.ts")).join("\n")).toContain("'source'");
  expect(found.filter((line) => /^\S/.test(line) && !line.includes("wrong.ts"))).toEqual([]);
});

test("it names the version of SST that is installed", () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "node_modules/sst/package.json"), "utf8"));
  expect(stages.dev.app["version"]).toBe(version);
});

test("sst-env.d.ts says what is linked (npm run sst-env writes it)", () => {
  for (const [file, text] of Object.entries(sstEnvFiles(stages.dev.links))) {
    expect(readFileSync(path.join(ROOT, file), "utf8"), file).toBe(text);
  }
  expect(sstEnvFiles(stages.production.links)).toEqual(sstEnvFiles(stages.dev.links));
});

test("SST writes nothing into the packages", () => {
  expect(stages.dev.app["types"]).toEqual({ ignore: ["packages"] });
  expect(globSync("packages/*/sst-env.d.ts", { cwd: ROOT })).toEqual([]);
  expect(existsSync(path.join(ROOT, "functions/sst-env.d.ts"))).toBe(true);
});

test("it does not deploy without the secret it posts with", async () => {
  await expect(synth({ stage: "dev" })).rejects.toThrow("Set a value for SlackWebhookUrl");
  const asBot = { stage: "dev", settings: { SPECDROP_SLACK_CHANNEL: "#specs" } };
  await expect(synth(asBot)).rejects.toThrow("Set a value for SlackBotToken");
});

test("it needs the one secret it posts with, and not the other", () => {
  const needed = (settings: Settings) =>
    Object.entries(SECRETS).flatMap(([name, isNeeded]) => (isNeeded(settings) ? name : []));
  expect(needed({})).toEqual(["SlackWebhookUrl"]);
  expect(needed({ slackChannel: "#specs" })).toEqual(["SlackBotToken"]);
});

test("a setting that cannot be used stops the deployment", async () => {
  const settings = { SPECDROP_API_IDS: "a1b2c3d4e5,*" };
  await expect(synth({ ...STAGES.dev, settings })).rejects.toThrow("SPECDROP_API_IDS cannot be used");
});

test.each([
  ["SPECDROP_SLACK_CHANNEL", "#Not A Channel", "is not a Slack channel"],
  ["SPECDROP_SLACK_RULES", '[{"channel": "#Not A Channel"}]', "Rule 1 has the channel"],
  ["SPECDROP_SLACK_RULES", '[{"outcomes": ["succes"], "channel": null}]', 'Rule 1 has the unknown outcome "succes"'],
  ["SPECDROP_SLACK_LINKS", '{"documents": ""}', 'There is no link "documents"'],
  ["SPECDROP_SLACK_ALARMS", "#On Call", "is not a Slack channel"],
  ["SPECDROP_RUNBOOK", "docs/operate.md", "https://"],
  ["SPECDROP_ALARM_EMAILS", "operators", '"operators" is not an email address'],
  ["SPECDROP_API_IDS", "a1b2c3d4e5,*", '"*" is not an API id'],
  ["SPECDROP_API_IDS", Array.from({ length: 13 }, (_, index) => `a1b2c3d4e${index}`).join(), "It has 13 APIs"],
  ["SPECDROP_SUBMITTER_ACCOUNTS", "1111-2222-3333", "is not an account id"],
  ["SPECDROP_SUBMITTER_ORGANIZATIONS", "*", "is not an organisation id"],
  ["SPECDROP_ALLOWED_APIS", "", "it is empty"],
  ["SPECDROP_ALLOWED_APIS", '{"accounts": {"1111-2222-3333": ["*"]}}', "1111-2222-3333"],
  ["SPECDROP_WITHDRAWAL_LIMITS", '{"documents": -1}', "documents"],
  ["SPECDROP_WITHDRAW_AFTER_SECONDS", "901", "from 0 to 900"],
  ["SPECDROP_WITHDRAW_AFTER_SECONDS", "1e2", "from 0 to 900"],
])("a setting that opens more than it says, or means nothing, is refused: %s=%s", (setting, value, problem) => {
  const alike = setting.startsWith("SPECDROP_SLACK_") ? { SPECDROP_SLACK_CHANNEL: "#specs" } : {};
  const read = () => readSettings({ ...alike, [setting]: value });
  expect(read).toThrow(`${setting} cannot be used: `);
  expect(read).toThrow(problem);
});

test("alarms go to Slack by a bot only", () => {
  const read = () => readSettings({ SPECDROP_SLACK_ALARMS: "#on-call" });
  expect(read).toThrow("SPECDROP_SLACK_ALARMS cannot be used: Only a bot posts alarms");
});

test("settings that are empty are as if they were not there, but for the rules about APIs", () => {
  const empty = Object.fromEntries(Object.values(VARIABLES).map((name) => [name, " "]));
  expect(readSettings({ ...empty, SPECDROP_ALLOWED_APIS: undefined })).toEqual({});
});

test("settings can be given as objects too", () => {
  const settings = {
    allowedApis: { prefixes: { "team-a/": ["a1b2c3d4e5"] } },
    withdrawalLimits: { documents: 1 },
    slackRules: [{ channel: null }],
    slackLinks: { api: "" },
  };
  const check = (more: Settings) => () => checkSettings({ ...settings, ...more }, (name) => name);
  expect(check({})).not.toThrow();
  expect(check({ withdrawalLimits: { documents: -1 } })).toThrow("withdrawalLimits cannot be used: documents");
});

test.each([
  [{ apis: ["a1b2c3d4e5"] }, "apis does not exist. There are: apiIds, "],
  [{ apiIds: [] }, "apiIds cannot be used: It is empty."],
  [{ apiIds: "a1b2c3d4e5" }, "apiIds cannot be used: It is not a list"],
  [{ submitterAccounts: [111122223333] }, '"111122223333" is not an account id'],
])("what only the types forbid is refused too, for SST does not check them: %j", (settings, problem) => {
  expect(() => checkSettings(settings as Settings, (name) => name)).toThrow(problem);
});
