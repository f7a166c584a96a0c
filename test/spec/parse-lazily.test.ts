import { parse, parseLazily } from "@specdrop/spec";
import { expect, test } from "vitest";

const RESPONSE = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponseKey: "/200/" };

test.each([
  ["JSON", "spec.json", JSON.stringify({ IntegrationResponses: { ok: RESPONSE } })],
  [
    "YAML",
    "spec.yaml",
    "ApiId: a1b2c3d4e5\nIntegrationResponses:\n  ok: {IntegrationId: abc1234, IntegrationResponseKey: /200/}\n",
  ],
  ["YAML in flow style", "spec.yaml", "{ApiId: a1b2c3d4e5, IntegrationResponses: {}}"],
  [
    "a template",
    "template.json",
    JSON.stringify({ Resources: { ok: { Type: "AWS::ApiGatewayV2::IntegrationResponse", Properties: RESPONSE } } }),
  ],
  ["broken JSON", "spec.json", '{"IntegrationResponses": '],
  ["broken YAML", "spec.yaml", "ApiId: [\n  second:"],
  ["not a text", "spec.yaml", new Uint8Array([0xff, 0xfe, 0])],
])("%s is read as by parse", async (_, file, input) => {
  expect(await parseLazily(input, file)).toEqual(parse(input, file));
});
