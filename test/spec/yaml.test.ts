import { parse, SPEC_LIMITS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { costOf } from "../cost-of.ts";
import { codes, found, one, oneDefault, onlyDiagnostic } from "./reading.ts";

test("a syntax error stands where the parser gave up, and alone", () => {
  expect(found("ApiId: a\n\tnonsense: 1\nother: 1")).toEqual(["2:1 SD1001 \t"]);
  expect(onlyDiagnostic(parse("ApiId: 'a", "x"))).toMatchObject({
    message: "A closing ' is missing",
    help: "Look for the place where the quote opens.",
    range: { start: { line: 1, column: 10 }, end: { line: 1, column: 10 } },
    pointer: "",
  });
  expect(codes("ApiId: @a\nnonsense: 1")).toEqual(["SD1001"]);
  expect(onlyDiagnostic(parse("ApiId: a: b", "x")).message).toBe("A property begins inside the value of another one");
});

test("several syntax errors are all reported", () => {
  expect(found("a: @b\nc: `d\n")).toEqual(["1:4 SD1001 @", "2:4 SD1001 `"]);
});

test("errors outside of the document are reported too", () => {
  expect(codes("%FOO\n%YAML x\n---\nIntegrationResponses: {}\n")).toContain("SD1001");
  expect(found("IntegrationResponses: {}\n]")).toEqual(["2:1 SD1001 ]"]);
  expect(found("%YAML 1.2\n")).toEqual(["1:1 SD1015 "]);
});

test("a directive does not bring YAML 1.1 back", () => {
  const text = `%YAML 1.1\n---\n${oneDefault("adopt: yes")}`;
  expect(found(text)).toEqual(["8:12 SD2003 yes -> true"]);
});

test("the escapes of AWS are explained where they stand, and nothing else is held back", () => {
  expect(found(one('IntegrationResponseKey: "\\$default"', "nonsense: 1"))).toEqual([
    '5:29 SD3103 "\\$default" -> "$default"',
    "5:30 SD1014 \\$",
    "6:5 SD2001 nonsense",
  ]);
});

test.each([
  ['"/2\\d/"', "\\d", "\\\\d"],
  ['"\\x4"', "\\x is", "\\\\x"],
  ['"\\u12"', "\\u is", "\\\\u"],
])("%s has an invalid escape", (written, raw, suggestion) => {
  const diagnostics = parse(one(`IntegrationResponseKey: ${written}`), "x").diagnostics;
  const invalid = diagnostics.find(({ code }) => code === "SD1014");
  expect(invalid?.message.startsWith(raw)).toBe(true);
  if (suggestion !== undefined) expect(invalid?.suggestion).toBe(suggestion);
});

test("a value takes its numbers' text, letter by letter, when it should have been text", () => {
  expect(found("ApiId: 0123456\nIntegrationId: 1e5\nIntegrationResponses: {}")).toEqual([
    '1:8 SD2003 0123456 -> "0123456"',
    '2:16 SD2003 1e5 -> "1e5"',
  ]);
  expect(codes("ApiId: !!str 0123456\nIntegrationId: ! 1e5\nIntegrationResponses: {}")).toEqual([]);
});

test("names are the text that stands there", () => {
  const text = oneDefault(
    "ResponseTemplates:",
    "  200: a",
    "  1e3: b",
    "  true: c",
    "  ~: d",
    "  '5': e",
    "  !!str 0x1: f",
  );
  const templates = parse(text, "x").document?.resources[0]?.properties.ResponseTemplates;
  expect(templates).toEqual({ 200: "a", "1e3": "b", true: "c", "~": "d", 5: "e", "0x1": "f" });
});

test.each(["[a]: b", "{a: b}: c", "? [a]\n", "!x y: z", "&a b: 1\n? *a\n: 2"])(
  "%j has a name that is not text",
  (text) => {
    expect(codes(text)).toContain("SD1017");
  },
);

test("a value may be missing in several ways", () => {
  expect(found("{ApiId, IntegrationResponses: {}}")).toEqual(["1:7 SD2003 "]);
  expect(found("ApiId:\nIntegrationResponses: {}")).toEqual(["1:7 SD2003 "]);
  expect(found("? ApiId\nIntegrationResponses: {}")[0]).toContain("SD2003");
});

test("the second of two equal names is wrong, and the first one's line is named", () => {
  const text = oneDefault("IntegrationResponseKey: /2../", "'IntegrationResponseKey': /3../");
  const diagnostics = parse(text, "x").diagnostics;
  expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([
    ["SD3107", 4],
    ["SD1012", 6],
    ["SD1012", 7],
  ]);
  expect(diagnostics[1]).toMatchObject({
    message: '"IntegrationResponseKey" is here a second time; the first is on line 5',
    pointer: "/IntegrationResponses/ok/IntegrationResponseKey",
  });
});

test("merge keys are refused, quoted ones are names", () => {
  expect(found(oneDefault("<<: {}"))).toEqual(["6:5 SD1009 <<"]);
  expect(codes(oneDefault("ResponseTemplates: { '<<': a }"))).toEqual([]);
});

test("aliases stand for what they name", () => {
  const text = one("IntegrationResponseKey: &key $default", "ResponseTemplates: &t { *key : a }");
  expect(codes(text)).toEqual(["SD1017"]);
  const fine = `ApiId: &id a1b2c3d4e5\nIntegrationId: *id\n${one("IntegrationResponseKey: $default").split("\n").slice(2).join("\n")}`;
  expect(parse(fine, "x").document?.resources[0]).toMatchObject({ ApiId: "a1b2c3d4e5", IntegrationId: "a1b2c3d4e5" });
});

test("an alias needs an anchor before it, and may not lie within it", () => {
  expect(found(one("IntegrationResponseKey: *key", "ResponseTemplates: &key {}"))[0]).toBe("5:29 SD1016 *key");
  expect(found("a: &a [*a]")).toContain("1:8 SD1016 *a");
  expect(onlyDiagnostic(parse(oneDefault("TemplateSelectionExpression: *request"), "x")).pointer).toBe(
    "/IntegrationResponses/ok/TemplateSelectionExpression",
  );
});

test("aliases beyond the limit are reported once", () => {
  const many = (count: number): string =>
    oneDefault(
      "TemplateSelectionExpression: a$request.body.b",
      "ResponseTemplates:",
      "  a: &a b",
      ...Array.from({ length: count }, (_, n) => `  k${n}: *a`),
    );
  expect(codes(many(SPEC_LIMITS.aliases))).toEqual([]);
  expect(found(many(SPEC_LIMITS.aliases + 5))).toEqual(["25:12 SD1008 *a"]);
});

test("a billion laughs are cheap", () => {
  const lines = [
    "a0: &a0 lol",
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]`),
  ];
  const { result, cost } = costOf(() => codes(lines.join("\n")));
  expect(result).toContain("SD1008");
  expect(cost).toBeLessThan(1_000);
});

test("a second document is refused, a document end is not", () => {
  expect(found(`${oneDefault()}---\nx: 1\n`)).toEqual(["6:1 SD1010 "]);
  expect(found(`${oneDefault()}...\nx: 1\n`)).toEqual(["7:1 SD1010 "]);
  expect(codes(`---\n${oneDefault()}...\n# the end\n`)).toEqual([]);
});

test("tags of their own are refused in a spec document, wherever they stand", () => {
  expect(
    found(oneDefault("ResponseTemplates: !Sub { a: !Ref b }", "TemplateSelectionExpression: !!binary aGk=")),
  ).toEqual(["6:24 SD1011 !Sub { a: !Ref b }", "6:34 SD1011 !Ref b", "7:34 SD1011 !!binary aGk="]);
  expect(found(oneDefault("adopt: !no"))).toEqual(["6:12 SD1011 !no"]);
});

test("a tag that cannot be resolved is a local error", () => {
  expect(codes(oneDefault("ResponseTemplates: { a: !x!y z }", "nonsense: 1"))).toContain("SD1001");
  expect(codes(oneDefault("ResponseTemplates: { a: !x!y z }", "nonsense: 1"))).toContain("SD2001");
});

test("nesting is bounded before anything is composed", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(codes(nested(SPEC_LIMITS.depth))).toEqual(["SD2003"]);
  expect(found(nested(SPEC_LIMITS.depth + 1))).toEqual(["1:33 SD1006 "]);
  for (const opening of ["[", "{", "- ", "? ", "a: [", "[{a: "])
    expect(codes(opening.repeat(100_000), "x.yaml")).toEqual(["SD1006"]);
  const block = Array.from({ length: 40 }, (_, n) => `${" ".repeat(n)}a:`).join("\n");
  expect(found(block)).toEqual(["33:33 SD1006 "]);
});

