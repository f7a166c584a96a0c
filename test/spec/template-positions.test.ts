import { parse } from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { spanInScalar } from "../../packages/spec/src/source-map.ts";
import { found } from "./reading.ts";

const HEAD =
  "ApiId: a1b2c3d4e5\nIntegrationId: abc1234\nIntegrationResponses:\n  ok:\n    IntegrationResponseKey: $default\n    ResponseTemplates:\n";
const templates = (text: string) => found(`${HEAD}      $default: ${text}\n`).filter((line) => / SD35/.test(line));

test.each([
  ['|\n        {\n          "a": "$foo"\n        }', ["9:18 SD3508 foo"]],
  ["|-\n        a\n\n        $foo", ["10:10 SD3508 foo"]],
  ["|2\n          $foo", ["8:12 SD3508 foo"]],
  [">-\n        a\n        $foo", ["9:10 SD3508 foo"]],
  ["'it''s $foo'", ["7:25 SD3508 foo"]],
  ['"a \\"b\\" \\t\\u0041\\U0001F600\\x41 $foo"', ["7:50 SD3508 foo"]],
  ['"a \\\n        $foo"', ["8:10 SD3508 foo"]],
  ['"a\n        b $foo"', ["8:12 SD3508 foo"]],
  ["plain $foo", ["7:24 SD3508 foo"]],
  ["plain\n        $foo", ["8:10 SD3508 foo"]],
  ["$inptu.body", ["7:18 SD3507 inptu -> input"]],
  ['"\\q $foo"', ['7:17 SD3508 "\\q $foo"']],
  ['"\\U00110000 $foo"', ['7:17 SD3508 "\\U00110000 $foo"']],
  ['"\\$foo"', []],
])("in YAML, %j: %j", (text, expected) => {
  expect(templates(text)).toEqual(expected);
});

test("in JSON, behind escapes", () => {
  const text =
    '{"ApiId":"a1b2c3d4e5","IntegrationId":"abc1234","IntegrationResponses":{"ok":{"IntegrationResponseKey":"$default","ResponseTemplates":{"$default":"{\\"a\\":\\n\\u0041 $foo"}}}}';
  const column = text.indexOf("foo") + 1;
  expect(found(text, "x.json").filter((line) => line.includes("SD3508"))).toEqual([`1:${column} SD3508 foo`]);
});

test("a value that stands nowhere in the text is shown as a whole", () => {
  const node = { kind: "scalar", plain: true, start: 0, end: 3 } as const;
  const reading = {
    text: "abc",
    lineStarts: [0],
    format: "yaml",
    findings: [],
    reported: new Map(),
    omitted: 0,
    tags: [],
  } as const;
  const at = (value: string | number, start: number, end: number) =>
    spanInScalar({ ...reading, findings: [], tags: [] }, { ...node, value }, start, end);
  expect(at("xyz", 0, 1)).toMatchObject({ start: 0, end: 3 });
  expect(at(5, 0, 1)).toMatchObject({ start: 0, end: 3 });
  expect(at("abc", 1, 1)).toEqual({ start: 1, end: 2 });
  expect(at("abcd", 3, 4)).toMatchObject({ start: 0, end: 3 });
});

const text = fc.string({ unit: fc.constantFrom(..."ab'\"\\\n\t #:é😀 "), minLength: 1, maxLength: 30 });
const style = fc.constantFrom("BLOCK_LITERAL", "BLOCK_FOLDED", "QUOTE_DOUBLE", "QUOTE_SINGLE", "PLAIN");

test("a finding covers the characters it is about, however the text is written", () => {
  fc.assert(
    fc.property(text, style, fc.boolean(), (before, type, isJson) => {
      const template = `${before.replace(/[#\\]/g, "")}| $foo`;
      const value = {
        ApiId: "a1b2c3d4e5",
        IntegrationId: "abc1234",
        IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: template } } },
      };
      const source = isJson
        ? JSON.stringify(value)
        : stringify(value, { defaultStringType: type, defaultKeyType: "PLAIN", lineWidth: 20 });
      const said = found(source, isJson ? "x.json" : "x.yaml").filter((line) => line.includes("SD3508"));
      expect(said.map((line) => line.replace(/^\S+ /, ""))).toEqual(["SD3508 foo"]);
    }),
    { numRuns: 500 },
  );
});

test("a document whose templates hold text only says nothing of them", () => {
  expect(parse(`${HEAD}      $default: plain text\n`, "x.yaml").diagnostics).toEqual([]);
});
