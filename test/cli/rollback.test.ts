import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let stack: Stack;
let s3: S3Client;
let nth = 0;
let Key = "";
let uri = "";
beforeAll(async () => {
  stack = await startStack({ port: 0, retryDelaySeconds: 0, sweepEverySeconds: 0 });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
});
afterAll(() => stack.close());
beforeEach(() => {
  nth += 1;
  Key = `team ä/chat ${nth}.json`;
  uri = `s3://specs/${Key}`;
});

const TABLE = ["--ledger", "dynamodb:specdrop"];
const apiOf = () => `rollback${String(nth).padStart(2, "0")}`;
const document = (text: string, more: object = {}) =>
  JSON.stringify({
    ...{ ApiId: apiOf(), IntegrationId: "int0001" },
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: text } } },
    ...more,
  });

function run(args: readonly string[], more: { env?: Record<string, string>; typed?: string } = {}) {
  const aws = awsEnvironment(stack.url, stack.region);
  const { env, ...rest } = more;
  return callCli(args, { cwd: emptyFolder(), env: { ...aws, ...env }, ...rest });
}

async function put(Body: string, Metadata: Record<string, string> = {}): Promise<string> {
  const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body, Metadata }));
  await stack.idle();
  return VersionId;
}

const textNow = async () =>
  (await s3.send(new GetObjectCommand({ Bucket: "specs", Key }))).Body?.transformToString() ?? "";
const live = () =>
  stack.cloudControl
    .resources()
    .filter(({ Properties }) => Properties["ApiId"] === apiOf())
    .map(({ Properties }) => (Properties["ResponseTemplates"] as { readonly a?: string } | undefined)?.a);

async function revisions() {
  const { stdout } = await run(["history", uri, ...TABLE, "--json"]);
  return JSON.parse(stdout).revisions as { sequence: number; kind: string; outcome: string; by: object }[];
}

test("back to the first of four revisions, of which the third was rejected", async () => {
  await put(document("1"));
  await put(document("2"));
  await put("{");
  await put(document("4"));
  const dry = await run(["rollback", uri, ...TABLE, "--to", "1", "--dry-run"]);
  expect(dry.stdout).toContain("Plan: 1 to update.");
  expect(dry.code).toBe(0);
  expect(await textNow()).toBe(document("4"));

  const { stdout, code } = await run(["rollback", uri, ...TABLE, "--to", "1", "--json"]);
  expect(code).toBe(0);
  await stack.idle();
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({
    documentId: uri,
    from: 4,
    to: 1,
    copied: true,
    plan: [{ data: { apiId: apiOf(), summary: { update: 1 } } }],
  });
  expect([await textNow(), live()]).toEqual([document("1"), ["1"]]);
  const head = await s3.send(new HeadObjectCommand({ Bucket: "specs", Key }));
  expect(head.VersionId).toBe(told.versionId);
  expect((await revisions()).map(({ sequence, kind, outcome }) => [sequence, kind, outcome])).toEqual([
    [5, "rollback", "ApplySucceeded"],
    [4, "drop", "ApplySucceeded"],
    [3, "drop", "SpecRejected"],
    [2, "drop", "ApplySucceeded"],
    [1, "drop", "ApplySucceeded"],
  ]);
  expect((await revisions())[0]).toMatchObject({
    correlationId: told.correlationId,
    versionId: told.versionId,
    by: { from: "metadata", actor: expect.any(String) },
  });
  for (const [to, problem] of [
    ["3", "Revision 3 was rejected"],
    ["5", "Revision 5 is the newest"],
    ["9", "Its history has no revision 9; it has 1 to 5"],
  ] as const) {
    const refused = await run(["rollback", uri, ...TABLE, "--to", to]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
  }
});

test("without --to it is the last one before the newest that succeeded; a rollback can be rolled back", async () => {
  await put(document("1"));
  await put(document("2"));
  await put("{");
  const { stdout } = await run(["rollback", uri, ...TABLE]);
  expect(stdout).toContain("has the content of revision 2 again");
  await stack.idle();
  expect(live()).toEqual(["2"]);
  await run(["rollback", uri, ...TABLE, "--to", "1"]);
  await stack.idle();
  expect(live()).toEqual(["1"]);
  await run(["rollback", uri, ...TABLE]);
  await stack.idle();
  expect(live()).toEqual(["2"]);
  expect((await revisions()).map(({ kind, outcome }) => [kind, outcome]).slice(0, 3)).toEqual([
    ["rollback", "ApplySucceeded"],
    ["rollback", "ApplySucceeded"],
    ["rollback", "ApplyUnchanged"],
  ]);
});

test("a document that was deleted comes back; one that moved is another document", async () => {
  await put(document("1"));
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key }));
  await stack.idle();
  expect(live()).toEqual([]);
  expect(await run(["rollback", uri, ...TABLE])).toMatchObject({ code: 0 });
  await stack.idle();
  expect(live()).toEqual(["1"]);

  const moved = { Bucket: "specs", Key: `moved ${nth}.json` };
  await s3.send(new CopyObjectCommand({ ...moved, CopySource: encodeURI(`specs/${Key}`) }));
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key }));
  await stack.idle();
  expect(live()).toEqual(["1"]);
  const { stderr, code } = await run(["rollback", uri, ...TABLE]);
  expect(code).toBe(1);
  expect(stderr).toContain("cannot be applied today; nothing was copied");
  await expect(textNow()).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(live()).toEqual(["1"]);
});

