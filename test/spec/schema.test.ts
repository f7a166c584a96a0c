import { readFileSync } from "node:fs";
import { documentSchema, parse } from "@specdrop/spec";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";

const published = new URL("../../packages/spec/specdrop.schema.json", import.meta.url);

test("the published schema is the one that the sources make", () => {
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(documentSchema());
});

const check = new Ajv({ strict: true, strictRequired: false, allErrors: true })
  .addKeyword("patternErrorMessage") // of editors
  .compile(documentSchema());

test("the schema's own examples are valid", () => {
  const { properties, definitions } = documentSchema() as Tables;
  const minimal = { ApiId: "a", IntegrationId: "b", IntegrationResponses: {} };
  const chatOk = { IntegrationResponseKey: "/200/" };
  for (const [name, { examples }] of Object.entries(properties)) {
    for (const example of examples) {
      // An expectation is about a response of its document.
      if (name === "Expectations") Object.assign(minimal, { IntegrationResponses: { chatOk } });
      expect(check({ ...minimal, [name]: example }), name).toBe(true);
      expect(parse(JSON.stringify({ ...minimal, [name]: example }), "x").document, name).toBeDefined();
    }
  }
  for (const [name, { examples }] of Object.entries(definitions.resource.properties)) {
    for (const example of examples) {
      const document = {
        ...minimal,
        IntegrationResponses: { ok: { IntegrationResponseKey: "$default", [name]: example } },
      };
      expect(check(document), name).toBe(true);
      expect(parse(JSON.stringify(document), "x").document, name).toBeDefined();
    }
  }
});

test("every property is described", () => {
  const { properties, definitions } = documentSchema() as Tables;
  for (const { description } of [...Object.values(properties), ...Object.values(definitions.resource.properties)]) {
    expect(description).toMatch(/^[A-Z].*\.$/);
  }
});

test("the schema and the parser agree on the shape of any document", () => {
  let valid = 0;
  let invalid = 0;
  fc.assert(
    fc.property(documents(), fc.boolean(), (document, asJson) => {
      const text = asJson
        ? JSON.stringify(document)
        : `# YAML\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
      const accepted = check(document);
      if (accepted) valid++;
      else invalid++;
      expect(shapeErrors(text)).toEqual(accepted ? [] : expect.arrayContaining([expect.anything()]));
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(valid, invalid)).toBeGreaterThan(200);
});

/** What a schema can know of meaning: the two strategies, how long a text may be, how a response parameter is written. */
const MEANING = ["SD3001", "SD3002", "SD3003", "SD3005", "SD3006"];

function shapeErrors(text: string): string[] {
  const { diagnostics } = parse(text, "x");
  return diagnostics.map(({ code }) => code).filter((code) => code.startsWith("SD2") || MEANING.includes(code));
}

interface Tables {
  properties: Record<string, { examples: unknown[]; description: string }>;
  definitions: { resource: { properties: Record<string, { examples: unknown[]; description: string }> } };
}

/** Mostly right values, and now and then a wrong one. */
function documents(): fc.Arbitrary<Record<string, unknown>> {
  const odd = fc.constantFrom<unknown>(null, 1, -1, 1.5, true, "", "x", "a b", [], {}, { a: 1 }, ["x"]);
  const mostly = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 60, arbitrary }, { weight: 1, arbitrary: odd });
  const name = fc.constantFrom("a", "b", "application/json", "__proto__", "constructor", "200", "$default");
  const id = fc.constantFrom("a1b2c3d4e5", "abc1234", "x-y");
  const long = "é".repeat(32_769);
  const texts = fc.dictionary(name, mostly(fc.constantFrom("", "{}", "'x'", "\u{1f600}".repeat(300))), { maxKeys: 3 });
  const templates = fc.oneof(
    { weight: 30, arbitrary: texts },
    { weight: 1, arbitrary: fc.constantFrom({ a: long }, { a: long.slice(1) }) },
  );
  const header = fc
    .constantFrom("x-y", "Content-Type", "a!b", "__proto__")
    .map((each) => `method.response.header.${each}`);
  const mapped = fc.constantFrom(
    ..."'' 'x' 'a\nb' integration.response.header.x integration.response.body integration.response.body.a.b".split(" "),
    ...["context.x", "stageVariables.x", "integration.response.multivalueheader.x", `'${"\u{1f600}".repeat(510)}'`],
  );
  const amiss = fc.constantFrom("$context.x", "x", "'x", "integration.response.header.", `'${"x".repeat(511)}'`);
  const parameters = fc.oneof(
    { weight: 20, arbitrary: fc.dictionary(header, mostly(mapped), { maxKeys: 3 }) },
    { weight: 1, arbitrary: fc.dictionary(header, amiss, { maxKeys: 1 }) },
    { weight: 1, arbitrary: texts },
  );
  const misspelt = fc.constantFrom("apiId", "Foo", "IntegrationResponseId", "__proto__");
  const optional = (properties: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, mostly(value)])), {
      requiredKeys: [],
    });
  const spoilt = (base: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
    fc.oneof(
      { weight: 25, arbitrary: base },
      {
        weight: 1,
        arbitrary: fc
          .tuple(base, misspelt)
          .map(([object, key]) => Object.fromEntries([...Object.entries(object), [key, "x"]])),
      },
    );
  const resource = spoilt(
    fc
      .tuple(
        optional({
          ResponseTemplates: templates,
          ResponseParameters: parameters,
          TemplateSelectionExpression: fc.constantFrom("", "200", "\\$default"),
          ContentHandlingStrategy: fc.constantFrom("CONVERT_TO_TEXT", "CONVERT_TO_BINARY"),
          adopt: fc.boolean(),
          DeletionPolicy: fc.constantFrom("Delete", "Retain"),
          ApiId: id,
          IntegrationId: id,
        }),
        mostly(fc.constantFrom("$default", "/200/", "200")),
        fc.integer({ min: 0, max: 30 }),
      )
      .map(([rest, key, dice]) => (dice === 0 ? rest : { ...rest, IntegrationResponseKey: key })),
  );
  const responses = fc.dictionary(
    fc.constantFrom("ok", "other", "__proto__", "a b", "x".repeat(255)),
    mostly(resource),
    { maxKeys: 2 },
  );
  const settings = optional({
    $schema: fc.constant("x"),
    Deploy: optional({ StageName: fc.constantFrom("prod", "$default") }),
    DryRun: fc.boolean(),
    AllowDeletions: fc.constantFrom(0, 20, 2_000),
    OnDrift: fc.constantFrom("report", "repair"),
  });
  const ids = fc.oneof(
    { weight: 6, arbitrary: fc.record({ ApiId: mostly(id), IntegrationId: mostly(id) }) },
    { weight: 1, arbitrary: optional({ ApiId: id, IntegrationId: id }) },
  );
  return spoilt(
    fc
      .tuple(settings, ids, mostly(responses), fc.integer({ min: 0, max: 40 }))
      .map(([rest, top, list, dice]) => ({ ...rest, ...top, ...(dice === 0 ? {} : { IntegrationResponses: list }) })),
  );
}
