import { spawnSync } from "node:child_process";
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

const withTemplate = (template: string, more: object = {}) =>
  JSON.stringify({
    IntegrationResponses: { ok: { ...RESPONSE, ResponseTemplates: { $default: template } } },
    ...more,
  });

/** Reads texts one after the other in a process of its own; how many files of the template language are loaded after each. */
function filesLoaded(...texts: readonly string[]): readonly number[] {
  const script = `
    import { registerHooks } from "node:module";
    let files = 0;
    registerHooks({
      load(url, context, next) {
        if (url.includes("/packages/template/")) files++;
        return next(url, context);
      },
    });
    const { parseLazily } = await import(${JSON.stringify(new URL("../../packages/spec/src/parse-lazily.ts", import.meta.url))});
    const counts = [];
    for (const text of ${JSON.stringify(texts)}) {
      await parseLazily(text, "spec.json");
      counts.push(files);
    }
    console.log(JSON.stringify(counts));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

test("the template language is loaded for what needs it, and for nothing else", () => {
  const plain = [withTemplate('{"text": 100 %}'), JSON.stringify({ IntegrationResponses: { ok: RESPONSE } })];
  const [text, none, dynamic = 0] = filesLoaded(...plain, withTemplate("$input.body"));
  expect([text, none]).toEqual([0, 0]);
  expect(dynamic).toBeGreaterThan(20);
});

const EXPECTATION = { name: "it", given: { reply: { status: 200 } }, expect: { frame: { text: "plain" } } };

test.each([
  ["a template", withTemplate("$input.body")],
  ["an expectation", withTemplate("plain", { ApiId: "a1b2c3d4e5", Expectations: [EXPECTATION] })],
])("%s is judged as by parse", async (_, text) => {
  expect(await parseLazily(text, "spec.json")).toEqual(parse(text, "spec.json"));
});
