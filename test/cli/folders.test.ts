import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker } from "../local/chat-api.ts";
import { awsEnvironment, type CliResult, callCli, emptyFolder, said, startCli } from "./run-cli.ts";
import { startTurnstile } from "./turnstile.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
});
afterAll(() => endpoints.close());

let apis = 0;

/** A folder with a ledger of its own, on APIs that no other test has. */
function workspace() {
  apis += 1;
  const prefix = `folder${apis}`;
  const folder = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  const write = (path: string, body: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  };
  return {
    folder,
    env,
    write,
    /** `keys` are `IntegrationResponseKey: template`, on API number `api`. */
    document: (path: string, keys: Readonly<Record<string, string>>, { api = 1, more = {} } = {}) =>
      write(
        path,
        JSON.stringify({
          ApiId: `${prefix}api${api}`,
          IntegrationId: "abc1234",
          ...more,
          IntegrationResponses: Object.fromEntries(
            Object.entries(keys).map(([IntegrationResponseKey, $default], index) => [
              `r${index}`,
              { IntegrationResponseKey, ResponseTemplates: { $default } },
            ]),
          ),
        }),
      ),
    remove: (path: string) => rmSync(join(folder, path)),
    move: (from: string, to: string) => {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      renameSync(join(folder, from), join(folder, to));
    },
    run: (...args: readonly string[]) => callCli(args, { cwd: folder, env }),
    typed: (typed: string, ...args: readonly string[]) => callCli(args, { cwd: folder, env, typed }),
    live: () =>
      endpoints.cloudControl
        .resources()
        .filter(({ Properties }) => String(Properties["ApiId"]).startsWith(`${prefix}api`))
        .map(({ Identifier, Properties }) => [
          String(Properties["IntegrationResponseKey"]),
          Identifier,
          (Properties["ResponseTemplates"] as Record<string, string> | undefined)?.["$default"],
        ]),
  };
}

const detailsOf = ({ stdout }: CliResult) => JSON.parse(stdout) as readonly ResultDetail[];
const last = ({ stdout }: CliResult) => stdout.trimEnd().split("\n");

