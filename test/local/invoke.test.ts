import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

const SWEEP = "specdrop-production-SweepFunction-local";
const INTAKE = "specdrop-production-IntakeFunction-local";

let stack: Stack;
let lambda: LambdaClient;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  stack = await startStack({ sweepEverySeconds: 0, retryDelaysMs: [1, 1] });
  clients = clientsOf(stack);
  lambda = new LambdaClient({ ...stack.clientSettings, maxAttempts: 1 });
});
afterAll(() => stack.close());

const invoke = (FunctionName: string, payload: unknown, more: object = {}) =>
  lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(payload)), ...more }));
const json = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString());
const logOf = (result: string | undefined) =>
  Buffer.from(result ?? "", "base64")
    .toString()
    .split("\n");

async function failures(name: string) {
  const QueueUrl = `${stack.url}/${stack.account}/specdrop-${name}-failures`;
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
  );
  return Messages;
}

/** An event of S3's as EventBridge brings it, for an object that is not there. */
const objectEvent = (key: string) => ({
  version: "0",
  id: "00000000-0000-4000-8000-000000000001",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: stack.account,
  time: new Date().toISOString(),
  region: "us-east-1",
  resources: ["arn:aws:s3:::specs"],
  detail: {
    version: "0",
    bucket: { name: "specs" },
    object: { key, size: 1, etag: "e", sequencer: "00000000000000001" },
    "request-id": "R",
    requester: stack.account,
    reason: "PutObject",
  },
});

describe("Invoke", () => {
  test("waits for the function's answer, and shows its log", async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "a.json", Body: "{" }));
    await stack.idle();
    const swept = await invoke(SWEEP, {}, { LogType: "Tail" });
    expect(swept).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(swept.FunctionError).toBeUndefined();
    expect(json(swept.Payload)).toMatchObject({ failed: 0, signalsSent: 0 });
    const lines = logOf(swept.LogResult);
    expect(lines[0]).toMatch(/^START RequestId: \S+ Version: \$LATEST$/);
    const messages = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    expect(messages).toContainEqual(
      expect.objectContaining({ level: "INFO", message: "Swept", service: "specdrop-sweep" }),
    );
    expect(lines.at(-2)).toMatch(/^REPORT RequestId: /);
  });

  test("says how the function failed", async () => {
    const failed = await invoke("reconcile", "no event of SQS", { LogType: "Tail" });
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(json(failed.Payload)).toMatchObject({
      errorType: expect.stringMatching(/Error$/),
      errorMessage: expect.stringMatching(/./),
      trace: expect.any(Array),
    });
    expect(logOf(failed.LogResult).join("\n")).toContain('"The invocation failed"');
    expect(await invoke("reconcile", { Records: [] })).not.toHaveProperty("LogResult", expect.anything());
  });

  test("of type Event lets the function have it later, and again where it fails", async () => {
    const body = JSON.stringify({ IntegrationResponses: {} });
    await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "later.json", Body: body }));
    await stack.idle();
    const before = stack.eventBridge.eventsOn("specdrop").length;
    const taken = await invoke(INTAKE, { "detail-type": 1 }, { InvocationType: "Event" });
    expect(taken.StatusCode).toBe(202);
    expect(Buffer.from(taken.Payload ?? []).toString()).toBe("");
    await stack.idle();
    expect(stack.deliveries.failed().at(-1)).toMatchObject({ attempts: 3, target: expect.stringContaining(INTAKE) });
    const [message] = await failures("intake");
    expect(JSON.parse(message?.Body ?? "")).toEqual({ "detail-type": 1 });
    expect(message?.MessageAttributes).toMatchObject({ ErrorCode: { StringValue: "200" } });
    expect(stack.eventBridge.eventsOn("specdrop")).toHaveLength(before);
  });

  test("of type DryRun invokes nothing", async () => {
    const before = stack.inFlight.begun();
    expect((await invoke(SWEEP, {}, { InvocationType: "DryRun" })).StatusCode).toBe(204);
    expect(stack.inFlight.begun() - before).toBe(1);
  });

  test.each([
    ["its name here", "intake"],
    ["its ARN", `arn:aws:lambda:us-east-1:000000000000:function:${INTAKE}`],
    ["half its ARN", `000000000000:function:${INTAKE}`],
    ["its version", `${INTAKE}:$LATEST`],
  ])("finds a function by %s", async (_, name) => {
    expect((await invoke(name, objectEvent("x.txt"))).FunctionError).toBeUndefined();
  });

  test.each([
    ["nowhere", "ResourceNotFoundException"],
    [`${INTAKE}:7`, "ResourceNotFoundException"],
  ])("refuses %s", async (name, error) => {
    await expect(invoke(name, {})).rejects.toMatchObject({
      name: error,
      message: expect.stringContaining("Function not found"),
    });
  });

  test("refuses what is no JSON, or too long", async () => {
    const text = new InvokeCommand({ FunctionName: SWEEP, Payload: Buffer.from("{") });
    await expect(lambda.send(text)).rejects.toMatchObject({ name: "InvalidRequestContentException" });
    const long = invoke(SWEEP, "x".repeat(1_048_576), { InvocationType: "Event" });
    await expect(long).rejects.toMatchObject({ name: "RequestTooLargeException" });
  });
});

test("functions are listed by the names of the deployment", async () => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const names = ["Intake", "Notify", "Reconcile", "Sweep"].map((id) => `specdrop-production-${id}Function-local`);
  expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(names);
});

test("an event that intake fails on waits among its failures, as it came", async () => {
  await failures("intake");
  await clients.dynamodb.send(new DeleteTableCommand({ TableName: stack.table }));
  const detail = { name: "a.json", document: {} };
  const entry = {
    EventBusName: "specdrop",
    Source: "other",
    DetailType: "SpecSubmitted",
    Detail: JSON.stringify(detail),
  };
  await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
  await stack.inFlight.none();
  const [message] = await failures("intake");
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({ source: "other", "detail-type": "SpecSubmitted", detail });
  expect(message?.MessageAttributes?.["ErrorMessage"]?.StringValue).toMatch(/./);
});
