import { CreateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type LogLine, type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;
let lines: LogLine[];

beforeEach(async () => {
  lines = [];
  stack = await startStack({ log: (line) => lines.push(line), retryDelaySeconds: 0 });
  clients = clientsOf(stack);
  stack.cloudControl.changeFaults({ settleMs: 5 });
});
afterEach(() => stack.close());

const document = (template: string, more: object = {}) =>
  JSON.stringify({
    ApiId: "abcdefghij",
    IntegrationId: "abc1234",
    IntegrationResponses: {
      chatOk: { IntegrationResponseKey: "$default", ResponseTemplates: { "200": template }, ...more },
    },
  });
async function drop(text: string, key = "chat.json"): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: key, Body: text }));
  await stack.idle();
}
const shown = async (what: string) =>
  (await (await fetch(`${stack.url}/_specdrop/${what}`)).json()) as Record<string, never>[];
const outcomes = async () => (await shown("events")).map((event) => (event as unknown as BusEvent)["detail-type"]);

test("a dropped file becomes a resource, an event and a message", async () => {
  await drop(document("one"));
  expect(await shown("resources")).toMatchObject([
    { Properties: { ApiId: "abcdefghij", IntegrationResponseKey: "$default", ResponseTemplates: { "200": "one" } } },
  ]);
  expect(await outcomes()).toEqual(["ApplySucceeded"]);
  expect(await shown("slack")).toHaveLength(1);
  expect(await shown("failures")).toEqual([]);

  await drop(document("one"));
  expect(await outcomes()).toEqual(["ApplySucceeded", "ApplyUnchanged"]);
  expect(await shown("requests")).toHaveLength(1);

  await drop(document("two"));
  const [, update] = (await shown("requests")) as unknown as { operation: string; PatchDocument: string }[];
  expect(update?.operation).toBe("UpdateResource");
  expect(JSON.parse(update?.PatchDocument ?? "")).toEqual([
    { op: "add", path: "/ResponseTemplates", value: { "200": "two" } },
  ]);

  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "chat.json" }));
  await stack.idle();
  expect(await shown("resources")).toEqual([]);
  expect((await outcomes()).at(-1)).toBe("ApplySucceeded");
});

test("an event does the same job as a file", async () => {
  const send = async (DetailType: string, detail: object) => {
    await clients.events.send(
      new PutEventsCommand({
        Entries: [{ EventBusName: "specdrop", Source: "my.stack", DetailType, Detail: JSON.stringify(detail) }],
      }),
    );
    await stack.idle();
  };
  await send("SpecSubmitted", { name: "chat.json", document: JSON.parse(document("sent")), correlationId: "mine" });
  expect(await shown("resources")).toMatchObject([{ Properties: { ResponseTemplates: { "200": "sent" } } }]);
  const results = (await shown("events")).filter((event) => event["source"] === "specdrop");
  expect(results).toMatchObject([{ "detail-type": "ApplySucceeded", detail: { metadata: { correlationId: "mine" } } }]);
  await send("SpecWithdrawn", { name: "chat.json" });
  expect(await shown("resources")).toEqual([]);
});

test("a broken file is rejected, and people are told", async () => {
  await drop("IntegrationResponses: [", "broken.yaml");
  expect(await outcomes()).toEqual(["SpecRejected"]);
  expect(await shown("slack")).toHaveLength(1);
  expect(await shown("requests")).toEqual([]);
});

test("what somebody else made is a conflict until it is adopted", async () => {
  const model = { ApiId: "abcdefghij", IntegrationId: "abc1234", IntegrationResponseKey: "$default" };
  await clients.cloudControl.send(
    new CreateResourceCommand({
      TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
      DesiredState: JSON.stringify(model),
    }),
  );
  await expect.poll(() => shown("resources")).toHaveLength(1);
  await drop(document("mine"));
  expect(await outcomes()).toEqual(["ApplyFailed"]);
  await drop(document("mine", { adopt: true }));
  expect(await outcomes()).toEqual(["ApplyFailed", "ApplySucceeded"]);
});

test("several APIs are worked on, each by one writer, in spite of faults", async () => {
  stack.cloudControl.changeFaults({ seed: 11, errorRate: 0.1, settleMs: 2 });
  const responses = Object.fromEntries(
    ["apiaaaaaaa", "apibbbbbbb", "apiccccccc"].flatMap((ApiId) =>
      ["$default", "/4../"].map((IntegrationResponseKey, index) => [
        `${ApiId}${index}`,
        { ApiId, IntegrationId: "abc1234", IntegrationResponseKey, TemplateSelectionExpression: "x" },
      ]),
    ),
  );
  await drop(JSON.stringify({ IntegrationResponses: responses }), "many.json");
  expect(await outcomes()).toEqual(["ApplySucceeded", "ApplySucceeded", "ApplySucceeded"]);
  expect(await shown("resources")).toHaveLength(6);
  const overlaps = (await shown("requests")).filter((request) => request["ErrorCode"] === "ResourceConflict");
  expect(overlaps).toEqual([]);
});

test("what is no signal is given up in the end, and said so", async () => {
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queueUrl,
      MessageBody: "no signal",
      MessageGroupId: "g",
      MessageDeduplicationId: "1",
    }),
  );
  await stack.idle();
  expect(lines).toContainEqual(
    expect.objectContaining({ function: "sweep", message: "Dropped a dead letter that is not a signal" }),
  );
  expect(lines.filter((line) => line.function === "reconcile" && line.level === "error").length).toBeGreaterThanOrEqual(
    5,
  );
});

test("Slack being slow delays nobody else", async () => {
  stack.slack.changeFaults({ rateLimited: 1, retryAfterSeconds: 0 });
  await drop(document("one"));
  expect(await outcomes()).toEqual(["ApplySucceeded"]);
  expect(await shown("slack")).toHaveLength(1);
});
