import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { incomingWebhook, renderResult, SlackError } from "@specdrop/slack";
import { afterEach, expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";

const SECRET = "T000/B000/XXXXsecretXXXX";
const message = renderResult(readGolden("ApplySucceeded").event);

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

/** A local Slack that answers as told; resolves to the webhook's URL. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/${SECRET}`;
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  listen((request, response) => {
    request.resume().on("end", () => response.writeHead(status, headers).end(body));
  });

async function failureOf(url: string, timeoutMs?: number): Promise<SlackError> {
  const webhook = incomingWebhook(url, timeoutMs === undefined ? {} : { timeoutMs });
  const error: unknown = await webhook.post(message).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlackError)) throw new Error("Expected a SlackError");
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("secret");
  expect(`${error.message}\n${error.stack}`).not.toContain("/services/");
  return error;
}

test("a message is posted as JSON, once", async () => {
  const received: { request: IncomingMessage; body: string }[] = [];
  const url = await listen((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ request, body });
      response.end("ok");
    });
  });
  await incomingWebhook(url).post(message);
  expect(received).toHaveLength(1);
  expect(received[0]?.request).toMatchObject({ method: "POST", url: `/services/${SECRET}` });
  expect(received[0]?.request.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(JSON.parse(received[0]?.body ?? "")).toEqual(message);
});

test.each([
  [400, "invalid_payload", "invalid_payload", false],
  [500, "invalid_payload", "invalid_payload", false],
  [404, "no_service", "no_service", false],
  [410, "channel_is_archived", "channel_is_archived", false],
  [403, "invalid_token", "invalid_token", false],
  [404, "<html>Not here</html>", "http_404", false],
  [410, "", "http_410", false],
  [302, "", "http_302", false],
  [200, "no_text", "no_text", false],
  [200, '{"ok":true}', "unexpected_response", false],
  [200, "", "unexpected_response", false],
  [201, "ok", "http_201", false],
  [408, "", "http_408", true],
  [500, "rollup_error", "rollup_error", true],
  [503, "Service Unavailable", "http_503", true],
])("HTTP %d with %j is %s, retryable: %s", async (status, body, code, retryable) => {
  const error = await failureOf(await answering(status, body));
  expect(error).toMatchObject({ name: "SlackError", code, retryable });
  expect(error.retryAfterMs).toBeUndefined();
});

test("a redirect is not followed: the webhook's path goes to nobody else", async () => {
  const visitors: string[] = [];
  const elsewhere = await listen((request, response) => {
    visitors.push(request.url ?? "");
    response.end("ok");
  });
  const error = await failureOf(await answering(307, "", { location: elsewhere }));
  expect(error).toMatchObject({ code: "http_307", retryable: false });
  expect(visitors).toEqual([]);
});

test.each([
  ["30", 30_000],
  ["0", 0],
  [undefined, undefined],
  ["soon", undefined],
  ["Sun, 22 Nov 2026 12:00:00 GMT", undefined],
])("Retry-After %s is passed on as %s ms", async (seconds, retryAfterMs) => {
  const headers = seconds === undefined ? undefined : { "retry-after": seconds };
  const error = await failureOf(await answering(429, "rate_limited", headers));
  expect(error).toMatchObject({ code: "rate_limited", retryable: true });
  expect(error.retryAfterMs).toBe(retryAfterMs);
});

test("a Slack that never answers is given up", async () => {
  expect(await failureOf(await listen(() => {}), 50)).toMatchObject({ code: "timeout", retryable: true });
});

test("an answer that never ends is given up", async () => {
  const url = await listen((_, response) => {
    response.writeHead(200).write("o");
  });
  expect(await failureOf(url, 50)).toMatchObject({ code: "timeout", retryable: true });
});

test("a broken connection may be tried again", async () => {
  const url = await listen((request) => request.socket.destroy());
  expect(await failureOf(url)).toMatchObject({ code: "network_error", retryable: true });
});

test("a port where nobody listens is named by its error code only", async () => {
  const url = await answering(200, "ok");
  await new Promise((closed) => servers.pop()?.close(closed));
  const error = await failureOf(url);
  expect(error).toMatchObject({ code: "network_error", retryable: true });
  expect(error.message).toBe("Slack could not be reached (ECONNREFUSED)");
});

test("a fetch of one's own is used, and what it gives away is kept back", async () => {
  const url = `https://hooks.slack.com/services/${SECRET}`;
  const leaky: typeof fetch = async (input) => {
    throw new TypeError(`Failed to fetch ${String(input)}`, { cause: { code: `at ${String(input)}` } });
  };
  const error: unknown = await incomingWebhook(url, { fetch: leaky })
    .post(message)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "network_error", message: "Slack could not be reached" });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("secret");
});

test.each(["", "hooks.slack.com/services/secret", "file:///services/secret"])("%j is no webhook", (url) => {
  expect(() => incomingWebhook(url)).toThrow(
    new SlackError("invalid_url", "The webhook's URL is not valid", { retryable: false }),
  );
});
