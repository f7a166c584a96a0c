import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callCli, emptyFolder, runCli } from "./run-cli.ts";

const DOCUMENT = `
ApiId: a1b2c3d4e5
IntegrationId: abc1234
IntegrationResponses:
  ok:
    IntegrationResponseKey: $default
    TemplateSelectionExpression: \\$default
    ResponseTemplates: { $default: '{"text": "$input.path("$.text")"}' }
  gone: { IntegrationResponseKey: /404/, ResponseTemplates: { $default: gone } }
`;
const EXPECTATIONS = `
Expectations:
  - { name: "a <text> & more", given: { reply: { status: 200, body: { text: hi } } }, expect: { frame: { json: { text: hi } } } }
  - { name: wrong, given: { reply: { status: 404 } }, expect: { frame: { text: here } } }
  - { name: unknown, given: { reply: { body: x } }, expect: { response: ok } }
`;

function folder(files: Readonly<Record<string, string>>): string {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "specs"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

const preview = (args: readonly string[], files: Readonly<Record<string, string>> = { "d.yaml": DOCUMENT }) =>
  callCli(["preview", ...args], { cwd: folder(files) });

test("preview shows the way and the frame", async () => {
  const { code, stdout } = await preview(["d.yaml", "--reply", '{"status": 200, "body": {"text": "hi"}}']);
  expect(code).toBe(0);
  expect(stdout).toContain("integration abc1234 (http)");
  expect(stdout).toMatch(/\/404\/ {2}does not match/);
  expect(stdout).toContain("The client gets 14 of at most 32768 bytes:");
  expect(stdout).toContain('{"text": "hi"}');
  expect(stdout).toContain("not escaped");
});

test("preview --json is one document of the shape that is promised", async () => {
  const { code, stdout } = await preview(["d.yaml", "--json", "--reply", "@reply.json", "--backend", "http"], {
    "d.yaml": DOCUMENT,
    "reply.json": '{"status": 404}',
  });
  expect(code).toBe(0);
  const shown = JSON.parse(stdout);
  expect(Object.keys(shown).sort()).toEqual(["diagnostics", "frame", "response", "steps", "template", "verdict"]);
  expect(shown).toMatchObject({
    verdict: "proven",
    response: "gone",
    template: "$default",
    frame: { text: "gone", bytes: 4 },
  });
  for (const step of shown.steps)
    expect(Object.keys(step).sort()).toEqual(["grade", "input", "output", "rule", "source", "step"]);
});

test("preview of what is not known exits 0 and says what", async () => {
  const { code, stdout } = await preview(["d.yaml", "--reply", '{"status": 200}']);
  expect(code).toBe(0);
  expect(stdout).not.toContain("Unproven");
  const unknown = await preview(["d.yaml", "--reply", '{"body": "x"}']);
  expect(unknown.code).toBe(0);
  expect(unknown.stdout).toMatch(/Unproven: What answers is not given/);
  const json = await preview(["d.yaml", "--json", "--reply", '{"body": "x"}']);
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: "unproven", response: null, template: null, frame: null });
});

test("preview takes a document from standard input", async () => {
  const { code, stdout } = await runCli(["preview", "-", "--json", "--reply", '{"status": 404}'], { stdin: DOCUMENT });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ response: "gone" });
});

test.each([
  [["d.yaml"], 2],
  [["d.yaml", "--reply", "x"], 2],
  [["d.yaml", "--reply", "[]"], 2],
  [["d.yaml", "--reply", '{"nope": 1}'], 2],
  [["d.yaml", "--reply", '{"status": "x"}'], 2],
  [["d.yaml", "--reply", '{"headers": []}'], 2],
  [["d.yaml", "--reply", '{"error": {}}', "--backend", "http"], 2],
  [["d.yaml", "--reply", "@missing.json"], 2],
  [["d.yaml", "--reply", "{}", "--backend", "ftp"], 2],
  [["d.yaml", "--reply", "{}", "--request", '{"nope": 1}'], 2],
  [["d.yaml", "--reply", "{}", "--integration", "other"], 2],
  [["empty.yaml", "--reply", '{"status": 200}'], 1],
] as const)("preview %j exits %i", async (args, expected) => {
  const { code, stderr, stdout } = await preview(args, {
    "d.yaml": DOCUMENT,
    "empty.yaml": "IntegrationResponses: {}\n",
  });
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).not.toBe("");
});

