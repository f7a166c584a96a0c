import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker } from "../local/chat-api.ts";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
});
afterAll(() => endpoints.close());

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";
const VTL = [
  "#set($in = $input.path('$'))",
  "{",
  '  "a": 1,',
  '  "b": 2,',
  '  "c": 3,',
  '  "d": 4,',
  '  "e": 5',
  "}",
  "",
];

/** A document that is applied, and what plans of later texts of it say. */
async function workspace(ApiId: string) {
  const folder = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  const run = (...args: readonly string[]) => callCli(args, { cwd: folder, env });
  const write = (responses: object, more: object = {}) =>
    writeFileSync(
      join(folder, "chat.json"),
      JSON.stringify({ ...{ ApiId, IntegrationId: "int0001", ...more }, IntegrationResponses: responses }),
    );
  return {
    run,
    write,
    async apply(responses: object) {
      write(responses);
      expect((await run("apply", "chat.json")).code).toBe(0);
    },
    /** The lines of a plan, without its title and its last two. */
    async plan(responses: object, more: object = {}) {
      write(responses, more);
      const { code, stdout } = await run("plan", "chat.json");
      expect(code).toBe(0);
      return stdout.split("\n").slice(1, -3);
    },
  };
}

function changeByHand(ApiId: string, patch: readonly object[]): void {
  const live = endpoints.cloudControl.resources() as unknown as readonly {
    readonly Identifier: string;
  }[];
  const Identifier = live.map((each) => each.Identifier).find((each) => each.startsWith(`${ApiId}|`)) ?? "";
  endpoints.cloudControl.updateResource({ TypeName: TYPE, Identifier, PatchDocument: JSON.stringify(patch) });
}

test("a change says old and new of each property, and of long texts the lines that differ", async () => {
  const { apply, plan } = await workspace("planned001");
  const response = {
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "a",
    ResponseParameters: { "method.response.header.x": "'1'", "method.response.header.y": "'2'" },
    ResponseTemplates: { $default: VTL.join("\n"), edge: "x", gone: "x" },
  };
  await apply({ ok: response });
  const changed = VTL.with(4, '  "c": 33,').join("\n");
  const lines = await plan({
    ok: {
      ...response,
      TemplateSelectionExpression: undefined,
      ResponseParameters: { "method.response.header.x": "'1'", "method.response.header.y": "'3'" },
      ResponseTemplates: { $default: changed, edge: "x ", new: "one\ntwo" },
    },
  });
  expect(lines).toEqual([
    "  ~ ok  update  integration int0001, key $default",
    "      ResponseParameters",
    "        ~ method.response.header.y: '2' → '3'",
    "      ResponseTemplates",
    "        ~ $default:",
    "            … from line 2",
    "              {",
    '                "a": 1,',
    '                "b": 2,',
    '            -   "c": 3,',
    '            +   "c": 33,',
    '                "d": 4,',
    '                "e": 5',
    "              }",
    '        ~ edge: x → "x "',
    "        - gone: x → removed",
    "        + new:",
    "            + one",
    "            + two",
    "      - TemplateSelectionExpression: a → removed",
  ]);
});

test("what drifted, and what is left alone, is said; no text of a template is in the JSON", async () => {
  const { apply, plan, run } = await workspace("planned002");
  const response = { IntegrationResponseKey: "$default", ResponseTemplates: { $default: "as applied" } };
  await apply({ ok: response });
  changeByHand("planned002", [
    { op: "add", path: "/ResponseTemplates", value: { $default: "by hand" } },
    { op: "add", path: "/ContentHandlingStrategy", value: "CONVERT_TO_TEXT" },
  ]);
  expect(await plan({ ok: response })).toEqual([
    "  ~ ok  update  integration int0001, key $default",
    "      ResponseTemplates  changed in AWS since it was applied",
    "        ~ $default: by hand → as applied",
    "      1 property that is not declared stays as it is.",
  ]);
  const { stdout } = await run("plan", "--json", "chat.json");
  expect(stdout).toContain('"ResponseTemplates"');
  expect(stdout).not.toMatch(/by hand|as applied/);

  const other = await plan({ ok: { ...response, ResponseTemplates: { $default: "new" } } });
  expect(other[1]).toContain("changed in AWS since it was applied");
});

