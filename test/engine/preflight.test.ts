import { ControlPlaneError, kindOf } from "@specdrop/engine";
import { expect, test } from "vitest";
import { throttledRead } from "./fake-control-plane.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { API, desired, lines, model, world } from "./world.ts";

const denied = () => new ControlPlaneError("AccessDenied", "User is not authorized", { retryable: false });
const RANGE = { start: { line: 4, column: 3 }, end: { line: 4, column: 8 } };

function gated() {
  const gateway = new FakeGateway();
  const { run, ...rest } = world();
  const checked: typeof run = (resources, changeSet, options, ports) =>
    run(resources, changeSet, options, { gateway, ...ports });
  return { ...rest, gateway, run: checked };
}

test("an API that is as it should be passes, with one read of each part", async () => {
  const { run, gateway } = gated();
  gateway.routes = [
    { RouteId: "r1", RouteKey: "$default", Target: "integrations/abc1234" },
    { RouteId: "r2", RouteKey: "other", Target: "integrations/other" },
  ];
  gateway.twoWay.add("r1");
  const outcome = await run([desired("/200/"), desired("/404/")]);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.diagnostics).toEqual([]);
  expect(gateway.calls).toEqual(["getApi", "getIntegration", "listRoutes", "listRouteResponses"]);
});

test("nothing is read where nothing is written", async () => {
  const { run, gateway, plane } = gated();
  await run([desired("/200/"), desired("/404/", {}, { deletionPolicy: "Retain" })]);
  gateway.calls.length = 0;
  expect((await run([desired("/200/"), desired("/404/", {}, { deletionPolicy: "Retain" })])).status).toBe("unchanged");
  await run([desired("/200/")]);
  plane.put(model("/500/"));
  expect(lines(await run([desired("/200/"), desired("/500/", {}, { adopt: true })]))).toContain(
    "adopt /500/ succeeded",
  );
  expect(gateway.calls).toEqual([]);
  expect(lines(await run([desired("/500/", {}, { adopt: true })]))).toContain("delete /200/ succeeded");
  expect(gateway.calls).toEqual([]);
});

test.each([
  ["an API that is not there", { api: undefined }, "SD4002", "/ApiId"],
  ["an HTTP API", { api: { ApiId: API, ProtocolType: "HTTP" } }, "SD4003", "/ApiId"],
  ["an integration that is not there", { integrations: [] }, "SD4004", "/r"],
])("%s stops everything before anything is touched", async (_, spoilt, code, pointer) => {
  const { run, gateway, plane, owned } = gated();
  Object.assign(gateway, spoilt);
  const resources = [
    desired("/200/", {}, { range: RANGE, pointer: "/r", apiIdPointer: "/ApiId" }),
    desired("/404/", {}, { pointer: "/s" }),
  ];
  const planned = await run(resources, { mode: "plan", deploy: { stageName: "prod" } });
  expect(planned.status).toBe("planned");
  expect(planned.diagnostics).toMatchObject([{ code, severity: "error", range: RANGE, pointer }]);
  const outcome = await run(resources, { deploy: { stageName: "prod" } });
  expect(outcome.status).toBe("failed");
  expect(lines(outcome)).toEqual(["create /200/ skipped", "create /404/ skipped"]);
  expect(outcome.diagnostics).toEqual(planned.diagnostics);
  expect(outcome.deployment).toBeUndefined();
  expect(gateway.calls).not.toContain("listRouteResponses");
  expect(plane.writes()).toEqual([]);
  expect(await owned()).toEqual([]);
});

test("an API that is told apart from none by nothing but its id is taken for one", async () => {
  const { run, gateway } = gated();
  gateway.api = { ApiId: API };
  expect((await run([desired("/200/")])).diagnostics).toEqual([]);
  gateway.api = undefined;
  const { diagnostics } = await run([desired("/404/")]);
  expect(diagnostics).toMatchObject([{ code: "SD4002", pointer: "/IntegrationResponses//404/" }]);
});

test("a conflict does not hide what else is wrong", async () => {
  const { run, gateway, plane } = gated();
  plane.put(model("/200/"));
  gateway.api = undefined;
  const { diagnostics } = await run([desired("/200/"), desired("/404/")]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["SD5001", "SD4002"]);
});

test.each(["AWS_PROXY", "HTTP_PROXY"])(
  "responses of an integration of type %s are applied, with a warning",
  async (type) => {
    const { run, gateway } = gated();
    gateway.integrations = [{ ApiId: API, IntegrationId: "abc1234", IntegrationType: type }];
    gateway.routes = [{ RouteId: "r1", RouteKey: "x" }];
    const outcome = await run([desired("/200/"), desired("/404/")]);
    expect(outcome.status).toBe("succeeded");
    expect(outcome.diagnostics).toMatchObject([{ code: "SD4005", severity: "warning" }]);
    expect(outcome.diagnostics[0]?.message).toContain(type);
  },
);

test.each([
  ["no route leads to it", [{ RouteId: "r1", RouteKey: "x" }], "No route leads to integration abc1234"],
  [
    "its only route is one-way",
    [{ RouteId: "r1", RouteKey: "send", Target: "integrations/abc1234" }],
    "Route send, the only one to integration abc1234 of API a1b2c3d4e5, has no route response",
  ],
  [
    "all its routes are one-way",
    [
      { RouteId: "r1", RouteKey: "send", Target: "integrations/abc1234" },
      { RouteId: "r2", Target: "integrations/abc1234" },
    ],
    "None of the routes send, r2 to integration abc1234 of API a1b2c3d4e5 has a route response",
  ],
])("an integration is warned of where %s", async (_, routes, message) => {
  const { run, gateway } = gated();
  gateway.routes = routes;
  const outcome = await run([desired("/200/")]);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.diagnostics).toMatchObject([
    { code: "SD4006", severity: "warning", message: expect.stringContaining(message) },
  ]);
});

