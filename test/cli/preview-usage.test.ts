import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { callCli, emptyFolder, runCli } from "./run-cli.ts";

const folder = emptyFolder();
const at = (file: string) => join(folder, file);

const DOCUMENT = `ApiId: a1b2c3d4e5
IntegrationId: snd0001
Backend: http
IntegrationResponses:
  sent:
    IntegrationResponseKey: /200/
    TemplateSelectionExpression: \\$default
    ResponseTemplates:
      $default: |
        {"type":"sent","id":$input.json('$.id')}
  failed:
    IntegrationResponseKey: $default
    TemplateSelectionExpression: \\$default
    ResponseTemplates:
      $default: '{"type":"failed","request":"$context.requestId"}'
`;

function expectation(given: string, expected: string): string {
  return `${DOCUMENT}Expectations:\n  - name: a message\n    given: ${given}\n    expect: ${expected}\n`;
}

beforeAll(() => {
  writeFileSync(at("chat.yaml"), DOCUMENT);
  writeFileSync(at("lambda.yaml"), DOCUMENT.replace("Backend: http", "Backend: lambda"));
  writeFileSync(at("windows.yaml"), DOCUMENT.replaceAll("\n", "\r\n"));
  writeFileSync(at("always.yaml"), DOCUMENT.replace(`{"type":"sent","id"`, `#if($input.path('$.error'))no#end{"id"`));
  writeFileSync(at("broken.json"), "{");
  writeFileSync(at("wrong.yaml"), expectation("{ reply: { status: 200, body: { id: 1 } } }", "{ frame: { text: x } }"));
  writeFileSync(at("unknown.yaml"), expectation("{ reply: { status: 500 } }", "{ response: failed }"));
  writeFileSync(at("misspelt.yaml"), expectation("{ reply: { status: 200 } }", "{ response: snt }"));
  writeFileSync(at("elsewhere.yaml"), expectation("{ backend: lambda, reply: { error: {} } }", "{ response: sent }"));
  writeFileSync(at("neither.yaml"), expectation("{ reply: { error: {} } }", "{ response: sent }"));
});

