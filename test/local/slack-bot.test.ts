import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, type StackOptions, startStack } from "@specdrop/local/index";
import { afterEach, expect, test } from "vitest";
import { emptyFolder } from "../cli/run-cli.ts";

const stacks: Stack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close();
});

async function start(options: StackOptions): Promise<Stack> {
  const stack = await startStack({ sweepEverySeconds: 0, ...options });
  stacks.push(stack);
  return stack;
}

async function drop(stack: Stack, Key: string, Body: string): Promise<void> {
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body }));
  s3.destroy();
}

const document = (key: string) =>
  `ApiId: slackbotap\nIntegrationId: abc1234\nIntegrationResponses:\n  ok:\n    IntegrationResponseKey: ${key}\n`;

const shown = async ({ url }: Stack) =>
  (await (await fetch(`${url}/_specdrop/slack`)).json()) as readonly Record<string, unknown>[];

test("a bot posts a result once, and answers a failure in its thread", async () => {
  const stack = await start({ slack: { mode: "bot" } });
  await drop(stack, "good.yaml", document("/200/"));
  await stack.idle();
  await drop(stack, "bad.yaml", "ApiId: [");
  await stack.idle();
  const [good, bad, reply] = await shown(stack);
  expect(good).toMatchObject({
    channel: "#specdrop",
    text: expect.stringContaining("Applied"),
    ts: expect.any(String),
  });
  expect(bad).toMatchObject({ text: expect.stringContaining("Rejected") });
  expect(reply).toMatchObject({ thread_ts: bad?.["ts"] });
  expect(await shown(stack)).toHaveLength(3);
});

test("a long run's message is edited, shows what it was before, and outlives the process", async () => {
  const data = emptyFolder();
  const first = await start({ slack: { mode: "bot" }, data });
  const { source, "detail-type": detailType } = { source: "specdrop.progress", "detail-type": "RunProgress" };
  await drop(first, "good.yaml", document("/200/"));
  await first.idle();
  const result = first.eventBridge.eventsOn(first.bus).find((event) => event.source === "specdrop");
  const detail = (result?.detail ?? {}) as {
    metadata: Record<string, unknown>;
    data: { document: object; apiId: string };
  };
  const { metadata, data: about } = detail;
  // Another run, which takes long.
  const { documentId, correlationId } = metadata;
  const of = {
    documentId,
    correlationId,
    operationId: "another",
    sequence: 9,
    document: about.document,
    apiId: about.apiId,
  };
  const counts = { part: 0, total: 40, failed: 0, elapsedMs: 12_000, time: new Date().toISOString() };
  const put = (type: string, from: string, detail: unknown) =>
    first.eventBridge.putEvents({
      Entries: [{ EventBusName: first.bus, Source: from, DetailType: type, Detail: JSON.stringify(detail) }],
    });
  put(detailType, source, { ...of, ...counts, ended: 10 });
  await first.idle();
  put(detailType, source, { ...of, ...counts, ended: 20 });
  await first.idle();
  put("ApplySucceeded", "specdrop", {
    ...detail,
    metadata: { ...metadata, id: "other", operationId: "another" },
  });
  await first.idle();
  const before = await shown(first);
  expect(before).toHaveLength(2);
  expect(before[1]).toMatchObject({
    text: expect.stringContaining("✅ Applied"),
    editedAt: expect.any(String),
    history: [{ text: expect.stringContaining("10 of 40") }, { text: expect.stringContaining("20 of 40") }],
  });
  await first.close();
  stacks.splice(0);
  const second = await start({ slack: { mode: "bot" }, data });
  expect(await shown(second)).toEqual(before);
});

test("a bot that Slack slows down, or that Slack fails, loses nothing and repeats nothing", async () => {
  const stack = await start({ slack: { mode: "bot" } });
  stack.slack.changeFaults({ rateLimited: 2, retryAfterSeconds: 1, failing: 1 });
  await drop(stack, "good.yaml", document("/200/"));
  await stack.idle();
  expect(await shown(stack)).toHaveLength(1);
});

test("rules and pace are those of the deployed pipeline", { timeout: 30_000 }, async () => {
  const rules = JSON.stringify([{ outcomes: ["rejected"], channel: null }]);
  const stack = await start({ slack: { mode: "bot", rules, paced: true } });
  await drop(stack, "bad.yaml", "ApiId: [");
  await Promise.all(["a", "b", "c"].map((name) => drop(stack, `${name}.yaml`, document(`/${name}/`))));
  await stack.idle();
  const times = (await shown(stack)).map(({ receivedAt }) => Date.parse(String(receivedAt)));
  expect(times).toHaveLength(3);
  for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(900);
});

test("the Web API refuses what Slack refuses", async () => {
  const stack = await start({});
  const call = async (
    method: string,
    body: object,
    headers: Record<string, string> = { authorization: "Bearer x" },
  ) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    return (await fetch(`${stack.slackApiUrl}${method}`, init)).json();
  };
  expect(await call("auth.test", {})).toMatchObject({ ok: true, user: "specdrop" });
  expect(await call("auth.test", {}, {})).toEqual({ ok: false, error: "not_authed" });
  expect(await call("chat.delete", {})).toEqual({ ok: false, error: "unknown_method" });
  expect(await call("chat.postMessage", { text: "a" })).toEqual({ ok: false, error: "channel_not_found" });
  expect(await call("chat.postMessage", { channel: "#a" })).toEqual({ ok: false, error: "no_text" });
  expect(await call("chat.postMessage", { channel: "#a", text: "a", thread_ts: "1" })).toEqual({
    ok: false,
    error: "thread_not_found",
  });
  expect(await call("chat.update", { channel: "#a", ts: "1", text: "a" })).toEqual({
    ok: false,
    error: "message_not_found",
  });
  const { channel, ts } = (await call("chat.postMessage", { channel: "#a", text: "a" })) as {
    channel: string;
    ts: string;
  };
  expect(await call("chat.update", { channel, ts, blocks: [] })).toEqual({ ok: false, error: "invalid_blocks" });
  expect(await call("chat.update", { channel, ts, text: "b" })).toMatchObject({ ok: true });
});