test("a manual copy of an earlier version, even of a rollback, is a drop of whoever copied", async () => {
  await put(document("1"), { "specdrop-actor": "ada" });
  await put(document("2"));
  await run(["rollback", uri, ...TABLE]);
  await stack.idle();
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: "specs", Key }));
  await put(document("4"));
  const CopySource = `${encodeURI(`specs/${Key}`)}?versionId=${VersionId}`;
  await s3.send(new CopyObjectCommand({ Bucket: "specs", Key, CopySource }));
  await stack.idle();
  expect((await revisions()).map(({ kind, by }) => [kind, by])).toMatchObject([
    ["drop", { from: "account", actor: "000000000000" }],
    ["drop", { from: "account" }],
    ["rollback", { from: "metadata" }],
    ["drop", { from: "account" }],
    ["drop", { from: "metadata", actor: "ada" }],
  ]);
});

test("on a terminal it asks; the answer no copies nothing", async () => {
  await put(document("1"));
  await put(document("2"));
  const no = await run(["rollback", uri, ...TABLE], { typed: "n\n" });
  expect(no.stderr).toContain("Copy revision 1 (ApplySucceeded) onto");
  expect(no.stderr).toContain("Nothing was copied.");
  expect([no.code, await textNow()]).toEqual([1, document("2")]);
  expect(await run(["rollback", uri, ...TABLE], { typed: "y\n" })).toMatchObject({ code: 0 });
  await stack.idle();
  expect(live()).toEqual(["1"]);
});

test("what is not valid today, or gone from the bucket, is not copied", async () => {
  const first = await put(
    document("1", { Expectations: [{ given: { reply: { status: 200 } }, expect: { frame: null } }] }),
  );
  await put(document("2"));
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key, VersionId: first }));
  await stack.idle();
  const gone = await run(["rollback", uri, ...TABLE, "--to", "1"]);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toMatch(/no longer has version|was rejected/);
  expect(await textNow()).toBe(document("2"));
});

test("what would delete too much is not copied, and the way to do it all the same is said", async () => {
  const keys = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`r${index}`, { IntegrationResponseKey: `/${400 + index}/` }]),
    );
  const few = await put(document("1", { IntegrationResponses: keys(2) }));
  await put(document("2", { IntegrationResponses: keys(20) }));
  const { stdout, stderr, code } = await run(["rollback", uri, ...TABLE]);
  expect(code).toBe(1);
  expect(stdout).toContain("SD5003");
  expect(stderr).toContain("cannot be applied today; nothing was copied.");
  expect(stderr).toContain(`aws s3api get-object --bucket specs --key`);
  expect(stderr).toContain(`--version-id ${few} 'chat 7.json'`);
  expect(await textNow()).toBe(document("2", { IntegrationResponses: keys(20) }));
});

test("a change that is on its way, or comes in between, is never undone", async () => {
  await put(document("1"));
  await put(document("2"));
  stack.objectStore.changeFaults({ dropEvents: true });
  await put(document("3"));
  stack.objectStore.resetFaults();
  const early = await run(["rollback", uri, ...TABLE]);
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining("is newer than revision") });
  expect(await textNow()).toBe(document("3"));
});

test("for others it says what to do instead", async () => {
  await put(document("1"), {
    "specdrop-actor": "ada",
    "specdrop-commit": "0f0f0f",
    "specdrop-run-url": "https://ci.example.com/1",
  });
  await put(document("2"), { "specdrop-commit": "abcdef", "specdrop-run-url": "https://ci.example.com/2" });
  const synced = await run(["rollback", uri, ...TABLE]);
  expect(synced).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("of commit abcdef (https://ci.example.com/2), and its next run"),
  });
  expect(await textNow()).toBe(document("2"));

  expect(await run(["rollback", "chat.yaml"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("git checkout COMMIT"),
  });
  expect(await run(["rollback", "s3://specs/events/1/2/a.json", ...TABLE])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("send the earlier document again"),
  });
  expect(await run(["rollback", "s3://specs/none.json", ...TABLE])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("knows no document"),
  });
});

test("in a bucket that had no versions then there is nothing to go back to", async () => {
  const plain = await startStack({ unversioned: true, retryDelaySeconds: 0, sweepEverySeconds: 0 });
  const client = new S3Client({ ...plain.clientSettings, forcePathStyle: true });
  for (const text of ["1", "2"]) {
    await client.send(new PutObjectCommand({ Bucket: "specs", Key, Body: document(text) }));
    await plain.idle();
  }
  const { stderr, code } = await run(["rollback", uri, ...TABLE], { env: { AWS_ENDPOINT_URL: plain.url } });
  await plain.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining("have no version id")]);
});

test("a document whose change waits is rolled back like any other: suspended or not", async () => {
  await put(document("1"));
  await put(document("2"));
  await run(["suspend", ...TABLE]);
  const { stderr } = await run(["rollback", uri, ...TABLE]);
  expect(stderr).toContain("Applying is suspended: the document is accepted, but not applied");
  await stack.idle();
  expect([live(), (await revisions())[0]?.outcome]).toEqual([["2"], "pending"]);
  await run(["resume", ...TABLE, "--bus", "specdrop"]);
  await stack.idle();
  expect([live(), (await revisions())[0]?.outcome]).toEqual([["1"], "ApplySucceeded"]);
});
