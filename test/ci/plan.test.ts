import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { json, text } from "node:stream/consumers";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { awsEnvironment, emptyFolder, ROOT } from "../cli/run-cli.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

interface Workflow {
  readonly name?: string;
  readonly jobs: Readonly<Record<string, { readonly if?: string; readonly steps: readonly Step[] }>>;
}

const PAGE = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const ACTION = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const WORKFLOWS = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)]
  .map(([, block = ""]) => parse(block) as Partial<Workflow> | readonly unknown[])
  .filter((each): each is Workflow => "jobs" in each && each.jobs !== undefined);

function workflow(name: string): readonly Step[] {
  const found = WORKFLOWS.find((each) => each.name === name);
  return Object.values(found?.jobs ?? {})[0]?.steps ?? [];
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ port: 0, retryDelaySeconds: 0 });
});
afterAll(() => stack.close());

async function bash(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const file = join(emptyFolder(), "step.sh");
  writeFileSync(file, script);
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  const aws = awsEnvironment(stack.url, stack.region);
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
    cwd,
    env: { PATH, HOME: process.env["HOME"] ?? cwd, GITHUB_ACTION_PATH: ROOT, ...aws, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

const SPECDROP = join(ROOT, "node_modules/.bin/specdrop");

/** Runs a step of the action as a runner does, with what a workflow gives it. */
async function actionStep(
  name: string,
  cwd: string,
  given: Readonly<Record<string, string | boolean>>,
  env: Readonly<Record<string, string>>,
  command = SPECDROP,
) {
  const step = ACTION.runs.steps.find((each) => each.name === name);
  const inputs = Object.entries(step?.env ?? {}).map(([variable, expression]) => {
    if (/^\$\{\{ steps\.specdrop\.outputs\.command \}\}$/.test(expression)) return [variable, command];
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? "";
    return [variable, String(given[input] ?? ACTION.inputs[input]?.default ?? "")];
  });
  return await bash(step?.run ?? "", cwd, { ...Object.fromEntries(inputs), ...env });
}

function repository() {
  const folder = emptyFolder();
  mkdirSync(join(folder, "specs/team"), { recursive: true });
  const write = (path: string, body: unknown) => writeFileSync(join(folder, path), JSON.stringify(body));
  return {
    folder,
    document: (path: string, api: string, template: string) =>
      write(path, {
        ApiId: api,
        IntegrationId: "int0001",
        IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: template } } },
      }),
    move: (from: string, to: string) => renameSync(join(folder, from), join(folder, to)),
  };
}

const hasAws = spawnSync("aws", ["--version"]).status === 0;
if (!hasAws) console.warn("The AWS CLI is not installed: the workflow that syncs is not run.");

test("the workflows use the action's inputs, and the plan is never made for a fork", () => {
  const uses = WORKFLOWS.flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps }) => steps));
  const ours = uses.filter((step) => step.uses?.startsWith("OWNER/specdrop@"));
  expect(ours.length).toBeGreaterThan(1);
  for (const step of ours)
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
  const plan = WORKFLOWS.find(({ name }) => name === "plan");
  expect(plan).toMatchObject({ on: "pull_request", permissions: {} });
  expect(plan?.jobs["plan"]?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  expect(PAGE).not.toMatch(/^on: pull_request_target/m);
});

test.skipIf(!hasAws)(
  "a pull request is planned against what the bucket's documents made, and its merge syncs without touching what moves",
  { timeout: 120_000 },
  async () => {
    const merge = {
      GITHUB_ACTOR: "renovate[bot]",
      GITHUB_SHA: "0f".repeat(20),
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/chat",
      GITHUB_RUN_ID: "42",
    };
    const sync = workflow("sync").find(({ name }) => name === "Sync");
    const synced = () => bash(sync?.run ?? "", folder, { ...sync?.env, ...merge, TARGET: "s3://specs" });
    const { folder, document, move } = repository();
    document("specs/a.json", "ciplan0001", "one");
    document("specs/b.json", "ciplan0002", "two");
    document("specs/c.json", "ciplan0003", "three");
    expect((await synced()).code).toBe(0);
    await stack.idle();
    const live = () => stack.cloudControl.resources().filter(({ Identifier }) => /^ciplan/.test(Identifier));
    await expect.poll(() => live().length, { timeout: 20_000 }).toBe(3);
    await stack.idle();

    document("specs/a.json", "ciplan0001", "ONE");
    move("specs/b.json", "specs/team/b.json");
    rmSync(join(folder, "specs/c.json"));
    const given = workflow("plan").find((step) => step.uses?.startsWith("OWNER/"))?.with ?? {};
    const runner = {
      RUNNER_TEMP: emptyFolder(),
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
      GITHUB_OUTPUT: join(folder, "output"),
    };
    const inputs = { ...given, ledger: "dynamodb:specdrop", as: "s3://specs" };
    expect(await actionStep("Plan", folder, inputs, runner)).toMatchObject({ code: 0 });
    const plan = readFileSync(join(runner.RUNNER_TEMP, "specdrop-plan.md"), "utf8");
    expect(plan).toContain("4 documents: 1 to update, 1 to delete, 1 to forget, 1 unchanged.");
    expect(plan).toContain("now belongs to s3://specs/team/b.json");
    expect(readFileSync(runner.GITHUB_STEP_SUMMARY, "utf8")).toBe(plan);
    expect(readFileSync(runner.GITHUB_OUTPUT, "utf8")).toBe("code=0\n");

    const moved = live().find(({ Identifier }) => Identifier.startsWith("ciplan0002"));
    expect((await synced()).code).toBe(0);
    await expect.poll(() => live().length, { timeout: 20_000 }).toBe(2);
    await stack.idle();
    expect(live().find(({ Identifier }) => Identifier.startsWith("ciplan0002"))).toEqual(moved);

    const by = `renovate[bot], commit 0f0f0f0f0f0f, https://github.com/acme/chat/actions/runs/42`;
    const specdrop = (...args: readonly string[]) =>
      bash(`"$SPECDROP" ${args.join(" ")} --ledger dynamodb:specdrop`, folder, { SPECDROP });
    expect((await specdrop("history", "s3://specs/team/b.json")).stdout).toContain(`by ${by}`);
    expect((await specdrop("rollback", "s3://specs/a.json", "--yes")).stderr).toContain("comes from a repository");
  },
);