test("what goes is said plainly: deleted, forgotten, replaced, taken over", async () => {
  const { apply, plan } = await workspace("planned003");
  const templates = { ResponseTemplates: { $default: "x" } };
  await apply({
    deleted: { IntegrationResponseKey: "/1/", ...templates },
    kept: { IntegrationResponseKey: "/2/", DeletionPolicy: "Retain" },
    moved: { IntegrationResponseKey: "/3/", ...templates },
  });
  expect(await plan({ moved: { IntegrationResponseKey: "/4/", ...templates } })).toEqual([
    "  ± moved  replace  integration int0001, key /4/",
    "      Created anew; then key /3/ of integration int0001 is deleted.",
    "  - deleted  delete  integration int0001, key /1/",
    "      The document no longer declares it: AWS deletes it, with its ResponseTemplates.",
    "  × kept  forget  integration int0001, key /2/",
    "      It stays in AWS; the document no longer owns it.",
  ]);

  const theirs = await workspace("planned004");
  await theirs.apply({ a: { IntegrationResponseKey: "$default", ...templates, DeletionPolicy: "Retain" } });
  await theirs.run("withdraw", "chat.json");
  expect(await theirs.plan({ b: { IntegrationResponseKey: "$default", adopt: true } })).toEqual([
    "  & b  adopt  integration int0001, key $default",
    "      Adopted as it is: nothing is written.",
    "      1 property that is not declared stays as it is.",
  ]);
});

test("a dry run shows the same", async () => {
  const { run, write } = await workspace("planned005");
  write({ ok: { IntegrationResponseKey: "$default", TemplateSelectionExpression: "a" } }, { DryRun: true });
  const { stdout, code } = await run("apply", "chat.json");
  expect(stdout).toContain("+ ok  create  integration int0001, key $default\n      + TemplateSelectionExpression: a\n");
  expect(code).toBe(0);
});

test("the next step is named on stderr", async () => {
  const { run, write, apply } = await workspace("planned006");
  const response = { ok: { IntegrationResponseKey: "$default", TemplateSelectionExpression: "a" } };
  write(response);
  expect((await run("plan", "chat.json")).stderr).toContain("Next: npx specdrop apply chat.json\n");
  await apply(response);
  expect((await run("plan", "chat.json")).stderr).toContain("Nothing to do: AWS matches the document.\n");
});

test("a plan shows the deployment that apply would make, and apply says that it made it", async () => {
  const parts = maker(endpoints.cloudControl);
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  parts.stage(ApiId);
  const { run, write } = await workspace(ApiId);
  const responses = { ok: { IntegrationResponseKey: "$default", TemplateSelectionExpression: "a" } };
  const exitCode = async () => (await run("plan", "--detailed-exitcode", "chat.json")).code;
  const planned = async () => JSON.parse((await run("plan", "--json", "chat.json")).stdout)[0].data;
  write(responses, { IntegrationId: integration });
  expect((await run("apply", "chat.json")).stdout).toContain("Done in");
  expect(await exitCode()).toBe(0);

  // The document gains Deploy, and nothing else.
  write(responses, { IntegrationId: integration, Deploy: { StageName: "prod" } });
  const plan = await run("plan", "chat.json");
  expect(plan.stdout.split("\n")).toEqual([
    `API ${ApiId}`,
    "  » prod  deploy  the stage",
    "      This deploys everything on the API that is not live yet, also changes by others.",
    "",
    "Plan: 1 unchanged, 1 deployment.",
    "",
  ]);
  expect(plan.stderr).toContain("Next: npx specdrop apply chat.json\n");
  expect(await exitCode()).toBe(2);
  expect(await planned()).toMatchObject({
    summary: { unchanged: 1 },
    deployment: { status: "planned", stageName: "prod" },
  });

  expect((await run("apply", "chat.json")).stdout).toMatch(/^Done in .*: 1 unchanged, deployed to prod\.$/m);
  expect(await exitCode()).toBe(0);
  expect(await planned()).not.toHaveProperty("deployment");
  expect((await run("apply", "chat.json")).stdout).not.toContain("deployed to");

  write(
    { ok: { ...responses.ok, TemplateSelectionExpression: "b" } },
    { IntegrationId: integration, Deploy: { StageName: "prod" }, DryRun: true },
  );
  const dry = await run("apply", "chat.json");
  expect(dry.stdout).toContain("  » prod  deploy  the stage\n");
  expect(dry.stdout).toContain("Plan: 1 to update, 1 deployment.");
  const asJson = JSON.parse((await run("apply", "--json", "chat.json")).stdout);
  expect(asJson[0].data.deployment).toEqual({ status: "planned", stageName: "prod" });
});

test("where AWS deploys by itself no deployment is planned; a stage that is not there stops the plan", async () => {
  const parts = maker(endpoints.cloudControl);
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  parts.stage(ApiId, "auto", { AutoDeploy: true });
  const { run, write } = await workspace(ApiId);
  const responses = { ok: { IntegrationResponseKey: "$default", TemplateSelectionExpression: "a" } };
  write(responses, { IntegrationId: integration, Deploy: { StageName: "auto" } });
  const auto = await run("plan", "chat.json");
  expect(auto.stdout).toContain("Plan: 1 to create.");
  write(responses, { IntegrationId: integration });
  await run("apply", "chat.json");
  write(responses, { IntegrationId: integration, Deploy: { StageName: "gone" } });
  const { code, stdout } = await run("plan", "chat.json");
  expect(stdout).toContain("SD4007");
  expect(code).toBe(1);
});