test.each(["$connect", "$disconnect"])("%s needs no route response", async (RouteKey) => {
  const { run, gateway } = gated();
  gateway.routes = [{ RouteId: "r1", RouteKey, Target: "integrations/abc1234" }];
  expect((await run([desired("/200/")])).diagnostics).toEqual([]);
});

test("a stage that is not there stops everything, deletions too", async () => {
  const { run, gateway, plane } = gated();
  await run([desired("/200/"), desired("/404/")]);
  gateway.calls.length = 0;
  const deploy = { stageName: "beta", range: RANGE };
  const outcome = await run([desired("/200/")], { deploy });
  expect(outcome.status).toBe("failed");
  expect(outcome.diagnostics).toMatchObject([{ code: "SD4007", pointer: "/Deploy/StageName", range: RANGE }]);
  expect(gateway.calls).toEqual(["getStage"]);
  expect(plane.live.size).toBe(2);
  const plain = await run([desired("/200/")], { deploy: { stageName: "beta" } });
  expect(plain.diagnostics).toMatchObject([{ code: "SD4007", range: { start: { line: 1 } } }]);
});

test("what may not be read is said once, and holds nothing up", async () => {
  const { run, gateway } = gated();
  for (const operation of ["getApi", "getIntegration", "listRoutes", "getStage"] as const) {
    gateway.faults[operation] = [denied()];
  }
  const second = { ApiId: API, IntegrationId: "def5678" };
  gateway.integrations.push({ ...second, IntegrationType: "MOCK" });
  const outcome = await run([desired("/200/"), desired("/404/", {}, second)], { deploy: { stageName: "prod" } });
  expect(outcome.status).toBe("succeeded");
  expect(outcome.diagnostics).toMatchObject([{ code: "SD4008", severity: "warning", pointer: "" }]);
  expect(outcome.diagnostics[0]?.message).toContain(
    "(AccessDenied): the API, the integrations, the routes, the stage.",
  );
  expect(outcome.deployment).toEqual({ status: "live", stageName: "prod" });
});

test("where there is no API, nothing is said of what else could not be read", async () => {
  const { run, gateway } = gated();
  gateway.api = undefined;
  gateway.faults.getIntegration = [denied()];
  gateway.faults.listRoutes = Array.from({ length: 8 }, throttledRead);
  const outcome = await run([desired("/200/")], { deploy: { stageName: "prod" } });
  expect(outcome.diagnostics.map(({ code }) => code)).toEqual(["SD4002"]);
});

test("a route whose responses may not be read counts for two-way", async () => {
  const { run, gateway } = gated();
  gateway.routes = [{ RouteId: "r1", RouteKey: "send", Target: "integrations/abc1234" }];
  gateway.faults.listRouteResponses = [denied()];
  expect((await run([desired("/200/")])).diagnostics.map(({ code }) => code)).toEqual(["SD4008"]);
});

test("a read that may succeed later is repeated, and in the end thrown", async () => {
  const { run, gateway } = gated();
  gateway.faults.getApi = [throttledRead(), throttledRead()];
  expect((await run([desired("/200/")])).status).toBe("succeeded");
  gateway.faults.getApi = Array.from({ length: 8 }, throttledRead);
  await expect(run([desired("/404/")])).rejects.toThrow("Rate exceeded");
  gateway.faults.getApi = [new Error("a bug")];
  await expect(run([desired("/404/")])).rejects.toThrow("a bug");
});

const LAMBDA =
  "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations";

test.each([
  ["MOCK", undefined, "mock"],
  ["HTTP", "https://example.org", "http"],
  ["AWS", LAMBDA, "lambda"],
  ["AWS", "arn:aws:lambda:eu-west-1:111122223333:function:f", "lambda"],
  ["AWS", "arn:aws:apigateway:eu-west-1:sqs:path/1/q", "aws"],
  ["AWS", undefined, undefined],
  ["AWS_PROXY", LAMBDA, undefined],
] as const)("%s with %s is the backend %s", (IntegrationType, IntegrationUri, kind) => {
  const integration = { ApiId: API, IntegrationId: "i", IntegrationType };
  expect(kindOf(IntegrationUri === undefined ? integration : { ...integration, IntegrationUri })).toBe(kind);
});

test("status keys of a live Lambda integration, and a Backend that does not fit, are warned of", async () => {
  const { run, gateway } = gated();
  gateway.integrations = [{ ApiId: API, IntegrationId: "abc1234", IntegrationType: "AWS", IntegrationUri: LAMBDA }];
  const resources = [
    desired("/200/", {}, { pointer: "/a" }),
    desired("/.*gone.*/", {}, { pointer: "/b" }),
    desired("$default"),
  ];
  const { status, diagnostics } = await run(resources, { backend: "http" });
  expect(status).toBe("succeeded");
  expect(diagnostics.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual([
    ["SD4010", "warning", "/a"],
    ["SD4009", "warning", "/a"],
  ]);
  expect(diagnostics[0]?.message).toBe(
    "The document says Backend: http, but integration abc1234 of API a1b2c3d4e5 is a Lambda function.",
  );
});

test("a Backend that fits is said nothing of", async () => {
  const { run, gateway } = gated();
  expect((await run([desired("/200/")], { backend: "http" })).diagnostics).toEqual([]);
  gateway.integrations = [{ ApiId: API, IntegrationId: "abc1234", IntegrationType: "AWS" }];
  expect((await run([desired("/404/")], { backend: "lambda" })).diagnostics).toEqual([]);
});
