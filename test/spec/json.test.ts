import { parse, SPEC_LIMITS } from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";
import { codes, found, onlyDiagnostic } from "./reading.ts";

const only = (text: string): string => {
  const { code, message, range } = onlyDiagnostic(parse(text, "spec.json"));
  return `${range.start.line}:${range.start.column}-${range.end.column} ${code} ${message}`;
};

test.each([
  ["", "1:1-1 SD1002 The text ends here, but a value is missing"],
  ["{", "1:2-2 SD1002 The text ends here, but a name in double quotes is missing"],
  ["[", "1:2-2 SD1002 The text ends here, but a value is missing"],
  ['{"a"', '1:5-5 SD1002 The text ends here, but ":" is missing'],
  ['{"a" 1', '1:6-7 SD1002 Expected ":" here, but found "1"'],
  ['{"a": 1', '1:8-8 SD1002 The text ends here, but "," or "}" is missing'],
  ['{"a": 1 "b": 2}', '1:9-10 SD1002 Expected "," or "}" here, but found "\\""'],
  ['{"a": [1 2]}', '1:10-11 SD1002 Expected "," or "]" here, but found "2"'],
  ['{"a": [1,]}', "1:9-10 SD1002 JSON does not allow a comma before ]"],
  ['{"a": 1 , }', "1:9-10 SD1002 JSON does not allow a comma before }"],
  ['{"a": [,]}', '1:8-9 SD1002 Expected a value here, but found ","'],
  ["{,}", '1:2-3 SD1002 Expected a name in double quotes here, but found ","'],
  ["{a: 1}", '1:2-3 SD1002 Expected a name in double quotes here, but found "a"'],
  ["{'a': 1}", "1:2-3 SD1002 JSON needs double quotes around text"],
  ["{} {}", '1:4-5 SD1002 Expected the end of the text here, but found "{"'],
  ["{} // yes", "1:4-6 SD1002 JSON has no comments"],
  ["{/* no */}", "1:2-4 SD1002 JSON has no comments"],
  ['{"a": /1/}', '1:7-10 SD1002 Expected a value here, but found "/1/"'],
  ['{"a": 01}', '1:7-9 SD1002 Expected a value here, but found "01"'],
  ['{"a": 1.}', '1:7-9 SD1002 Expected a value here, but found "1."'],
  ['{"a": -}', '1:7-8 SD1002 Expected a value here, but found "-"'],
  ['{"a": +1}', '1:7-9 SD1002 Expected a value here, but found "+1"'],
  ['{"a": NaN}', '1:7-10 SD1002 Expected a value here, but found "NaN"'],
  ['{"a": True}', '1:7-11 SD1002 Expected a value here, but found "True"'],
  ['{"a": nul', '1:7-10 SD1002 Expected a value here, but found "nul"'],
  ['{"a": "b', "1:7-8 SD1002 This text has no closing quote"],
  ['{"a', "1:2-3 SD1002 This text has no closing quote"],
  ['{"a": "b\nc"}', "1:9-1 SD1002 There is a line break inside the quotes"],
  ['{"a": "b\tc"}', "1:9-10 SD1002 There is a tab inside the quotes"],
])("%j is refused", (text, expected) => {
  expect(only(text)).toBe(expected);
});

test("the remedy is named", () => {
  const help = (text: string): string | undefined => onlyDiagnostic(parse(text, "spec.json")).help;
  expect(help('{"a": "b\tc"}')).toBe("Write \\t, or close the quotes before it.");
  expect(help('{"a": "b\rc"}')).toBe("Write \\n, or close the quotes before it.");
  expect(help("{'a': 1}")).toBe("Use \" instead of '.");
  expect(help("{} #")).toBeUndefined();
});

test("numbers and words in the place of text keep what was written", () => {
  const text = '{"ApiId": 1.50e+3, "IntegrationId": true, "OnDrift": null, "IntegrationResponses": {}, "$schema": -0}';
  expect(found(text)).toEqual([
    '1:11 SD2003 1.50e+3 -> "1.50e+3"',
    '1:37 SD2003 true -> "true"',
    "1:54 SD2003 null",
    '1:99 SD2003 -0 -> "-0"',
  ]);
});

test("suggestions are JSON", () => {
  const resource =
    '{"IntegrationResponseKey": "\\\\$default", "adopt": "yes", "TemplateSelectionExpression": "$default", "ResponseTemplates": {"a": {"ok": true}}, "deletionPolicy": "Retain"}';
  const text = `{"ApiId": "a", "IntegrationId": "b", "IntegrationResponses": {"ok": ${resource}}}`;
  expect(parse(text, "x").diagnostics.map(({ code, suggestion }) => [code, suggestion])).toEqual([
    ["SD3103", '"$default"'],
    ["SD2003", "true"],
    ["SD3105", '"\\\\$default"'],
    ["SD2003", undefined],
    ["SD2001", '"DeletionPolicy"'],
  ]);
});

