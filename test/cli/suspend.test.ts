import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder, ROOT } from "./run-cli.ts";

let stack: Stack;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  stack = await startStack({ retryDelaySeconds: 0, sweepEverySeconds: 0 });
  env = awsEnvironment(stack.url, stack.region);
});
afterAll(() => stack.close());

const LEDGER = ["--ledger", "dynamodb:specdrop"] as const;
const document = JSON.stringify({
  ApiId: "abcdefghij",
  IntegrationId: "abc1234",
  IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: "b" } } },
});

const run = (...args: readonly string[]) => callCli(args, { env, cwd: emptyFolder() });
const at = async (path: string) => (await (await fetch(`${stack.url}/_specdrop/${path}`)).json()) as readonly unknown[];

test("suspended, a file that is dropped is accepted and waits; resumed, it is applied within seconds", async () => {
  const suspended = await run("suspend", ...LEDGER, "--bus", "specdrop", "--reason", "incident 4711");
  expect(suspended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Suspended: documents are accepted/) });

  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body: document }));
  await stack.idle();
  expect(await at("resources")).toEqual([]);
  const types = async () => (await at("events")).map((event) => (event as Record<string, unknown>)["detail-type"]);
  expect(await types()).toEqual(expect.arrayContaining(["Suspended", "SpecWaiting"]));
  expect(await types()).not.toContain("ApplySucceeded");
  const slack = async () => JSON.stringify(await at("slack"));
  expect(await slack()).toContain("Applying is suspended by ");
  expect(await slack()).toContain("chat.json (revision 1, API `abcdefghij`) is accepted, and waits");

  const status = await run("status", ...LEDGER);
  expect(status.stdout).toMatch(/^Applying is suspended since \S+ by .+: incident 4711\n/);
  expect(status.stdout).toContain("API abcdefghij  accepted, waits");
  expect(JSON.parse((await run("status", ...LEDGER, "--json")).stdout)).toMatchObject({
    suspended: { reason: "incident 4711" },
  });
  const folder = emptyFolder();
  writeFileSync(join(folder, "more.json"), document.replace("$default", "/200/"));
  const submit = ["submit", "more.json", "--bucket", "specs", "--wait", ...LEDGER, "--timeout", "1"];
  const submitted = await callCli(submit, { env, cwd: folder });
  expect(submitted.stderr).toContain("Applying is suspended: the document is accepted, and waits");
  expect(submitted.code).toBe(1);
  const again = await run("suspend", ...LEDGER, "--reason", "another", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    suspended: true,
    switched: false,
    reason: "incident 4711",
    told: true,
  });

  const resumed = await run("resume", ...LEDGER, "--bus", "specdrop");
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Resumed: /) });
  await stack.idle();
  expect(await at("resources")).toHaveLength(2);
  expect(await types()).toContain("ApplySucceeded");
  expect(await slack()).toContain("Applying is resumed by ");
  expect((await run("status", ...LEDGER)).stdout).not.toContain("suspended");
  expect((await run("resume", ...LEDGER)).stdout).toBe("Nothing is suspended.\n");
});

test("without the bus, the next sweep tells of it, and has what waited applied", async () => {
  const { stderr } = await run("suspend", ...LEDGER);
  expect(stderr).toContain("with the next sweep");
  await stack.sweep();
  await run("resume", ...LEDGER);
  const told = (await at("slack")).length;
  await stack.sweep();
  await stack.idle();
  expect(JSON.stringify((await at("slack")).slice(told))).toContain("resumed");
});

test("a bus that is not there leaves the switch made, and says so", async () => {
  const { code, stderr } = await run("suspend", ...LEDGER, "--bus", "nowhere");
  expect(code).toBe(1);
  expect(stderr).toContain("The switch is made, and nobody could be told of it");
  expect((await run("status", ...LEDGER)).stdout).toContain("Applying is suspended");
  await run("resume", ...LEDGER, "--bus", "specdrop");
  await stack.idle();
});

test("apply and withdraw refuse with a ledger that is suspended, and touch nothing", async () => {
  const cwd = emptyFolder();
  copyFileSync(join(ROOT, "examples/chat.yaml"), join(cwd, "chat.yaml"));
  const here = (...args: readonly string[]) => callCli(args, { env, cwd });
  await here("suspend", "--reason", "maintenance");
  const writes = stack.cloudControl.writes().length;
  for (const command of ["apply", "withdraw"]) {
    const { code, stdout, stderr } = await here(command, "chat.yaml");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/Applying is suspended since \S+ by .+ \(maintenance\)\. Nothing was touched\. /);
  }
  expect((await here("status")).stdout).toMatch(/^Applying is suspended.*\n0 documents/);
  expect(stack.cloudControl.writes()).toHaveLength(writes);
  await here("resume");
  expect((await here("apply", "chat.yaml")).code).toBe(0);
});
