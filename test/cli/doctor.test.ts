import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker, type Parts } from "../local/chat-api.ts";
import { startCensor } from "./censor.ts";
import { awsEnvironment, callCli } from "./run-cli.ts";

let endpoints: Endpoints;
let parts: Parts;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
});
afterAll(() => endpoints.close());

const doctor = (...args: readonly string[]) => doctorAt(endpoints.url, ...args);

const doctorAt = (url: string, ...args: readonly string[]) =>
  callCli(["doctor", "--api", ...args], {
    env: awsEnvironment(url),
  });

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Record<"level" | "certainty" | "part" | "problem" | "help", string>[];
}

async function examine(ApiId: string) {
  const { code, stdout } = await doctor(ApiId, "--json");
  const { ok, findings } = JSON.parse(stdout) as Report;
  expect(code).toBe(ok ? 0 : 1);
  return findings.map(({ level, certainty, part, problem }) => `${level} ${certainty} ${part}: ${problem}`);
}

const key = (ApiId: string, IntegrationId: string, IntegrationResponseKey = "$default") =>
  parts.response({ ApiId, IntegrationId, IntegrationResponseKey });

test("a whole chain is shown, and ends with 0", async () => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  const mock = parts.integration(ApiId, "MOCK");
  parts.route(ApiId, "$connect", mock, { twoWay: false });
  key(ApiId, mock);
  parts.route(ApiId, "$disconnect", parts.integration(ApiId, "MOCK"), { twoWay: false });
  parts.route(ApiId, "fast", parts.integration(ApiId, "AWS_PROXY"), { twoWay: false });
  key(ApiId, integration);
  parts.stage(ApiId);
  parts.deployment(ApiId);
  const { code, stdout } = await doctor(ApiId);
  expect(stdout).toContain(`send → integration ${integration} (HTTP) → 1 integration response → route response`);
  expect(stdout).toContain("No break, 0 risks. Whether a stage has the latest changes");
  expect(code).toBe(0);
});

test.each([
  ["RouteResponse", "route responses", "route response unknown"],
  ["IntegrationResponse", "integration responses", "integration responses unknown"],
  ["Route", "routes", "stage prod"],
  ["Stage", "stages", "1 integration response"],
  ["Integration", "integrations", "stage prod"],
  ["Api", "the API", "1 integration response"],
])("what AWS does not let the caller read is unknown, not broken: %s", async (type, part, shown) => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration, { twoWay: type !== "RouteResponse" });
  key(ApiId, integration);
  parts.stage(ApiId);
  parts.deployment(ApiId);
  const censor = await startCensor(endpoints.url, (operation, body) =>
    /^(?:List|Get)Resources?$/.test(operation) && body.includes(`"AWS::ApiGatewayV2::${type}"`)
      ? "AccessDeniedException"
      : undefined,
  );
  const { code, stdout, stderr } = await doctorAt(censor.url, ApiId);
  await censor.close();
  expect(stderr).not.toContain("error");
  expect(stdout).toContain(
    `risk, unknown: AWS does not let you read all of API ${ApiId} (AccessDenied). Not checked: ${part}.`,
  );
  expect(stdout).toContain("No break, 1 risk");
  expect(stdout).toContain(shown);
  expect(code).toBe(0);
});

