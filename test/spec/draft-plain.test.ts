import { type ParseResult, parse } from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";

/** An escape that may be half of a character has a text read with every position; both lines are equally long. */
const PLAIN = '{"$schema": "😀 of no use",';
const THOROUGH = '{"$schema": "\\ud83d\\ude00",';

/** The same text, once read off its values if that is possible, and once with every position. */
function bothWays(rest: string): [plain: ParseResult, thorough: ParseResult] {
  return [parse(`${PLAIN}\n${rest}`, "-"), parse(`${THOROUGH}\n${rest}`, "-")];
}

function expectAgreement(rest: string): ParseResult {
  const [plain, thorough] = bothWays(rest);
  expect(plain).toEqual(thorough);
  return plain;
}

const RESPONSE = '{"IntegrationResponseKey": "$default"}';
const IDS = '"ApiId": "a", "IntegrationId": "b"';

test.each([
  ["nothing but what it needs", `${IDS}, "IntegrationResponses": {}}`],
  [
    "a stage before its resources",
    `"Deploy": {"StageName": "p\\u0072od"}, ${IDS}, "IntegrationResponses": {"x": ${RESPONSE}}}`,
  ],
  [
    "a stage behind them",
    `${IDS}, "IntegrationResponses": {\n"x": ${RESPONSE}},\n"Deploy": {\n"StageName":\n "prod"}}`,
  ],
  ["every setting", `"DryRun": true, "AllowDeletions": 3, "OnDrift": "repair", ${IDS}, "IntegrationResponses": {}}`],
  [
    "a backslash before a quote",
    `${IDS}, "IntegrationResponses": {"x\\\\": {"IntegrationResponseKey": "$default"}, "y\\"": {"IntegrationResponseKey": "/\\\\d/"}}}`,
  ],
  [
    "names of Object.prototype",
    `${IDS}, "IntegrationResponses": {"__proto__": ${RESPONSE}, "toString": {"IntegrationResponseKey": "/2/", "ResponseTemplates": {"__proto__": "x", "constructor": "y"}}}}`,
  ],
  [
    "numbers as names of templates",
    `${IDS}, "IntegrationResponses": {"x": {"IntegrationResponseKey": "$default", "ResponseTemplates": {"b": "1", "2": "2", "1": "3"}}}}`,
  ],
  [
    "numbers as logical ids",
    `${IDS}, "IntegrationResponses": {"b": ${RESPONSE},\n "7": {"IntegrationResponseKey": "/7/"},\n "1": {"IntegrationResponseKey": "/1/"}}}`,
  ],
  [
    "ids of its own",
    `"ApiId": "a", "IntegrationResponses": {"x": {"ApiId": "c", "IntegrationId": "d", "IntegrationResponseKey": "$default", "adopt": true, "DeletionPolicy": "Retain"}}}`,
  ],
])("a document with %s is the same either way", (_, rest) => {
  expect(expectAgreement(rest).document).toBeDefined();
});

