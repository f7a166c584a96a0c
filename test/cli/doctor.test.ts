import { type Endpoints, startEndpoints } from "@specdrop/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker, type Parts } from "../local/chat-api.ts";
import { callCli } from "./run-cli.ts";

let endpoints: Endpoints;
let parts: Parts;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
});
afterAll(() => endpoints.close());

const doctor = (...args: readonly string[]) =>
  callCli(["doctor", "--api", ...args], {
    env: {
      AWS_ENDPOINT_URL: endpoints.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
    },
  });

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { readonly level: string; readonly part: string; readonly problem: string }[];
}

async function examine(ApiId: string) {
  const { code, stdout } = await doctor(ApiId, "--json");
  const { ok, findings } = JSON.parse(stdout) as Report;
  expect(code).toBe(ok ? 0 : 1);
  return findings.map(({ level, part, problem }) => `${level} ${part}: ${problem}`);
}

const key = (ApiId: string, IntegrationId: string, IntegrationResponseKey = "$default") =>
  parts.response({ ApiId, IntegrationId, IntegrationResponseKey });

test("a whole chain is shown, and ends with 0", async () => {
  const ApiId = parts.api();
  const integration = parts.integration(ApiId);
  parts.route(ApiId, "send", integration);
  parts.route(ApiId, "$connect", parts.integration(ApiId, "MOCK"), { twoWay: false });
  parts.route(ApiId, "fast", parts.integration(ApiId, "AWS_PROXY"), { twoWay: false });
  key(ApiId, integration);
  parts.stage(ApiId);
  parts.deployment(ApiId);
  const { code, stdout } = await doctor(ApiId);
  expect(stdout).toContain(`send → integration ${integration} (HTTP) → 1 integration response → route response`);
  expect(stdout).toContain("No break, 0 risks. Whether a stage has the latest changes");
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
      `break routeResponse: Route a is one-way: what integration ${oneWay} answers never reaches the client.`,
      `break integration: Route b is two-way, but integration ${empty} has no integration response: there is nothing to send back.`,
      "break route: Route c leads to no integration.",
      `break route: Route d leads to integration ${gone}, which does not exist.`,
      "break routeResponse: Route e has a route response, but no RouteResponseSelectionExpression that selects it: nothing comes back.",
      "break routeResponse: Route f selects route responses and has none: nothing comes back.",
      `break integrationResponse: Integration ${proxy} is AWS_PROXY: its responses (1) are never used.`,
      `break integrationResponse: No route leads to integration ${lonely}: its responses (1) are never used.`,
      `risk integrationResponse: Integration ${lonely} has no $default response: an answer that no key matches is an error.`,
      `risk integrationResponse: The key 200 of integration ${lonely} is neither $default nor between slashes: it probably matches nothing.`,
      "break stage: Nothing was ever deployed to stage prod: clients get nothing of what is configured.",
    ].sort(),
  );
  const { stdout, code } = await doctor(ApiId);
  expect(stdout).toContain("9 breaks, 2 risks.");
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
  expect(await examine(empty)).toEqual([`break api: API ${empty} does not exist.`]);
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
