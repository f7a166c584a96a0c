import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker, type Parts } from "../local/chat-api.ts";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
let parts: Parts;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
});
afterAll(() => endpoints.close());

function workspace() {
  const folder = emptyFolder();
  const env = awsEnvironment(endpoints.url);
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
TwoWay: true
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
  expect((await run("plan", "chat.yaml")).stdout).toContain("Plan: 4 to adopt.");
  const applied = await run("apply", "--json", "chat.yaml");
  expect(applied.code).toBe(0);
  const [detail] = JSON.parse(applied.stdout);
  expect(detail.data.summary).toMatchObject({ adopt: 4, create: 0, update: 0 });
  expect(endpoints.cloudControl.writes()).toHaveLength(before);
});

test("routes that are one-way are named, and nothing is asked of them", async () => {
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId);
  parts.response({ ApiId, IntegrationId, IntegrationResponseKey: "$default" });
  const { folder, run } = workspace();
  expect((await run("export", "--api", ApiId)).stdout).not.toContain("TwoWay");
  parts.route(ApiId, "both", IntegrationId);
  parts.route(ApiId, "one", IntegrationId, { twoWay: false });
  parts.route(ApiId, "$connect", IntegrationId, { twoWay: false });
  const { stdout } = await run("export", "--api", ApiId);
  expect(stdout).toContain("# Route one is one-way: nothing of what the integration answers there reaches a client.");
  expect(stdout).not.toMatch(/^TwoWay/m);
  writeFileSync(join(folder, "chat.yaml"), stdout);
  expect((await run("plan", "chat.yaml")).stdout).toContain("Plan: 1 to adopt.");
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