test.each([
  [
    "a name twice",
    `${IDS}, "IntegrationResponses": {"x": {"IntegrationResponseKey": "$default", "IntegrationResponseKey": "$default"}}}`,
  ],
  [
    "its resources twice, the stage between them",
    `${IDS}, "IntegrationResponses": {}, "Deploy": {"StageName": "prod"}, "IntegrationResponses": {"x": {"IntegrationResponseKey": "\\\\$default", "adopt": true}, "y": {"IntegrationResponseKey": 5}}}`,
  ],
  [
    "its stage twice, the resources between them",
    `${IDS}, "Deploy": {}, "IntegrationResponses": {"x": ${RESPONSE}, "y": {"IntegrationResponseKey": 5}}, "Deploy": {"StageName": "prod"}}`,
  ],
  [
    "a logical id twice, and as many names as if it were there once",
    `${IDS}, "IntegrationResponses": {"x": ${RESPONSE}, "x": {"ApiId": "c", "IntegrationId": "d", "IntegrationResponseKey": "$default"}, "y": {"Oops": "x"}}}`,
  ],
  ["a logical id twice", `${IDS}, "IntegrationResponses": {"x": ${RESPONSE}, "x": ${RESPONSE}}}`],
  ["its resources twice", `${IDS}, "IntegrationResponses": {"x": ${RESPONSE}}, "IntegrationResponses": {}}`],
  ["a name twice, once escaped", `${IDS}, "IntegrationResponses": {"x": ${RESPONSE}, "\\u0078": ${RESPONSE}}}`],
  ["a control character", `${IDS}, "IntegrationResponses": {"x\u007f": ${RESPONSE}}}`],
  [
    "no name for a template",
    `${IDS}, "IntegrationResponses": {"x": {"IntegrationResponseKey": "$default", "ResponseTemplates": {"": ""}}}}`,
  ],
  ["a list", `${IDS}, "IntegrationResponses": []}`],
  ["no resources", `${IDS}}`],
  ["nothing for resources", `${IDS}, "IntegrationResponses": null}`],
  ["a text for a resource", `${IDS}, "IntegrationResponses": {"x": "y"}}`],
  ["an unknown setting", `${IDS}, "toString": "x", "IntegrationResponses": {}}`],
  ["no stage", `${IDS}, "Deploy": {}, "IntegrationResponses": {}}`],
  ["a text that ends nowhere", `${IDS}, "IntegrationResponses": {"x`],
  ["a text that ends with a backslash", `${IDS}, "IntegrationResponses": {"x\\`],
  ["a choice that there is not", `${IDS}, "OnDrift": "ignore", "IntegrationResponses": {}}`],
  ["half a deletion", `${IDS}, "AllowDeletions": 0.5, "IntegrationResponses": {}}`],
  ["a flag in quotes", `${IDS}, "DryRun": "true", "IntegrationResponses": {}}`],
  [
    "a text for templates",
    `${IDS}, "IntegrationResponses": {"x": {"IntegrationResponseKey": "$default", "ResponseTemplates": "y"}}}`,
  ],
  ["a logical id that is empty", `${IDS}, "IntegrationResponses": {"": ${RESPONSE}}}`],
  ["an id with a space", `"ApiId": "a b", "IntegrationId": "b", "IntegrationResponses": {"x": ${RESPONSE}}}`],
  ["an empty key", `${IDS}, "IntegrationResponses": {"x": {"IntegrationResponseKey": ""}}}`],
])("what is wrong with a document with %s is found either way", (_, rest) => {
  expect(expectAgreement(rest).document).toBeUndefined();
});

test("a name with an escape stays what it is, whatever names were read before", () => {
  for (const name of ["\\", '"', "a\\", "a\n"]) {
    const resources = `{"first": ${RESPONSE}, ${JSON.stringify(name)}: {"IntegrationResponseKey": "/2/"}}`;
    const { document } = parse(`{${IDS}, "IntegrationResponses": ${resources}}`, "-");
    expect(document?.resources[1]?.logicalId).toBe(name);
  }
});

