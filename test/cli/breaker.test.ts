import { DeleteObjectsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type LogLine, type Stack, startStack } from "@specdrop/local/index";
import { afterEach, beforeEach, expect, test } from "vitest";
import { troubleLines } from "../../packages/cli/src/report/trouble-lines.ts";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let stack: Stack;
let env: Readonly<Record<string, string>>;
let s3: S3Client;
let logged: LogLine[];

beforeEach(async () => {
  logged = [];
  const log = (line: LogLine) => void logged.push(line);
  stack = await startStack({ log, retryDelaySeconds: 0, sweepEverySeconds: 0, sweepGraceMs: 0 });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  env = awsEnvironment(stack.url, stack.region);
});
afterEach(async () => {
  s3.destroy();
  await stack.close();
});

const LEDGER = ["--ledger", "dynamodb:specdrop"] as const;
const KEYS = Array.from({ length: 24 }, (_, index) => `chat-${String(index).padStart(2, "0")}.json`);

const run = (...args: readonly string[]) => callCli([...args, ...LEDGER], { env, cwd: emptyFolder() });
const at = async (path: string) => (await (await fetch(`${stack.url}/_specdrop/${path}`)).json()) as readonly unknown[];
const slack = async () => JSON.stringify(await at("slack"));

const document = (key: string) =>
  JSON.stringify({
    ApiId: "abcdefghij",
    IntegrationId: key.slice(0, 7).replace("-", "0"),
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: key } } },
  });

async function dropAll(keys: readonly string[] = KEYS): Promise<void> {
  for (const Key of keys) {
    const Body = document(Key).replace("$default", `/${Key}/`);
    await s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body }));
  }
  await stack.idle();
}

/** As `aws s3 sync --delete` from an empty folder. */
async function deleteAll(keys: readonly string[] = KEYS): Promise<void> {
  const Objects = keys.map((Key) => ({ Key }));
  await s3.send(new DeleteObjectsCommand({ Bucket: "specs", Delete: { Objects } }));
  await stack.idle();
}

test("a bucket that is emptied deletes nothing before somebody says so", { timeout: 60_000 }, async () => {
  await dropAll();
  expect(await at("resources")).toHaveLength(24);
  // Nothing is applied before all is counted.
  await run("suspend");
  // Deletions are taken in side by side: only where the 21st is alone is it certain which count trips the breaker.
  await deleteAll(KEYS.slice(0, 20));
  await deleteAll(KEYS.slice(20, 21));
  await deleteAll(KEYS.slice(21));
  await run("resume", "--bus", "specdrop");
  await stack.idle();
  expect(await at("resources")).toHaveLength(24);

  const troubles = logged.flatMap((line) => troubleLines(line, (_, text) => text));
  expect(troubles).toEqual([
    "intake error Withdrawals are held: 21 documents with 21 of 24 responses were withdrawn within 10 minutes",
    "         None of them is applied. To apply them, resume with this ledger. To cancel a withdrawal, drop its document again.",
  ]);
  const message = "24 deleted documents with 24 responses wait, still live: `chat-00.json`, `chat-01.json`";
  expect((await at("slack")).filter((each) => JSON.stringify(each).includes(message))).toHaveLength(1);
  const status = await run("status");
  expect(status.stdout).toMatch(/^Withdrawals are held since \S+: 21 documents with 21 of 24 responses were withdrawn/);
  expect(status.stdout).toContain(
    "  24 documents with 24 responses wait to be withdrawn. npx specdrop resume --ledger dynamodb:specdrop deletes",
  );
  expect(status.stdout).toContain("API abcdefghij  withdrawn, held  1 owned");
  expect(JSON.parse((await run("status", "--json")).stdout)).toMatchObject({
    held: { documents: 24, responses: 24, reason: expect.stringContaining("21 documents") },
  });
  await stack.sweep();
  await stack.idle();
  expect(await at("resources")).toHaveLength(24);

  // Back: what is dropped again is as it was, and everything else goes on.
  await dropAll(KEYS.slice(0, 20));
  expect((await run("status")).stdout).toContain("4 documents with 4 responses wait");

  const resumed = await run("resume", "--bus", "specdrop");
  expect(resumed).toMatchObject({
    code: 0,
    stdout: "Resumed. The withdrawal of 4 held documents with 4 responses is applied.\n",
  });
  await stack.idle();
  expect(await at("resources")).toHaveLength(20);
  expect(await slack()).toContain("Held withdrawals are released by ");
  expect((await run("resume")).stdout).toBe("Applying is not suspended.\n");
});

/** Another pipeline, with other limits. */
async function restart(documents: number): Promise<void> {
  await stack.close();
  s3.destroy();
  const breaker = { documents, responses: 100, minutes: 10, percent: 25 };
  stack = await startStack({ retryDelaySeconds: 0, sweepEverySeconds: 0, sweepGraceMs: 0, breaker });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  env = awsEnvironment(stack.url, stack.region);
}

test("ending a suspension does not let go what was deleted meanwhile", { timeout: 60_000 }, async () => {
  await restart(4);
  const few = KEYS.slice(0, 6);
  await dropAll(few);
  await run("suspend", "--reason", "incident 4711");
  await deleteAll(few);
  const first = await run("resume", "--bus", "specdrop");
  expect(first.stdout).toMatch(/^Resumed. Waiting documents/);
  expect(first.stderr).toContain("Withdrawals are still held");
  await stack.idle();
  expect(await at("resources")).toHaveLength(6);
  const second = await run("resume", "--json");
  expect(JSON.parse(second.stdout)).toMatchObject({
    suspended: false,
    switched: true,
    told: false,
    withdrawals: { documents: 6, responses: 6 },
  });
  await stack.sweep();
  await stack.idle();
  expect(await at("resources")).toEqual([]);
});

test("what is too many is a setting", { timeout: 60_000 }, async () => {
  await restart(100);
  await dropAll();
  await deleteAll();
  expect(await at("resources")).toEqual([]);
});
