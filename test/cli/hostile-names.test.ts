import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callCli, emptyFolder, ROOT, said, startCli } from "./run-cli.ts";

/** Clears the screen, names the window, colours, turns writing round; and is a command of GitHub's runner, twice. */
const EVIL =
  "\u001b[2J\u001b]0;pwned\u0007\u001b[31m\u009b31m\u202e\u200f\u007f\n::error::pwned\n##[error]pwned\r::stop-commands::x";

/** Whatever a terminal takes for more than text, besides line breaks and tabs. */
const UNSAFE = /[^\t\n -~\u00a0-\u061b\u061d-\u200a\u2010-\u2027\u202f-\u2065\u206a-\ufefe\uff00-\uffff]/;
const COMMAND = /^\s*::|##\[/m;

/** JSON without any control character of its own, as documents have to be. */
const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\u009f]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`);

const documentOf = (name: string, api = "hostileapi1") =>
  json({
    ApiId: api,
    IntegrationId: "abc1234",
    IntegrationResponses: { [name]: { IntegrationResponseKey: `/${name}/`, ResponseTemplates: { [name]: name } } },
  });

let stack: Stack;
let s3: S3Client;
let env: Record<string, string>;
const folder = emptyFolder();
const FILE = `${EVIL.replaceAll("/", "")}.json`;

beforeAll(async () => {
  stack = await startStack();
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  env = {
    AWS_ENDPOINT_URL: stack.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    GITHUB_ACTIONS: "true",
  };
  writeFileSync(join(folder, FILE), documentOf(EVIL));
  writeFileSync(join(folder, "wrong.yaml"), `ApiId: a\n${json(EVIL)}: 1\nIntegrationResponses: { ${json(EVIL)}: 1 }\n`);
  writeFileSync(join(folder, "program.ts"), `throw new Error(${JSON.stringify(EVIL)});\n`);
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: FILE, Body: documentOf(EVIL, "hostileapi2") }));
  await stack.idle();
});

afterAll(async () => {
  s3.destroy();
  await stack.close();
});

function expectSafe(text: string): void {
  const at = text.search(UNSAFE);
  expect(at < 0 ? "" : JSON.stringify(text.slice(Math.max(0, at - 60), at + 20))).toBe("");
  expect(COMMAND.exec(text)?.[0] ?? "").toBe("");
}

const TABLE = ["--ledger", "dynamodb:specdrop"];

test.each([
  [["validate", FILE, "wrong.yaml"], 1],
  [["validate", "--format", "json", FILE, "wrong.yaml"], 1],
  [["validate", "--format", "sarif", FILE, "wrong.yaml"], 1],
  [["validate", EVIL], 2],
  [["plan", FILE], 0],
  [["plan", "--json", FILE], 0],
  [["plan", "wrong.yaml"], 1],
  [["apply", FILE], 0],
  [["apply", "--json", FILE], 0],
  [["apply", "wrong.yaml"], 1],
  [["status"], 0],
  [["status", "--json"], 0],
  [["status", ...TABLE], 0],
  [["drift"], 0],
  [["drift", ...TABLE], 0],
  [["doctor", "--api", EVIL], 2],
  [["submit", "--bucket", "specs", "--wait", ...TABLE, FILE], 1],
  [["submit", "--bucket", EVIL, FILE], 1],
  [["withdraw", FILE], 0],
  [["withdraw", EVIL], 1],
  [["run", "program.ts"], 1],
  [["convert", "wrong.yaml"], 1],
  [[EVIL], 2],
  [["validate", `--${EVIL}`], 2],
  [["--debug", "apply", EVIL], 2],
] as const)("%j prints names as text", async (args, code) => {
  const result = await callCli(args, { cwd: folder, env });
  expectSafe(result.stdout);
  expectSafe(result.stderr);
  expect(result).toMatchObject({ code });
  if (args.some((arg) => arg === "--json" || arg === "json"))
    expect(JSON.stringify(JSON.parse(result.stdout))).toContain("\\u001b[2J");
});

test("in colour, nothing is added but colours", async () => {
  const colours = { ...env, FORCE_COLOR: "1" };
  const { stdout } = await callCli(["validate", "wrong.yaml"], { cwd: folder, env: colours });
  expect(stdout).toContain("\u001b[31m");
  expectSafe(stripVTControlCharacters(stdout));
  const { stderr } = await callCli(["validate", EVIL], { cwd: folder, env: colours });
  expect(stripVTControlCharacters(stderr)).toContain("␛[2J␛]0;pwned␇␛[31m");
});

test("annotations are the only commands, and each is one line", async () => {
  const { stdout, stderr } = await callCli(["validate", "--format", "github", "wrong.yaml"], { cwd: folder, env });
  const lines = stdout.trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^::(?:error|warning) file=wrong\.yaml,line=\d+,/);
  expect(stdout).not.toMatch(UNSAFE);
  expectSafe(stderr);
});

test("dev prints names of objects as text", async () => {
  const { child, ended } = startCli(["dev", "--port", "0"], { env: { GITHUB_ACTIONS: "true" } });
  let heard = "";
  child.stderr.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  const url = /ready (\S+)/.exec(await said(child, "stdout", /ready \S+/))?.[1] ?? "";
  const client = new S3Client({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    forcePathStyle: true,
  });
  const told = said(child, "stderr", /hostileapi3/);
  await client.send(new PutObjectCommand({ Bucket: "specs", Key: FILE, Body: documentOf(EVIL, "hostileapi3") }));
  await told;
  const broken = said(child, "stderr", /made up/);
  await client.send(new PutObjectCommand({ Bucket: "specs", Key: "a\n12:00:00 made up.json", Body: "[" }));
  await broken;
  client.destroy();
  child.kill("SIGINT");
  await ended;
  expect(heard).toContain("s3://specs/␛[2J");
  expect(heard).toContain("s3://specs/a␊12:00:00 made up.json: SpecRejected");
  expectSafe(heard);
});

test("nothing but the terminal's module writes to the process's streams", () => {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "packages/*/src/*", "functions/src"],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  const writers = listed
    .split("\0")
    .filter((file) => file.endsWith(".ts"))
    .filter((file) =>
      /\bconsole\.(?:log|info|warn|error|debug|dir|table)\b|process\.(?:stdout|stderr)|\bstyleText\(|\bwriteSync\(\s*[12]\b/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
    );
  expect(writers).toEqual(["packages/cli/src/terminal/printable.ts"]);
});
