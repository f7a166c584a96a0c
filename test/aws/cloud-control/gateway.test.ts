import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import type { ControlPlaneError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { maker } from "../../local/chat-api.ts";
import { emulatedPorts } from "../emulated-ports.ts";
import { virtualClock } from "../virtual-clock.ts";

function chat(faults: object = {}) {
  const ports = emulatedPorts();
  const parts = maker(ports.emulator);
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId, "MOCK");
  const RouteId = parts.route(ApiId, "send", IntegrationId);
  parts.route(parts.api(), "elsewhere");
  parts.stage(ApiId);
  ports.emulator.changeFaults(faults);
  return { ...ports, ApiId, IntegrationId, RouteId };
}

test.each([
  ["whole lists", {}, 0],
  ["lists of identifiers", { quirks: { partialLists: true } }, 4],
])("it reads what surrounds responses, from %s", async (_, faults, gets) => {
  const { gateway, reads, ApiId, IntegrationId, RouteId, emulator } = chat(faults);
  const stage = { ApiId, StageName: "prod" };
  expect(await gateway.getStage(ApiId, "prod")).toEqual(stage);
  const { deploymentId } = await gateway.createDeployment(ApiId, "prod", "token");
  expect(await gateway.createDeployment(ApiId, "prod", "token")).toEqual({ deploymentId });
  expect(emulator.resources().filter(({ TypeName }) => TypeName.endsWith("::Deployment"))).toHaveLength(1);
  reads.length = 0;

  const integration = { ApiId, IntegrationId, IntegrationType: "MOCK" };
  expect(await gateway.listIntegrations(ApiId)).toEqual([integration]);
  expect(await gateway.listRoutes(ApiId)).toEqual([
    {
      ...{ ApiId, RouteId, RouteKey: "send", Target: `integrations/${IntegrationId}` },
      RouteResponseSelectionExpression: "$default",
    },
  ]);
  expect(await gateway.listRouteResponses(ApiId, RouteId)).toMatchObject([{ RouteId, RouteResponseKey: "$default" }]);
  expect(await gateway.listStages(ApiId)).toEqual([{ ...stage, DeploymentId: deploymentId }]);
  expect(reads.filter((read) => read.startsWith("get"))).toHaveLength(gets);

  expect(await gateway.getApi(ApiId)).toEqual({ ApiId, Name: "chat", ProtocolType: "WEBSOCKET" });
  expect(await gateway.getIntegration({ ApiId, IntegrationId })).toEqual(integration);
});

test("what is not there is undefined, and its lists are empty", async () => {
  const { gateway, ApiId } = chat();
  expect(await gateway.getApi("nowhere")).toBeUndefined();
  expect(await gateway.getIntegration({ ApiId, IntegrationId: "nowhere" })).toBeUndefined();
  expect(await gateway.getStage(ApiId, "nowhere")).toBeUndefined();
  expect(await gateway.listRoutes("nowhere")).toEqual([]);
});

test("a deployment that fails says how", async () => {
  const { gateway, ApiId } = chat();
  const error = await gateway.createDeployment(ApiId, "nowhere", "token").catch((thrown: ControlPlaneError) => thrown);
  expect(error).toMatchObject({ code: "NotFound", completed: true });
});

test("what a reply leaves out is made up for, or refused", async () => {
  const { api, ApiId, RouteId } = chat();
  const gone = gatewayOf(
    {
      ...api,
      list: async () => ({
        ResourceDescriptions: [
          { Properties: JSON.stringify({ ApiId, RouteId, RouteKey: "send", Target: 5 }) },
          { Identifier: `${ApiId}|vanished` },
          { Identifier: "other|route" },
        ],
      }),
      create: async () => ({ OperationStatus: "SUCCESS" }),
    },
    { clock: virtualClock(), random: () => 0 },
  );
  expect(await gone.listRoutes(ApiId)).toEqual([{ ApiId, RouteId, RouteKey: "send" }]);
  await expect(gone.createDeployment(ApiId, "prod", "token")).rejects.toThrow("without an Identifier");
  const nameless = gatewayOf(
    { ...api, list: async () => ({ ResourceDescriptions: [{}] }) },
    { clock: virtualClock(), random: () => 0 },
  );
  await expect(nameless.listRoutes(ApiId)).rejects.toMatchObject({ retryable: true });
});
