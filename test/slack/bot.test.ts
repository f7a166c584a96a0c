import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { SlackError, slackBot } from "@specdrop/slack";
import { afterEach, expect, test, vi } from "vitest";
import { MESSAGES } from "./messages.ts";

const TOKEN = "xoxb-hunter2secret";
const [message] = Object.values(MESSAGES);
if (message === undefined) throw new Error("There are messages");

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

/** A bot whose Slack answers as told, and how often it was asked. */
async function botOf(answer: RequestListener, timeoutMs = 5_000) {
  const requests: { url: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    request.resume().on("end", () => answer(request, response));
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return { bot: slackBot(TOKEN, { apiUrl, timeoutMs }), requests };
}

const answering =
  (status: number, body: object | string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body));

async function failureOf(call: Promise<unknown> | undefined): Promise<SlackError> {
  const printed = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "info")];
  for (const spy of printed) spy.mockImplementation(() => {});
  const error: unknown = await call?.catch((thrown: unknown) => thrown);
  const said = inspect(printed.map((spy) => spy.mock.calls));
  for (const spy of printed) spy.mockRestore();
  if (!(error instanceof SlackError)) throw new Error(`Expected a SlackError, saw ${String(error)}`);
  expect(`${inspect(error, { depth: 10, showHidden: true })} ${error.stack} ${said}`).not.toContain("hunter2");
  return error;
}

test("a message is posted with the bot's token, and is where Slack says it is", async () => {
  const { bot, requests } = await botOf(answering(200, { ok: true, channel: "C1", ts: "1.2" }));
  expect(await bot.post("#specs", message)).toEqual({ channel: "C1", ts: "1.2" });
  expect(requests).toEqual([{ url: "/api/chat.postMessage", authorization: `Bearer ${TOKEN}` }]);
});

test.each<[string, RequestListener, object]>([
  [
    "asked to slow down",
    answering(429, { ok: false }, { "retry-after": "17" }),
    { code: "rate_limited", retryable: true, retryAfterMs: 17_000 },
  ],
  [
    "HTTP 200 that is no success",
    answering(200, { ok: false, error: "channel_not_found" }),
    { code: "channel_not_found", retryable: false },
  ],
  [
    "a passing fault of Slack's",
    answering(200, { ok: false, error: "internal_error" }),
    { code: "internal_error", retryable: true },
  ],
  [
    "a word that is none",
    answering(200, { ok: false, error: "<b>No</b>" }),
    { code: "unexpected_response", retryable: false },
  ],
  ["an answer without a place", answering(200, { ok: true }), { code: "unexpected_response", retryable: false }],
  ["a proxy's page", answering(503, "<html>", { "content-type": "text/html" }), { code: "http_503", retryable: true }],
  ["a broken connection", (request) => request.socket.destroy(), { code: "network_error", retryable: true }],
])("a message is tried once: %s", async (_, answer, expected) => {
  const { bot, requests } = await botOf(answer);
  expect(await failureOf(bot.post("#specs", message))).toMatchObject({ name: "SlackError", ...expected });
  expect(requests).toHaveLength(1);
});

test("a Slack that does not answer is given up", async () => {
  const { bot, requests } = await botOf(() => {}, 100);
  expect(await failureOf(bot.post("#specs", message))).toMatchObject({ code: "network_error", retryable: true });
  expect(requests).toHaveLength(1);
});

test("an edit does no harm twice, and is tried three times at most", async () => {
  const { bot, requests } = await botOf(answering(503, "away"));
  expect(await failureOf(bot.edit?.({ channel: "C1", ts: "1.2" }, message))).toMatchObject({ retryable: true });
  expect(requests.length).toBeGreaterThan(1);
  expect(requests.length).toBeLessThanOrEqual(3);
});

test("asked to slow down, an edit is not tried again here", async () => {
  const { bot, requests } = await botOf(answering(429, { ok: false }, { "retry-after": "1" }));
  expect(await failureOf(bot.edit?.({ channel: "C1", ts: "1.2" }, message))).toMatchObject({ code: "rate_limited" });
  expect(requests).toHaveLength(1);
});

test.each(["", "xoxb with spaces", "xoxb\n"])("%j is no token", (token) => {
  expect(() => slackBot(token)).toThrow(
    new SlackError("invalid_token", "The bot's token is not valid", { retryable: false }),
  );
});