test("every break is told, with what to do", async () => {
  const ApiId = parts.api();
  const [oneWay, proxy, lonely, empty, gone] = ["HTTP", "AWS_PROXY", "MOCK", "HTTP", "HTTP"].map((type) =>
    parts.integration(ApiId, type),
  ) as [string, string, string, string, string];
  parts.route(ApiId, "a", oneWay, { twoWay: false });
  key(ApiId, oneWay);
  key(ApiId, proxy);
  key(ApiId, lonely, "200");
  parts.route(ApiId, "b", empty);
  parts.route(ApiId, "c", undefined, { twoWay: false });
  parts.route(ApiId, "d", gone);
  const half = parts.route(ApiId, "e", oneWay, { twoWay: false });
  parts.make("RouteResponse", { ApiId, RouteId: half, RouteResponseKey: "$default" });
  const Target = `integrations/${oneWay}`;
  parts.make("Route", { ApiId, RouteKey: "f", Target, RouteResponseSelectionExpression: "$default" });
  parts.stage(ApiId);
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
  endpoints.cloudControl.deleteResource({
    TypeName: "AWS::ApiGatewayV2::Integration",
    Identifier: `${ApiId}|${gone}`,
  });

  const found = await examine(ApiId);
  expect(found.sort()).toEqual(
    [
      `break certain routeResponse: Route a is one-way: what integration ${oneWay} answers never reaches the client.`,
      `break certain integration: Route b is two-way, but integration ${empty} has no integration response: there is nothing to send back.`,
      "break certain route: Route c leads to no integration.",
      `break certain route: Route d leads to integration ${gone}, which does not exist.`,
      "break certain routeResponse: Route f selects route responses and has none: nothing comes back.",
      `remark certain integrationResponse: Integration ${proxy} is AWS_PROXY: its responses (1) are not used, and what the backend answers goes to the client as it is.`,
      `break certain integrationResponse: No route leads to integration ${lonely}: its responses (1) are never used.`,
      `risk likely integrationResponse: Integration ${lonely} has no $default response: an answer that no key matches is an error.`,
      `risk unknown integrationResponse: The key 200 of integration ${lonely} is neither $default nor between slashes: it probably matches nothing.`,
      "break certain stage: Nothing was ever deployed to stage prod: clients get nothing of what is configured.",
    ].sort(),
  );
  const { stdout, code } = await doctor(ApiId);
  expect(stdout).toContain("7 breaks, 2 risks, 1 remark.");
  expect(stdout).toContain("broken, certain: Route c leads to no integration.\n");
  expect(stdout).toContain("risk, unknown: The key 200");
  expect(stdout).toContain("c → one-way");
  expect(code).toBe(1);
});

test("an API that is empty, of another type or not there is one break, or two", async () => {
  const empty = parts.api();
  expect(await examine(empty)).toEqual([
    expect.stringContaining("has no routes"),
    expect.stringContaining("has no stage"),
  ]);
  expect(await examine(parts.api("HTTP"))).toEqual([expect.stringContaining("is of type HTTP")]);
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
  endpoints.cloudControl.deleteResource({ TypeName: "AWS::ApiGatewayV2::Api", Identifier: empty });
  expect(await examine(empty)).toEqual([`break certain api: API ${empty} does not exist.`]);
});

/** A route that a RouteResponse alone makes two-way. */
function twoWay(ApiId: string, RouteKey: string, integration: string): void {
  const RouteId = parts.route(ApiId, RouteKey, integration, { twoWay: false });
  parts.make("RouteResponse", { ApiId, RouteId, RouteResponseKey: "$default" });
}

test.each(["AWS_PROXY", "HTTP_PROXY"])(
  "unused responses of %s are a remark: the backend answers by itself",
  async (type) => {
    const ApiId = parts.api();
    const integration = parts.integration(ApiId, type);
    twoWay(ApiId, "$default", integration);
    key(ApiId, integration, "/200/");
    parts.stage(ApiId);
    parts.deployment(ApiId);
    const { code, stdout } = await doctor(ApiId);
    expect(stdout).toContain(`remark, certain: Integration ${integration} is ${type}: its responses (1) are not used`);
    expect(stdout).toContain("No break, 0 risks, 1 remark.");
    expect(code).toBe(0);
  },
);

test("a live expression that selects a template that is not there is a risk", async () => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  twoWay(ApiId, "send", integration);
  const make = (IntegrationResponseKey: string, TemplateSelectionExpression: string, ...names: readonly string[]) =>
    parts.response({
      ApiId,
      IntegrationId: integration,
      IntegrationResponseKey,
      TemplateSelectionExpression,
      ResponseTemplates: Object.fromEntries(names.map((name) => [name, "{}"])),
    });
  make("$default", "\\$default", "200");
  make("/404/", "missing", "200", "404");
  make("/2\\d\\d/", "anything", "200", "$default");
  make("/403/", "\\$default", "$default");
  make("/5\\d\\d/", "$integration.response.statuscode", "200");
  make("/401/", "anything");
  parts.stage(ApiId);
  parts.deployment(ApiId);
  const findings = await examine(ApiId);
  const missing = (at: string) =>
    `risk likely integrationResponse: The response ${at} of integration ${integration} always selects the same template, but there is none with that key.`;
  expect(findings.sort()).toEqual([missing("$default"), missing("/404/")].sort());
});

