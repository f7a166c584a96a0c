import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ port: 0, retryDelaySeconds: 0 });
});
afterEach(() => stack.idle());
afterAll(() => stack.close());

const WAIT = ["--wait", "--ledger", "dynamodb:specdrop"] as const;
const document = (more: object = {}, response: object = {}) =>
  JSON.stringify({
    ...{ ApiId: "submitted1", IntegrationId: "int0001", ...more },
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: "b" }, ...response } },
  });

function workspace(text: string, name = "chat.json") {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), text);
  const env = awsEnvironment(stack.url, stack.region);
  const run = (...args: readonly string[]) => callCli(["submit", name, ...args], { cwd: folder, env });
  return { folder, env, run };
}

test("through the bucket, with its outcome", async () => {
  const { run } = workspace(document({ Deploy: { StageName: "prod" } }));
  const waited = await run("--bucket", "specs", "--prefix", "team-a", ...WAIT);
  expect(waited.stderr).toContain("Submitted: put as s3://specs/team-a/chat.json. Correlation id ");
  expect(waited.stdout).toMatch(/^API submitted1: ApplySucceeded: 1 created in /);
  expect(waited.code).toBe(0);

  const again = await run("--bucket", "specs", "--prefix", "team-a/", ...WAIT, "--json");
  const [detail] = JSON.parse(again.stdout) as readonly ResultDetail[];
  expect(detail).toMatchObject({
    metadata: { documentId: "s3://specs/team-a/chat.json", sequence: 2 },
    data: { summary: { unchanged: 1 }, deployment: { status: "live", stageName: "prod" } },
  });
  expect(again.stderr).toContain(`Correlation id ${detail?.metadata.correlationId}.`);
  expect(again.code).toBe(0);
});

test("through the bus, with its outcome", async () => {
  const { run } = workspace(document({ ApiId: "submitted2" }));
  const { stdout, code } = await run("--bus", "specdrop", ...WAIT, "--json");
  const details = JSON.parse(stdout) as readonly ResultDetail[];
  expect(details).toMatchObject([
    {
      metadata: { documentId: "s3://specs/events/000000000000/specdrop.cli/chat.json" },
      data: { apiId: "submitted2", summary: { create: 1 } },
    },
  ]);
  expect(code).toBe(0);
});

test("without waiting it says where the document went", async () => {
  const { run } = workspace(document({ ApiId: "submitted3" }));
  const put = await run("--bucket", "specs", "--json");
  expect(JSON.parse(put.stdout)).toMatchObject({
    correlationId: expect.any(String),
    document: { bucket: "specs", key: "chat.json" },
  });
  expect(put.code).toBe(0);
  const sent = await run("--bus", "specdrop");
  expect(sent.stdout).toContain("sent to bus specdrop as chat.json (source specdrop.cli)");
});

test("what was not applied ends with 1, and says why", async () => {
  const mine = workspace(document({ ApiId: "submitted4" }));
  expect((await mine.run("--bucket", "specs", "--prefix", "mine", ...WAIT)).code).toBe(0);
  const theirs = workspace(document({ ApiId: "submitted4" }), "other.json");
  const conflict = await theirs.run("--bucket", "specs", ...WAIT);
  expect(conflict.stdout).toContain("API submitted4: ApplyFailed");
  expect(conflict.stderr).toContain("belongs to s3://specs/mine/chat.json");
  expect(conflict.stderr).toContain("--> other.json:1:");
  expect(conflict.code).toBe(1);
});

test("a document with errors goes nowhere", async () => {
  const { run } = workspace("IntegrationResponses: { x: {} }", "broken.yaml");
  const before = stack.eventBridge.eventsOn(stack.bus).length;
  const { stderr, code } = await run("--bucket", "specs", ...WAIT);
  expect(stderr).toContain("nothing was changed");
  expect(code).toBe(1);
  await stack.idle();
  expect(stack.eventBridge.eventsOn(stack.bus)).toHaveLength(before);
});

test("the wait ends when the time is up", async () => {
  const { run } = workspace(document({ ApiId: "submitted5" }));
  const { stderr, code } = await run("--bus", "default", ...WAIT, "--timeout", "1");
  expect(stderr).toContain("It was not taken in within 1 s.");
  expect(code).toBe(1);
});

test.each([
  [["chat.json"], "give either --bucket or --bus"],
  [["chat.json", "--bucket", "a", "--bus", "b"], "cannot be used with"],
  [["chat.json", "--bucket", "specs", "--wait"], "--wait needs --ledger dynamodb:TABLE"],
  [["chat.json", "--bucket", "specs", "--wait", "--ledger", "ledger.json"], "--wait needs --ledger dynamodb:TABLE"],
  [["chat.json", "--bucket", "specs", "--prefix", "events/x"], "are specdrop's own"],
  [["chat.json", "--bucket", "specs", "--timeout", "soon"], "Write a number of seconds"],
  [["chat.txt", "--bucket", "specs"], "end in .yaml, .yml or .json"],
  [["-", "--bucket", "specs"], "standard input has no name"],
  [["nowhere.json", "--bucket", "specs"], "does not exist"],
])("wrong usage: submit %j", async (args, message) => {
  const { folder, env } = workspace(document());
  const { stderr, code } = await callCli(["submit", ...args], { cwd: folder, env });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