test.each([
  ["a warning", '"\\\\$default"', '"$default"'],
  ["an error", '"$default", "Oops": "x"', '"$default"'],
])("one resource with %s among others is found where it stands, and the others are read", (_, odd, fine) => {
  const resource = (id: string, key: string) => `"${id}": {"IntegrationId": "${id}", "IntegrationResponseKey": ${key}}`;
  const rest = `${IDS}, "IntegrationResponses": {\n${resource("x", fine)},\n${resource("y", odd)},\n${resource("z", fine)}}}`;
  const { diagnostics } = expectAgreement(rest);
  expect(diagnostics[0]).toMatchObject({ range: { start: { line: 4 } } });
  expect(diagnostics[0]?.pointer).toMatch(/^\/IntegrationResponses\/y\//);
});

test("of many texts each is found where it stands", () => {
  const many = (entry: (n: number) => string) => Array.from({ length: 20 }, (_, n) => entry(n)).join(",\n");
  const resource = `"IntegrationResponseKey": "$default", "ResponseParameters": {\n${many((n) => `"X-${n}": "wrong ${n}"`)}}`;
  const { diagnostics } = expectAgreement(`${IDS}, "IntegrationResponses": {"x": {${resource}}}}`);
  expect(diagnostics).toHaveLength(40);
  expect(diagnostics.at(-1)).toMatchObject({ pointer: "/IntegrationResponses/x/ResponseParameters/X-19" });
});

test("too many resources and too many texts are found either way", () => {
  const many = (entry: (n: number) => string) => Array.from({ length: 2_001 }, (_, n) => entry(n)).join(",");
  const resources = many((n) => `"r${n}": {"IntegrationResponseKey": "${n === 0 ? "$default" : `/${n}/`}"}`);
  expect(expectAgreement(`${IDS}, "IntegrationResponses": {${resources}}}`).document).toBeUndefined();
  const templates = `{"IntegrationResponseKey": "$default", "ResponseTemplates": {${many((n) => `"t${n}": ""`)}}}`;
  expect(expectAgreement(`${IDS}, "IntegrationResponses": {"x": ${templates}}}`).document).toBeUndefined();
});

/** The text of a map of some of these entries, in any order, and some of them more than once. */
function mapOf(entry: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(entry, { maxLength }).map((entries) => `{${entries.join(", ")}}`);
}

test("whatever stands where, in whatever order and however often, both ways come to the same", () => {
  const texts = mapOf(fc.constantFrom('"b": "1"', '"2": "2"', '"1": "3"', '"$default": ""', '"x": 5', '"": "a"'), 4);
  const property = fc.oneof(
    fc.constantFrom('"IntegrationResponseKey": "$default"', '"IntegrationResponseKey": "200"', '"adopt": true'),
    fc.constantFrom('"IntegrationResponseKey": 5', '"Oops": {"a": {}}', '"TemplateSelectionExpression": "zzz"'),
    texts.map((map) => `"ResponseTemplates": ${map}`),
    texts.map((map) => `"ResponseParameters": ${map}`),
  );
  const resource = fc.tuple(fc.constantFrom("x", "y", "7", "é"), fc.oneof(mapOf(property, 4), fc.constant('"y"')));
  const resources = mapOf(
    resource.map(([id, map]) => `"${id}": ${map}`),
    4,
  );
  const entry = fc.oneof(
    fc.constantFrom('"ApiId": "a"', '"IntegrationId": "b"', '"DryRun": true', '"OnDrift": "never"'),
    fc.constantFrom('"Deploy": {"StageName": "prod"}', '"Deploy": {}', '"Deploy": {"StageName": "a", "b": 1}'),
    resources.map((map) => `"IntegrationResponses": ${map}`),
  );
  fc.assert(
    fc.property(mapOf(entry, 5), (map) => {
      expectAgreement(map.replace("{", `${IDS}, `).replace(", }", "}"));
    }),
    { numRuns: 3_000 },
  );
});

const id = fc.constantFrom("a1b2c3", "x-1", "ü");
const name = fc.constantFrom("chatOk", "a/b", "a~b", "7", "x y", "__proto__", "\\", '"');
const response = fc.record(
  {
    ApiId: id,
    IntegrationId: id,
    IntegrationResponseKey: fc.constantFrom("$default", "/2\\d\\d/", "/(/", "200", "\\$default"),
    ResponseTemplates: fc.dictionary(fc.constantFrom("$default", "application/json", "2", "__proto__"), fc.string()),
    ResponseParameters: fc.dictionary(
      fc.constantFrom("method.response.header.X-Ok", "X-Ok"),
      fc.constantFrom("'a'", "integration.response.header.X", "context.x", "a"),
    ),
    TemplateSelectionExpression: fc.constantFrom(
      "\\$default",
      "$request.body.action",
      "200",
      "$default",
      "a\\\\$b",
      "",
    ),
    ContentHandlingStrategy: fc.constantFrom("CONVERT_TO_TEXT", "CONVERT_TO_BINARY"),
    adopt: fc.boolean(),
    DeletionPolicy: fc.constantFrom("Retain", "Delete"),
  },
  { requiredKeys: ["IntegrationResponseKey"] },
);
const document = fc.record(
  {
    ApiId: id,
    IntegrationId: id,
    Deploy: fc.record({ StageName: fc.constantFrom("prod", "blue-2", "a_b", "$default", "{}[]:,") }),
    DryRun: fc.boolean(),
    AllowDeletions: fc.constantFrom(0, 3, -1, 1e3),
    OnDrift: fc.constantFrom("report", "repair"),
    IntegrationResponses: fc.dictionary(name, response, { maxKeys: 4 }),
  },
  { requiredKeys: ["ApiId", "IntegrationId", "IntegrationResponses"] },
);
const PIECES = [
  "",
  '"',
  ":",
  "{",
  "}",
  "[",
  ",",
  "\\",
  "\n",
  "\u007f",
  '"x": 1,',
  '"adopt": true,',
  "null",
  "\\u0041",
  "1",
];
const mutation = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...PIECES));

test("any document is the same either way, and so is what is wrong with any text like one", () => {
  let sound = 0;
  fc.assert(
    fc.property(document, fc.constantFrom(0, 2), fc.array(mutation, { maxLength: 2 }), (value, indent, mutations) => {
      const text = JSON.stringify(value, null, indent).slice(1);
      const mutated = mutations.reduce((each, [place, drop, piece]) => {
        const at = place % (each.length + 1);
        return each.slice(0, at) + piece + each.slice(at + drop);
      }, text);
      const { document: read, diagnostics } = expectAgreement(mutated);
      if (read !== undefined && diagnostics.length === 0) sound++;
    }),
    { numRuns: 1_500 },
  );
  expect(sound).toBeGreaterThan(50);
});
