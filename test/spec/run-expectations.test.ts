import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";

const RESPONSES = [
  "ApiId: a1b2c3d4e5",
  "IntegrationId: abc1234",
  "IntegrationResponses:",
  "  ok:",
  "    IntegrationResponseKey: $default",
  "    TemplateSelectionExpression: \\$default",
  '    ResponseTemplates: { $default: \'{"id": $input.path("$.id"), "env": "$stageVariables.env"}\' }',
  "  gone:",
  "    IntegrationResponseKey: /404/",
  "    ResponseTemplates: { $default: 'secret gone' }",
];
/** A document with one expectation, and what comes of it: its verdict and what is said. */
function run(...lines: readonly string[]) {
  const text = [...RESPONSES, "Expectations:", ...lines.map((line) => `  ${line}`), ""].join("\n");
  const { expectations = [], diagnostics, document } = parse(text, "spec.yaml");
  return {
    verdicts: expectations.map(({ verdict }) => verdict),
    said: diagnostics.map(({ code, range, message }) => `${range.start.line} ${code} ${message}`),
    actual: expectations[0]?.actual,
    isAccepted: document !== undefined,
  };
}
const GIVEN = "given: { backend: http, reply: { status: 200, body: { id: 1 } }, stageVariables: { env: e } }";
const expecting = (expected: string, given = GIVEN) => run("- name: one", `  ${given}`, `  expect: ${expected}`);

test.each([
  ["{ response: ok }", "pass"],
  ["{ template: $default }", "pass"],
  ["{ response: ok, template: $default, frame: { json: { env: e, id: 1 } } }", "pass"],
  ['{ frame: { text: \'{"id": 1, "env": "e"}\' } }', "pass"],
  ['{ frame: { text: \'{"id":1,"env":"e"}\' } }', "fail"],
  ["{ frame: { json: { id: 1 } } }", "fail"],
  ["{ frame: { json: { id: 1, env: f } } }", "fail"],
  ["{ frame: { json: { id: 1, other: e } } }", "fail"],
  ["{ frame: { json: [1] } }", "fail"],
  ["{ frame: { json: null } }", "fail"],
  ["{ frame: { json: 1 } }", "fail"],
  ["{ frame: null }", "fail"],
  ["{ response: gone }", "fail"],
  ["{ response: null }", "fail"],
  ["{ template: other }", "fail"],
  ["{ template: null }", "fail"],
])("%s: %s", (expected, verdict) => {
  const { verdicts, said, isAccepted } = expecting(expected);
  expect(verdicts).toEqual([verdict]);
  expect(isAccepted).toBe(verdict === "pass");
  expect(said.map((line) => line.slice(0, 9))).toEqual(verdict === "pass" ? [] : ["12 SD3401"]);
});

test("what is said of them names no value", () => {
  const { said } = run(
    "- name: secret-free",
    "  given: { reply: { status: 404, body: hidden } }",
    "  expect: { frame: { text: hidden } }",
  );
  expect(said).toEqual(['12 SD3401 The expectation "secret-free" fails. The frame is not the expected one.']);
  expect(expecting("{ response: gone }").said).toEqual([
    '12 SD3401 The expectation "one" fails. AWS takes another response than the expected one.',
  ]);
  expect(expecting("{ template: x }").said).toEqual([
    '12 SD3401 The expectation "one" fails. AWS takes another template than the expected one.',
  ]);
});

test("what is not known is unproven, whatever is expected, and does not reject the document", () => {
  for (const expected of ["{ frame: null }", "{ response: ok }"]) {
    const outcome = expecting(expected, "given: { reply: { status: 200, body: { id: 1 } } }");
    expect(outcome.verdicts).toEqual(["unproven"]);
    expect(outcome.said).toEqual([
      '12 SD3402 The expectation "one" is unproven. The step "rendering" is not known for certain.',
    ]);
    expect(outcome.actual).toEqual({ response: "ok", template: "$default", frame: null });
    expect(outcome.isAccepted).toBe(true);
  }
  expect(expecting("{ response: ok }", "given: { reply: { body: x } }").said[0]).toContain('The step "backend"');
});

test("a frame that is no JSON, and no frame at all", () => {
  const gone = "given: { reply: { status: 404 } }";
  expect(expecting("{ frame: { json: x } }", gone).verdicts).toEqual(["fail"]);
  expect(expecting("{ frame: { text: secret gone } }", gone).verdicts).toEqual(["pass"]);
  const connect = "given: { reply: { status: 404 }, request: { routeKey: $connect } }";
  expect(expecting("{ frame: null }", connect).verdicts).toEqual(["pass"]);
  expect(expecting("{ frame: { text: secret gone } }", connect).verdicts).toEqual(["fail"]);
});