test("a folder is applied as a whole, and a broken file keeps none of the others from AWS", async () => {
  const { document, write, folder, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/b/b.yaml", { "/300/": "b" }, { api: 2 });
  write("specs/c.yml", "ApiId: a1\nNonsense: 1\n");
  write("specs/.hidden/d.json", "{");
  write("specs/node_modules/e.json", "{");
  write("specs/readme.md", "# no document");
  symlinkSync(join(folder, "specs/b"), join(folder, "specs/linked"));
  const applied = await run("apply", "specs");
  expect(applied.code).toBe(1);
  expect(live().map(([key]) => key)).toEqual(["/200/", "/300/"]);
  expect(applied.stdout).toMatch(
    /✓ specs\/a\.json {4}1 created\n✓ specs\/b\/b\.yaml {2}1 created\n✗ specs\/c\.yml {5}\d errors?, not applied\nFailed in [\d.]+ s: 3 documents, 1 with errors; 2 created\.\n/,
  );
  expect(applied.stderr).toContain("--> specs/c.yml:");
  const again = await run("apply", "specs", "specs/a.json", "./specs/a.json", "--json");
  expect(detailsOf(again).map(({ metadata, data }) => [metadata.documentId, data.summary.unchanged])).toEqual([
    ["file:specs/a.json", 1],
    ["file:specs/b/b.yaml", 1],
    ["file:specs/c.yml", 0],
  ]);
  expect(detailsOf(again)[2]?.data.diagnostics[0]?.file).toBe("specs/c.yml");
  expect(again.code).toBe(1);
});

test("a file that cannot be read is that file's error, and its document is not taken for gone", async () => {
  const { document, folder, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/sub/b.json", { "/300/": "b" });
  expect((await run("apply", "specs")).code).toBe(0);
  symlinkSync(join(folder, "nowhere"), join(folder, "specs/broken.json"));
  const applied = await run("apply", "specs", "--prune", "--json");
  const errors = detailsOf(applied).map(({ data }) => data.diagnostics.filter(({ severity }) => severity === "error"));
  expect(errors.map((each) => each.map(({ code }) => code))).toEqual([[], ["SD1021"], []]);
  expect(applied.code).toBe(1);
  if (process.getuid?.() === 0) return;
  chmodSync(join(folder, "specs/sub"), 0o000);
  await run("apply", "specs", "--prune");
  chmodSync(join(folder, "specs/sub"), 0o755);
  expect(live()).toHaveLength(2);
});

test("files that are gone are named, and withdrawn with --prune", async () => {
  const { document, remove, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/b.json", { "/300/": "b" });
  document("other/c.json", { "/400/": "c" });
  expect((await run("apply", "specs", "other")).code).toBe(0);
  remove("specs/b.json");
  remove("other/c.json");
  const named = await run("apply", "specs");
  expect(named.code).toBe(0);
  expect(named.stderr).toContain(
    "1 file is gone, and its document still owns responses:\n  specs/b.json: 1 response in AWS\nWith --prune",
  );
  expect(live()).toHaveLength(3);
  const planned = await run("plan", "specs", "--prune");
  expect(planned.stdout).toContain("specs/b.json (file is gone)");
  expect(planned.stdout).toContain("Plan: 2 documents; 1 to delete, 1 unchanged.");
  expect(planned.stderr).toContain("Next: npx specdrop apply specs --prune");
  expect(live()).toHaveLength(3);
  const pruned = await run("apply", "specs", "--prune");
  expect(pruned.stdout).toContain("✓ specs/b.json  file is gone, 1 deleted\n");
  expect(pruned.code).toBe(0);
  expect(live().map(([key]) => key)).toEqual(["/200/", "/400/"]);
  expect((await run("plan", "specs", "--prune", "--detailed-exitcode")).code).toBe(0);
  expect((await run("apply", "other")).stderr).toContain("other/c.json");
  expect((await run("apply", "other", "--prune")).code).toBe(0);
  expect(await run("apply", "other", "--prune")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("other holds no .yaml, .yml or .json file"),
  });
  expect((await run("apply", "specs/a.json", "--prune")).code).toBe(2);
});

test("a rename touches nothing that is live: with --prune, and without it by mv", async () => {
  const { document, move, run, live } = workspace();
  document("specs/a.json", { "/200/": "a", "/300/": "b" });
  expect((await run("apply", "specs")).code).toBe(0);
  const before = live();
  const writes = endpoints.cloudControl.writes().length;
  move("specs/a.json", "specs/team/b.json");
  const refused = await run("apply", "specs");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("npx specdrop mv file:specs/a.json file:specs/team/b.json");
  expect((await run("status", "--json", "--all")).stdout).not.toContain("team/b.json");
  const planned = await run("plan", "specs", "--prune");
  expect(planned.stdout).toContain("now belongs to file:specs/team/b.json");
  expect(planned.stdout).toContain("Plan: 2 documents; 2 to forget, 2 unchanged.");
  expect(planned.code).toBe(0);
  const pruned = await run("apply", "specs", "--prune");
  expect(pruned.stdout).toContain("2 adopted");
  expect(pruned.stdout).toContain("file is gone, 2 forgotten, passed to file:specs/team/b.json");
  expect(pruned.code).toBe(0);
  move("specs/team/b.json", "specs/c.json");
  expect((await run("mv", "specs/team/b.json", "specs/c.json")).code).toBe(0);
  expect((await run("apply", "specs")).code).toBe(0);
  expect(live()).toEqual(before);
  expect(endpoints.cloudControl.writes()).toHaveLength(writes);
});

test("documents that swap their responses converge in one run", async () => {
  const { document, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/b.json", { "/300/": "b" });
  expect((await run("apply", "specs")).code).toBe(0);
  const before = live();
  document("specs/a.json", { "/300/": "b" }, { more: { AllowDeletions: 1 } });
  document("specs/b.json", { "/200/": "a" }, { more: { AllowDeletions: 1 } });
  const planned = await run("plan", "specs");
  expect(planned.stdout).toContain("now belongs to file:specs/a.json");
  expect(planned.stdout).toContain("now belongs to file:specs/b.json");
  expect(planned.stdout).toContain("Plan: 2 documents; 2 to forget, 2 unchanged.");
  expect(planned.code).toBe(0);
  const applied = await run("apply", "specs");
  expect(applied.stdout).toContain("Done in ");
  expect(applied.code).toBe(0);
  // The first of the two is in conflict until the other lets go: nobody who watches is told of a failure.
  expect(applied.stderr).not.toContain("ApplyFailed");
  expect(applied.stderr).toContain("[2/2] ");
  expect(live()).toEqual(before);
  expect((await run("plan", "specs", "--detailed-exitcode")).code).toBe(0);
});

test("--prune has one budget for all it deletes, and nothing is touched beyond it", async () => {
  const { document, remove, run, live } = workspace();
  const keys = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`/${from + index}/`, "x"]));
  document("specs/a.json", keys(200, 6));
  document("specs/b.json", keys(300, 6));
  document("specs/c.json", keys(400, 4));
  expect((await run("apply", "specs")).code).toBe(0);
  remove("specs/a.json");
  remove("specs/b.json");
  document("specs/c.json", keys(400, 5));
  const refused = await run("apply", "specs", "--prune");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("--prune would delete 12 of the 16 responses that these folders own");
  expect(live()).toHaveLength(16);
  const planned = await run("plan", "specs", "--prune");
  expect(planned.stdout).toContain("12 to delete");
  expect(planned.stderr).toContain("Next: npx specdrop apply specs --prune --allow-deletions 12\n");
  expect(planned.code).toBe(1);
  expect((await run("apply", "specs", "--prune", "--allow-deletions", "11")).code).toBe(1);
  expect((await run("apply", "specs", "--prune", "--allow-deletions", "12")).code).toBe(0);
  expect(live()).toHaveLength(5);
});

