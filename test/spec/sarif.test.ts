import { readFileSync } from "node:fs";
import { DIAGNOSTICS, type Diagnostic, parse, toSarif } from "@specdrop/spec";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";

const fixture = new URL("../fixtures/sarif/sarif-2.1.0-rtm.5.json", import.meta.url);
const { id, $schema, ...schema } = JSON.parse(readFileSync(fixture, "utf8"));

const check = new Ajv({
  strict: false,
  unicodeRegExp: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    // RFC 3986, section 4.2: a colon in the first segment would end a scheme.
    "uri-reference": /^(?:[a-z][a-z0-9+.-]*:|(?![^/]*:))(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*$/i,
    "date-time": /^\d{4}-\d\d-\d\dT/,
  },
}).compile(schema);

function expectValid(log: object): void {
  check(log);
  expect(check.errors ?? []).toEqual([]);
}

test("the schema is that of SARIF 2.1.0, and refuses what is not", () => {
  expect([id, $schema]).toEqual([expect.stringContaining("sarif-2.1.0"), "http://json-schema.org/draft-04/schema#"]);
  expect(check({ version: "2.1.0" })).toBe(false);
  expect(check({ version: "2.1.0", runs: [{ tool: { driver: {} } }] })).toBe(false);
  const artifacts = [{ location: { uri: "a b" } }];
  expect(check({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, artifacts }] })).toBe(false);
});

test("what is said of the examples is valid", () => {
  const files = ["broken.yaml", "minimal.yaml", "chat.yaml", "orders.json"].map((name) => {
    const text = readFileSync(new URL(`../../examples/${name}`, import.meta.url), "utf8");
    return { file: `examples/${name}`, diagnostics: parse(text, name).diagnostics };
  });
  expectValid(toSarif(files));
  expectValid(toSarif(files, { version: "0.1.0", pages: "https://example.com/docs/diagnostics" }));
  expectValid(toSarif([]));
});

const position = fc.record({ line: fc.integer({ min: 1, max: 9_999 }), column: fc.integer({ min: 1, max: 9_999 }) });
const word = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("ü ö.yaml", "日本/語.yaml", "a:b#c?d%e[f].yaml"));
const file = fc.oneof(
  word,
  fc.constantFrom("-", "/tmp/a b.yaml", "C:\\specs\\a.yaml", "s3://specs/ä ö.yaml", "../x:y.yaml"),
);
const diagnostic: fc.Arbitrary<Diagnostic<string>> = fc.record(
  {
    code: fc.oneof(fc.constantFrom(...Object.keys(DIAGNOSTICS)), fc.constant("SD9999")),
    severity: fc.constantFrom("error", "warning"),
    message: word,
    file,
    range: fc.record({ start: position, end: position }),
    pointer: word,
    suggestion: word,
    help: word,
  },
  { requiredKeys: ["code", "severity", "message", "file", "range", "pointer"] },
);

test("whatever is said of whatever file is valid", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ file: file.filter((name) => name !== ""), diagnostics: fc.array(diagnostic, { maxLength: 4 }) }),
      ),
      (files) => expectValid(toSarif(files)),
    ),
    { numRuns: 200 },
  );
});

test("rules have links once it is known where the pages are", () => {
  const { diagnostics } = parse("IntegrationResponses: {}\nx: 1\n", "a.yaml");
  for (const pages of ["https://example.com/d", "https://example.com/d/"]) {
    expect(toSarif([{ file: "a.yaml", diagnostics }], { version: "0.1.0", pages })).toMatchObject({
      runs: [
        {
          tool: {
            driver: { semanticVersion: "0.1.0", rules: [{ id: "SD2001", helpUri: "https://example.com/d/SD2001.md" }] },
          },
          results: [{ ruleIndex: 0, partialFingerprints: { "pointer/v1": "SD2001:/x" } }],
        },
      ],
    });
  }
});

test("a fingerprint stays when lines are put in above", () => {
  const prints = (text: string): unknown => {
    const { diagnostics } = parse(text, "a.yaml");
    const log = toSarif([{ file: "a.yaml", diagnostics }]) as {
      runs: { results: { partialFingerprints: unknown }[] }[];
    };
    return log.runs[0]?.results.map(({ partialFingerprints }) => partialFingerprints);
  };
  const text = "IntegrationResponses: {}\nx: 1\ny: 2\n";
  expect(prints(`# one\n# two\n${text}`)).toEqual(prints(text));
});
