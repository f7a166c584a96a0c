import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudControlClient, CreateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { workspace } from "./workspace.ts";

const PROGRAMS = join(ROOT, "examples/programs");
/** In the order of the page that the programs come from. */
const ORDER = ["basic", "advanced", "adopt", "custom-parameters"];
const KEY = { ApiId: "abcdefghij", IntegrationId: "12345678-abcd-ef00-1234-56789abcdef0" };

// Three of them mean the same response: each begins with an AWS of its own.
let endpoints: Endpoints;
beforeEach(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterEach(() => endpoints.close());

function live(): readonly Readonly<Record<string, unknown>>[] {
  const resources = endpoints.cloudControl.resources() as unknown as readonly {
    readonly Properties: Readonly<Record<string, unknown>>;
  }[];
  return resources.map(({ Properties }) => Properties);
}

async function createByHand(properties: Readonly<Record<string, unknown>>): Promise<void> {
  const client = new CloudControlClient({
    endpoint: endpoints.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  const DesiredState = JSON.stringify({ ...KEY, ...properties });
  await client.send(new CreateResourceCommand({ TypeName: "AWS::ApiGatewayV2::IntegrationResponse", DesiredState }));
  await expect.poll(live).toHaveLength(1);
  client.destroy();
}

function withProgram(name: string) {
  const space = workspace(endpoints.url);
  copyFileSync(join(PROGRAMS, `${name}.ts`), join(space.folder, `${name}.ts`));
  return space;
}

test.each([
  [
    "basic",
    "200",
    {
      ResponseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
      ResponseTemplates: { "application/json": '{ "message": "Success" }' },
    },
  ],
  [
    "advanced",
    "200",
    {
      ContentHandlingStrategy: "CONVERT_TO_BINARY",
      TemplateSelectionExpression: "$.statusCode",
      ResponseParameters: { "method.response.header.Content-Type": "'application/json'" },
      ResponseTemplates: { "application/json": '{ "status": "OK" }' },
    },
  ],
  ["custom-parameters", "404", { ResponseTemplates: { "application/json": '{ "error": "Resource not found" }' } }],
])("%s makes its response, and a second run writes nothing", async (name, key, properties) => {
  const { run } = withProgram(name);
  const first = await run(`${name}.ts`);
  expect(first.stdout).toMatch(/^Done in .+: 1 created\./);
  expect(first.stderr).toContain(`${name}.ts:3:`);
  expect(first.stderr).toContain("warning SD3101");
  expect(first.code).toBe(0);
  expect(live()).toMatchObject([{ ...KEY, IntegrationResponseKey: key, ...properties }]);

  const writes = endpoints.cloudControl.writes().length;
  expect((await run(`${name}.ts`)).stdout).toMatch(/^Done in .+: 1 unchanged\./);
  expect(endpoints.cloudControl.writes()).toHaveLength(writes);
});

test("adopt takes over what is there, and leaves it there in the end", async () => {
  await createByHand({ IntegrationResponseKey: "200", TemplateSelectionExpression: "by-hand" });
  const before = live();
  const { run, withdraw } = withProgram("adopt");
  expect((await run("adopt.ts")).stdout).toMatch(/^Done in .+: 1 adopted\./);
  expect((await withdraw("adopt.ts")).stdout).toContain("1 forgotten");
  expect(live()).toEqual(before);
  expect(endpoints.cloudControl.writes()).toHaveLength(1);
});

test("what adopt takes over, basic refuses to", async () => {
  await createByHand({ IntegrationResponseKey: "200" });
  const { run } = withProgram("basic");
  const refused = await run("basic.ts");
  expect(refused.stderr).toContain('add "adopt: true" to basicIntegrationResponse');
  expect(refused.code).toBe(1);
});

const page = join(ROOT, "../shared/reference/seed-integrationresponse.md");

test.runIf(existsSync(page))("the programs say what the page says, but for the import line", () => {
  const blocks = [...readFileSync(page, "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  expect(ORDER.map((name) => readFileSync(join(PROGRAMS, `${name}.ts`), "utf8")).map(withoutImport)).toEqual(
    blocks.map(withoutImport),
  );
});

test.skipIf(existsSync(page))(
  "SKIPPED: the page that the programs come from is not here to compare them with",
  () => {},
);

function withoutImport(code: string): string {
  return code.replace(/^import AWS from .*\n/m, "").trim();
}