test("while a new file has errors, nothing is deleted that may have been renamed to it", async () => {
  const { document, remove, write, move, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/b.json", { "/300/": "b" });
  expect((await run("apply", "specs")).code).toBe(0);
  remove("specs/a.json");
  write("specs/new.json", "{");
  move("specs/b.json", "specs/moved.json");
  const held = await run("apply", "specs", "--prune");
  expect(held.stderr).toContain("specs/new.json is new and has errors");
  expect(held.stdout).toContain("passed to file:specs/moved.json");
  expect(held.code).toBe(1);
  expect(live()).toHaveLength(2);
  remove("specs/new.json");
  expect((await run("apply", "specs", "--prune")).code).toBe(0);
  expect(live()).toHaveLength(1);
});

test("a terminal is asked before anything is deleted, and --yes answers", async () => {
  const { document, remove, typed, run, live } = workspace();
  document("specs/a.json", { "/200/": "a", "/300/": "b" });
  document("specs/b.json", { "/400/": "c" });
  expect((await run("apply", "specs")).code).toBe(0);
  remove("specs/b.json");
  document("specs/a.json", { "/200/": "a" });
  const no = await typed("n\n", "apply", "specs", "--prune");
  expect(stripVTControlCharacters(no.stderr)).toContain("This would delete 2 responses in AWS:");
  expect(no.code).toBe(1);
  expect(live()).toHaveLength(3);
  expect((await typed("", "apply", "specs", "--prune", "--yes")).code).toBe(0);
  expect(live()).toHaveLength(1);
});

test("withdraw takes folders, with files that are gone; what it does not know hides none of the others", async () => {
  const { document, remove, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/sub/b.json", { "/300/": "b" }, { api: 2 });
  document("c.json", { "/400/": "c" });
  expect((await run("apply", "specs", "c.json")).code).toBe(0);
  remove("specs/a.json");
  const withdrawn = await run("withdraw", "specs", "nowhere.json");
  expect(withdrawn.stderr).toContain("no document file:nowhere.json in the ledger");
  expect(withdrawn.stdout).toContain("2 documents; 2 deleted.");
  expect(withdrawn.code).toBe(1);
  expect(live().map(([key]) => key)).toEqual(["/400/"]);
  expect(await run("withdraw", "specs")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the ledger .specdrop/ledger.json has nothing to withdraw below specs."),
  });
  expect(last(await run("withdraw", "c.json"))[0]).toContain("1 deleted");
});

test("warnings of a folder are told in one line, by plan and by apply", async () => {
  const { document, run } = workspace();
  document("my specs/a.json", { "200": "a", "300": "a", $default: "a" });
  document("my specs/b.json", { "400": "b", $default: "b" }, { api: 2 });
  document("my specs/c.json", { $default: "c" }, { api: 3 });
  const told = "3 warnings in 2 documents (npx specdrop validate 'my specs' shows them)\n";
  expect((await run("plan", "my specs")).stderr).toContain(told);
  expect((await run("apply", "my specs")).stderr).toContain(told);
  expect((await run("plan", "my specs/c.json", "my specs/c.json")).stderr).not.toContain("warning");
});

test("a folder with one document is one document, and what failed before it began counts nothing", async () => {
  const { document, move, run } = workspace();
  document("specs/a.json", { $default: "a" });
  expect((await run("apply", "specs")).stderr).toContain("applying 1 document\n");
  move("specs/a.json", "specs/b.json");
  const held = await run("apply", "specs");
  expect(held.stdout).toMatch(/✗ specs\/b\.json {2}failed on API \w+\n/);
});

test("two new documents that want one response: one gets it, and the plan says which", async () => {
  const { document, run, live } = workspace();
  document("specs/a.json", { "/200/": "a" });
  document("specs/b.json", { "/200/": "b", "/300/": "b" });
  const planned = await run("plan", "specs");
  expect(planned.stdout).toContain("belongs to file:specs/a.json");
  expect(planned.code).toBe(1);
  const applied = await run("apply", "specs");
  expect(applied.stdout).toContain("✓ specs/a.json  1 created\n✗ specs/b.json  ");
  expect(applied.code).toBe(1);
  expect(live().map(([key]) => key)).toEqual(["/200/"]);
});

test("Ctrl-C ends after the changes under way on all APIs, and the next run does the rest", {
  timeout: 60_000,
}, async () => {
  const { document, folder, env, live, run } = workspace();
  const keys = { "/200/": "a", "/300/": "b", "/400/": "c" };
  for (const api of [1, 2, 3]) document(`specs/${api}.json`, keys, { api });
  const turnstile = await startTurnstile(endpoints.url, "CloudApiService.CreateResource");
  const { child, ended } = startCli(["apply", "specs"], {
    cwd: folder,
    env: { ...env, AWS_ENDPOINT_URL: turnstile.url },
  });
  const stderr = text(child.stderr);
  const stdout = text(child.stdout);
  // One on each API: they go side by side, and on one API one after the other.
  await turnstile.waiting(3);
  child.kill("SIGINT");
  await said(child, "stderr", /Stopping after the changes in progress on 3 APIs/);
  turnstile.letThrough(9);
  expect(await ended).toBe(1);
  expect(await stdout).toMatch(/Stopped in .*: 3 documents, 3 not finished;[\s\S]*Next: run the same command again/);
  expect(await stderr).toContain("Stopping");
  expect(live()).toHaveLength(3);
  expect((await run("apply", "specs")).stdout).toMatch(/Done in .*: 3 documents; /);
  expect(live()).toHaveLength(9);
  await turnstile.close();
});

test("the plan of a folder knows the route responses that its documents keep", async () => {
  const { document, run } = workspace();
  const parts = maker(endpoints.cloudControl);
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId);
  parts.route(ApiId, "send", IntegrationId, { twoWay: false });
  document("specs/a.json", { "/200/": "a" }, { more: { ApiId, IntegrationId, TwoWay: true } });
  expect((await run("plan", "specs")).stdout).toContain("2 to create");
  expect((await run("apply", "specs")).stdout).toContain("2 created");
  expect((await run("plan", "specs", "--detailed-exitcode")).code).toBe(0);
});
