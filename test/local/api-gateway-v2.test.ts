import { startEndpoints } from "@specdrop/local/index";
import { expect, test } from "vitest";

test("API Gateway's own create operations make what Cloud Control has, and say when they do not", async () => {
  const endpoints = await startEndpoints();
  const post = async (path: string, body: object, method = "POST") => {
    const authorization = "AWS4-HMAC-SHA256 Credential=local/20261130/us-east-1/apigateway/aws4_request, Signature=0";
    const init = { method, headers: { authorization }, ...(method === "POST" && { body: JSON.stringify(body) }) };
    const response = await fetch(`${endpoints.url}/v2/${path}`, init);
    const { status, headers } = response;
    return { status, error: headers.get("x-amzn-errortype"), body: (await response.json()) as Record<string, string> };
  };
  const api = { name: "chat", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" };
  const { apiId } = (await post("apis", api)).body;
  const { integrationId } = (await post(`apis/${apiId}/integrations`, { integrationType: "MOCK" })).body;
  const route = { routeKey: "send", target: `integrations/${integrationId}` };
  const { routeId } = (await post(`apis/${apiId}/routes`, route)).body;
  expect(await post(`apis/${apiId}/routes/${routeId}/routeresponses`, { routeResponseKey: "$default" })).toMatchObject({
    status: 201,
    body: { routeResponseKey: "$default", routeId, apiId },
  });
  const responseTemplates = { $default: "{}" };
  const made = { integrationResponseKey: "$default", responseTemplates };
  const { body } = await post(`apis/${apiId}/integrations/${integrationId}/integrationresponses`, made);
  expect(body).toMatchObject({ integrationId, responseTemplates });

  expect((await post(`apis/${apiId}/stages`, { stageName: "prod" })).status).toBe(201);
  const deployed = await post(`apis/${apiId}/deployments`, { stageName: "prod" });
  expect(deployed).toMatchObject({ status: 201, body: { deploymentStatus: "DEPLOYED" } });
  const stage = endpoints.cloudControl.resources().find(({ Identifier }) => Identifier === `${apiId}|prod`);
  expect(stage?.Properties["DeploymentId"]).toBe(deployed.body["deploymentId"]);

  const missing = await post(`apis/${apiId}/deployments`, { stageName: "typo" });
  expect(missing).toMatchObject({ status: 404, error: "NotFoundException" });
  const twice = await post(`apis/${apiId}/stages`, { stageName: "prod" });
  expect(twice).toMatchObject({ status: 409, error: "ConflictException" });
  expect(await post(`apis/${apiId}/routes`, {})).toMatchObject({ status: 400, error: "BadRequestException" });
  expect(await post(`apis/${apiId}/models`, {}, "GET")).toMatchObject({ status: 501 });
  await endpoints.close();
});