test("a plan without a ledger, and one that nothing could be read for, fail without a comment", async () => {
  const { folder, document } = repository();
  document("specs/a.json", "ciplan0009", "one");
  const runner = { RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: join(folder, "s"), GITHUB_OUTPUT: join(folder, "o") };
  expect((await actionStep("Plan", folder, { path: "specs" }, runner)).code).toBe(2);
  const missing = await actionStep(
    "Plan",
    folder,
    { path: "specs", ledger: "dynamodb:nowhere", as: "s3://specs" },
    runner,
  );
  expect(missing.code).toBe(2);
  const hostile = { path: "specs", ledger: "$(touch pwned)", as: "`touch pwned`" };
  await actionStep("Plan", folder, hostile, runner);
  expect(existsSync(join(folder, "pwned"))).toBe(false);
  expect(existsSync(join(folder, "o"))).toBe(false);
});

test("the plan is made by the specdrop that the action has found, whose own commit may have nothing installed", async () => {
  const { folder, document } = repository();
  document("specs/a.json", "ciplan0008", "one");
  const command = join(folder, "specdrop");
  writeFileSync(command, '#!/bin/sh\necho "planned by what is installed: $1"\n', { mode: 0o755 });
  const runner = { RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: join(folder, "s"), GITHUB_OUTPUT: join(folder, "o") };
  const given = { path: "specs", ledger: "dynamodb:specdrop" };
  const bare = { ...runner, GITHUB_ACTION_PATH: emptyFolder() };
  expect((await actionStep("Plan", folder, given, bare, command)).code).toBe(0);
  expect(readFileSync(join(folder, "s"), "utf8")).toBe("planned by what is installed: plan\n");
});

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}

/** GitHub's comments on one pull request; `refuse` answers everything with 403. */
async function fakeGitHub(comments: Comment[], refuse = false) {
  const calls: string[] = [];
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://any");
    calls.push(`${request.method} ${pathname}`);
    if (request.headers.authorization !== "Bearer t0ken") return undefined;
    if (request.method === "GET") {
      const page = Number(searchParams.get("page"));
      return comments.slice((page - 1) * 100, page * 100);
    }
    const { body } = (await json(request)) as { readonly body: string };
    if (request.method === "POST") comments.push({ id: comments.length + 1, body, user: { type: "Bot" } });
    const found = comments.find(({ id }) => pathname.endsWith(`/${id}`));
    if (request.method === "PATCH" && found !== undefined) found.body = body;
    return {};
  };
  const server = createServer((request, response) => {
    void answer(request).then((found) => {
      response.writeHead(refuse || found === undefined ? 403 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(found ?? {}));
    });
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, calls, close: () => server.close() };
}

test("the comment is written once and updated; nobody else's is touched", async () => {
  const folder = emptyFolder();
  const someone = { user: { type: "User" }, body: "<!-- specdrop plan default -->\nquoted" };
  const comments: Comment[] = Array.from({ length: 120 }, (_, index) => ({ id: index + 1, ...someone }));
  const github = await fakeGitHub(comments);
  writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
  const runner = {
    RUNNER_TEMP: folder,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "acme/chat",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
  };
  const comment = async (plan: string) => {
    writeFileSync(join(folder, "specdrop-plan.md"), plan);
    const { code, stdout } = await actionStep("Comment", folder, { "github-token": "t0ken" }, runner);
    expect(code).toBe(0);
    return stdout.trim();
  };
  expect(await comment("first")).toBe("The comment was created.");
  expect(await comment("first")).toBe("The comment was unchanged.");
  expect(await comment("second")).toBe("The comment was updated.");
  expect(comments).toHaveLength(121);
  expect(comments.at(-1)?.body).toBe("<!-- specdrop plan default -->\nsecond");
  expect(github.calls.filter((call) => !call.startsWith("GET"))).toEqual([
    "POST /repos/acme/chat/issues/7/comments",
    "PATCH /repos/acme/chat/issues/comments/121",
  ]);
  github.close();

  const refusing = await fakeGitHub([], true);
  const refused = await actionStep(
    "Comment",
    folder,
    { "github-token": "t0ken" },
    { ...runner, GITHUB_API_URL: refusing.url },
  );
  expect(refused.stdout).toMatch(
    /^::warning title=specdrop::The plan was not written as a comment: GitHub answered 403/,
  );
  expect(refused.code).toBe(0);
  refusing.close();
  writeFileSync(join(folder, "event.json"), "{}");
  expect((await actionStep("Comment", folder, { "github-token": "t0ken" }, runner)).stdout).toContain(
    "No pull request",
  );
});
