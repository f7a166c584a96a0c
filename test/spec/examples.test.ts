// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of API Gateway and CloudFormation.
import { existsSync, readFileSync } from "node:fs";
import { parse } from "@specdrop/spec";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

const IDS = { IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0", ApiId: "abcdefghij" };

/** The four uses that the tool began with, and the warnings that are due. */
const BEGINNINGS: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
  [
    "minimal",
    {
      ...IDS,
      IntegrationResponseKey: "200",
      ResponseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
      ResponseTemplates: { "application/json": '{ "message": "Success" }' },
    },
    ["SD3107", "SD3101"],
  ],
  [
    "advanced",
    {
      ...IDS,
      IntegrationResponseKey: "200",
      ContentHandlingStrategy: "CONVERT_TO_BINARY",
      TemplateSelectionExpression: "$.statusCode",
      ResponseParameters: { "method.response.header.Content-Type": "'application/json'" },
      ResponseTemplates: { "application/json": '{ "status": "OK" }' },
    },
    ["SD3107", "SD3101", "SD3108", "SD3106"],
  ],
  ["adopt", { ...IDS, IntegrationResponseKey: "200", adopt: true }, ["SD3107", "SD3101"]],
  [
    "headers",
    {
      ...IDS,
      IntegrationResponseKey: "404",
      ResponseParameters: {
        "method.response.header.X-Custom-Header": "'CustomHeaderValue'",
        "method.response.header.Access-Control-Allow-Headers": "'Content-Type,X-Amz-Date,Authorization'",
      },
      ResponseTemplates: { "application/json": '{ "error": "Resource not found" }' },
    },
    ["SD3107", "SD3101"],
  ],
];

test.each(BEGINNINGS)("the example %s is valid, with warnings where they are due", (name, properties, warnings) => {
  const document = { IntegrationResponses: { [name]: properties } };
  for (const text of [stringify(document), JSON.stringify(document)]) {
    const result = parse(text, "-");
    expect(result.diagnostics.map(({ code }) => code)).toEqual(warnings);
    const { ApiId, IntegrationId, IntegrationResponseKey, adopt = false, ...rest } = properties;
    expect(result.document?.resources).toMatchObject([
      { logicalId: name, ApiId, IntegrationId, IntegrationResponseKey, adopt, properties: rest },
    ]);
  }
});

/** What AWS took in tests that ran against it, in our own words. */
const TAKEN: readonly Record<string, unknown>[] = [
  { IntegrationResponseKey: "/200/", TemplateSelectionExpression: "\\$default" },
  { IntegrationResponseKey: "$default", TemplateSelectionExpression: "" },
  {
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "201",
    ResponseTemplates: { "201": '{"created":true}' },
  },
  { IntegrationResponseKey: "/404/", TemplateSelectionExpression: "fallback", ResponseTemplates: { fallback: "{}" } },
  {
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "$integration.response.body.errorMessage",
    ResponseTemplates: { "200": "{}", "not found!": "[]", $default: "null" },
  },
  { IntegrationResponseKey: "$default", ResponseTemplates: { $default: "{'not': json}" } },
  {
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "${integration.response.statuscode}",
    ResponseTemplates: { "200": "{}" },
  },
  {
    IntegrationResponseKey: "$default",
    ContentHandlingStrategy: "CONVERT_TO_TEXT",
    TemplateSelectionExpression: "$request.body.kind",
    ResponseTemplates: { "application/json": "" },
  },
  {
    IntegrationResponseKey: "/500/",
    ContentHandlingStrategy: "CONVERT_TO_BINARY",
    TemplateSelectionExpression: "$request.body.kind",
    ResponseTemplates: { "application/json": "#set($a=1)", "application/xml": "#set($b=$a/2)" },
  },
  { IntegrationResponseKey: "$default", ResponseTemplates: {} },
  {
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "$integration.response.header.Content-Type",
    ResponseTemplates: { $default: "$input.json('$')" },
  },
];

test.each(TAKEN)("what AWS takes is free of errors: %j", (properties) => {
  const document = { IntegrationResponses: { ok: { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", ...properties } } };
  expect(errorsIn(JSON.stringify(document))).toEqual([]);
  expect(errorsIn(stringify(document))).toEqual([]);
});

const corpus = new URL("../../../shared/corpus/integration-responses.json", import.meta.url);
const present = existsSync(corpus);
if (!present) console.warn("skipped: the corpus of real definitions is not here");

describe.skipIf(!present)("real definitions", () => {
  const definitions: readonly { id: string; properties: unknown }[] = present
    ? JSON.parse(readFileSync(corpus, "utf8"))
    : [];
  test.each(definitions)("$id is free of errors", ({ properties }) => {
    const document = { IntegrationResponses: { ok: properties } };
    expect(errorsIn(JSON.stringify(document))).toEqual([]);
    expect(errorsIn(stringify(document))).toEqual([]);
  });
});

function errorsIn(text: string): string[] {
  return parse(text, "-")
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code }) => code);
}
