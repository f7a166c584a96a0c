import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsEnvironment, type CliResult, callCli, emptyFolder, ROOT, said, startCli } from "./run-cli.ts";
import { startTurnstile } from "./turnstile.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

/** A folder of its own with some of the examples in specs/, and commands that run in it. */
function workspace(...examples: readonly string[]) {
  const folder = emptyFolder();
  mkdirSync(join(folder, "specs"));
  for (const file of examples) copyFileSync(join(ROOT, "examples", file), join(folder, "specs", file));
  const env = awsEnvironment(endpoints.url);
  return { folder, env, run: (...args: readonly string[]) => callCli(args, { cwd: folder, env }) };
}

function detailsOf({ stdout }: CliResult): readonly ResultDetail[] {
  return JSON.parse(stdout) as readonly ResultDetail[];
}

test("plan, apply, apply again, withdraw", async () => {
  const { folder, run } = workspace("chat.yaml");
  const before = endpoints.cloudControl.writes().length;

  const planned = await run("plan", "specs/chat.yaml");
  expect(planned.stdout).toContain("+ messageSent");
  expect(planned.stdout.trimEnd().split("\n").at(-1)).toBe("Plan: 6 to create.");
  expect(planned.code).toBe(0);
  const detailed = await run("plan", "--json", "--detailed-exitcode", "./specs/chat.yaml");
  expect(detailsOf(detailed)).toMatchObject([{ data: { apiId: "a1b2c3d4e5", mode: "plan", summary: { create: 6 } } }]);
  expect(detailed.code).toBe(2);
  expect(existsSync(join(folder, ".specdrop"))).toBe(false);
  expect(endpoints.cloudControl.writes()).toHaveLength(before);

  const applied = await run("apply", "specs/chat.yaml");
  expect(applied.stderr).toContain("[6/6] + roomFailed  created");
  expect(applied.stdout).toMatch(/^Done in [\d.]+ s: 6 created\.\nNext: /);
  expect(applied.code).toBe(0);
  expect(endpoints.cloudControl.writes()).toHaveLength(before + 6);

  const again = await run("apply", "--json", "specs/chat.yaml");
  expect(detailsOf(again)).toMatchObject([
    { metadata: { documentId: "file:specs/chat.yaml", sequence: 2 }, data: { summary: { unchanged: 6 } } },
  ]);
  expect(again.code).toBe(0);
  expect(endpoints.cloudControl.writes()).toHaveLength(before + 6);
  expect((await run("plan", "--detailed-exitcode", "specs/chat.yaml")).code).toBe(0);

  // roomFailed says DeletionPolicy: Retain.
  const withdrawn = await run("withdraw", "specs/chat.yaml");
  expect(withdrawn.stdout).toMatch(/^Done in .*: 5 deleted, 1 forgotten\./);
  expect(withdrawn.code).toBe(0);
});

test("a conflict names the owner, changes nothing and ends with 1", async () => {
  const { run } = workspace("minimal.yaml", "advanced.yaml");
  expect((await run("apply", "specs/minimal.yaml")).code).toBe(0);
  const writes = endpoints.cloudControl.writes().length;

  const planned = await run("plan", "--detailed-exitcode", "specs/advanced.yaml");
  expect(planned.stdout).toContain("belongs to file:specs/minimal.yaml, as basicIntegrationResponse");
  expect(planned.stdout).toContain("--> specs/advanced.yaml:6:3");
  expect(planned.code).toBe(1);
  const applied = await run("apply", "specs/advanced.yaml");
  expect(applied.stderr).toContain("--> specs/advanced.yaml:6:3");
  expect(applied.stdout).toBe(
    "Failed: 1 in conflict, nothing was changed.\nNext: fix the errors above, and run it again.\n",
  );
  expect(applied.code).toBe(1);
  expect(endpoints.cloudControl.writes()).toHaveLength(writes);

  expect((await run("withdraw", "specs/minimal.yaml")).code).toBe(0);
});

test("a conflict with a file that is gone offers the rename", async () => {
  const { folder, run } = workspace();
  const text =
    "ApiId: renamed001\nIntegrationId: int0001\nIntegrationResponses: { a: { IntegrationResponseKey: $default } }\n";
  writeFileSync(join(folder, "specs/minimal.yaml"), text);
  expect((await run("apply", "specs/minimal.yaml")).code).toBe(0);
  copyFileSync(join(folder, "specs/minimal.yaml"), join(folder, "specs/new name.yaml"));
  const hint =
    "The file of file:specs/minimal.yaml is gone. If it was renamed to this one, or this one replaces it: npx specdrop mv specs/minimal.yaml 'specs/new name.yaml'";
  const both = await run("plan", "specs/new name.yaml");
  expect(both.stderr).not.toContain("specdrop mv");
  expect(both.code).toBe(1);
  rmSync(join(folder, "specs/minimal.yaml"));
  for (const command of ["plan", "apply"]) expect((await run(command, "specs/new name.yaml")).stderr).toContain(hint);
  const unknown = await run("withdraw", "specs/new name.yaml");
  expect(unknown.stderr).toContain(
    "The file of file:specs/minimal.yaml is gone. If it was renamed to this one: npx specdrop mv specs/minimal.yaml 'specs/new name.yaml'",
  );
  expect((await run("mv", "specs/minimal.yaml", "specs/new name.yaml")).code).toBe(0);
  expect((await run("apply", "specs/new name.yaml")).stdout).toMatch(/^Done in .*: 1 unchanged/);
  expect((await run("withdraw", "specs/new name.yaml")).code).toBe(0);
});

