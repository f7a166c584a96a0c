import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Editor, type Position, type Squiggle, startEditor } from "./language-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const OFFLINE = { schemaStore: { enable: false, url: "" }, validate: true, hover: true, completion: true };
const MODELINE = "# yaml-language-server: $schema=../packages/spec/specdrop.schema.json\n";

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor(ROOT, { yaml: OFFLINE });
});
afterAll(() => editor.close());

let opened = 0;

/** Opens a text with the modeline, beside the examples, and with `‸` where the cursor stands. */
async function opens(marked: string): Promise<{ path: string; cursor: Position; squiggles: readonly string[] }> {
  const path = `examples/unsaved-${++opened}.yaml`;
  const text = MODELINE + marked;
  const before = text.slice(0, Math.max(text.indexOf("‸"), 0)).split("\n");
  const cursor = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { path, cursor, squiggles: (await editor.open(path, text.replace("‸", ""))).map(shown) };
}

/** `line:column message`, both from 1. */
function shown({ message, range: { start } }: Squiggle): string {
  return `${start.line + 1}:${start.character + 1} ${message}`;
}

async function offered(marked: string): Promise<readonly string[]> {
  const { path, cursor } = await opens(marked);
  return (await editor.complete(path, cursor)).map(({ label }) => label);
}

async function told(marked: string): Promise<string> {
  const { path, cursor } = await opens(marked);
  return editor.hover(path, cursor);
}

const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".yaml"));

test.each(EXAMPLES.filter((file) => file !== "broken.yaml"))("%s has no squiggles", async (file) => {
  const text = readFileSync(join(ROOT, "examples", file), "utf8");
  expect(text).toMatch(/^# yaml-language-server: \$schema=/);
  expect(await editor.open(`examples/${file}`, text)).toEqual([]);
});

test("broken.yaml has a squiggle where its shape is wrong", async () => {
  const text = readFileSync(join(ROOT, "examples/broken.yaml"), "utf8");
  const squiggles = (await editor.open("examples/broken.yaml", text)).map(shown);
  expect(squiggles.toSorted()).toEqual([
    '13:30 Value is not accepted. Valid values: "CONVERT_TO_BINARY", "CONVERT_TO_TEXT".',
    '14:3 Missing property "IntegrationResponseKey".',
    '20:43 Incorrect type. Expected "string".',
    "9:5 Property ResponseTemplate is not allowed.",
  ]);
});

test("squiggles say what to write", async () => {
  const { squiggles } = await opens(`ApiId: a b
IntegrationId: abc1234
OnDrift: fix
AllowDeletions: -1
DryRun: yes
Deploy: {}
IntegrationResponses:
  ok:
    IntegrationResponseKey: 200
    ResponseParameters:
      Content-Type: "'text/plain'"
      method.response.header.x: plain
      method.response.header.y: "'fine'"
    adopted: true
`);
  expect(squiggles.toSorted()).toEqual([
    '10:29 Incorrect type. Expected "string".',
    "12:7 Write a header as method.response.header.NAME.",
    "13:33 Write integration.response.header.NAME, integration.response.body.EXPRESSION, or static text in single quotes of its own: \"'text'\".",
    "15:5 Property adopted is not allowed.",
    "2:8 No id of AWS has white space, a / or a |.",
    '4:10 Value is not accepted. Valid values: "report", "repair".',
    "5:17 Value is below the minimum of 0.",
    '6:9 Incorrect type. Expected "boolean".',
    '7:1 Missing property "StageName".',
  ]);
});

test("ids may stand at the top or in every resource", async () => {
  const without = "IntegrationResponses:\n  ok:\n    IntegrationResponseKey: $default\n";
  expect((await opens(without)).squiggles).toHaveLength(2);
  expect((await opens(`ApiId: a1\nIntegrationId: b1\n${without}`)).squiggles).toEqual([]);
  expect((await opens(`${without}    ApiId: a1\n    IntegrationId: b1\n`)).squiggles).toEqual([]);
});

test("completions are what may stand there", async () => {
  expect(await offered("‸\nIntegrationResponses: {}\n")).toEqual([
    ...["$schema", "ApiId", "IntegrationId", "Deploy", "DryRun", "AllowDeletions", "OnDrift"],
  ]);
  expect(await offered("IntegrationResponses:\n  ok:\n    IntegrationResponseKey: $default\n    ‸\n")).toEqual([
    ...["ApiId", "IntegrationId", "ResponseTemplates", "ResponseParameters", "TemplateSelectionExpression"],
    ...["ContentHandlingStrategy", "adopt", "DeletionPolicy"],
  ]);
  expect(await offered("OnDrift: ‸\n")).toEqual(["report", "repair"]);
  expect(await offered("IntegrationResponses:\n  ok:\n    DeletionPolicy: ‸\n")).toEqual(["Delete", "Retain"]);
  expect(await offered("IntegrationResponses:\n  ok:\n    ContentHandlingStrategy: ‸\n")).toEqual([
    ...["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"],
  ]);
});

test("hovers explain a property, with examples", async () => {
  const key = await told("IntegrationResponses:\n  ok:\n    Integration‸ResponseKey: $default\n");
  expect(key).toContain("Which results of the integration this response is for: $default, or a regular expression");
  expect(key).toContain("/4\\d\\d/");
  expect(await told("IntegrationResponses:\n  o‸k:\n    adopt: true\n")).toContain("your name for it");
  expect(await told("App‸Id: x\nIntegrationResponses: {}\n")).toBe("");
  expect(await told("Al‸lowDeletions: 20\nIntegrationResponses: {}\n")).toContain("beyond the default budget");
});

test("the settings in .vscode find the schema without a modeline", async () => {
  const settings = JSON.parse(readFileSync(join(ROOT, ".vscode/settings.json"), "utf8"));
  const mapped = await startEditor(ROOT, { yaml: { ...OFFLINE, schemas: settings["yaml.schemas"] } });
  try {
    const wrong = "IntegrationResponses: 1\n";
    expect((await mapped.open("specs/team/chat.yaml", wrong)).map(shown)).toEqual([
      expect.stringMatching(/^1:23 Incorrect type\. Expected "object/),
    ]);
    expect(await mapped.open("elsewhere/chat.yaml", wrong)).toEqual([]);
  } finally {
    await mapped.close();
  }
});
