import { parse } from "@specdrop/spec";
import { describe, expect, test } from "vitest";

const RESPONSES = `ApiId: a1b2c3d4e5
IntegrationId: snd0001
IntegrationResponses:
  sent:
    IntegrationResponseKey: $default
    TemplateSelectionExpression: \\$default
    ResponseTemplates:
      $default: '{"all":$input.json("$"),"to":"$context.connectionId","in":"$stageVariables.env"}'
  refused: { IntegrationResponseKey: /403/ }
`;

/** A document with one expectation, whose `given` always has what the template asks for. */
function judge(given: string, expected: string, document = RESPONSES) {
  const text = `${document}Expectations:\n  - name: it\n    given: ${given}\n    expect: ${expected}\n`;
  const { diagnostics, expectations = [] } = parse(text, "chat.yaml");
  return { codes: diagnostics.map(({ code }) => code), diagnostics, expectations };
}

const FILLED = "context: { connectionId: c1 }, stageVariables: { env: prod }";
const of = (body: string) => `{ reply: { status: 200, body: ${body} }, ${FILLED} }`;
const frame = (all: string) => `{ frame: { json: { all: ${all}, to: c1, in: prod } } }`;

describe("a frame compares by value", () => {
  test.each([
    ["{ a: 1, b: [true, null, 1.5] }", "{ b: [true, null, 1.5], a: 1 }", "pass"],
    ["{ a: 1 }", "{ a: 2 }", "fail"],
    ["{ a: 1 }", '{ a: "1" }', "fail"],
    ["{ a: 1 }", "{ a: 1, b: 2 }", "fail"],
    ["{ a: 1 }", "{ b: 1 }", "fail"],
    ["{ a: 1 }", "[1]", "fail"],
    ["[1, 2]", "[1, 2]", "pass"],
    ["[1, 2]", "[2, 1]", "fail"],
    ["[1, 2]", "[1]", "fail"],
    ["[1]", "{ 0: 1 }", "fail"],
    ["{ a: {} }", "{ a: null }", "fail"],
  ])("a reply of %s where %s is expected: %s", (body, expected, verdict) => {
    expect(judge(of(body), frame(expected)).expectations).toMatchObject([{ verdict }]);
  });
});

describe("verdicts", () => {
  const reply = of("{ a: 1 }");
  const text = `'{"all":{"a":1},"to":"c1","in":"prod"}'`;
  test.each([
    [reply, "{ response: sent, template: $default }", "pass", undefined],
    [reply, `{ frame: { text: ${text} } }`, "pass", undefined],
    [reply, "{ frame: { text: other } }", "fail", "The frame is not the expected one."],
    [reply, "{ frame: null }", "fail", "The frame is not the expected one."],
    [reply, "{ response: refused }", "fail", "AWS takes another response than the expected one."],
    [reply, "{ response: null }", "fail", "AWS takes another response than the expected one."],
    [reply, "{ template: null }", "fail", "AWS takes another template than the expected one."],
    ["{ reply: { status: 403, body: no } }", "{ response: refused, template: null }", "pass", undefined],
    ["{ reply: { status: 403, body: no } }", "{ frame: { json: no } }", "fail", "The frame is not the expected one."],
    [
      "{ reply: { status: 403, body: no, headers: { A: b } }, request: { routeKey: $connect, body: {} } }",
      "{ response: refused, frame: null }",
      "pass",
      undefined,
    ],
    ["{ reply: { status: 403, body: no }, request: {} }", "{ frame: { text: no } }", "pass", undefined],
    ["{ backend: lambda, reply: { error: { errorMessage: '403' } } }", "{ response: refused }", "pass", undefined],
    ["{ reply: { body: no } }", "{ response: sent }", "unproven", 'The step "backend" is not known for certain.'],
  ])("%s expecting %s: %s", (given, expected, verdict, reason) => {
    const { expectations, codes } = judge(given, expected);
    expect(expectations).toMatchObject([reason === undefined ? { verdict } : { verdict, reason }]);
    expect(codes).toEqual({ pass: [], fail: ["SD3401"], unproven: ["SD3402"] }[verdict]);
  });

  test("the document's Backend is for expectations that name none", () => {
    const document = `Backend: lambda\n${RESPONSES}`;
    const verdictOf = (given: string) => judge(given, "{ response: refused }", document).expectations[0]?.verdict;
    expect(verdictOf("{ reply: { error: { errorMessage: '403' } } }")).toBe("pass");
    expect(verdictOf("{ reply: { status: 403, body: no } }")).toBe("unproven");
    expect(verdictOf("{ backend: http, reply: { status: 403, body: no } }")).toBe("pass");
  });

  test("an expectation that names its integration and API needs no default", () => {
    const document = `IntegrationResponses:
  refused: { ApiId: a1b2c3d4e5, IntegrationId: snd0001, IntegrationResponseKey: /403/ }
`;
    const text = (more: string) =>
      `${document}Expectations:\n  - { name: it, ${more}given: { reply: { status: 403, body: no } }, expect: { response: refused } }\n`;
    for (const more of ["", "ApiId: a1b2c3d4e5, IntegrationId: snd0001, "]) {
      const { expectations = [] } = parse(text(more), "chat.yaml");
      expect(expectations).toMatchObject([{ verdict: "pass", ApiId: "a1b2c3d4e5", IntegrationId: "snd0001" }]);
    }
  });
});

