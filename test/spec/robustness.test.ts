import {
  type Diagnostic,
  formatGithub,
  formatPretty,
  type ParseResult,
  parse,
  SPEC_LIMITS,
  toSarif,
} from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf } from "../cost-of.ts";
import { codes, oneDefault } from "./reading.ts";

const VALID = [
  `# yaml-language-server: $schema=specdrop.schema.json
ApiId: a1b2c3d4e5
IntegrationId: abc1234
Deploy: { StageName: prod }
IntegrationResponses:
  chatOk: &ok
    IntegrationResponseKey: /2\\d\\d/
    ResponseTemplates:
      application/json: |
        {"ok": true}
      $default: >-
        some folded
        text
    ResponseParameters:
      method.response.header.X-Ok: "'yes'"
    TemplateSelectionExpression: "\\\\$default"
    ContentHandlingStrategy: CONVERT_TO_TEXT
  otherwise:
    IntegrationResponseKey: $default
    adopt: true
    DeletionPolicy: Retain
`,
  `{
  "ApiId": "a1b2c3d4e5",
  "AllowDeletions": 3,
  "IntegrationResponses": {
    "chatOk": { "IntegrationId": "abc1234", "IntegrationResponseKey": "/2\\\\d/", "ResponseTemplates": { "a/b": "{\\"x\\": \\u00e9}" } },
    "otherwise": { "IntegrationId": "abc1234", "IntegrationResponseKey": "$default", "adopt": false }
  }
}
`,
  `AWSTemplateFormatVersion: "2010-09-09"
Parameters: { Stage: { Type: String } }
Resources:
  Ok:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    DeletionPolicy: Retain
    Metadata: { specdrop: { adopt: true } }
    Properties:
      ApiId: a1b2c3d4e5
      IntegrationId: abc1234
      IntegrationResponseKey: $default
      ResponseTemplates: { $default: '{}' }
`,
] as const;

const resource = (n: number): string => `
  r${n}:
    IntegrationResponseKey: ${n === 0 ? "$default" : `/resource ${n}/`}
    ResponseTemplates: { $default: '{"number": ${n}, "text": "${"x".repeat(200)}"}' }
    ResponseParameters: { method.response.header.X-Number: "'${n}'" }
    TemplateSelectionExpression: "\\\\$default"`;

/** The measure of all costs: a document as large as may be, read on this machine and right now. */
const LARGEST = costOf(() => {
  const resources = Array.from({ length: SPEC_LIMITS.resources }, (_, n) => resource(n));
  return parse(`ApiId: a1b2c3d4e5\nIntegrationId: abc1234\nIntegrationResponses:${resources.join("")}\n`, "-");
});

test("the largest document is valid", () => {
  expect(LARGEST.result.document?.resources).toHaveLength(SPEC_LIMITS.resources);
});

test("the documents to be mutated are valid", () => {
  for (const text of VALID) expect(parse(text, "-").document).toBeDefined();
});

const PIECES = [
  "'",
  '"',
  ":",
  "{",
  "}",
  "[",
  "]",
  ",",
  "&a",
  "*a",
  "!Ref x",
  "<<: *a",
  "- ",
  "? ",
  "|",
  ">",
  "#",
  "%",
  "\t",
  "\r",
  "\\",
  "$",
  "\u0000",
  "\ud800",
  "😀",
  "\uFEFF",
  "---\n",
  "...\n",
  "null",
  "1e5",
  "true",
  "  ",
  "\n",
];
const KEYS = [
  "ApiId",
  "apiid",
  "IntegrationResponses",
  "Resources",
  "__proto__",
  "IntegrationResponseId",
  "<<",
  "Ref",
  "adopt",
];
const VALUES = ["200", "true", "null", "[]", "{}", '""', "!Sub x", "*nothing", "'*'", "$default", "1e999"];

type Mutation = (text: string) => string;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(2_000), fc.nat(8), fc.constantFrom(...PIECES)).map(([at, drop, piece]) => (text: string) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + drop);
  }),
  fc.nat(60).map(
    (line) => (text: string) =>
      text
        .split("\n")
        .toSpliced(line % text.split("\n").length, 1)
        .join("\n"),
  ),
  fc.tuple(fc.nat(60), fc.nat(60)).map(([from, to]) => (text: string) => {
    const lines = text.split("\n");
    return lines.toSpliced(to % lines.length, 0, lines[from % lines.length] ?? "").join("\n");
  }),
  fc.tuple(fc.nat(30), fc.constantFrom(...KEYS)).map(
    ([nth, key]) =>
      (text: string) =>
        replaceNth(text, /[\w$]+(?="?:)/g, nth, key),
  ),
  fc.tuple(fc.nat(30), fc.constantFrom(...VALUES)).map(
    ([nth, value]) =>
      (text: string) =>
        replaceNth(text, /(?<=: )[^\n,}]+/g, nth, value),
  ),
);