test("scalars at the greatest depth are no deeper than their list", () => {
  const text = `${Array.from({ length: SPEC_LIMITS.depth }, (_, n) => `${" ".repeat(n)}a:`).join("\n")} b`;
  expect(codes(text)).not.toContain("SD1006");
});

test("an escape may not write half of a character", () => {
  expect(found(oneDefault('ResponseTemplates: { "\\ud800": "\\udc00" }'))).toEqual([
    '6:26 SD1014 "\\ud800"',
    '6:36 SD1014 "\\udc00"',
  ]);
});

test.each([
  ["behind a colon", "ApiId:\u00a0a1b2c3d4e5\nIntegrationId: b\nIntegrationResponses: {}\n", [1, 7]],
  ["as indentation", "ApiId: a\nIntegrationId: b\nIntegrationResponses:\n\u00a0\u00a0ok: {}\n", [4, 1]],
  [
    "among indentation",
    "ApiId: a\nIntegrationId: b\nIntegrationResponses:\n  ok:\n   \u2003IntegrationResponseKey: x\n",
    [5, 4],
  ],
  ["in a name", "ApiId: a\nIntegration\u200bId: b\nIntegrationResponses: {}\n", [2, 12]],
])("an invisible character %s is named with its place", (_, text, [line, column]) => {
  const { diagnostics } = parse(text, "x");
  const found = diagnostics.find(({ code }) => code === "SD1020");
  expect(found?.range.start).toEqual({ line, column });
  expect(found?.message).toMatch(/[Tt]he invisible character U\+[0-9A-F]{4}/);
  expect(diagnostics.map(({ message }) => message).join()).not.toContain("Implicit");
});

test("invisible characters in a text are left alone", () => {
  const text = one("IntegrationResponseKey: $default", "ResponseTemplates:", "  a: |", "    \u00a0x: \u00a0y");
  expect(codes(text)).toEqual([]);
});

test("a directive that YAML takes for a comment is pointed at", () => {
  const text = oneDefault("ResponseTemplates:", "  $default: hello #if($context.stage)x#end", "  # a comment");
  expect(found(text)).toEqual(["7:23 SD3519 #if($context.stage)x#end"]);
  expect(codes(oneDefault("ResponseTemplates:", "  $default: hello # a comment"))).toEqual([]);
  const bare = onlyDiagnostic(parse(oneDefault("ResponseTemplates:", "  a: #set($m = 1)"), "x"));
  expect(bare).toMatchObject({ code: "SD2003" });
  expect(bare.help).toContain("starts with #");
});