describe("an expectation of the wrong shape is reported, and not run", () => {
  const reply = "{ reply: { status: 403, body: no } }";
  test.each([
    ["{ reply: { stats: 403 } }", "{ response: refused }", "SD2001", "reply has no property"],
    ["{ status: 403 }", "{ response: refused }", "SD2002", "given has no reply"],
    ["[]", "{ response: refused }", "SD2003", "given must be a map"],
    ["{ reply: 403 }", "{ response: refused }", "SD2003", "reply must be a map"],
    ["{ reply: { status: '403' } }", "{ response: refused }", "SD2003", "status must be a whole number"],
    ["{ reply: { headers: { a: 1 } } }", "{ response: refused }", "SD2003", "must be text"],
    ["{ reply: {}, request: 1 }", "{ response: refused }", "SD2003", "request must be a map"],
    ["{ reply: {}, context: 1 }", "{ response: refused }", "SD2003", "context must be a map"],
    ["{ reply: {}, stageVariables: [] }", "{ response: refused }", "SD2003", "stageVariables must be a map"],
    ["{ backend: lamda, reply: {} }", "{ response: refused }", "SD2008", "backend must be"],
    [reply, "{}", "SD2002", "has nothing to check"],
    [reply, "x", "SD2003", "expect must be a map"],
    [reply, "{ template: 200 }", "SD2003", "template must be text or null"],
    [reply, "{ response: [] }", "SD2003", "response must be text or null"],
    [reply, "{ frame: { text: 1 } }", "SD2003", "frame must be { json: … }, { text: … } or null"],
    [reply, "{ frame: { type: a } }", "SD2003", "frame must be { json: … }, { text: … } or null"],
    [reply, "{ frame: { json: 1, text: a } }", "SD2003", "frame must be { json: … }, { text: … } or null"],
    [reply, "{ frame: a }", "SD2003", "frame must be { json: … }, { text: … } or null"],
  ])("%s expecting %s: %s", (given, expected, code, message) => {
    const { diagnostics, expectations } = judge(given, expected);
    expect(diagnostics.map((each) => each.code)).toContain(code);
    expect(diagnostics.find((each) => each.code === code)?.message).toContain(message);
    expect(expectations).toEqual([]);
  });

  test("Expectations is a list, and each is a map with a name", () => {
    const said = (text: string) => parse(`${RESPONSES}Expectations: ${text}\n`, "chat.yaml").diagnostics;
    expect(said("{}")).toMatchObject([{ code: "SD2003", help: "Start each expectation with a dash." }]);
    expect(said("[1]")).toMatchObject([{ code: "SD2003" }]);
    const nameless = said("[{ given: { reply: { status: 403, body: no } }, expect: { response: refused } }]");
    expect(nameless).toMatchObject([{ code: "SD2002", message: "The expectation has no name" }]);
    expect(said("[]")).toEqual([]);
  });
});
