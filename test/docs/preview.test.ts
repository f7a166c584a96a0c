import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEndpoints } from "@specdrop/local/endpoints";
import { frameOf, type Given, type ResponseDefinition } from "@specdrop/template";
import { expect, test } from "vitest";
import { callCli } from "../cli/run-cli.ts";
import { readPage, type Snippet, snippetsOf } from "./snippets.ts";

const PAGE = readPage("preview.md");
const FILE = /^[\w-]+\.yaml$/;

/** The words of a command line, quotes taken off. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

async function run(command: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const [program, ...args] = wordsOf(command);
  expect(program).toBe("specdrop");
  return (await callCli(args, { cwd, env })).stdout.trimEnd();
}

async function follow({ kind, text }: Snippet, cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  if (FILE.test(kind)) {
    writeFileSync(join(cwd, kind), text);
    return;
  }
  if (kind !== "console") throw new Error(`what is a block of the kind ${kind}?`);
  const [first = "", ...output] = text.trimEnd().split("\n");
  expect(first).toMatch(/^\$ specdrop /);
  expect(await run(first.slice(2), cwd, env)).toBe(output.join("\n"));
}

test("every output of the page is what the command prints, in the order of the page", async () => {
  const endpoints = await startEndpoints({ port: 0 });
  const env = {
    AWS_ENDPOINT_URL: endpoints.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const cwd = mkdtempSync(join(tmpdir(), "specdrop-docs-"));
  try {
    const [before, ...rest] = snippetsOf(PAGE);
    if (before === undefined) throw new Error("the page has no blocks");
    await follow(before, cwd, env);
    // What the page calls live.
    expect((await callCli(["apply", "chat.yaml"], { cwd, env })).code).toBe(0);
    for (const snippet of rest) await follow(snippet, cwd, env);
  } finally {
    await endpoints.close();
  }
});

test("the document with every field passes its own expectations", async () => {
  const all = snippetsOf(PAGE).find(({ kind }) => kind === "all-fields.yaml");
  const cwd = mkdtempSync(join(tmpdir(), "specdrop-docs-"));
  writeFileSync(join(cwd, "all.yaml"), all?.text ?? "");
  const { code, stdout } = await callCli(["test", "--strict", "all.yaml"], { cwd });
  expect(stdout).toContain("1 document: 3 passed, 0 failed");
  expect(code).toBe(0);
  const validated = await callCli(["validate", "--strict", "all.yaml"], { cwd });
  expect(validated.stdout).toContain("0 errors, 0 warnings");
});

/** What the page's table says to write, for what is not known: a key, a template, a reply. */
const CERTAIN: readonly (readonly [string, ResponseDefinition[], ResponseDefinition[], Given])[] = [
  ["part of the value", [key("/Malformed/")], [key("/.*Malformed.*/")], failed("Malformed input")],
  ["part of a status", [key("/20/")], [key("/20\\d/")], { backend: "http", reply: { body: {} } }],
  ["several lines", [key("/.+/")], [key("/[\\s\\S]+/")], failed("a\nb")],
  [
    "several keys",
    [key("/2../"), key("/200/")],
    [key("/20[1-9]/"), key("/200/")],
    { backend: "http", reply: { body: {} } },
  ],
  [
    "the empty text",
    [key("/.*/"), key("$default")],
    [key("/.+/"), key("$default")],
    { backend: "lambda", reply: { body: {} } },
  ],
  ["no slashes", [key("200")], [key("/200/")], { backend: "http", reply: { body: {} } }],
  ["no $default", [key("/404/")], [key("/404/"), key("$default")], { backend: "http", reply: { body: {} } }],
  [
    "no such template",
    [{ ...key("$default"), TemplateSelectionExpression: "x", ResponseTemplates: { ok: "a" } }],
    [{ ...key("$default"), TemplateSelectionExpression: "x", ResponseTemplates: { ok: "a", $default: "b" } }],
    { backend: "http", reply: {} },
  ],
  [
    "several templates",
    [{ ...key("$default"), ResponseTemplates: { ok: "a", $default: "b" } }],
    [{ ...key("$default"), TemplateSelectionExpression: "\\$default", ResponseTemplates: { ok: "a", $default: "b" } }],
    { backend: "http", reply: {} },
  ],
  [
    "an empty text",
    [template("$util.escapeJavaScript($input.path('$.a'))")],
    [template("$input.json('$.a')")],
    given(""),
  ],
  ["a slash", [template("$input.json('$.a')")], [template("$input.path('$.a')")], given("a/b")],
  [
    "outside ASCII",
    [template("$util.escapeJavaScript($input.path('$.a'))")],
    [template("$input.path('$.a').")],
    given("é"),
  ],
];

function key(IntegrationResponseKey: string): ResponseDefinition {
  return { logicalId: IntegrationResponseKey, IntegrationResponseKey };
}

function template(text: string): ResponseDefinition {
  return { ...key("$default"), ResponseTemplates: { $default: text } };
}

function failed(errorMessage: string): Given {
  return { backend: "lambda", reply: { error: { errorMessage } } };
}

function given(a: string): Given {
  return { backend: "http", reply: { body: { a } } };
}

test.each(CERTAIN)("what the page says to write makes it certain: %s", (_, before, after, reply) => {
  expect(frameOf(before, reply).verdict).toBe("unproven");
  expect(frameOf(after, reply).verdict).toBe("proven");
});

const DEFAULT = { logicalId: "rest", IntegrationResponseKey: "$default" };
const ways: readonly (readonly [readonly ResponseDefinition[], Given])[] = [
  [[DEFAULT], { backend: "lambda", reply: { body: {} } }],
  [[DEFAULT], { backend: "lambda", reply: { error: { errorMessage: "no" } } }],
  [[{ ...DEFAULT, IntegrationResponseKey: "/200/" }, DEFAULT], { backend: "lambda", reply: { body: {} } }],
  [[DEFAULT], { backend: "aws", reply: { body: {} } }],
  [[{ ...DEFAULT, ResponseTemplates: { $default: "a" } }], { backend: "http", reply: {} }],
  [[{ ...DEFAULT, ResponseTemplates: { 200: "a" } }], { backend: "http", reply: {} }],
  [[{ ...DEFAULT, ResponseTemplates: { "application/json": "a" } }], { backend: "http", reply: {} }],
  [
    [
      {
        ...DEFAULT,
        ResponseTemplates: { $default: "a" },
        TemplateSelectionExpression: "$integration.response.statuscode",
      },
    ],
    { backend: "http", reply: {} },
  ],
  ...["$connect", "$disconnect"].map(
    (routeKey) => [[DEFAULT], { backend: "http", reply: { body: {} }, request: { routeKey } }] as const,
  ),
];

test("every source that a step names stands in the page's table", () => {
  const named = ways.flatMap(([responses, given]) => frameOf(responses, given).steps.map(({ source }) => source));
  const sources = new Set(named.flatMap((source) => source.split(", ")).filter((source) => source !== "none"));
  expect(sources.size).toBeGreaterThan(10);
  const rows = PAGE.split("\n").flatMap(
    (line) => /^\| (DG|LS-WS|recordings|Velocity 1\.7|API_[\w ()]+?) /.exec(line)?.[1] ?? [],
  );
  for (const source of sources)
    expect(
      rows.some((row) => source.startsWith(row)),
      source,
    ).toBe(true);
});
