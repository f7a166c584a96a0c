import { execFileSync } from "node:child_process";
import { createCipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "specdrop-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRETS = path.resolve(import.meta.dirname, "../../functions/src/config/secrets.ts");
const PROGRAM = `
  import { withLinkedSecrets } from ${JSON.stringify(SECRETS)};
  const { SPECDROP_SLACK_WEBHOOK_URL, SPECDROP_SLACK_BOT_TOKEN } = withLinkedSecrets(process.env);
  console.log(SPECDROP_SLACK_WEBHOOK_URL ?? SPECDROP_SLACK_BOT_TOKEN ?? "none");`;

/** The webhook's address, or the bot's token, as a new process finds it; links are read once per process. */
function secretIn(env: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", PROGRAM], { env, encoding: "utf8" }).trim();
}

/** The environment of a deployed function; its links lie next to its code, in a file encrypted with a key from here. */
function deployedWith(links: object): Readonly<Record<string, string>> {
  const key = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, Buffer.alloc(12, 0));
  const file = path.join(folder, `${key.toString("hex")}.enc`);
  writeFileSync(file, Buffer.concat([cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()]));
  const app = JSON.stringify({ name: "specdrop", stage: "test" });
  return { SST_KEY: key.toString("base64"), SST_KEY_FILE: file, SST_RESOURCE_App: app };
}

const linked = { SlackWebhookUrl: { type: "sst.sst.Secret", value: "https://hooks.slack.test/linked" } };
const local = { SPECDROP_SLACK_WEBHOOK_URL: "http://127.0.0.1:4566/slack" };

test("a deployed function finds the secret that is linked to it", () => {
  expect(secretIn(deployedWith(linked))).toBe("https://hooks.slack.test/linked");
});

test("a bot finds its token", () => {
  const token = { SlackBotToken: { type: "sst.sst.Secret", value: "xoxb-linked" } };
  expect(secretIn(deployedWith(token))).toBe("xoxb-linked");
});

test("in the app of a team the secret has a longer name", () => {
  const token = { SpecdropSlackBotToken: { type: "sst.sst.Secret", value: "xoxb-linked" } };
  expect(secretIn(deployedWith(token))).toBe("xoxb-linked");
});

test("what the environment says goes first", () => {
  expect(secretIn({ ...deployedWith(linked), ...local })).toBe("http://127.0.0.1:4566/slack");
});

test("without a link the environment is all there is", () => {
  expect(secretIn(deployedWith({}))).toBe("none");
  expect(secretIn({})).toBe("none");
  expect(secretIn(local)).toBe("http://127.0.0.1:4566/slack");
});
