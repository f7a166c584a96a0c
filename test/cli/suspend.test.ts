import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
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
  expect(suspended).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Suspended\. New documents are accepted/),
  });

  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body: document }));
  await stack.idle();
  expect(await at("resources")).toEqual([]);
  const types = async () => (await at("events")).map((event) => (event as Record<string, unknown>)["detail-type"]);
  expect(await types()).toEqual(expect.arrayContaining(["Suspended", "SpecWaiting"]));
  expect(await types()).not.toContain("ApplySucceeded");
  const slack = async () => JSON.stringify(await at("slack"));
  expect(await slack()).toContain("Applying is suspended by ");
  expect(await slack()).toContain("chat.json (revision 1, API `abcdefghij`) is accepted but not applied");

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
  expect(submitted.stderr).toContain("Applying is suspended: the document is accepted, but not applied");
  expect(submitted.code).toBe(1);
  const again = await run("suspend", ...LEDGER, "--reason", "another", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    suspended: true,
    switched: false,
    reason: "incident 4711",
    told: true,
  });

  const resumed = await run("resume", ...LEDGER, "--bus", "specdrop");
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Resumed\. /) });
  await stack.idle();
  expect(await at("resources")).toHaveLength(2);
  expect(await types()).toContain("ApplySucceeded");
  expect(await slack()).toContain("Applying is resumed by ");
  expect((await run("status", ...LEDGER)).stdout).not.toContain("suspended");
  expect((await run("resume", ...LEDGER)).stdout).toBe("Applying is not suspended.\n");
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
  expect(stderr).toContain("Applying was suspended, but the notification failed");
  expect((await run("status", ...LEDGER)).stdout).toContain("Applying is suspended");
  await run("resume", ...LEDGER, "--bus", "specdrop");
  await stack.idle();
});

test("apply and withdraw refuse with a ledger that is suspended, and touch nothing", async () => {
  const cwd = emptyFolder();
  copyFileSync(join(ROOT, "examples/chat.yaml"), join(cwd, "chat.yaml"));
  const here = (...args: readonly string[]) => callCli(args, { env, cwd });
  await here("apply", "chat.yaml");
  const owned = (await here("status")).stdout;
  await here("suspend", "--reason", "maintenance");
  const writes = stack.cloudControl.writes().length;
  for (const command of ["apply", "withdraw"]) {
    const { code, stdout, stderr } = await here(command, "chat.yaml");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /Applying is suspended since \S+ by .+ \(maintenance\)\. Nothing was changed\. To end it: npx specdrop resume\. /,
    );
  }
  expect((await here("status")).stdout).toBe(
    owned.replace(/^/, `${(await here("status")).stdout.split("\n", 1)[0]}\n`),
  );
  expect(stack.cloudControl.writes()).toHaveLength(writes);
  await here("resume");
  expect((await here("apply", "chat.yaml")).code).toBe(0);
});

const NOWHERE = "does not exist in this account and region. Correct --ledger; apply makes a file where there is none.";

test.each([
  ["suspend"],
  ["resume"],
  ["resume", "--bus", "specdrop"],
  ["status"],
  ["drift"],
  ["history", "s3://specs/chat.yaml"],
  ["rollback", "s3://specs/chat.yaml"],
  ["mv", "file:a/b:c.yaml", "file:a/b:d.yaml"],
  ["withdraw", "c.yaml", "--namespace", "a/b"],
])("%s with a table that does not exist says so, and exits with 2", async (...args) => {
  const { code, stdout, stderr } = await run(...args, "--ledger", "dynamodb:nowhere");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`the ledger dynamodb:nowhere ${NOWHERE}`);
});

test.each([["plan"], ["apply"], ["submit", "--bucket", "specs", "--wait"]])("so does %s", async (verb, ...more) => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "chat.json"), document);
  const args = [verb, "chat.json", ...more, "--namespace", "a/b", "--ledger", "dynamodb:nowhere"];
  const { code, stderr } = await callCli(
    args.filter((_, index) => verb !== "submit" || !["--namespace", "a/b"].includes(args[index] ?? "")),
    { env, cwd },
  );
  expect(stderr).toMatch(/does not exist in this account and region/);
  expect(code).toBe(2);
});

test("suspend and resume make no file: where nothing was applied, there is nothing to suspend", async () => {
  const cwd = emptyFolder();
  for (const verb of ["suspend", "resume", "mv a.yaml b.yaml", "withdraw a.yaml"]) {
    const { code, stderr } = await callCli(verb.split(" "), { env, cwd });
    expect(stderr).toContain(
      "No ledger at .specdrop/ledger.json: nothing was applied from this folder. A pipeline's is --ledger dynamodb:TABLE.",
    );
    expect(code).toBe(2);
    const named = await callCli([...verb.split(" "), "--ledger", "no.json"], { env, cwd });
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining("the ledger no.json does not exist.") });
  }
  expect(readdirSync(cwd)).toEqual([]);
});
