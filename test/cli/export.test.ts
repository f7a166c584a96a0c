import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker, type Parts } from "../local/chat-api.ts";
import { callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
let parts: Parts;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
});
afterAll(() => endpoints.close());

function workspace() {
  const folder = emptyFolder();
  const env = {
    AWS_ENDPOINT_URL: endpoints.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
  };
  return { folder, run: (...args: readonly string[]) => callCli(args, { cwd: folder, env }) };
}

test("what is exported validates, and adopting it writes nothing", async () => {
  const ApiId = parts.api();
  const send = parts.integration(ApiId);
  const join_ = parts.integration(ApiId, "MOCK");
  parts.route(ApiId, "send-message", send);
  parts.response({
    ApiId,
    IntegrationId: send,
    IntegrationResponseKey: "$default",
    ResponseTemplates: { "200": '#set($x = 1)\n{\n  "x": "$x"\n}\n', $default: '{"ok":true}' },
    TemplateSelectionExpression: "\\$default",
  });
  parts.response({ ApiId, IntegrationId: send, IntegrationResponseKey: "/4\\d\\d/" });
  parts.response({
    ApiId,
    IntegrationId: join_,
    IntegrationResponseKey: "$default",
    ResponseParameters: { "method.response.header.x": "'a: b # c'" },
    ContentHandlingStrategy: "CONVERT_TO_TEXT",
  });
  const { folder, run } = workspace();

  const one = await run("export", "--api", ApiId, "--integration", send);
  const [schemaLine = ""] = one.stdout.split("\n");
  const schema = /^# yaml-language-server: \$schema=(\.\S+)$/.exec(schemaLine)?.[1] ?? "";
  expect(existsSync(join(realpathSync(folder), schema))).toBe(true);
  expect(one.stdout).toBe(`${schemaLine}
ApiId: ${ApiId}
IntegrationId: ${send}
IntegrationResponses:
  sendMessage4xx:
    IntegrationResponseKey: /4\\d\\d/
    adopt: true
  sendMessageDefault:
    IntegrationResponseKey: $default
    ResponseTemplates:
      '200': |
        #set($x = 1)
        {
          "x": "$x"
        }
      $default: '{"ok":true}'
    TemplateSelectionExpression: \\$default
    adopt: true
`);
  expect(one.code).toBe(0);

  const all = await run("export", "--api", ApiId);
  writeFileSync(join(folder, "chat.yaml"), all.stdout);
  expect((await run("validate", "chat.yaml")).code).toBe(0);
  const before = endpoints.cloudControl.writes().length;
  expect((await run("plan", "chat.yaml")).stdout).toContain("Plan: 3 to adopt.");
  const applied = await run("apply", "--json", "chat.yaml");
  expect(applied.code).toBe(0);
  const [detail] = JSON.parse(applied.stdout);
  expect(detail.data.summary).toMatchObject({ adopt: 3, create: 0, update: 0 });
  expect(endpoints.cloudControl.writes()).toHaveLength(before);
});

test("there has to be something to export", async () => {
  const { run } = workspace();
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  const failures = [
    [["--api", ApiId], "has no integration responses"],
    [["--api", ApiId, "--integration", integration], `Integration ${integration} of API ${ApiId} has no`],
    [["--api", ApiId, "--integration", "nowhere"], "has no integration nowhere"],
    [["--api", parts.api("HTTP")], "is of type HTTP"],
  ] as const;
  for (const [args, message] of failures) {
    const { code, stdout, stderr } = await run("export", ...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  }
  endpoints.cloudControl.changeFaults({ quirks: { impliedParents: false } });
  expect((await run("export", "--api", "abcdefghij")).stderr).toContain("does not exist");
});
