import AWS, { type IntegrationResponse, type IntegrationResponseProps, SpecdropError } from "@specdrop/authoring";
import { expect, expectTypeOf, test } from "vitest";

const KEY = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponseKey: "/200/" };
const { IntegrationResponse: response } = AWS.ApiGatewayV2;

/** The compiler is the test: a directive that finds no error below it is one. */
const refused = [
  // @ts-expect-error a misspelt property
  () => response("a", { ...KEY, ResponseTemplate: {} }),
  // @ts-expect-error a value that is not one of the two
  () => response("a", { ...KEY, ContentHandlingStrategy: "CONVERT_TO_BYTES" }),
  // @ts-expect-error a policy that does not exist
  () => response("a", { ...KEY, DeletionPolicy: "Snapshot" }),
  // @ts-expect-error no key
  () => response("a", { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234" }),
  // @ts-expect-error no id
  () => response({ ...KEY }),
  // @ts-expect-error no properties
  () => response("a"),
  // @ts-expect-error a template that is not text
  () => response("a", { ...KEY, ResponseTemplates: { "application/json": { ok: true } } }),
  // @ts-expect-error what AWS gives cannot be asked for
  () => response("a", { ...KEY, IntegrationResponseId: "r1" }),
  // @ts-expect-error a promise that is not awaited
  () => response("a", { ...KEY, TemplateSelectionExpression: Promise.resolve("x") }),
];

test("the types are those of the page", () => {
  expectTypeOf(response).parameters.toEqualTypeOf<[id: string, props: IntegrationResponseProps]>();
  expectTypeOf(response).returns.resolves.toEqualTypeOf<IntegrationResponse>();
  expectTypeOf<IntegrationResponse["IntegrationResponseId"]>().toEqualTypeOf<string>();
  // What an environment may not have can be handed on.
  expectTypeOf<{ TemplateSelectionExpression: undefined } & typeof KEY>().toExtend<IntegrationResponseProps>();
});

test("what the compiler refuses reaches nobody without a run either", async () => {
  for (const call of refused) await expect(call()).rejects.toMatchObject({ code: "SD7001" });
});

test("without a run the call says how to get one", async () => {
  const error = await response("a", KEY).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SpecdropError);
  expect(error).toMatchObject({ name: "OutsideRunError", code: "SD7001", retryable: false });
  expect(String(error)).toContain("specdrop run");
  expect((error as Error).stack).toContain("types.test.ts");
});
