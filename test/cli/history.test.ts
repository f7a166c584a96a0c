import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let stack: Stack;
let s3: S3Client;
beforeAll(async () => {
  stack = await startStack({ port: 0, retryDelaySeconds: 0, sweepEverySeconds: 0 });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
});
afterAll(() => stack.close());

const TABLE = ["--ledger", "dynamodb:specdrop"];
const document = (text: string, ApiId = "history001") =>
  JSON.stringify({
    ...{ ApiId, IntegrationId: "int0001" },
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: text } } },
  });

function workspace(env: Readonly<Record<string, string>> = {}) {
  const folder = emptyFolder();
  const aws = awsEnvironment(stack.url, stack.region);
  const run = (...args: readonly string[]) => callCli(args, { cwd: folder, env: { ...aws, ...env } });
  const write = (text: string, name = "chat.json") => writeFileSync(join(folder, name), text);
  return { folder, run, write };
}

const CI = {
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: "ada",
  GITHUB_SHA: "0f".repeat(20),
  GITHUB_SERVER_URL: "https://github.example.com",
  GITHUB_REPOSITORY: "org/chat",
  GITHUB_RUN_ID: "42",
};
const SUMMARY = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 };

test("a document in the bucket: who, how, and what became of it, rejected and deleted ones too", async () => {
  const { run, write } = workspace(CI);
  write(document("1"));
  await run("submit", "chat.json", "--bucket", "specs");
  await stack.idle();
  const { VersionId: second } = await s3.send(
    new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body: document("2") }),
  );
  await stack.idle();
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body: "{" }));
  await stack.idle();
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "chat.json" }));
  await stack.idle();

  const { stdout, code } = await run("history", "s3://specs/chat.json", ...TABLE, "--json");
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(Object.keys(told)).toEqual(["documentId", "revisions"]);
  const account = { from: "account", actor: "000000000000" };
  expect(told.revisions).toMatchObject([
    { sequence: 4, kind: "withdraw", outcome: "ApplySucceeded", by: account, summary: { ...SUMMARY, delete: 1 } },
    { sequence: 3, kind: "drop", outcome: "SpecRejected", by: account, summary: SUMMARY },
    { sequence: 2, kind: "drop", outcome: "ApplySucceeded", by: account, versionId: second },
    {
      sequence: 1,
      kind: "submit",
      outcome: "ApplySucceeded",
      by: {
        from: "metadata",
        actor: "ada",
        commit: "0f".repeat(20),
        runUrl: "https://github.example.com/org/chat/actions/runs/42",
      },
      summary: { ...SUMMARY, create: 1 },
    },
  ]);
  const { at } = told.revisions[0];
  expect(new Date(at).toISOString()).toBe(at);

  const lines = (await run("history", "s3://specs/chat.json", ...TABLE)).stdout.split("\n");
  expect(lines[0]).toBe("s3://specs/chat.json");
  expect(lines[1]).toMatch(
    /^\* 4 {2}[\d-]{10}T[\d:]{8}Z {2}withdraw {2}ApplySucceeded {2}by account 0{12} {2}1 deleted$/,
  );
  expect(lines[2]).toMatch(/^ {2}3 .* SpecRejected .* by account 0{12}$/);
  expect(lines[4]).toContain("by ada, commit 0f0f0f0f0f0f, https://github.example.com/org/chat/actions/runs/42");
  expect(lines[5]).toBe("4 revisions; * is in force.");
});

test("a file, in a ledger of its own and in a shared one", async () => {
  const { run, write } = workspace({ GITLAB_CI: "true", GITLAB_USER_LOGIN: "bob", CI_JOB_URL: "https://ci/1" });
  write(document("1", "historyfile"));
  await run("apply", "chat.json");
  await run("withdraw", "chat.json");
  const own = JSON.parse((await run("history", "chat.json", "--json")).stdout);
  const by = { from: "metadata", actor: "bob", runUrl: "https://ci/1" };
  expect(own).toMatchObject({
    documentId: "file:chat.json",
    revisions: [
      { sequence: 2, kind: "withdraw", by, outcome: "ApplySucceeded" },
      { sequence: 1, kind: "cli", by, outcome: "ApplySucceeded" },
    ],
  });
  expect(await run("history", "file:chat.json", "--json")).toMatchObject({ code: 0 });

  await run("apply", "chat.json", ...TABLE, "--namespace", "org/repo");
  const shared = await run("history", "chat.json", ...TABLE, "--namespace", "org/repo", "--json");
  expect(JSON.parse(shared.stdout)).toMatchObject({
    documentId: "file:org/repo:chat.json",
    revisions: [{ sequence: 1, kind: "cli", outcome: "ApplySucceeded" }],
  });
});

test("a document that nobody knows, and a ledger that is not there, are said so", async () => {
  const { run, write } = workspace();
  expect(await run("history", "s3://specs/none.yaml", ...TABLE)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("knows no document s3://specs/none.yaml"),
  });
  expect(await run("history", "chat.json")).toMatchObject({ code: 1 });
  const ofBucket = { code: 1, stderr: expect.stringContaining("ledger of its pipeline: --ledger dynamodb:TABLE.") };
  expect(await run("history", "s3://specs/none.yaml")).toMatchObject(ofBucket);
  write("none");
  await run("apply", "chat.json");
  expect(await run("history", "s3://specs/none.yaml")).toMatchObject(ofBucket);
  expect(await run("history", "chat.json", "--ledger", "none.json")).toMatchObject({ code: 2 });
});
