import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ALARMS, descriptionOf } from "../../infra/alarm-table.ts";
import { unlisted } from "../../packages/engine/src/failure.ts";
import { awsEnvironment, callCli, ROOT } from "../cli/run-cli.ts";
import { maker, type Parts } from "../local/chat-api.ts";
import { clientsOf } from "../local/clients.ts";

/** Every command that was made, with the literal parts that it was made of. */
const all = vi.hoisted(() => [] as { readonly template: string; readonly line: string | undefined }[]);
vi.mock("../../packages/spec/src/shell-command.ts", async (original) => {
  const real = await original<typeof import("../../packages/spec/src/shell-command.ts")>();
  const command: typeof real.command = (literals, ...values) => {
    const shown = real.command(literals, ...values);
    all.push({ template: literals.join("{}"), line: "line" in shown ? shown.line : undefined });
    return shown;
  };
  return { ...real, command };
});

const hasAws = spawnSync("aws", ["--version"]).status === 0;
if (!hasAws) console.warn("skipped: the aws command line is not installed, so its commands are not executed");

/** Those that were executed. */
const executed = new Set<string>();

let stack: Stack;
let parts: Parts;
let clients: ReturnType<typeof clientsOf>;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const breaker = { documents: 1, responses: 50, minutes: 10, percent: 1 };
  const options = { retryDelaySeconds: 0, withdrawAfterMs: 0, sweepEverySeconds: 0, sweepGraceMs: 0 };
  stack = await startStack({ ...options, breaker });
  stack.cloudControl.changeFaults({ settleMs: 0 });
  parts = maker(stack.cloudControl);
  clients = clientsOf(stack);
  folder = mkdtempSync(join(tmpdir(), "specdrop-commands-"));
  // What npx runs is the command of this repository: without a registry, and without npm's half a second.
  mkdirSync(join(folder, "bin"));
  const npx = `#!/bin/sh\n[ "$1" = specdrop ] && shift && exec "${process.execPath}" "${ROOT}/packages/cli/bin/specdrop.js" "$@"\n`;
  writeFileSync(join(folder, "bin/npx"), npx);
  chmodSync(join(folder, "bin/npx"), 0o755);
  env = {
    ...awsEnvironment(stack.url, stack.region),
    AWS_DEFAULT_REGION: stack.region,
    AWS_CONFIG_FILE: join(folder, "none"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    AWS_EC2_METADATA_DISABLED: "true",
    HOME: process.env["HOME"] ?? folder,
    PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
    NO_COLOR: "1",
  };
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Types a command into a shell. */
function typed(line: string, cwd = folder): Promise<Ended> {
  return new Promise((done) => {
    // Node's pipes are sockets, and /dev/stdout cannot be opened where it is one.
    execFile("bash", ["-c", `set -o pipefail; { ${line}\n} | cat`], { cwd, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` });
    });
  });
}

/** Executes commands in their order; each has to be understood, and the aws command line's have to succeed. */
async function execute(lines: readonly string[], cwd = folder): Promise<readonly Ended[]> {
  const ends: Ended[] = [];
  for (const line of lines) {
    for (const { template } of all.filter((each) => each.line === line)) executed.add(template);
    const isAws = line.startsWith("aws ");
    if (isAws && !hasAws) continue;
    const end = await typed(line, cwd);
    expect(end.code, `${line}: ${end.said}`).toBeLessThanOrEqual(isAws ? 0 : 1);
    expect(end.said, line).not.toMatch(/unknown (?:option|command)|[Ll]edger \S+ does not exist|No ledger at/);
    ends.push(end);
  }
  await stack.idle();
  return ends;
}

let seen = 0;
/** The commands of the messages that came since the last call. */
async function told(): Promise<readonly string[]> {
  await stack.idle();
  const messages = stack.slack.messages();
  const blocks = messages
    .slice(seen)
    .flatMap((message) => [...JSON.stringify(message).matchAll(/```\\n(.*?)\\n```/g)])
    .map(([, lines = ""]) => JSON.parse(`"${lines}"`) as string);
  seen = messages.length;
  const unescaped = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return blocks.flatMap((block) => unescaped(block).split("\n")).filter((line) => /^(?:npx|aws) /.test(line));
}

const KEY = "team-a/it's $(touch pwned); touch pwned #1 & <co>.yaml";
const FILE = "it's $(touch pwned); touch pwned #1 & <co>.yaml";
const put = (document: unknown, Key = KEY) => {
  const Body = typeof document === "string" ? document : JSON.stringify(document);
  return clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body }));
};
const one = { IntegrationResponseKey: "$default", ResponseTemplates: { "200": "{}" } };
const document = (place: object, more: object = {}, response: object = one) => ({
  ...place,
  ...more,
  IntegrationResponses: { ok: response },
});

function api() {
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId);
  parts.route(ApiId, "sendMessage", IntegrationId);
  parts.stage(ApiId);
  return { ApiId, IntegrationId };
}

describe.skipIf(!hasAws)("in Slack", { timeout: 120_000 }, () => {
  let place: ReturnType<typeof api>;

  test("a rejected document is fetched, checked and submitted", async () => {
    place = api();
    await put("IntegrationResponses: [");
    const commands = await told();
    expect(commands.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "aws s3 cp",
      "npx specdrop validate",
      "npx specdrop submit",
    ]);
    const ends = await execute(commands);
    expect(ends.at(-2)?.said).toContain("SD1");
    if (hasAws) expect(readFileSync(join(folder, FILE), "utf8")).toBe("IntegrationResponses: [");
    await told();
  });

  test("a dry run is applied; one that would fail is corrected first", async () => {
    await put(document(place, { DryRun: true, Deploy: { StageName: "prod" } }));
    const planned = await told();
    expect(planned).toHaveLength(2);
    await execute(planned);
    await told();
    await put(document({ ...place, IntegrationId: "nosuch1" }, { DryRun: true }));
    const commands = await told();
    expect(commands).toHaveLength(3);
    await execute(commands);
    await told();
  });

  test("what is applied and not live is deployed", async () => {
    await put(document(place));
    const unknown = await told();
    expect(unknown[0]).toBe(`aws apigatewayv2 get-stages --api-id ${place.ApiId}`);
    const [stages] = await execute(unknown.slice(0, 1));
    if (hasAws) expect(stages?.said).toContain('"StageName": "prod"');
    for (const [deployments, template] of [
      ["failed", "one"],
      ["unfinished", "two"],
    ] as const) {
      stack.cloudControl.changeFaults({ deployments });
      await put(document(place, { Deploy: { StageName: "prod" } }, { ...one, ResponseTemplates: { "200": template } }));
      const commands = await told();
      stack.cloudControl.changeFaults({ deployments: "live" });
      expect(commands[0]).toBe(`aws apigatewayv2 create-deployment --api-id ${place.ApiId} --stage-name prod`);
      await execute(commands.slice(0, 1));
      expect(commands.at(-1)).toMatch(/^npx specdrop rollback /);
      if (deployments === "unfinished") await execute(commands.slice(-1));
      await told();
    }
  });

  test("what failed, or drifted, is dropped again", async () => {
    await put(document({ ...place, IntegrationId: "nosuch1" }));
    const failed = await told();
    expect(failed.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "aws s3 cp",
      "npx specdrop submit",
      "npx specdrop rollback",
    ]);
    await execute(failed.slice(0, 2));
    await put(document(place));
    await told();
    const ResourceModel = JSON.stringify(place);
    const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
    for (const { Identifier } of stack.cloudControl.listResources({ TypeName, ResourceModel }).ResourceDescriptions) {
      stack.cloudControl.deleteResource({ TypeName, Identifier });
    }
    await stack.sweep();
    const drifted = await told();
    expect(drifted).toHaveLength(2);
    const [, submitted] = await execute(drifted);
    if (hasAws) expect(submitted?.said).toContain("created");
    await told();
  });

  test("a document that was sent as an event is fetched and checked, and not dropped", async () => {
    const { PutEventsCommand } = await import("@aws-sdk/client-eventbridge");
    const Detail = JSON.stringify({ name: "bad.yaml", document: "IntegrationResponses: [" });
    const entry = { EventBusName: "specdrop", Source: "com.example.chat", DetailType: "SpecSubmitted", Detail };
    await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
    const commands = await told();
    expect(commands).toHaveLength(2);
    await execute(commands);
  });

  test("what is suspended, or held, is resumed", async () => {
    const names = ["--ledger", "dynamodb:specdrop", "--bus", "specdrop"];
    await callCli(["suspend", ...names], { env, cwd: folder });
    const suspended = await told();
    expect(suspended).toEqual([`npx specdrop resume ${names.join(" ")}`]);
    expect((await execute(suspended))[0]?.said).toContain("Resumed");
    const places = [api(), api(), api()];
    for (const [index, each] of places.entries()) await put(document(each), `held/${index}.json`);
    await told();
    for (const index of places.keys()) {
      await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: `held/${index}.json` }));
    }
    const held = await told();
    expect(held).toEqual(["npx specdrop status --ledger dynamodb:specdrop", `npx specdrop resume ${names.join(" ")}`]);
    const [status, resumed] = await execute(held);
    expect(status?.said).toContain("npx specdrop resume --ledger dynamodb:specdrop deletes what they own");
    expect(resumed?.said).toContain("Resumed. The withdrawal of");
  });

  test("no name was executed", () => {
    expect(readdirSync(folder)).not.toContain("pwned");
  });
});

describe("on the command line", { timeout: 240_000 }, () => {
  /** A folder of its own, whose name needs quotes. */
  function workplace(files: Readonly<Record<string, unknown>>) {
    const cwd = mkdtempSync(join(folder, "it's $(touch pwned) "));
    const write = (more: typeof files) => {
      for (const [name, content] of Object.entries(more)) {
        mkdirSync(dirname(join(cwd, name)), { recursive: true });
        writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
      }
    };
    write(files);
    /** The commands that one command makes. */
    const made = async (...args: readonly string[]) => {
      const before = all.length;
      const { stdout, stderr } = await callCli(args, { env, cwd });
      const lines = [...new Set(all.slice(before).flatMap(({ line }) => line ?? []))];
      return lines.filter((line) => `${stdout}${stderr}`.includes(line));
    };
    return { cwd, write, made, run: (lines: readonly string[]) => execute(lines, cwd) };
  }

  const warned = (place: object, more: object = {}) =>
    document(place, more, { IntegrationResponseKey: "200", ResponseTemplates: { "200": "{}" } });

  test("plan, apply, and what comes after", async () => {
    const place = api();
    const { made, run, write } = workplace({ "a b.json": warned(place), "-x.json": document(api()) });
    expect(await made("plan", "a b.json")).toEqual([
      "npx specdrop validate 'a b.json'",
      "npx specdrop apply 'a b.json'",
    ]);
    await run(["npx specdrop validate 'a b.json'", "npx specdrop apply 'a b.json'"]);
    expect(await made("plan", "./-x.json")).toEqual(["npx specdrop apply ./-x.json"]);
    expect(await made("apply", "./-x.json")).toEqual([expect.stringMatching(/^aws apigatewayv2 get-stages/)]);
    write({ "specs/one.json": warned(api()), "specs/two.json": document(api()) });
    const pruned = await made("plan", "--prune", "specs", "--ledger", "a ledger.json");
    expect(pruned).toContain("npx specdrop apply specs --prune --ledger 'a ledger.json'");
    await run(pruned);
    stack.cloudControl.changeFaults({ deployments: "unfinished" });
    write({
      "specs/one.json": warned(place, { Deploy: { StageName: "prod" }, IntegrationId: parts.integration(place.ApiId) }),
    });
    const pending = await made("apply", "specs/one.json");
    stack.cloudControl.changeFaults({ deployments: "live" });
    await run(pending.filter((line) => line.includes("create-deployment")));
    write({ "fresh/one.json": document(api()) });
    const synced = await made(
      "plan",
      "--prune",
      "fresh",
      "--as",
      "s3://specs/synced/",
      "--ledger",
      "dynamodb:specdrop",
    );
    expect(synced.filter((line) => line.startsWith("aws s3 sync"))).toHaveLength(2);
    await run(synced);
  });

  test("renames, withdrawals and ledgers", async () => {
    const { made, run, write, cwd } = workplace({ "old.json": document(api()) });
    const { ApiId, IntegrationId } = JSON.parse(readFileSync(join(cwd, "old.json"), "utf8"));
    await callCli(["apply", "old.json"], { env, cwd });
    rmSync(join(cwd, "old.json"));
    write({ "it's new.json": document({ ApiId, IntegrationId }) });
    const renamed = await made("plan", "it's new.json");
    expect(renamed).toContain("npx specdrop mv old.json 'it'\\''s new.json' --ledger .specdrop/ledger.json");
    await run(renamed.filter((line) => line.includes(" mv ")));
    mkdirSync(join(cwd, "nowhere"));
    for (const args of [
      ["withdraw", "nothing.json"],
      ["withdraw", "nowhere/", "-y"],
      ["history", "nothing.json"],
      ["mv", "nothing.json", "more.json"],
    ]) {
      const lines = await made(...args);
      expect(lines, args.join(" ")).not.toEqual([]);
      await run(lines);
    }
    const more = document({ ApiId, IntegrationId }, {}, { IntegrationResponseKey: "/5\\d\\d/" });
    write({ "more.json": more });
    await callCli(["apply", "more.json"], { env, cwd });
    rmSync(join(cwd, "more.json"));
    const both = {
      ...document({ ApiId, IntegrationId }).IntegrationResponses,
      ...{ more: more.IntegrationResponses.ok },
    };
    write({ "it's new.json": { ApiId, IntegrationId, IntegrationResponses: both } });
    const withdrawn = await made("plan", "it's new.json");
    expect(withdrawn).toContain("npx specdrop withdraw more.json --ledger .specdrop/ledger.json");
    await run(withdrawn.filter((line) => line.includes(" withdraw ")));
    await callCli(["suspend"], { env, cwd });
    await run(await made("apply", "it's new.json"));
  });

  test("a document of the bucket that was renamed is moved there", async () => {
    const place = api();
    await put(document(place), "moving/it's old.json");
    await stack.idle();
    const { made, run } = workplace({ "here/it's new.json": document(place) });
    const moved = await made("plan", "here", "--as", "s3://specs/moving/", "--ledger", "dynamodb:specdrop", "--prune");
    const unpruned = await made("plan", "here", "--as", "s3://specs/moving/", "--ledger", "dynamodb:specdrop");
    const lines = [...moved, ...unpruned].filter((line) => line.startsWith("aws s3 mv"));
    expect(lines[0]).toBe("aws s3 mv 's3://specs/moving/it'\\''s old.json' 's3://specs/moving/it'\\''s new.json'");
    await run(lines.slice(0, 1));
  });

  test("programs, templates, previews, exports and doctor", async () => {
    const place = api();
    const { made, run } = workplace({
      "p.ts": "export {};",
      "bad.json": { ...document(place), Wrong: 1 },
      "template.json": {
        Resources: { Ok: { Type: "AWS::ApiGatewayV2::IntegrationResponse", Properties: { ...place, ...one } } },
      },
    });
    await run(await made("plan", "p.ts"));
    await run(await made("plan", "p.ts", "bad.json"));
    await run(await made("convert", "template.json", "-o", "made.json"));
    await run(await made("preview", "bad.json", "--reply", "{}"));
    await run(await made("init"));
    const empty = parts.api();
    await run((await made("doctor", "--api", empty)).filter((line) => !line.includes("INTEGRATION")));
    const bare = api();
    await run(await made("doctor", "--api", bare.ApiId));
    for (let index = 0; index < 25; index++) {
      parts.response({ ...place, IntegrationResponseKey: `/${200 + index}/` });
      parts.integration(place.ApiId);
    }
    stack.cloudControl.changeFaults({ quirks: { listCap: 25 } });
    const short = await made("export", "--api", place.ApiId);
    stack.cloudControl.changeFaults({ quirks: { listCap: null } });
    expect(short).not.toEqual([]);
    await run(short);
    // What AWS has and does not list: the runs' own words.
    const RouteId = parts.route(place.ApiId, "unlisted", place.IntegrationId);
    for (const key of [
      { ...place, IntegrationResponseKey: "$default" },
      { ApiId: place.ApiId, RouteId, RouteKey: "unlisted", RouteResponseKey: "$default" },
    ]) {
      const { help } = unlisted({ ...key, adopt: false } as never, undefined);
      const lines = all.slice(-1).flatMap(({ line }) => line ?? []);
      expect(help).toContain(lines[0]);
      await run(lines);
    }
  });

  test("what a rollback refuses, and shows", async () => {
    const place = api();
    const { made, run } = workplace({});
    const key = "it's back.json";
    const names = ["--ledger", "dynamodb:specdrop"];
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`r${index}`, { IntegrationResponseKey: `/${200 + index}/` }]),
    );
    await put(document(place), key);
    await stack.idle();
    await put({ ...place, IntegrationResponses: { ...document(place).IntegrationResponses, ...many } }, key);
    await stack.idle();
    const refused = await made("rollback", `s3://specs/${key}`, ...names, "--yes");
    expect(refused.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual(["aws s3api get-object"]);
    await run(refused);
    await put(document(place, { AllowDeletions: 12 }), key);
    await stack.idle();
    await run(await made("rollback", `s3://specs/${key}`, "--to", "2", ...names, "--yes"));
    await run(await made("history", "s3://specs/none.json", ...names));
  });

  test("no name was executed", () => {
    expect(readdirSync(folder, { recursive: true })).not.toContainEqual(expect.stringMatching(/(?:^|\/)pwned$/));
  });
});

/** What version 1 of the aws command line has under other names. */
function forVersionOne(line: string): string {
  return (
    line
      .replace(/^aws logs tail (\S+) --since \S+ /, "aws logs filter-log-events --log-group-name $1 ")
      .replace(" --cli-binary-format raw-in-base64-out", "")
      // Its SQS has an endpoint of its own in us-east-1, whatever AWS_ENDPOINT_URL says.
      .replace(/^aws sqs /, `aws --endpoint-url ${stack.url} sqs `)
  );
}

/** AWS that dev has nothing of. */
const NOT_HERE = /^aws (?:lambda get-account-settings|cloudtrail|sst) /;

test("every alarm's command", { timeout: 120_000 }, async () => {
  const named = new Set(
    Object.values(ALARMS).flatMap(({ next }) => [...next.matchAll(/\{([a-z]\w+)\}/g)].map(([, name]) => name)),
  );
  const Names = [...named].map((name) => `/specdrop/production/${name}`);
  const outputs = Object.fromEntries(
    stack.parameters
      .getParameters({ Names })
      .Parameters.map(({ Name, Value }) => [Name.split("/").at(-1) ?? "", Value]),
  );
  expect(Object.keys(outputs).sort()).toEqual([...named].sort());
  const logGroups = Object.fromEntries(
    ["Intake", "Reconcile", "Notify", "Sweep"].map((id) => [id, `/aws/lambda/specdrop-production-${id}`]),
  );
  const isOne = hasAws && spawnSync("aws", ["--version"], { encoding: "utf8" }).stdout.includes("aws-cli/1.");
  const commands = Object.entries(ALARMS).map(([id, alarm]) => {
    const text = descriptionOf(id, alarm, { ...outputs, ...logGroups }, "https://example.com/operate.md");
    return /\nNext: (.*)\n/.exec(text)?.[1] ?? "";
  });
  for (const line of new Set(commands)) {
    if (NOT_HERE.test(line)) console.warn(`skipped: specdrop dev has nothing to execute it on: ${line}`);
    else await execute([isOne ? forVersionOne(line) : line]);
  }
});

/** The literal parts of every command in the source; those of the page (console) are no messages. */
function templatesInSource(): readonly string[] {
  const templates: string[] = [];
  for (const top of ["packages", "functions", "infra"]) {
    for (const name of readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts") || /node_modules|^console\/|shell-command\.ts$/.test(name)) continue;
      const text = readFileSync(join(ROOT, top, name), "utf8");
      for (const { index } of text.matchAll(/\bcommand`/g)) templates.push(templateAt(text, index + "command`".length));
    }
  }
  return [...new Set(templates)].sort();
}

function templateAt(text: string, start: number): string {
  let template = "";
  for (let at = start; text[at] !== "`"; at++) {
    if (!text.startsWith("${", at)) {
      template += text[at];
      continue;
    }
    template += "{}";
    at = endOfValue(text, at + 2);
  }
  return template;
}

/** Where the brace is that ends an expression, past braces and templates inside. */
function endOfValue(text: string, start: number): number {
  let depth = 1;
  for (let at = start; ; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return at;
  }
}

/** Commands that nothing here can execute, and why. */
const NOT_EXECUTED: Readonly<Record<string, string>> = {
  "aws cloudformation describe-stack-resource --stack-name STACK --logical-resource-id {}":
    "there is no CloudFormation here, and only its reader knows the stack",
  "aws apigatewayv2 create-route --api-id {} --route-key '$default' --target integrations/INTEGRATION":
    "only its reader knows the integration",
};

test.runIf(hasAws)("every command that a message can print was executed", () => {
  const missing = templatesInSource().filter((template) => !executed.has(template) && !(template in NOT_EXECUTED));
  expect(missing).toEqual([]);
});
