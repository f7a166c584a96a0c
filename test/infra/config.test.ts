import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { CONFIG, ROOT } from "./paths.ts";
import { sstEnvFiles } from "./sst-env.ts";
import { STAGES } from "./stages.ts";
import { type SynthOptions, synth } from "./synth.ts";
import { typeCheck } from "./type-check.ts";

const stages = inject("stages");

test("the configuration type-checks against SST's components", async () => {
  expect(await typeCheck({ "sst.config.ts": readFileSync(CONFIG, "utf8") })).toBe("");
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

test.each([
  ["SPECDROP_SLACK_RULES", '[{"channel": "#Not A Channel"}]', "Rule 1 has the channel"],
  ["SPECDROP_SLACK_RULES", '[{"outcomes": ["succes"], "channel": null}]', 'Rule 1 has the outcome "succes"'],
  ["SPECDROP_SLACK_LINKS", '{"documents": ""}', 'There is no link "documents"'],
])("a setting of Slack's that cannot be used is refused: %s=%s", async (setting, value, problem) => {
  const settings = { SPECDROP_SLACK_CHANNEL: "#specs", [setting]: value };
  await expect(synth({ ...STAGES.production, settings })).rejects.toThrow(`${setting} cannot be used: ${problem}`);
});

test.each([
  ["SPECDROP_API_IDS", "a1b2c3d4e5,*"],
  ["SPECDROP_API_IDS", Array.from({ length: 13 }, (_, index) => `a1b2c3d4e${index}`).join()],
  ["SPECDROP_SUBMITTER_ACCOUNTS", "1111-2222-3333"],
  ["SPECDROP_SUBMITTER_ORGANIZATIONS", "*"],
  ["SPECDROP_ALLOWED_APIS", ""],
  ["SPECDROP_WITHDRAWAL_LIMITS", '{"documents": -1}'],
  ["SPECDROP_WITHDRAW_AFTER_SECONDS", "901"],
  ["SPECDROP_ALLOWED_APIS", '{"accounts": {"1111-2222-3333": ["*"]}}'],
])("a setting that opens more than it says is refused: %s=%s", async (setting, value) => {
  const options: SynthOptions = { ...STAGES.dev, settings: { [setting]: value } };
  await expect(synth(options)).rejects.toThrow(`${setting} cannot hold`);
});
