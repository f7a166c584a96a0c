import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";

let endpoints: Endpoints;

beforeAll(async () => {
  endpoints = await startEndpoints();
});
afterAll(() => endpoints.close());

async function post(message: unknown): Promise<[number, string, string | null]> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const reply = await fetch(endpoints.slackWebhookUrl, { method: "POST", body });
  return [reply.status, await reply.text(), reply.headers.get("retry-after")];
}
const received = async () => (await (await fetch(`${endpoints.url}/_specdrop/slack`)).json()) as object[];
const fault = (slack: object) =>
  fetch(`${endpoints.url}/_specdrop/faults`, { method: "PUT", body: JSON.stringify({ slack }) });
const section = { type: "section", text: { type: "mrkdwn", text: "hello" } };

test("a message is kept as it was posted", async () => {
  const message = { text: "hello", channel: "#specs", blocks: [section] };
  expect(await post(message)).toEqual([200, "ok", null]);
  expect(await received()).toEqual([{ receivedAt: expect.stringMatching(/^\d{4}-.*Z$/), ...message }]);
});

test.each<[string, unknown, string]>([
  ["not JSON", "hello", "invalid_payload"],
  ["not an object", [], "invalid_payload"],
  ["no text", {}, "no_text"],
  ["an empty text", { text: "" }, "no_text"],
  ["no blocks", { blocks: [] }, "invalid_blocks"],
  ["too many blocks", { blocks: Array.from({ length: 51 }, () => section) }, "invalid_blocks"],
  [
    "a long header",
    { blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] },
    "invalid_blocks",
  ],
  [
    "a long section",
    { blocks: [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }] },
    "invalid_blocks",
  ],
  ["a section of nothing", { blocks: [{ type: "section" }] }, "invalid_blocks"],
  [
    "too many fields",
    { blocks: [{ type: "section", fields: Array.from({ length: 11 }, () => section.text) }] },
    "invalid_blocks",
  ],
  ["an empty context", { blocks: [{ type: "context", elements: [] }] }, "invalid_blocks"],
  ["a block of no type", { blocks: [{}] }, "invalid_blocks"],
])("is refused: %s", async (_, message, reason) => {
  const before = (await received()).length;
  expect(await post(message)).toEqual([400, reason, null]);
  expect(await received()).toHaveLength(before);
});

test("it can be told to slow people down, and to fail", async () => {
  await fault({ rateLimited: 1, retryAfterSeconds: 7 });
  expect(await post({ text: "a" })).toEqual([429, "rate_limited", "7"]);
  await fault({ failing: 1 });
  expect(await post({ text: "b" })).toEqual([500, "server_error", null]);
  expect(await post({ text: "c" })).toEqual([200, "ok", null]);
  expect((await fault({ typo: 1 })).status).toBe(400);
  expect((await fault({ failing: -1 })).status).toBe(400);
});