test("a document that was refused once takes over from a file that is gone by its withdrawal", async () => {
  const { folder, run } = workspace();
  const text =
    "ApiId: renamed002\nIntegrationId: int0001\nIntegrationResponses: { a: { IntegrationResponseKey: $default } }\n";
  writeFileSync(join(folder, "old.yaml"), text);
  expect((await run("apply", "old.yaml")).code).toBe(0);
  const [before] = endpoints.cloudControl.resources().filter(({ Properties }) => Properties["ApiId"] === "renamed002");
  writeFileSync(join(folder, "new.yaml"), text);
  expect((await run("apply", "new.yaml")).code).toBe(1);
  rmSync(join(folder, "old.yaml"));
  const hint =
    "run apply on this document, then npx specdrop withdraw old.yaml --ledger .specdrop/ledger.json, then apply";
  for (const command of ["plan", "apply"]) {
    const { code, stderr } = await run(command, "new.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain(hint);
  }
  expect((await run("withdraw", "old.yaml")).stdout).toMatch(/^Done in .*: 1 forgotten/);
  expect((await run("apply", "new.yaml")).stdout).toMatch(/^Done in .*: 1 adopted/);
  expect(endpoints.cloudControl.resources()).toContainEqual(before);
});

test("what is wrong on each API of a document is said once", async () => {
  const { folder, run } = workspace();
  const text = (name: string, apis: readonly string[]) =>
    `IntegrationId: int0001\nIntegrationResponses:\n${apis.map((api) => `  ${name}${api}: { ApiId: ${api}, IntegrationResponseKey: $default }\n`).join("")}`;
  writeFileSync(join(folder, "two.yaml"), text("a", ["twoapis001", "twoapis002"]));
  expect((await run("apply", "two.yaml")).code).toBe(0);
  writeFileSync(join(folder, "two.yaml"), text("b", ["twoapis003", "twoapis004"]));
  for (const command of ["plan", "apply"]) {
    const { code, stdout, stderr } = await run(command, "two.yaml");
    expect(code).toBe(1);
    expect((stdout + stderr).match(/error SD5007/g)).toHaveLength(1);
  }
});

test("deletions that are refused are not called a conflict", async () => {
  const { folder, run } = workspace();
  const text = (count: number) =>
    `ApiId: budget0001\nIntegrationId: int0001\nIntegrationResponses:\n${Array.from({ length: count }, (_, index) => `  r${index}: { IntegrationResponseKey: /2${10 + index}/ }\n`).join("")}`;
  writeFileSync(join(folder, "a.yaml"), text(12));
  expect((await run("apply", "a.yaml")).code).toBe(0);
  writeFileSync(join(folder, "a.yaml"), text(1));
  const { code, stdout, stderr } = await run("apply", "a.yaml");
  expect(stdout).toContain("Failed: 11 deletions refused, nothing was changed.");
  expect(stderr).toContain("SD5003");
  expect(stdout + stderr).not.toContain("conflict");
  expect(code).toBe(1);
});

test("a dry run is told as a plan, and fails where the plan has a conflict", async () => {
  const { folder, run } = workspace();
  const text = (dryRun: boolean) =>
    `DryRun: ${dryRun}\nApiId: dryrun0001\nIntegrationId: int0001\nIntegrationResponses:\n  one: { IntegrationResponseKey: $default }\n`;
  writeFileSync(join(folder, "dry.yaml"), text(true));
  const dry = await run("apply", "dry.yaml");
  expect(dry.stdout).toMatch(
    /^API dryrun0001\n {2}\+ one {2}create .*\n\nPlan: 1 to create\.\nThe document says DryRun/,
  );
  expect(dry.code).toBe(0);

  writeFileSync(join(folder, "wet.yaml"), text(false));
  expect((await run("apply", "wet.yaml")).code).toBe(0);
  const conflict = await run("apply", "dry.yaml");
  expect(conflict.stderr).toContain("belongs to file:wet.yaml, as one");
  expect(conflict.stdout).toContain("Plan: 1 in conflict.");
  expect(conflict.code).toBe(1);
});

test("a document with errors is told of and goes no further", async () => {
  const { folder, run } = workspace("broken.yaml");
  for (const command of ["plan", "apply"]) {
    const { code, stdout, stderr } = await run(command, "--json", "specs/broken.yaml");
    const [rejection] = JSON.parse(stdout) as readonly ResultDetail[];
    expect(rejection?.data.diagnostics.map(({ file }) => file)).toEqual(Array(5).fill("specs/broken.yaml"));
    expect(stderr).toContain("--> specs/broken.yaml:9:5");
    expect(code).toBe(1);
  }
  expect(existsSync(join(folder, ".specdrop"))).toBe(false);
});

test("withdrawing what the ledger does not know ends with 1", async () => {
  const { run } = workspace("minimal.yaml");
  await run("apply", "specs/minimal.yaml");
  const { code, stdout, stderr } = await run("withdraw", "--json", "specs/chat.yaml");
  expect(stderr).toContain(
    "no document file:specs/chat.yaml in the ledger .specdrop/ledger.json. Use the same relative path that it was applied with",
  );
  expect(JSON.parse(stdout)).toEqual({
    error: { message: expect.stringContaining("no document file:specs/chat.yaml in the ledger") },
  });
  expect(code).toBe(1);
});

test("what the environment lacks is said in a line", async () => {
  const { folder, env } = workspace("minimal.yaml");
  const { AWS_REGION: _, ...noRegion } = env;
  const region = await callCli(["plan", "specs/minimal.yaml"], { cwd: folder, env: noRegion });
  expect(region.stderr).toContain("Set AWS_REGION");
  expect(region.code).toBe(1);

  const { AWS_ACCESS_KEY_ID: __, ...noCredentials } = env;
  const credentials = await callCli(["plan", "specs/minimal.yaml"], { cwd: folder, env: noCredentials });
  expect(credentials.stderr).toContain("Set AWS_PROFILE, or AWS_ACCESS_KEY_ID");
  expect(credentials.code).toBe(1);

  const nowhere = { ...env, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
  const refused = await callCli(["apply", "specs/minimal.yaml"], { cwd: folder, env: nowhere });
  expect(refused.stderr).toContain("nothing answers at 127.0.0.1:1");
  expect(refused.stderr).not.toMatch(/^ +at /m);
  const debugged = await callCli(["--debug", "apply", "specs/minimal.yaml"], { cwd: folder, env: nowhere });
  expect(debugged.stderr).toMatch(/^ +at /m);
});

test("Ctrl-C lets the change under way end, and the next run does the rest", async () => {
  const { folder, env, run } = workspace();
  const response = (n: number) => `  r${n}: { IntegrationResponseKey: /${n}/, ResponseTemplates: { a: b } }\n`;
  const text = `ApiId: interrupt1\nIntegrationId: int0001\nIntegrationResponses:\n${[1, 2, 3, 4].map(response).join("")}`;
  writeFileSync(join(folder, "slow.yaml"), text);
  const turnstile = await startTurnstile(endpoints.url, "CloudApiService.CreateResource");
  const throughIt = { ...env, AWS_ENDPOINT_URL: turnstile.url };
  const { child, ended } = startCli(["apply", "slow.yaml"], { cwd: folder, env: throughIt });
  const stderr = said(child, "stderr", /Run it again/);
  const stdout = said(child, "stdout", /\n/);
  const stopping = said(child, "stderr", /Stopping after the change in progress/);
  turnstile.letThrough(1);
  await turnstile.waiting(2);
  child.kill("SIGINT");
  await stopping;
  turnstile.letThrough(3);
  expect(await stdout).toMatch(/^Stopped in .*: 2 created\.\n/);
  expect(await stderr).toContain("[2/4]");
  expect(await ended).toBe(1);
  await turnstile.close();

  const rest = await run("apply", "--json", "slow.yaml");
  const [detail] = detailsOf(rest);
  expect(detail?.data.summary.create).toBe(2);
  expect((await run("plan", "--detailed-exitcode", "slow.yaml")).code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, ".specdrop/ledger.json"), "utf8"))).toHaveProperty("format");
});

test("Ctrl-C during the first read ends at once, and says that nothing was changed", async () => {
  const { folder, env, run } = workspace();
  const text =
    "ApiId: interrupt2\nIntegrationId: int0001\nIntegrationResponses:\n  r: { IntegrationResponseKey: $default }\n";
  writeFileSync(join(folder, "first.yaml"), text);
  const turnstile = await startTurnstile(endpoints.url, "CloudApiService.ListResources");
  const throughIt = { ...env, AWS_ENDPOINT_URL: turnstile.url };
  const { child, ended } = startCli(["apply", "first.yaml"], { cwd: folder, env: throughIt });
  const stderr = said(child, "stderr", /Run it again/);
  const stdout = said(child, "stdout", /\n/);
  await turnstile.waiting(1);
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  expect(await stderr).toContain("Stopping. Nothing was changed: AWS was only read so far.\n");
  expect(await stderr).not.toContain("error:");
  expect(await stdout).toMatch(/^Stopped in .*: nothing was changed\.\n/);
  await turnstile.close();
  expect((await run("apply", "first.yaml")).stdout).toMatch(/^Done in .*: 1 created/);
});
