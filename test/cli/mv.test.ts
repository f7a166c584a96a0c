import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

const SHARED = "dynamodb:specdrop";
let stack: Stack;
let env: Readonly<Record<string, string>>;
let apis = 0;
let api: string;

beforeAll(async () => {
  stack = await startStack({ retryDelaySeconds: 0, sweepEverySeconds: 0 });
  env = awsEnvironment(stack.url, stack.region);
});
afterAll(() => stack.close());
beforeEach(() => {
  apis += 1;
  api = `api${apis}`.padEnd(10, "x");
});

const document = (logicalId: string, key = "$default", ApiId = api) =>
  JSON.stringify({
    ApiId,
    IntegrationId: "abc1234",
    IntegrationResponses: { [logicalId]: { IntegrationResponseKey: key, ResponseTemplates: { a: "b" } } },
  });

/** A checkout with a document in it; of a repository, where it has an origin. */
function checkout(text: string, { origin, path = "specs/chat.json" }: { origin?: string; path?: string } = {}): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, "specs"), { recursive: true });
  writeFileSync(join(folder, path), text);
  if (origin === undefined) return folder;
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, ".git/config"), `[remote "origin"]\n\turl = ${origin}\n`);
  return folder;
}

const call = (cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  callCli([...args, "--ledger", SHARED], { env: { ...env, ...more }, cwd });

/** What the API has, by identifier. */
async function live(): Promise<readonly string[]> {
  const all = (await (await fetch(`${stack.url}/_specdrop/resources`)).json()) as readonly { Identifier: string }[];
  return all.map(({ Identifier }) => Identifier).filter((identifier) => identifier.startsWith(`${api}|`));
}

const ledger = () => dynamoLedger(new DynamoDBClient(stack.clientSettings), "specdrop");
const owners = async () => (await ledger().listOwned(api)).map(({ documentId }) => documentId);

describe("in a shared ledger", () => {
  test("two checkouts with the same relative path are two documents", async () => {
    const one = checkout(document("a", "/200/"), { origin: "git@h:org/one.git" });
    const two = checkout(document("b", "/404/"), { origin: "https://h/org/two" });
    expect(await call(one, ["apply", "specs/chat.json"])).toMatchObject({ code: 0 });
    expect(await call(two, ["apply", "specs/chat.json"])).toMatchObject({ code: 0 });
    expect(await live()).toHaveLength(2);
    expect((await owners()).sort()).toEqual(["file:org/one:specs/chat.json", "file:org/two:specs/chat.json"]);
    // From a folder within, too.
    expect((await call(join(one, "specs"), ["apply", "chat.json"])).stdout).toContain("1 unchanged");
    const drift = JSON.parse((await call(join(one, "specs"), ["drift", "--json"])).stdout);
    const ofOurs = drift.documents.filter(({ documentId }: { documentId: string }) =>
      documentId.startsWith("file:org/"),
    );
    expect(ofOurs).toMatchObject([
      { documentId: "file:org/one:specs/chat.json", apis: [{ drift: false }] },
      { documentId: "file:org/two:specs/chat.json", notChecked: "its file is in org/two, and not in this checkout" },
    ]);
  });

  test("a file that nothing says whose it is, is wrong usage; --namespace or SPECDROP_NAMESPACE says it", async () => {
    const folder = checkout(document("a"));
    for (const command of ["apply", "plan", "withdraw"]) {
      const refused = await call(folder, [command, "specs/chat.json"]);
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain("give --namespace NAME, or set SPECDROP_NAMESPACE");
    }
    const local = checkout(document("a"), { origin: "../elsewhere" });
    expect((await call(local, ["plan", "specs/chat.json"])).stderr).toContain(
      "without a remote origin that has a path",
    );
    expect(await call(folder, ["plan", "specs/chat.json", "--namespace", "a:b"])).toMatchObject({ code: 2 });
    expect(await call(folder, ["plan", "specs/chat.json"], { SPECDROP_NAMESPACE: "a b" })).toMatchObject({ code: 2 });
    expect(await live()).toEqual([]);
    expect(await call(folder, ["apply", "specs/chat.json"], { SPECDROP_NAMESPACE: "mine" })).toMatchObject({ code: 0 });
    expect(await owners()).toEqual(["file:mine:specs/chat.json"]);
    const theirs = await call(folder, ["withdraw", "specs/chat.json", "--namespace", "theirs"]);
    expect(theirs.stderr).toContain("no document file:theirs:specs/chat.json in the ledger");
    expect(await call(folder, ["withdraw", "specs/chat.json", "--namespace", "mine"])).toMatchObject({ code: 0 });
    expect(await live()).toEqual([]);
  });

  test("a file that the ledger knows from before is to be renamed first, and keeps its responses", async () => {
    const folder = checkout(document("a"), { origin: "git@h:org/old.git" });
    const before = ledger();
    expect(
      await callCli(["apply", "specs/chat.json", "--ledger", SHARED, "--namespace", "n"], { env, cwd: folder }),
    ).toMatchObject({ code: 0 });
    // As a version before namespaces had it.
    expect(await call(folder, ["mv", "file:n:specs/chat.json", "file:specs/chat.json"])).toMatchObject({ code: 0 });
    const [was] = await live();

    for (const command of ["apply", "plan", "withdraw"]) {
      const refused = await call(folder, [command, "specs/chat.json"]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        "npx specdrop mv file:specs/chat.json file:org/old:specs/chat.json --ledger dynamodb:specdrop",
      );
    }
    expect(await owners()).toEqual(["file:specs/chat.json"]);
    const moved = await call(folder, ["mv", "file:specs/chat.json", "specs/chat.json"]);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing in AWS was changed") });
    expect(await owners()).toEqual(["file:org/old:specs/chat.json"]);
    expect(await before.readDocument("file:specs/chat.json")).toBeUndefined();
    expect((await before.readDocument("file:org/old:specs/chat.json"))?.renaming).toBeUndefined();
    expect((await call(folder, ["apply", "specs/chat.json"])).stdout).toContain("1 unchanged");
    expect(await live()).toEqual([was]);
  });

  test("a rename is refused where the new name is taken, the old one unknown, or a run at work", async () => {
    const folder = checkout(document("a", "/200/"), { origin: "git@h:org/busy.git" });
    writeFileSync(join(folder, "specs/other.json"), document("b", "/404/"));
    for (const path of ["specs/chat.json", "specs/other.json"]) {
      expect(await call(folder, ["apply", path])).toMatchObject({ code: 0 });
    }
    const taken = await call(folder, ["mv", "specs/chat.json", "specs/other.json"]);
    expect(taken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("already has a document file:org/busy:specs/other.json"),
    });
    const unknown = await call(folder, ["mv", "specs/none.json", "specs/new.json"]);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("has no document") });
    expect(await call(folder, ["mv", "specs/chat.json", "specs/chat.json"])).toMatchObject({ code: 2 });
    expect(await call(folder, ["mv", "s3://specs/a.json", "specs/new.json"])).toMatchObject({ code: 2 });

    const lease = await ledger().acquireLease(api, "a run", 60_000, Date.now());
    const busy = await call(folder, ["mv", "specs/chat.json", "specs/new.json"]);
    expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining(`Another run is writing to API ${api}`) });
    expect((await owners()).sort()).toEqual(["file:org/busy:specs/chat.json", "file:org/busy:specs/other.json"]);
    if (lease !== undefined) await ledger().releaseLease(lease);
    expect(await call(folder, ["mv", "specs/chat.json", "specs/new.json", "--json"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"to": "file:org/busy:specs/new.json"'),
    });
  });

  test("a wrong file under the same name deletes nothing", async () => {
    const folder = checkout(document("a"), { origin: "git@h:org/wrong.git" });
    expect(await call(folder, ["apply", "specs/chat.json"])).toMatchObject({ code: 0 });
    const [was] = await live();
    writeFileSync(join(folder, "specs/chat.json"), document("z", "/404/", "another123"));
    const planned = await call(folder, ["plan", "specs/chat.json"]);
    expect(planned).toMatchObject({ code: 1, stdout: expect.stringContaining("SD5007") });
    const applied = await call(folder, ["apply", "specs/chat.json"]);
    expect(applied.code).toBe(1);
    expect(applied.stdout + applied.stderr).toContain("It looks like another file under the same name.");
    expect(await live()).toEqual([was]);
  });
});

test("in a file ledger a document is renamed by its paths, and drift reads it at the new one", async () => {
  const folder = checkout(document("a"));
  const run = (...args: readonly string[]) => callCli(args, { env, cwd: folder });
  expect(await run("apply", "specs/chat.json")).toMatchObject({ code: 0 });
  const [was] = await live();
  writeFileSync(join(folder, "moved.json"), document("a"));
  expect(await run("mv", "specs/chat.json", "moved.json")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Renamed file:specs/chat.json to file:moved.json."),
  });
  expect((await run("apply", "moved.json")).stdout).toContain("1 unchanged");
  expect(await run("drift")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 document checked: no drift.\n"),
  });
  expect(await live()).toEqual([was]);
});
