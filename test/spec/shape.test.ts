import { parse, SPEC_LIMITS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { codes, found, one, oneDefault, onlyDiagnostic } from "./reading.ts";

test("a complete document is read as it stands", () => {
  const text = `$schema: ./specdrop.schema.json
ApiId: a1b2c3d4e5
IntegrationId: abc1234
Deploy: { StageName: prod }
DryRun: true
AllowDeletions: 20
OnDrift: repair
IntegrationResponses:
  plain:
    IntegrationResponseKey: $default
  full:
    ApiId: zyx9876543
    IntegrationId: def5678
    IntegrationResponseKey: $default
    ResponseTemplates: { $default: '{"ok":true}' }
    ResponseParameters: { method.response.header.X-Ok: "'yes'" }
    TemplateSelectionExpression: \\$default
    ContentHandlingStrategy: CONVERT_TO_TEXT
    adopt: true
    DeletionPolicy: Retain
  dropped:
    IntegrationResponseKey: /4\\d\\d/
    adopt: false
    DeletionPolicy: Delete
`;
  expect(parse(text, "spec.yaml")).toStrictEqual({
    diagnostics: [],
    omitted: 0,
    document: {
      deploy: { stageName: "prod", range: { start: { line: 4, column: 22 }, end: { line: 4, column: 26 } } },
      dryRun: true,
      allowDeletions: 20,
      onDrift: "repair",
      resources: [
        {
          logicalId: "plain",
          ApiId: "a1b2c3d4e5",
          IntegrationId: "abc1234",
          IntegrationResponseKey: "$default",
          properties: {},
          adopt: false,
          pointer: "/IntegrationResponses/plain",
          apiIdPointer: "/ApiId",
          range: { start: { line: 9, column: 3 }, end: { line: 9, column: 8 } },
        },
        {
          logicalId: "full",
          ApiId: "zyx9876543",
          IntegrationId: "def5678",
          IntegrationResponseKey: "$default",
          properties: {
            ContentHandlingStrategy: "CONVERT_TO_TEXT",
            ResponseParameters: { "method.response.header.X-Ok": "'yes'" },
            ResponseTemplates: { $default: '{"ok":true}' },
            TemplateSelectionExpression: "\\$default",
          },
          adopt: true,
          deletionPolicy: "Retain",
          pointer: "/IntegrationResponses/full",
          apiIdPointer: "/IntegrationResponses/full/ApiId",
          range: { start: { line: 11, column: 3 }, end: { line: 11, column: 7 } },
        },
        {
          logicalId: "dropped",
          ApiId: "a1b2c3d4e5",
          IntegrationId: "abc1234",
          IntegrationResponseKey: "/4\\d\\d/",
          properties: {},
          adopt: false,
          deletionPolicy: "Delete",
          pointer: "/IntegrationResponses/dropped",
          apiIdPointer: "/ApiId",
          range: { start: { line: 21, column: 3 }, end: { line: 21, column: 10 } },
        },
      ],
    },
  });
});

test("a document may be empty, but must say so", () => {
  expect(parse("IntegrationResponses: {}", "x")).toStrictEqual({
    diagnostics: [],
    omitted: 0,
    document: { dryRun: false, onDrift: "report", resources: [] },
  });
  expect(onlyDiagnostic(parse("ApiId: a1b2c3d4e5", "x"))).toMatchObject({
    code: "SD2002",
    message: "The document has no IntegrationResponses",
    help: "Add IntegrationResponses.",
    pointer: "",
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
  });
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
  "%s is a name like any other",
  (name) => {
    const resource = { IntegrationResponseKey: "$default", ResponseTemplates: JSON.parse(`{"${name}": "text"}`) };
    const responses = JSON.stringify(resource);
    for (const file of ["spec.json", "spec.yaml"]) {
      const text = `{"ApiId": "a", "IntegrationId": "b", "IntegrationResponses": {"${name}": ${responses}}}`;
      const [read] = parse(file === "spec.json" ? text : `--- ${text}`, file).document?.resources ?? [];
      expect(read?.logicalId).toBe(name);
      const templates = read?.properties.ResponseTemplates ?? {};
      expect(Object.entries(templates)).toEqual([[name, "text"]]);
      expect(JSON.stringify(templates)).toBe(`{"${name}":"text"}`);
    }
    expect(codes(`${name}: 1\nIntegrationResponses: {}`)).toEqual(["SD2001"]);
    expect(codes(oneDefault(`${name}: 1`))).toEqual(["SD2001"]);
    expect(codes(`OnDrift: ${name}\nIntegrationResponses: {}`)).toEqual(["SD2008"]);
    expect(codes(oneDefault(`DeletionPolicy: ${name}`))).toEqual(["SD2008"]);
  },
);

test.each([
  ["responseTemplates", "ResponseTemplates"],
  ["ResponseTemplate", "ResponseTemplates"],
  ["INTEGRATIONID", "IntegrationId"],
  ["ContentHandling", undefined],
  ["Adopt", "adopt"],
  ["Retain", undefined],
  ["a".repeat(61), undefined],
  ["toString", undefined],
])("%s is unknown; meant was %s", (name, meant) => {
  const diagnostic = onlyDiagnostic(parse(oneDefault(`${name}: x`), "x"));
  expect(diagnostic).toMatchObject({
    code: "SD2001",
    pointer: `/IntegrationResponses/ok${name.length > 60 ? "" : `/${name}`}`,
  });
  expect(diagnostic.suggestion).toBe(meant);
  if (meant === undefined)
    expect(diagnostic.help).toMatch(/^Known here: ApiId, IntegrationId, .*, adopt, DeletionPolicy\.$/);
  else expect(diagnostic.message).toBe(`Resource "ok" has no property "${name}"; did you mean ${meant}?`);
});

test("a quoted name is suggested in quotes", () => {
  expect(found(oneDefault('"responseTemplates": {}'))).toEqual([
    '6:5 SD2001 "responseTemplates" -> "ResponseTemplates"',
  ]);
});

test("what was meant is not missing as well", () => {
  expect(codes(one("integrationResponseKey: $default"))).toEqual(["SD2001"]);
});

test("what belongs elsewhere is sent there", () => {
  const help = (text: string): string | undefined =>
    parse(text, "x").diagnostics.find(({ code }) => code === "SD2001")?.help;
  expect(help("Resources: {}\nIntegrationResponses: {}")).toMatch(/belong to a CloudFormation template/);
  expect(help("AWSTemplateFormatVersion: x\nIntegrationResponses: {}")).toMatch(/belongs in a CloudFormation template/);
  expect(help(oneDefault("Type: x"))).toMatch(/Only a CloudFormation template has types/);
  expect(help(oneDefault("Properties: x"))).toMatch(/directly under the logical id/);
});

test("ids may stand at the top, and must stand somewhere", () => {
  const bare = "IntegrationResponses:\n  ok:\n    IntegrationResponseKey: $default\n";
  expect(found(bare)).toEqual(["2:3 SD2002 ok", "2:3 SD2002 ok"]);
  expect(found(`ApiId: a\n${bare}`)).toEqual(["3:3 SD2002 ok"]);
  expect(found(`ApiId: a\nIntegrationId: b\n${bare}`)).toEqual([]);
  const diagnostic = onlyDiagnostic(parse(`ApiId: a\n${bare}`, "x"));
  expect(diagnostic).toMatchObject({
    message: 'Resource "ok" has no IntegrationId',
    pointer: "/IntegrationResponses/ok",
  });
  expect(diagnostic.help).toMatch(/once at the top/);
  expect(onlyDiagnostic(parse(one("adopt: true"), "x")).help).toBe("Add IntegrationResponseKey.");
});

test("an id at the top that is wrong is not missing further down", () => {
  expect(
    codes("ApiId: 12\nIntegrationId: b\nIntegrationResponses: { ok: { IntegrationResponseKey: $default } }"),
  ).toEqual(["SD2003"]);
});

test("an id of a resource that is wrong is not the one at the top", () => {
  const text = `${oneDefault("ApiId: 12")}  other:\n    IntegrationResponseKey: $default\n`;
  expect(codes(text)).toEqual(["SD2003"]);
});

test.each([
  ["a|b", "SD2005"],
  ["a/b", "SD2005"],
  ['"a b"', "SD2005"],
  ['" a"', "SD2005"],
  ['"a\\n"', "SD2005"],
  ['"\\u0001"', "SD2005"],
  ['"\\x7f"', "SD2005"],
  ['""', "SD2004"],
  ["x", undefined],
  ["12345678-abcd-ef00", undefined],
])("the id %s", (id, code) => {
  const text = `ApiId: ${id}\nIntegrationResponses: {}`;
  expect(codes(text)).toEqual(code === undefined ? [] : [code]);
  if (code === "SD2005")
    expect(onlyDiagnostic(parse(text, "x"))).toMatchObject({
      pointer: "/ApiId",
      help: "Write the id alone, as AWS shows it.",
    });
});

test.each([
  ["${API_ID}", "is a placeholder that was not replaced"],
  ["'{{ api }}'", "is a placeholder that was not replaced"],
  ["'{{api}}'", "is a placeholder that was not replaced"],
  ["'%API_ID%'", "is a placeholder that was not replaced"],
  ["<your-api-id>", "is a placeholder that was not replaced"],
  ["$(terraform)", "is a placeholder that was not replaced"],
  ["$API_ID", "is a placeholder that was not replaced"],
  ["'#{api}'", "is a placeholder that was not replaced"],
  ["a1b2${STAGE}", "is a placeholder that was not replaced"],
  ['"a\\u00a0"', "contains the invisible character U+00A0 NO-BREAK SPACE, which"],
  ['"a\\u200bb"', "contains the invisible character U+200B ZERO WIDTH SPACE, which"],
  ['"a\\u2063b"', "contains the invisible character U+2063, which"],
  ["\u201ca1b2c3d4e5\u201d", "contains quotation marks"],
  ["'\"a1\"'", "contains quotation marks"],
])("the id %s is none of AWS", (id, said) => {
  const { code, message, range } = onlyDiagnostic(parse(`ApiId: ${id}\nIntegrationResponses: {}`, "x"));
  expect(code).toBe("SD2005");
  expect(message).toContain(`ApiId ${said}`);
  expect(range.start).toEqual({ line: 1, column: 8 });
});

test.each([
  ["IntegrationResponseKey: 200", '200 -> "/200/"', "not the number 200"],
  ["IntegrationResponseKey: true", 'true -> "true"', "not the truth value true"],
  ["IntegrationResponseKey: null", "null", "not nothing"],
  ["IntegrationResponseKey: [a]", '[a] -> "[a]"', "not a list"],
  ["IntegrationResponseKey: {a: 1}", '{a: 1} -> "{a: 1}"', "not a map"],
])("%s is of the wrong type", (line, expected, said) => {
  expect(found(one(line))).toEqual([`5:29 SD2003 ${expected}`]);
  expect(onlyDiagnostic(parse(one(line), "x")).message).toBe(`IntegrationResponseKey must be text, ${said}`);
});

test("the help fits what stands there", () => {
  const help = (value: string): string | undefined =>
    onlyDiagnostic(parse(oneDefault(`TemplateSelectionExpression: ${value}`), "x")).help;
  expect(help("")).toBe("Write a value, or leave the property out.");
  expect(help("1")).toBe("Put it in quotes.");
  expect(help("[]")).toBe("Put it in single quotes, or start it with | on the line of its name.");
});

test("a template that was written as a map is not repeated, for it may hold a secret", () => {
  expect(
    found(
      oneDefault(
        "TemplateSelectionExpression: $request.body.x",
        "ResponseTemplates:",
        '  json: {"a": "b"}',
        "  quoted: {a: 'b'}",
        "  block:",
        "    a: b",
      ),
    ),
  ).toEqual([`8:13 SD2003 {"a": "b"}`, "9:15 SD2003 {a: 'b'}", "11:9 SD2003 a: b\n"]);
});

test("a long number is cut in the message", () => {
  const { message } = onlyDiagnostic(parse(oneDefault(`TemplateSelectionExpression: ${"1".repeat(500)}`), "x"));
  expect(message).toBe(`TemplateSelectionExpression must be text, not the number ${"1".repeat(60)}`);
});

test.each(["ResponseTemplates", "ResponseParameters"])("%s is a map of texts", (name) => {
  expect(found(oneDefault(`${name}: text`))).toEqual([`6:${name.length + 7} SD2003 text`]);
  expect(found(oneDefault(`${name}:`))).toEqual([`6:${name.length + 6} SD2003 `]);
  expect(codes(oneDefault(`${name}: {}`))).toEqual([]);
  expect(codes(oneDefault(`${name}: { "": "'x'" }`))).toEqual(["SD2004"]);
  const { message, help } = onlyDiagnostic(parse(oneDefault(`${name}: []`), "x"));
  expect(message).toBe(`${name} must be a map of texts, not a list`);
  expect(help).toBe("Write each entry as name, colon, text; write {} for an empty map.");
});

test("an empty name and a wrong text in a map are both named", () => {
  const { diagnostics } = parse(
    oneDefault("TemplateSelectionExpression: $request.body.x", "ResponseTemplates: { '': 1, a/b: 2 }"),
    "x",
  );
  expect(diagnostics.map(({ message, pointer }) => [message, pointer])).toEqual([
    ["A name in ResponseTemplates must not be empty", "/IntegrationResponses/ok/ResponseTemplates/"],
    ['ResponseTemplates "" must be text, not a number', "/IntegrationResponses/ok/ResponseTemplates/"],
    ['ResponseTemplates "a/b" must be text, not a number', "/IntegrationResponses/ok/ResponseTemplates/a~1b"],
  ]);
});

test.each([
  ["yes", "true"],
  ["On", "true"],
  ['"TRUE"', "true"],
  ["no", "false"],
  ["off", "false"],
  ["'false'", "false"],
  ["maybe", undefined],
  ["1", undefined],
  ["", undefined],
])("DryRun: %s is not a truth value", (value, meant) => {
  const diagnostic = onlyDiagnostic(parse(`DryRun: ${value}\nIntegrationResponses: {}`, "x"));
  expect(diagnostic.code).toBe("SD2003");
  expect(diagnostic.message).toMatch(/^DryRun must be true or false, not /);
  expect(diagnostic.suggestion).toBe(meant);
});

test.each([
  ["[true]", "SD2003"],
  ["true", undefined],
  ["False", undefined],
])("DryRun: %s", (value, code) => {
  expect(codes(`DryRun: ${value}\nIntegrationResponses: {}`)).toEqual(code === undefined ? [] : [code]);
});

test.each([
  ["0", undefined],
  ["2000", undefined],
  ["-1", "SD2009"],
  ["1.5", "SD2009"],
  [".inf", "SD2009"],
  [".nan", "SD2009"],
  ['"3"', "SD2003"],
  ["[3]", "SD2003"],
  ["", "SD2003"],
])("AllowDeletions: %s", (value, code) => {
  expect(codes(`AllowDeletions: ${value}\nIntegrationResponses: {}`)).toEqual(code === undefined ? [] : [code]);
});

test("TwoWay is true or false, in YAML and in JSON", () => {
  const twoWay = (text: string) => parse(text, "x").document?.twoWay;
  expect(twoWay("TwoWay: true\nIntegrationResponses: {}")).toBe(true);
  expect(twoWay('{"TwoWay": true, "IntegrationResponses": {}}')).toBe(true);
  expect(twoWay("TwoWay: false\nIntegrationResponses: {}")).toBeUndefined();
  expect(twoWay("IntegrationResponses: {}")).toBeUndefined();
  expect(onlyDiagnostic(parse("TwoWay: both\nIntegrationResponses: {}", "x"))).toMatchObject({ pointer: "/TwoWay" });
  expect(onlyDiagnostic(parse("Twoway: true\nIntegrationResponses: {}", "x")).suggestion).toBe("TwoWay");
});

test("a count is said to be a whole number", () => {
  expect(onlyDiagnostic(parse("AllowDeletions: x\nIntegrationResponses: {}", "x")).message).toBe(
    "AllowDeletions must be a whole number, not a text",
  );
});

test.each([
  ["OnDrift: Repair", "repair"],
  ["OnDrift: reprot", "report"],
  ["OnDrift: never", undefined],
])("%s is none of the choices", (line, meant) => {
  const diagnostic = onlyDiagnostic(parse(`${line}\nIntegrationResponses: {}`, "x"));
  expect(diagnostic).toMatchObject({ code: "SD2008", pointer: "/OnDrift" });
  expect(diagnostic.suggestion).toBe(meant);
});

test("DeletionPolicy explains what CloudFormation has more of", () => {
  const help = (policy: string): string | undefined =>
    onlyDiagnostic(parse(oneDefault(`DeletionPolicy: ${policy}`), "x")).help;
  expect(help("RetainExceptOnCreate")).toMatch(/^Write Retain/);
  expect(help("Snapshot")).toMatch(/nothing to take a snapshot of/);
  expect(help("Keep")).toBeUndefined();
});

test("Deploy names a stage", () => {
  const rest = "\nIntegrationResponses: {}";
  expect(codes(`Deploy: { StageName: prod }${rest}`)).toEqual([]);
  expect(found(`Deploy: prod${rest}`)).toEqual(["1:9 SD2003 prod -> { StageName: prod }"]);
  expect(found(`Deploy: '$default'${rest}`)).toEqual(["1:9 SD2003 '$default' -> { StageName: $default }"]);
  for (const value of ["true", "a b", "", "7"]) {
    expect(onlyDiagnostic(parse(`Deploy: ${value}${rest}`, "x"))).toEqual(
      expect.not.objectContaining({ suggestion: expect.anything() }),
    );
  }
  const json = onlyDiagnostic(parse('{ "Deploy": "prod", "IntegrationResponses": {} }', "x.json"));
  expect(json).toMatchObject({
    suggestion: '{"StageName":"prod"}',
    help: "Name the stage: Deploy: { StageName: prod }",
  });
  expect(codes(`Deploy: {}${rest}`)).toEqual(["SD2002"]);
  expect(codes(`Deploy: { StageName: "" }${rest}`)).toEqual(["SD2004"]);
  expect(found(`Deploy: { stageName: prod }${rest}`)).toEqual(["1:11 SD2001 stageName -> StageName"]);
  expect(onlyDiagnostic(parse(`Deploy: { StageName: 1 }${rest}`, "x"))).toMatchObject({ pointer: "/Deploy/StageName" });
});

test("every level has to be a map", () => {
  expect(found("IntegrationResponses: []")).toEqual(["1:23 SD2003 []"]);
  expect(found("IntegrationResponses:\n  ok:\n")).toEqual(["2:6 SD2003 "]);
  expect(onlyDiagnostic(parse("IntegrationResponses:\n  ok: text\n", "x")).message).toBe(
    'Resource "ok" must be a map, not a text',
  );
});

test("a read-only property says so wherever it stands", () => {
  expect(found(oneDefault("IntegrationResponseId: abcd123"))).toEqual(["6:5 SD2007 IntegrationResponseId"]);
  expect(codes("IntegrationResponseId: x\nIntegrationResponses: {}")).toEqual(["SD2007"]);
});

test("logical ids have bounds", () => {
  const named = (name: string): string => oneDefault().replace("  ok:", `  ? "${name}"\n  :`);
  expect(codes(named("x".repeat(SPEC_LIMITS.logicalId)))).toEqual([]);
  expect(codes(named("😀".repeat(SPEC_LIMITS.logicalId)))).toEqual([]);
  expect(onlyDiagnostic(parse(named("x".repeat(SPEC_LIMITS.logicalId + 1)), "x")).message).toBe(
    "A logical id can have at most 255 characters",
  );
  expect(onlyDiagnostic(parse(named(""), "x")).message).toBe("A logical id must not be empty");
  expect(codes(named("😀".repeat(SPEC_LIMITS.logicalId + 1)))).toEqual(["SD2006"]);
});

test("resources beyond the limit are not checked", () => {
  const resources = Array.from(
    { length: SPEC_LIMITS.resources + 3 },
    (_, n) => `  r${n}:\n    IntegrationResponseKey: /${n}/\n`,
  );
  const text = `ApiId: a\nIntegrationId: b\nIntegrationResponses:\n  d: { IntegrationResponseKey: $default }\n${resources.join("")}  bad: 1\n`;
  expect(onlyDiagnostic(parse(text, "x"))).toMatchObject({
    code: "SD1007",
    message: "This is resource 2001; a document can have at most 2000",
    pointer: "/IntegrationResponses/r1999",
  });
});

test("pointers escape what RFC 6901 escapes", () => {
  const { diagnostics } = parse(`${oneDefault().replace("ok:", "a~b/c:")}    nonsense~/: 1\n`, "x");
  expect(diagnostics.map(({ pointer }) => pointer)).toEqual(["/IntegrationResponses/a~0b~1c/nonsense~0~1"]);
});

test("a long name is not repeated", () => {
  const diagnostic = onlyDiagnostic(parse(oneDefault(`${"k".repeat(100)}: 1`), "x"));
  expect(diagnostic.message).toBe(`Resource "ok" has no property of this name`);
});