describe("a mistake on the command line of preview is wrong usage, and the message shows what to write", () => {
  test.each([
    ["JSON without quotes", ["--reply", "{body: 1}"], `is not JSON: `],
    ["JSON without quotes", ["--reply", "{body: 1}"], `. Write --reply '{"status":200,"body":{"id":42}}'`],
    ["a file without its sign", ["--reply", "reply.json"], "or --reply @FILE for a file"],
    ["a list", ["--reply", "[1]"], `--reply needs a JSON object, such as '{"status":200`],
    ["a file that is not there", ["--reply", "@nope.json"], "names the file nope.json, which does not exist"],
    ["a file without JSON", ["--reply", "@broken.json"], "the file broken.json for --reply is not JSON: "],
    ["a misspelt field", ["--reply", '{"stats":200}'], `--reply has no "stats": it takes status, headers, body, error`],
    ["a status in quotes", ["--reply", '{"status":"404"}'], 'from 100 to 599, without quotes: {"status":404}'],
    ["a status of no reply", ["--reply", '{"status":99}'], "from 100 to 599"],
    ["a number as a header", ["--reply", '{"headers":{"Retry-After":30}}'], '{"headers":{"Retry-After":"30"}}'],
    ["a context in no map", ["--reply", "{}", "--context", "1"], `such as '{"requestId":"r-1"}'`],
    ["an error of an HTTP backend", ["--reply", '{"error":{}}'], "chat.yaml says Backend: http; --backend lambda over"],
    ["an error of another backend", ["--reply", '{"error":{}}', "--backend", "aws"], "leave out --backend"],
    ["an unknown integration", ["--reply", "{}", "--integration", "x"], "no response of integration x; it has snd0001"],
  ])("%s: %j", async (_, options, message) => {
    const { code, stdout, stderr } = await callCli(["preview", "chat.yaml", ...options], { cwd: folder });
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("preview", () => {
  test("reads a reply from standard input", async () => {
    const stdin = '{"status":200,"body":{"id":7}}';
    const { code, stdout } = await runCli(["preview", at("chat.yaml"), "--reply", "@-"], { stdin });
    expect(stdout).toContain('{"type":"sent","id":7}');
    expect(code).toBe(0);
    const both = await runCli(["preview", "-", "--reply", "@-"], { stdin });
    expect(both.stderr).toContain("standard input can be read once only");
    expect(both.code).toBe(2);
  });

  test("says how to make certain what nobody gave", async () => {
    const { stdout } = await callCli(["preview", at("chat.yaml"), "--reply", '{"status":500}']);
    expect(stdout).toContain("Unproven: The value of $context.requestId is not given.");
    expect(stdout).toContain(`give it with --context '{"requestId":"…"}'`);
  });

  test("names the cause of what is not known, and not what follows from it", async () => {
    writeFileSync(at("part.yaml"), DOCUMENT.replace("/200/", "/20/"));
    const { stdout } = await callCli(["preview", at("part.yaml"), "--reply", '{"status":200,"body":{"id":1}}']);
    expect(stdout).toContain("Unproven: The pattern is in the value and does not match all of it;");
  });

  test("says that a status of a Lambda function is not used, and which keys never match", async () => {
    const { stdout } = await callCli(["preview", at("lambda.yaml"), "--reply", '{"status":200,"body":{"id":1}}']);
    expect(stdout).toContain("! The status is not used: a Lambda function has no status for API Gateway.");
    expect(stdout).toContain("! Line 6, SD3521: ");
  });

  test("says of the template that was taken what is wrong with it, and of no other", async () => {
    const warning = '! Line 10, SD3511: This condition is always true on AWS: a missing value reads as ""';
    const taken = await callCli(["preview", at("always.yaml"), "--reply", '{"status":200,"body":{"id":1}}']);
    expect(taken.stdout).toContain(warning);
    const other = await callCli(["preview", at("always.yaml"), "--reply", '{"status":404,"body":{"id":1}}']);
    expect(other.stdout).not.toContain("SD3511");
  });

  test("shows a frame once, with its size and the line break at its end", async () => {
    const { stdout } = await callCli(["preview", at("chat.yaml"), "--reply", '{"status":200,"body":{"id":7}}']);
    expect(stdout.match(/"type":"sent"/g)).toHaveLength(1);
    expect(stdout).toContain('The client gets 23 of at most 32768 bytes, the last one a line break:\n  {"type":"sent"');
    expect(stdout).toMatch(/rendered {3}\$default {2}inferred/);
  });

  test("takes a document with Windows line ends as any other", async () => {
    const { stdout } = await callCli(["preview", at("windows.yaml"), "--reply", '{"status":200,"body":{"id":7}}']);
    expect(stdout).toContain('The client gets 23 of at most 32768 bytes, the last one a line break:\n  {"type":"sent"');
  });

  test("--json keeps every character of the frame", async () => {
    const reply = JSON.stringify({ status: 200, body: { id: "\u202e" } });
    const { stdout } = await callCli(["preview", at("chat.yaml"), "--reply", reply, "--json"]);
    expect(stdout).not.toContain("\u202e");
    const shown = JSON.parse(stdout) as { readonly steps: readonly { readonly output: string }[] };
    expect(shown.steps.map(({ output }) => output)).toContain("sent");
  });
});

describe("test", () => {
  const run = (file: string, ...options: readonly string[]) => callCli(["test", at(file), ...options]);

  test("shows both frames where they differ", async () => {
    const { code, stdout } = await run("wrong.yaml");
    expect(stdout).toContain(
      '✗ a message  line 17\n      The frame is not the expected one.\n      expected frame: x\n      actual frame:   {"type":"sent","id":1}',
    );
    expect(code).toBe(1);
  });

  test("says what is not known, and what to write in the document", async () => {
    const { code, stdout } = await run("unknown.yaml");
    expect(stdout).toContain("Unproven: The value of $context.requestId is not given.");
    expect(stdout).toContain("To make it certain, write it under given, as context: { requestId: … }.");
    expect(code).toBe(0);
    expect((await run("neither.yaml")).stdout).toContain("leave out the error, or write backend: lambda under given.");
    expect((await run("unknown.yaml", "--strict")).code).toBe(1);
  });

  test("asks for the integration where a document has several", async () => {
    const several = expectation("{ reply: { status: 200 } }", "{ response: sent }").replace(
      "IntegrationId: snd0001\n",
      "",
    );
    let count = 0;
    const numbered = several.replace(
      / {4}IntegrationResponseKey/g,
      (key) => `    IntegrationId: snd000${++count}\n${key}`,
    );
    writeFileSync(at("several.yaml"), numbered);
    const { code, stdout } = await run("several.yaml");
    expect(stdout).toContain("To make it certain, give the expectation an IntegrationId.");
    expect(code).toBe(0);
    const previewed = await callCli(["preview", at("several.yaml"), "--reply", "{}"]);
    expect(previewed.stderr).toContain("choose one with --integration (snd0001, snd0002)");
    expect(previewed.code).toBe(2);
  });

  test("counts a misspelt response once", async () => {
    const { code, stdout, stderr } = await run("misspelt.yaml");
    expect(stdout).toContain("no response with the logical id that it expects.\n      expected response: snt\n1 doc");
    expect(stdout).toContain("1 document: 0 passed, 1 failed\n");
    expect(stderr).toBe("");
    expect(code).toBe(1);
    const validated = await callCli(["validate", at("misspelt.yaml")]);
    expect(validated.stdout).toContain("= write: sent");
  });

  test("annotates on GitHub's runner, where other output must not", async () => {
    const options = { env: { GITHUB_ACTIONS: "true" } };
    const { stdout } = await callCli(["test", "--format", "github", at("wrong.yaml"), at("misspelt.yaml")], options);
    expect(stdout.split("\n").map((line) => /^::(\w+) .*title=(SD\d+)/.exec(line)?.slice(1))).toEqual([
      ["error", "SD3401"],
      ["error", "SD3403"],
      undefined,
    ]);
    expect(stdout).not.toContain('"sent"');
  });

  test("gives JUnit readers both frames", async () => {
    const { stdout } = await run("wrong.yaml", "--format", "junit");
    expect(stdout).toContain(
      '<failure type="fail" message="The frame is not the expected one.">expected frame: x\nactual frame:   {&quot;type',
    );
  });

  test("without expectations points to the page that shows how", async () => {
    const { code, stdout } = await run("chat.yaml");
    expect(stdout).toBe(
      "1 document, no expectations. Write some under Expectations; specdrop init writes a document with one.\n",
    );
    expect(code).toBe(0);
  });
});

test("validate reports a failing expectation in every format, without its frames", async () => {
  for (const format of ["pretty", "json", "github", "sarif"]) {
    const { code, stdout } = await callCli(["validate", "--format", format, at("wrong.yaml")]);
    expect(stdout).toContain("SD3401");
    expect(stdout).not.toMatch(/sent/);
    expect(code).toBe(1);
  }
  const { stdout } = await callCli(["validate", "--format", "sarif", at("wrong.yaml")]);
  const { runs } = JSON.parse(stdout) as {
    runs: { results: { ruleId: string; level: string; locations: unknown[] }[] }[];
  };
  expect(runs[0]?.results).toMatchObject([
    { ruleId: "SD3401", level: "error", locations: [{ physicalLocation: { region: { startLine: 17 } } }] },
  ]);
});

test("a number that would be rounded is refused, and kept in a text", async () => {
  const preview = (reply: string) => callCli(["preview", "chat.yaml", "--json", "--reply", reply], { cwd: folder });
  const refused = await preview('{"status":200,"body":{"id":1234567890123456789}}');
  expect(refused.code).toBe(2);
  expect(refused.stderr + refused.stdout).toContain("has a number that would be rounded: give the body as a text");
  const kept = await preview(JSON.stringify({ status: 200, body: '{"id":1234567890123456789}' }));
  expect(JSON.parse(kept.stdout).frame.text).toContain("1234567890123456789");
});
