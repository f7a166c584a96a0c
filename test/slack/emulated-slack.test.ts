import { checkMessage, type SlackMessage, slackBot, slackNotifier, webhookMessenger } from "@specdrop/slack";
import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";
import { MESSAGES } from "./messages.ts";
import { aProgress } from "./scenarios.ts";
import { calendar, slackWorld } from "./world.ts";

let slack: Emulator;
const TOKEN = "xoxb-emulated";

beforeAll(async () => {
  slack = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: "specdrop", scopes: ["chat:write"] } },
      slack: { channels: [{ name: "specs" }], bots: [{ name: "specdrop" }] },
    },
  });
});
afterAll(() => slack.close());

async function api(
  method: string,
  body: object,
): Promise<{ readonly messages: readonly Shown[]; readonly channels: readonly { id: string; name: string }[] }> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const answer = await fetch(`${slack.url}/api/${method}`, { method: "POST", headers, body: JSON.stringify(body) });
  const value = (await answer.json()) as Awaited<ReturnType<typeof api>>;
  expect(value).toMatchObject({ ok: true });
  return value;
}

interface Shown {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks?: SlackMessage["blocks"];
}

const history = async (channel: string) => (await api("conversations.history", { channel, limit: 1_000 })).messages;
const bot = () => slackBot(TOKEN, { apiUrl: `${slack.url}/api/` });

test.each(Object.entries(MESSAGES))(
  "the message %s is taken by a Slack that nobody here wrote, and can be edited",
  async (_, message) => {
    expect(checkMessage(message)).toEqual([]);
    const messenger = bot();
    const { channel, ts = "" } = await messenger.post("specs", message);
    const find = async () => (await history(channel)).find((shown) => shown.ts === ts);
    expect(await find()).toMatchObject({ text: message.text, blocks: message.blocks });
    const edited = { ...message, text: `${message.text}, edited` };
    await messenger.edit?.({ channel, ts }, edited);
    expect(await find()).toMatchObject({ text: edited.text });
  },
);

test("a run is one message from its first progress to its result, with a reply where it failed", async () => {
  const { memoryPosts, clock } = slackWorld({ start: Date.parse("2026-11-22T12:00:00.000Z") });
  const channels = {
    change: async (_: string, next: (state: undefined) => { outcome: never }) => next(undefined).outcome,
  };
  const notifier = slackNotifier({
    messenger: bot(),
    posts: memoryPosts,
    channels: channels as never,
    clock,
    routes: { defaultChannel: "specs", rules: [] },
    links: { templates: { document: "", api: "", logs: "", page: "" }, region: "", logGroups: [], calendar },
  });
  const { channels: known } = await api("conversations.list", {});
  const channel = known.find(({ name }) => name === "specs")?.id ?? "";
  const before = (await history(channel)).map(({ ts }) => ts);
  const event = readGolden("ApplyFailed").event;
  const { operationId } = event.detail.metadata;
  const time = "2026-11-22T12:00:00.000Z";
  for (const ended of [100, 200, 300]) {
    await notifier.progress(aProgress({ operationId, apiId: event.detail.data.apiId ?? "", ended, time }));
  }
  await notifier.notify(event);
  await notifier.notify(event);
  const shown = (await history(channel)).filter(({ ts }) => !before.includes(ts));
  const [run] = shown.filter(({ thread_ts, ts }) => thread_ts === undefined || thread_ts === ts);
  expect(run?.text).toMatch(/^❌ Failed/);
  const replies = (await api("conversations.replies", { channel, ts: run?.ts })).messages.filter(
    ({ ts }) => ts !== run?.ts,
  );
  expect(replies.map(({ text }) => text)).toEqual([expect.stringMatching(/^❌ Failed: \d+ problem/)]);
});

test("what Slack refuses is told by its own word", async () => {
  const message = Object.values(MESSAGES)[0] as SlackMessage;
  await expect(bot().post("no-such-channel", message)).rejects.toMatchObject({
    code: "channel_not_found",
    retryable: false,
  });
  await expect(bot().edit?.({ channel: "specs", ts: "1.000001" }, message)).rejects.toMatchObject({ retryable: false });
});

test("the incoming webhook takes every message too", async () => {
  const { channels } = await api("conversations.list", {});
  const channel = channels.find(({ name }) => name === "general")?.id ?? "";
  // The webhook that the emulator begins with.
  const messenger = webhookMessenger({ default: `${slack.url}/services/T000000001/B000000001/X000000001` });
  const before = (await history(channel)).length;
  for (const message of Object.values(MESSAGES)) await messenger.post("default", message);
  expect(await history(channel)).toHaveLength(before + Object.keys(MESSAGES).length);
});