test("escapes that JSON does not know are pointed at, and reading goes on", () => {
  expect(found('{"$schema": "\\$a\\d", "ApiId": "a", "IntegrationResponses": {}, "x\\y": 1}')).toEqual([
    "1:14 SD1014 \\$ -> \\\\$",
    "1:17 SD1014 \\d -> \\\\d",
    '1:64 SD2001 "x\\y"',
    "1:66 SD1014 \\y -> \\\\y",
  ]);
  expect(codes('{"ApiId": "\\u12', "x")).toEqual(["SD1002", "SD1014"]);
  expect(codes('{"ApiId": "\\', "x")).toEqual(["SD1002", "SD1014"]);
});

test("every escape of JSON is read", () => {
  const written = '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00"';
  const text = `{"ApiId": "a", "IntegrationId": "b", "IntegrationResponses": {"ok": {"IntegrationResponseKey": "$default", "ResponseTemplates": {"x": ${written}}}}}`;
  expect(parse(text, "x").document?.resources[0]?.properties.ResponseTemplates).toEqual({ x: JSON.parse(written) });
});

test("half of a surrogate pair is pointed at", () => {
  expect(found('{"$schema": "\\ud83d", "IntegrationResponses": {"\\ude00": {}}}').slice(0, 2)).toEqual([
    '1:13 SD1014 "\\ud83d"',
    '1:48 SD1014 "\\ude00"',
  ]);
});

test("the second of two equal names is wrong", () => {
  const diagnostic = onlyDiagnostic(parse('{"IntegrationResponses": {},\n "IntegrationResponses": {}}', "x"));
  expect(diagnostic).toMatchObject({ code: "SD1012", pointer: "/IntegrationResponses", range: { start: { line: 2 } } });
});

test("nesting is bounded", () => {
  expect(codes("[".repeat(32) + "]".repeat(32), "x.json")).toEqual(["SD2003"]);
  expect(found("[".repeat(33) + "]".repeat(33), "x.json")).toEqual(["1:33 SD1006 ["]);
  expect(codes("[".repeat(100_000), "x.json")).toEqual(["SD1006"]);
  expect(codes('{"a":'.repeat(100_000), "x.json")).toEqual(["SD1006"]);
  const { pointer } = onlyDiagnostic(parse(`{"a/b": [0, ${"[".repeat(SPEC_LIMITS.depth)}`, "x"));
  expect(pointer).toBe(`/a~1b/1${"/0".repeat(30)}`);
});

test("whatever JSON.parse takes is read, and what it does not is refused", () => {
  const nearlyJson = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc
      .json({ maxDepth: 3 })
      .chain((text) =>
        fc
          .tuple(fc.nat(text.length), fc.constantFrom(...'{}[],:"\\ 0.e-+tn\n'))
          .map(([at, extra]) => text.slice(0, at) + extra + text.slice(at)),
      ),
  );
  fc.assert(
    fc.property(nearlyJson, (text) => {
      const refused = codes(text, "x.json").some((code) => code === "SD1002" || code === "SD1014" || code === "SD1004");
      expect(refused).toBe(!isJson(text));
    }),
    { numRuns: 1_000 },
  );
});

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value).isWellFormed();
  } catch {
    return false;
  }
}

test.each([
  "ApiId: a1\nIntegrationResponses: {}\n",
  "# mine\n\n--- # first\nApiId: a1\n",
  "%YAML 1.2\n---\n'ApiId' : a1",
  '"ApiId": a1',
  "IntegrationResponses:\r\n  ok: {}\r\n",
  "AWSTemplateFormatVersion: 2010-09-09\nResources: { A: !Ref b }\n",
])("YAML in a .json file is called so: %j", (text) => {
  expect(onlyDiagnostic(parse(text, "spec.JSON"))).toMatchObject({
    code: "SD1002",
    message: "This is YAML, but the file name says JSON",
    help: "Rename the file to .yaml, or write the document as JSON.",
    range: { start: { line: text.slice(0, text.search(/^["']?(?:A|I)/m)).split("\n").length, column: 1 } },
  });
});

test.each(["# only\n", "# only", "{ ApiId: a1 }", "[a]", "// key: 1\n{}", "text", '"a" 1', "x:y", "- a: 1"])(
  "%j is not called YAML",
  (text) => expect(onlyDiagnostic(parse(text, "spec.json")).message).not.toContain("YAML"),
);
