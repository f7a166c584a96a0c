import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ResultEvent } from "@specdrop/events";
import { parseFilterPattern } from "@specdrop/local/logs/filter-pattern";
import { type LogLine, type Stack, startStack } from "@specdrop/local/stack";
import { CONSOLE_LINKS, linksTo } from "@specdrop/slack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dashboardBody } from "../../infra/dashboard-body.ts";
import { awsEnvironment, callCli } from "../cli/run-cli.ts";
import { readPage, snippetsOf } from "../docs/snippets.ts";
import { clientsOf } from "../local/clients.ts";
import { matching, queryIn } from "./insights.ts";

const lines: LogLine[] = [];
let stack: Stack;
let given: ResultEvent;
const statuses: string[] = [];

const PLACE = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234" };
const document = { ...PLACE, IntegrationResponses: { ok: { IntegrationResponseKey: "$default" } } };

/** Cloud Control answers nothing but errors, until the document is given up. */
beforeAll(async () => {
  stack = await startStack({
    retryDelaySeconds: 0,
    sweepEverySeconds: 0,
    timeoutMs: 3_000,
    log: (line) => lines.push(line),
  });
  const { s3 } = clientsOf(stack);
  stack.cloudControl.changeFaults({ errorRate: 1, settleMs: 0 });
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body: JSON.stringify(document) }));
  const env = awsEnvironment(stack.url, stack.region);
  const isOver = () => stack.eventBridge.eventsOn(stack.bus).find((event) => event["detail-type"] === "ApplyFailed");
  while (isOver() === undefined) {
    statuses.push((await callCli(["status", "--ledger", "dynamodb:specdrop"], { env })).stdout);
    const asJson = await callCli(["status", "--json", "--ledger", "dynamodb:specdrop"], { env });
    statuses.push(asJson.stdout);
    await sleep(500);
  }
  await stack.idle();
  given = { detailType: "ApplyFailed", detail: isOver()?.detail } as unknown as ResultEvent;
}, 240_000);
afterAll(() => stack.close());

/** What the platform says by itself of an invocation, as Lambda does of one that takes too long: it knows no document. */
const PLATFORM = new Set(["The invocation failed", "The event source mapping had an error"]);
/** What the functions logged, as CloudWatch has it. */
const logged = () =>
  lines
    .filter(({ message }) => !PLATFORM.has(message))
    .map(({ function: name, level, message, fields }) => ({
      "@timestamp": 0,
      level: level.toUpperCase(),
      service: `specdrop-${name}`,
      message,
      ...fields,
    }));
const errors = () => logged().filter(({ level }) => level === "ERROR");
const TRY = "The signal will be retried";

test("status shows the tries and the last error of a run that is not over", () => {
  expect(statuses.join("\n")).toMatch(
    /AWS answers with errors, or not at all, since \d{4}-\d\d-\d\dT[\d:.]+Z; tried \d+ times\. The last error is \w+: .+\./,
  );
  const found = statuses
    .filter((text) => text.startsWith("{"))
    .flatMap((text) => JSON.parse(text).documents[0]?.apis[0]?.failure ?? []);
  expect(found.at(-1)).toMatchObject({ cause: "aws", code: expect.any(String), message: expect.any(String) });
  expect(found.map(({ tries }) => tries)).toEqual(found.map(({ tries }) => tries).sort((a, b) => a - b));
});

test("the result of a document that was given up repeats the cause and the last error", () => {
  const [diagnostic] = given.detail.data.diagnostics;
  expect(diagnostic).toMatchObject({ code: "SD6004" });
  expect(diagnostic?.message).toMatch(/8 tries; no run finished\. AWS answers with errors, .* The last error is /);
});

test("every error line says what it is about", () => {
  const { documentId, operationId, correlationId } = given.detail.metadata;
  const tries = errors().filter(({ message }) => message === TRY);
  expect(tries.length).toBeGreaterThanOrEqual(8);
  for (const line of errors()) {
    expect(line, JSON.stringify(line)).toMatchObject({ documentId, operationId, correlationId, apiId: PLACE.ApiId });
  }
});

test("what Slack's link, SD6004 and the dashboard look for is found by exactly that query", () => {
  const { metadata, data } = given.detail;
  const links = {
    templates: CONSOLE_LINKS,
    region: "eu-central-1",
    logGroups: ["/aws/lambda/specdrop-production-Reconcile"],
    calendar: { parse: Date.parse, format: (epochMs: number) => new Date(epochMs).toISOString() },
  };
  const subject = { ...data, correlationId: metadata.correlationId, time: metadata.time };
  const query = queryIn(linksTo(links, subject).logsUrl ?? "");
  expect(query).toContain(`filter correlationId = "${metadata.correlationId}"`);
  const help = /(filter .*)$/.exec(data.diagnostics[0]?.help ?? "")?.[1] ?? "";
  const shown = {
    ...{ title: "t", region: "r", namespace: "n", functions: {}, queues: {}, alarms: [], runbook: "https://x" },
    logGroups: { Reconcile: "/aws/lambda/specdrop-production-Reconcile" },
  };
  const last = dashboardBody<string>(shown).widgets.find(({ type }) => type === "log")?.properties.query;
  for (const text of [query, help, last]) {
    const found = matching(text, logged());
    expect(
      found.map(({ message }) => message),
      text,
    ).toContain(TRY);
    const elsewhere = logged().map((line) => ({ ...line, correlationId: "x", operationId: "x", level: "INFO" }));
    expect(matching(text, elsewhere), text).toEqual([]);
  }
  expect(matching(last, logged())[0]).toMatchObject({
    documentId: metadata.documentId,
    "error.message": expect.any(String),
  });
});

test("what the alarms' commands filter for is found", () => {
  const patterns = snippetsOf(readPage("operate.md"))
    .filter(({ heading }) => heading.startsWith("Alarms / "))
    .flatMap(({ text }) =>
      [...text.matchAll(/Reconcile.*--filter-pattern '([^']+)'/g)].map(([, pattern = ""]) => pattern),
    );
  expect(new Set(patterns).size).toBe(2);
  for (const pattern of new Set(patterns)) {
    const fits = parseFilterPattern(pattern);
    expect(errors().filter((line) => fits(JSON.stringify(line))).length, pattern).toBeGreaterThanOrEqual(8);
  }
});