const tested = (args: readonly string[], document = DOCUMENT + EXPECTATIONS) =>
  callCli(["test", ...args], { cwd: folder({ "specs/d.yaml": document, "specs/none.yaml": DOCUMENT }) });

test("test runs the expectations of a folder", async () => {
  const { code, stdout } = await tested(["specs"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/✓ a <text> & more/);
  expect(stdout).toMatch(/✗ wrong[\s\S]*expected frame: here\n\s+actual frame: {3}gone/);
  expect(stdout).toMatch(/\? unknown/);
  expect(stdout).toContain("1 passed, 1 failed, 1 unproven");
});

test("test --format json has the shape that is promised", async () => {
  const { code, stdout } = await tested(["specs", "--format", "json"]);
  expect(code).toBe(1);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ ok: false, passed: 1, failed: 1, unproven: 1 });
  expect(report.tests[1]).toEqual({
    file: "specs/d.yaml",
    name: "wrong",
    line: 13,
    verdict: "fail",
    expected: { frame: { text: "here" } },
    actual: { response: "gone", template: "$default", frame: "gone" },
  });
});

test("test --format junit is XML that a parser reads, with the counts that are due", async () => {
  for (const [flags, failures, skipped] of [
    [[], 1, 1],
    [["--strict"], 2, 0],
  ] as const) {
    const { stdout } = await tested(["specs", "--format", "junit", ...flags]);
    const { document } = await xml(stdout);
    expect(document).toMatchObject({
      name: "testsuites",
      attributes: { tests: "3", failures: String(failures), skipped: String(skipped), errors: "0" },
    });
    expect(document?.text).toContain("a <text> & more");
  }
});

/** Reads XML with the strict reader that fails on anything that is not well-formed. */
async function xml(text: string) {
  const { spawnSync } = await import("node:child_process");
  const script =
    "import sys,json,xml.etree.ElementTree as E;r=E.fromstring(sys.stdin.buffer.read());print(json.dumps({'name':r.tag,'attributes':r.attrib,'text':[c.get('name') for c in r.iter('testcase')]}))";
  const { status, stdout } = spawnSync("python3", ["-c", script], { input: text, encoding: "utf8" });
  expect(status).toBe(0);
  return { document: JSON.parse(stdout) };
}

test("test --format github annotates what does not pass", async () => {
  const { stdout } = await tested(["specs", "--format", "github"]);
  expect(stdout).toMatch(/^::error file=specs\/d.yaml,line=13,/m);
  expect(stdout).toMatch(/^::warning file=specs\/d.yaml,line=14,/m);
  const { stdout: strict } = await tested(["specs", "--format", "github", "--strict"]);
  expect(strict).not.toMatch(/^::warning/m);
});

test("unproven alone exits 0, and 1 with --strict; errors of the document exit 1", async () => {
  const unproven = `${DOCUMENT}Expectations: [{ name: u, given: { reply: { body: x } }, expect: { response: ok } }]\n`;
  expect((await tested(["specs"], unproven)).code).toBe(0);
  expect((await tested(["specs", "--strict"], unproven)).code).toBe(1);
  const broken = `${DOCUMENT}Nope: 1\nExpectations: [{ name: u, given: { reply: { status: 404 } }, expect: { response: gone } }]\n`;
  const outcome = await tested(["specs"], broken);
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toMatch(/✓ u/);
  expect(outcome.stderr).toContain("SD2001");
  expect((await tested([])).code).toBe(2);
  expect((await tested(["specs", "--format", "tap"])).code).toBe(2);
});
