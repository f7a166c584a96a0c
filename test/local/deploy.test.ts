import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ResultDetail } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, expect, test } from "vitest";
import { maker, type Parts, read } from "./chat-api.ts";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;
let parts: Parts;

beforeEach(async () => {
  stack = await startStack({ retryDelaySeconds: 0 });
  clients = clientsOf(stack);
  parts = maker(stack.cloudControl);
  stack.cloudControl.changeFaults({ settleMs: 0 });
});
afterEach(() => stack.close());

const response = (template: string) => ({ IntegrationResponseKey: "$default", ResponseTemplates: { "200": template } });

/** Drops a document, and returns what was last told on the bus. */
async function drop(document: object): Promise<ResultDetail["data"] & { readonly type: string }> {
  const Body = JSON.stringify(document);
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "chat.json", Body }));
  return lastResult();
}

async function lastResult() {
  await stack.idle();
  const event = stack.eventBridge.eventsOn(stack.bus).at(-1);
  if (event === undefined) throw new Error("nothing was told");
  return { ...(event.detail as unknown as ResultDetail).data, type: event["detail-type"] };
}

function api() {
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId);
  parts.route(ApiId, "sendMessage", IntegrationId);
  return { ApiId, IntegrationId };
}

const wanted = (place: object, template = "one", more: object = { Deploy: { StageName: "prod" } }) => ({
  ...place,
  ...more,
  IntegrationResponses: { chatOk: response(template) },
});
const codes = ({ diagnostics }: ResultDetail["data"]) =>
  diagnostics.map(({ code }) => code).filter((code) => code >= "SD4");
const stageOf = (ApiId: string) => read(stack.cloudControl, "Stage", `${ApiId}|prod`)["DeploymentId"];
const deployments = () => stack.cloudControl.writes().filter(({ TypeName = "" }) => TypeName.endsWith("::Deployment"));

test("what a document declares is live on its stage, and a deletion too", async () => {
  const place = api();
  parts.stage(place.ApiId);
  const first = await drop(wanted(place));
  expect(first).toMatchObject({ type: "ApplySucceeded", deployment: { status: "live", stageName: "prod" } });
  expect(codes(first)).toEqual([]);
  const deployed = stageOf(place.ApiId);
  expect(deployed).toBeDefined();

  expect(await drop(wanted(place))).toMatchObject({ type: "ApplyUnchanged", deployment: { status: "live" } });
  expect(deployments()).toHaveLength(1);
  await drop(wanted(place, "two"));
  expect(deployments()).toHaveLength(2);

  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "chat.json" }));
  expect(await lastResult()).toMatchObject({ mode: "withdraw", deployment: { status: "live", stageName: "prod" } });
  expect(deployments()).toHaveLength(3);
  expect(stageOf(place.ApiId)).not.toBe(deployed);
});

test("a stage that nobody made is taken to exist, as its API is", async () => {
  const place = { ApiId: "abcdefghij", IntegrationId: "abc1234" };
  expect(await drop(wanted(place))).toMatchObject({ type: "ApplySucceeded", deployment: { status: "live" } });
  const first = stageOf(place.ApiId);
  await drop(wanted(place, "two"));
  expect(stageOf(place.ApiId)).not.toBe(first);
});

test("adding Deploy to a document that is applied deploys what is there", async () => {
  const place = api();
  parts.stage(place.ApiId);
  expect(await drop(wanted(place, "one", {}))).toMatchObject({ deployment: { status: "unknown" } });
  expect(await drop(wanted(place))).toMatchObject({
    type: "ApplySucceeded",
    summary: { unchanged: 1, create: 0 },
    deployment: { status: "live" },
  });
});

test("a stage with AutoDeploy is left to AWS", async () => {
  const place = api();
  parts.stage(place.ApiId, "prod", { AutoDeploy: true });
  expect(await drop(wanted(place))).toMatchObject({ type: "ApplySucceeded", deployment: { status: "live" } });
  expect(deployments()).toEqual([]);
});

test("a deployment that fails is told in Slack, and made up for with the next drop", async () => {
  const ApiId = parts.api();
  const place = { ApiId, IntegrationId: parts.integration(ApiId) };
  parts.stage(ApiId);
  const result = await drop(wanted(place));
  expect(result).toMatchObject({ type: "ApplySucceeded", summary: { create: 1 }, deployment: { status: "failed" } });
  expect(codes(result)).toEqual(["SD6005"]);
  expect(JSON.stringify(stack.slack.messages().at(-1))).toContain("but the deployment failed");

  parts.route(ApiId, "$default", place.IntegrationId);
  expect(await drop(wanted(place))).toMatchObject({ type: "ApplySucceeded", deployment: { status: "live" } });
});

test.each([
  ["no such API", () => ({ ApiId: gone(parts.api()), IntegrationId: "abc1234" }), "SD4002"],
  ["an HTTP API", () => ({ ApiId: parts.api("HTTP"), IntegrationId: "abc1234" }), "SD4003"],
  ["no such integration", () => ({ ApiId: parts.api(), IntegrationId: "abc1234" }), "SD4004"],
  ["no such stage", () => api(), "SD4007"],
])("%s: nothing is touched", async (_, make, code) => {
  const place = make();
  const before = stack.cloudControl.writes().length;
  const result = await drop(wanted(place));
  expect(result).toMatchObject({ type: "ApplyFailed", changes: [{ status: "skipped" }] });
  expect(codes(result)).toEqual([code]);
  expect(stack.cloudControl.writes()).toHaveLength(before);
});

function gone(ApiId: string): string {
  stack.cloudControl.deleteResource({ TypeName: "AWS::ApiGatewayV2::Api", Identifier: ApiId });
  return ApiId;
}

test("what never reaches a client is applied, with a warning", async () => {
  const ApiId = parts.api();
  const proxy = parts.integration(ApiId, "AWS_PROXY");
  expect(codes(await drop(wanted({ ApiId, IntegrationId: proxy }, "one", {})))).toEqual(["SD4005"]);
  const oneWay = parts.integration(ApiId);
  parts.route(ApiId, "send", oneWay, { twoWay: false });
  const result = await drop(wanted({ ApiId, IntegrationId: oneWay }, "one", {}));
  expect(result.type).toBe("ApplySucceeded");
  expect(codes(result)).toEqual(["SD4006"]);
});