function replaceNth(text: string, pattern: RegExp, nth: number, replacement: string): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[nth % Math.max(1, matches.length)];
  return match === undefined
    ? text
    : text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
}

test("mutations of valid documents are answered for the price of a large document, with diagnostics that point at the text", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("-", "x.yaml", "x.json"),
      (valid, mutations, file) => {
        const text = mutations.reduce<string>((each, mutate) => mutate(each), valid);
        const { result, cost } = costOf(() => parse(text, file));
        expect(cost).toBeLessThan(LARGEST.cost);
        expectSound(result, text, file);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("any text is answered", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => expectSound(parse(text, "-"), text, "-")),
    { numRuns: 500 },
  );
  const structured = fc
    .array(fc.constantFrom(...PIECES, ...KEYS, ...VALUES, " ", "\n  "), { maxLength: 60 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(structured, (text) => expectSound(parse(text, "-"), text, "-")),
    { numRuns: 1_000 },
  );
});

test("any bytes are answered", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
      expectSound(parse(bytes, "-"), new TextDecoder().decode(bytes), "-"),
    ),
    { numRuns: 1_000 },
  );
});

/** What holds for any result: positions exist, order is kept, and a document means that nothing is wrong. */
function expectSound({ document, diagnostics, omitted }: ParseResult, text: string, file: string): void {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const wrong = diagnostics.some(({ severity }) => severity === "error");
  if (omitted === 0) expect(document === undefined).toBe(wrong);
  expect(diagnostics.length).toBeLessThanOrEqual(100);
  for (const { range, pointer, message, file: named } of diagnostics) {
    expect(named).toBe(file);
    expect(message).not.toBe("");
    expect(pointer).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/);
    for (const { line, column } of [range.start, range.end]) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
    expect(compare(range.start, range.end)).toBeLessThanOrEqual(0);
  }
  const starts = diagnostics.map(({ range }) => range.start);
  expect(starts).toEqual(starts.toSorted(compare));
  const rendered = formatPretty(diagnostics, new Map([[file, text]]), { color: (_, plain) => plain });
  expect(rendered.split("\n").every((line) => line.length < 2_000)).toBe(true);
  expect(formatGithub(diagnostics).split("\n")).toHaveLength(diagnostics.length + 1);
  expect(() => JSON.stringify(toSarif([{ file, diagnostics }]))).not.toThrow();
}

function compare(a: Diagnostic["range"]["start"], b: Diagnostic["range"]["start"]): number {
  return a.line - b.line || a.column - b.column;
}

const fill = (unit: string): string => unit.repeat(Math.floor(1_048_000 / unit.length));

/** Texts of a megabyte that are meant to take long. */
const HOSTILE: Readonly<Record<string, string>> = {
  "open brackets": fill("["),
  "empty lists": fill("[]"),
  "closing brackets": fill("]"),
  commas: `[${fill(",")}`,
  quotes: fill('"'),
  "invalid escapes": `a: "${fill("\\$")}"`,
  "invalid escapes in JSON": `{"a": "${fill("\\$")}"}`,
  directives: fill("%A\n"),
  anchors: fill("&a "),
  aliases: `[${fill("*a,")}]`,
  tags: fill("!a "),
  "line breaks": fill("\n"),
  documents: fill("---\n"),
  "equal names": fill("a: 1\n"),
  "equal names in JSON": `{${fill('"a":1,')}"b":1}`,
  "unknown names in JSON": `{${Array.from({ length: 80_000 }, (_, n) => `"n${n}":1`).join(",")}}`,
  "one huge name": `${fill("k")}: 1`,
  "one huge name in JSON": `{"${fill("k")}": 1}`,
  "one huge number": `{"ApiId": ${fill("1")}}`,
  "one huge response key": oneDefault(`IntegrationResponseKey: "/${fill("(a*)*")}/"`),
  "one huge selection expression": oneDefault(`TemplateSelectionExpression: "${fill("${")}"`),
  "one huge parameter": oneDefault(
    `ResponseParameters: { "method.response.header.${fill("a.")} ": "integration.response.body.x" }`,
  ),
  spaces: `a: "x${fill(" ")}"`,
  "10,000 resources": `IntegrationResponses:\n${Array.from({ length: 10_000 }, (_, n) => `  r${n}: { IntegrationResponseKey: /${n}/ }\n`).join("")}`,
};

test.each(Object.keys(HOSTILE))("a megabyte of %s is answered for the price of five large documents", (name) => {
  const text = HOSTILE[name] ?? "";
  const { result, cost } = costOf(() => parse(text, "-"));
  expect(result.diagnostics.length).toBeGreaterThan(0);
  expect(cost).toBeLessThan(5 * LARGEST.cost);
});

test("tokens are bounded", () => {
  expect(codes("\n".repeat(SPEC_LIMITS.tokens + 1))).toEqual(["SD1018"]);
  expect(codes("\n".repeat(SPEC_LIMITS.tokens - 1))).toEqual(["SD1015"]);
});