test("status keys behind a Lambda function are a risk; behind another service they are not", async () => {
  const ApiId = parts.api();
  const [lambda, queue] = [
    "lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations",
    "sqs:path/1/q",
  ].map((target) =>
    parts.make("Integration", {
      ApiId,
      IntegrationType: "AWS",
      IntegrationUri: `arn:aws:apigateway:eu-west-1:${target}`,
    }),
  ) as [string, string];
  for (const integration of [lambda, queue]) {
    twoWay(ApiId, integration, integration);
    for (const each of ["$default", "/4\\d\\d/", "/.*not found.*/"]) key(ApiId, integration, each);
  }
  parts.stage(ApiId);
  parts.deployment(ApiId);
  expect(await examine(ApiId)).toEqual([
    `risk certain integrationResponse: Integration ${lambda} of API ${ApiId} is a Lambda function: the key /4\\d\\d/ is matched to errorMessage, not to a status.`,
  ]);
});

test("$connect on an integration without a response refuses every client, unless it is a proxy", async () => {
  const ApiId = parts.api();
  const mock = parts.integration(ApiId, "MOCK");
  parts.route(ApiId, "$connect", mock, { twoWay: false });
  parts.stage(ApiId);
  parts.deployment(ApiId);
  expect(await examine(ApiId)).toEqual([
    `break certain integration: Route $connect leads to integration ${mock} (MOCK), which has no integration response: every client is refused.`,
  ]);
  const other = parts.api();
  parts.route(other, "$connect", parts.integration(other, "AWS_PROXY"), { twoWay: false });
  parts.stage(other);
  parts.deployment(other);
  expect(await examine(other)).toEqual([]);
});

test("a stage with AutoDeploy that has no deployment is likely to get one", async () => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  key(ApiId, integration);
  parts.stage(ApiId);
  parts.deployment(ApiId);
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
  const { Identifier } = endpoints.cloudControl.createResource({
    TypeName: "AWS::ApiGatewayV2::Stage",
    DesiredState: JSON.stringify({ ApiId, StageName: "beta" }),
  }).ProgressEvent;
  endpoints.cloudControl.updateResource({
    TypeName: "AWS::ApiGatewayV2::Stage",
    Identifier: Identifier ?? "",
    PatchDocument: JSON.stringify([{ op: "add", path: "/AutoDeploy", value: true }]),
  });
  const { code, stdout } = await doctor(ApiId);
  expect(stdout).toContain("broken, likely: Nothing was ever deployed to stage beta");
  expect(code).toBe(0);
});

test("an API that the stack only takes to exist is checked as far as it is here", async () => {
  expect(await examine("nobody0001")).toEqual([
    "break certain api: API nobody0001 does not exist: nobody created it in this embedded stack, and it has no responses.",
  ]);
  parts.response({ ApiId: "taken00001", IntegrationId: "int0001", IntegrationResponseKey: "/200/" });
  const unseen = (what: string) =>
    `API taken00001 was not created in this embedded stack, which takes it to exist: its ${what} cannot be checked.`;
  const noDefault =
    "risk likely integrationResponse: Integration int0001 has no $default response: an answer that no key matches is an error.";
  expect(await examine("taken00001")).toEqual([`risk unknown api: ${unseen("routes")}`, noDefault]);

  const RouteId = parts.make("Route", { ApiId: "taken00001", RouteKey: "a", Target: "integrations/int0001" });
  expect(await examine("taken00001")).toEqual([
    expect.stringContaining("break certain routeResponse: Route a is one-way"),
    noDefault,
    `risk unknown stage: ${unseen("stages")}`,
  ]);
  parts.make("RouteResponse", { ApiId: "taken00001", RouteId, RouteResponseKey: "$default" });
  expect((await doctor("taken00001")).code).toBe(0);
});

test("an integration that a list leaves out is read by itself", async () => {
  const ApiId = parts.api();
  const integrations = Array.from({ length: 12 }, () => parts.integration(ApiId)).sort();
  for (const integration of integrations.slice(-2)) {
    parts.route(ApiId, integration, integration);
    key(ApiId, integration);
  }
  parts.stage(ApiId);
  parts.deployment(ApiId);
  endpoints.cloudControl.changeFaults({ quirks: { listCap: 2 } });
  expect(await examine(ApiId)).toEqual([]);
  endpoints.cloudControl.changeFaults({ quirks: { listCap: null } });
});

test("lists that give identifiers only change nothing", async () => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  key(ApiId, integration);
  parts.stage(ApiId);
  parts.deployment(ApiId);
  endpoints.cloudControl.changeFaults({ quirks: { partialLists: true } });
  expect(await examine(ApiId)).toEqual([]);
});