test("what is not there is said where it is named", () => {
  expect(expecting("{ response: nope }").said).toEqual([
    '14 SD3403 The expectation "one" cannot be met: the document has no response with the logical id that it expects.',
  ]);
  expect(run("- name: one", "  IntegrationId: other", `  ${GIVEN}`, "  expect: { frame: null }").said).toEqual([
    '12 SD3403 The expectation "one" cannot be met: the document has no response for the integration that it names.',
  ]);
});

test("responses of several integrations: an expectation names one", () => {
  const two = (more: string) => `
ApiId: a1b2c3d4e5
IntegrationResponses:
  a: { IntegrationId: int1, IntegrationResponseKey: $default, ResponseTemplates: { $default: A } }
  b: { IntegrationId: int2, IntegrationResponseKey: $default, ResponseTemplates: { $default: B } }
Expectations:
  - { name: one, ${more}given: { reply: { status: 200 } }, expect: { frame: { text: B } } }
`;
  const verdict = (more: string) => parse(two(more), "x.yaml").expectations?.map((one) => one.verdict);
  expect(verdict("")).toEqual(["unproven"]);
  expect(verdict("IntegrationId: int2, ")).toEqual(["pass"]);
  expect(verdict("IntegrationId: int1, ")).toEqual(["fail"]);
  expect(verdict("ApiId: a1b2c3d4e5, IntegrationId: int2, ")).toEqual(["pass"]);
  expect(verdict("ApiId: zzzzzzzzzz, IntegrationId: int2, ")).toEqual(["fail"]);
});

test("JSON documents have them too, and the document's backend is theirs", () => {
  const document = {
    ApiId: "a1b2c3d4e5",
    IntegrationId: "abc1234",
    Backend: "lambda",
    IntegrationResponses: {
      gone: { IntegrationResponseKey: "/.*gone.*/", ResponseTemplates: { $default: "$input.path('$.errorMessage')" } },
      ok: { IntegrationResponseKey: "$default" },
    },
    Expectations: [
      {
        name: "error",
        given: { reply: { error: { errorMessage: "room gone" } } },
        expect: { frame: { text: "room gone" } },
      },
      {
        name: "fine",
        given: { reply: { body: { a: [1, { b: null }] } } },
        expect: { template: null, frame: { json: { a: [1, { b: null }] } } },
      },
      {
        name: "headers",
        given: {
          reply: { body: "x", headers: { "X-A": "b" } },
          request: { routeKey: "send", body: { a: 1 } },
          context: { stage: "x" },
        },
        expect: { response: "ok" },
      },
    ],
  };
  const { expectations, diagnostics } = parse(JSON.stringify(document, null, 2), "spec.json");
  expect(diagnostics).toEqual([]);
  expect(expectations?.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["error", "pass"],
    ["fine", "pass"],
    ["headers", "pass"],
  ]);
});

test.each([
  ["Expectations: x", "SD2003"],
  ["Expectations: [x]", "SD2003"],
  ["Expectations: [{ given: { reply: {} }, expect: { frame: null } }]", "SD2002"],
  ["Expectations: [{ name: n, expect: { frame: null } }]", "SD2002"],
  ["Expectations: [{ name: n, given: { reply: {} } }]", "SD2002"],
  ["Expectations: [{ name: n, given: {}, expect: { frame: null } }]", "SD2002"],
  ["Expectations: [{ name: n, given: x, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: x }, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {}, request: x }, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {}, context: x }, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {}, stageVariables: [] }, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: { status: x } }, expect: { frame: null } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {}, backend: ftp }, expect: { frame: null } }]", "SD2008"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: {} }]", "SD2002"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: x }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { template: 200 } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { response: [x] } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { frame: x } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { frame: { text: 1 } } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { frame: { json: 1, text: x } } }]", "SD2003"],
  ["Expectations: [{ name: n, given: { reply: {} }, expect: { frame: { other: 1 } } }]", "SD2003"],
  ["Expectations: [{ name: n, nope: 1, given: { reply: {} }, expect: { frame: null } }]", "SD2001"],
])("%s is %s", (line, code) => {
  const { diagnostics, document, expectations = [] } = parse([...RESPONSES, line, ""].join("\n"), "spec.yaml");
  expect(diagnostics.map((each) => each.code)).toContain(code);
  expect(document).toBeUndefined();
  expect(expectations).toEqual([]);
});

test("a status in the place of a name is put into quotes", () => {
  const { diagnostics } = parse(
    [...RESPONSES, "Expectations: [{ name: n, given: { reply: {} }, expect: { template: 200 } }]", ""].join("\n"),
    "x.yaml",
  );
  expect(diagnostics[0]?.suggestion).toBe('"200"');
});
