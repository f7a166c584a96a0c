import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

let endpoints: Endpoints;
let sqs: ReturnType<typeof clientsOf>["sqs"];
const urls: Record<string, string> = {};

beforeAll(async () => {
  endpoints = await startEndpoints();
  ({ sqs } = clientsOf(endpoints));
  await queue("dead");
  await queue("work", "dead");
  await queue("elsewhere");
  await queue("dead.fifo");
  await queue("work.fifo", "dead.fifo");
  await queue("shared");
  for (const name of ["first", "second"]) await queue(name, "shared");
});
afterAll(() => endpoints.close());

async function queue(name: string, deadLetters?: string): Promise<void> {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(deadLetters ?? ""), maxReceiveCount: 1 });
  const Attributes = {
    ...(name.endsWith(".fifo") && { FifoQueue: "true" }),
    ...(deadLetters !== undefined && { RedrivePolicy, VisibilityTimeout: "0" }),
  };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  urls[name] = QueueUrl;
}

async function send(name: string, ...bodies: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const MessageBody of bodies) {
    const fifo = name.endsWith(".fifo") ? { MessageGroupId: "g", MessageDeduplicationId: MessageBody } : {};
    const { MessageId = "" } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: urls[name],
        MessageBody,
        MessageAttributes: { a: { DataType: "String", StringValue: MessageBody } },
        ...fifo,
      }),
    );
    ids.push(MessageId);
  }
  return ids;
}

async function receive(name: string, VisibilityTimeout?: number) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urls[name],
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      ...(VisibilityTimeout !== undefined && { VisibilityTimeout }),
    }),
  );
  return Messages;
}

const start = (SourceArn: string, more: object = {}) =>
  sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(SourceArn), ...more }));
const list = async (name: string, more: object = {}) =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf(name), ...more }))).Results ?? [];
const waiting = async (name: string) => {
  const ask = new GetQueueAttributesCommand({ QueueUrl: urls[name], AttributeNames: ["ApproximateNumberOfMessages"] });
  return (await sqs.send(ask)).Attributes?.["ApproximateNumberOfMessages"];
};

describe("a move task", () => {
  test("brings dead letters back to the queue they came from, as new messages", async () => {
    const sent = await send("work", "one", "two");
    await receive("work", 0);
    await receive("work", 0);
    expect(await waiting("dead")).toBe("2");
    const before = Date.now();
    const { TaskHandle } = await start("dead");
    expect(TaskHandle).toMatch(/./);
    await endpoints.inFlight.none();
    expect(await list("dead")).toEqual([
      {
        Status: "COMPLETED",
        SourceArn: arnOf("dead"),
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: expect.any(Number),
      },
    ]);
    expect(await waiting("dead")).toBe("0");
    const back = await receive("work", 30);
    expect(back.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.["a"]?.StringValue])).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
    for (const { MessageId, Attributes } of back) {
      expect(sent).not.toContain(MessageId);
      expect(Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
      expect(Number(Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before);
    }
  });

  test("brings them to any other queue", async () => {
    await send("dead", "three");
    await start("dead", { DestinationArn: arnOf("elsewhere") });
    await endpoints.inFlight.none();
    expect((await receive("elsewhere")).map(({ Body }) => Body)).toEqual(["three"]);
    expect(await list("dead")).toMatchObject([{ Status: "COMPLETED", DestinationArn: arnOf("elsewhere") }]);
  });

  test("keeps the order and the group of a FIFO queue", async () => {
    await send("dead.fifo", "1", "2", "3");
    await start("dead.fifo");
    await endpoints.inFlight.none();
    const back = await receive("work.fifo", 30);
    expect(back.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([["1", "g"]]);
    expect(await waiting("work.fifo")).toBe("2");
  });

  test("runs by itself, one at a time for a queue, until it is cancelled", async () => {
    await send("dead", ...Array.from({ length: 20 }, (_, index) => `m${index}`));
    const slow = { DestinationArn: arnOf("elsewhere"), MaxNumberOfMessagesPerSecond: 5 };
    const { TaskHandle } = await start("dead", slow);
    expect(await list("dead", { MaxResults: 10 })).toMatchObject([
      { Status: "RUNNING", TaskHandle, MaxNumberOfMessagesPerSecond: 5, ApproximateNumberOfMessagesToMove: 20 },
      { Status: "COMPLETED" },
      { Status: "COMPLETED" },
    ]);
    await expect(start("dead")).rejects.toThrow("There is already a task running.");
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await endpoints.inFlight.none();
    const [cancelled] = await list("dead");
    expect(cancelled).toMatchObject({ Status: "CANCELLED" });
    expect(cancelled).not.toHaveProperty("TaskHandle");
    const left = Number(await waiting("dead"));
    expect(left).toBe(20 - (cancelled?.ApproximateNumberOfMessagesMoved ?? 0));
    expect(left).toBeGreaterThan(0);
    await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
      name: "UnsupportedOperation",
    });
  });
});

describe("what SQS refuses", () => {
  test.each([
    ["a source that is no ARN", "not an arn", {}, "InvalidParameterValue", "to specify the SourceArn"],
    [
      "a queue that does not exist",
      arnOf("nowhere"),
      {},
      "ResourceNotFoundException",
      "SourceArn parameter doesn't exist",
    ],
    [
      "a queue without dead letters",
      arnOf("work"),
      {},
      "InvalidParameterValue",
      "must be configured as a Dead Letter Queue",
    ],
    [
      "a destination that does not exist",
      arnOf("shared"),
      { DestinationArn: arnOf("no") },
      "ResourceNotFoundException",
      "DestinationArn",
    ],
    ["itself", arnOf("shared"), { DestinationArn: arnOf("shared") }, "InvalidParameterValue", "cannot be the same"],
    ["another type", arnOf("shared"), { DestinationArn: arnOf("work.fifo") }, "InvalidParameterValue", "same type"],
    ["a rate", arnOf("shared"), { MaxNumberOfMessagesPerSecond: 501 }, "InvalidParameterValue", "between 1 and 500"],
    ["several origins", arnOf("shared"), {}, "UnsupportedOperation", "give a DestinationArn"],
  ])("%s", async (_, SourceArn, more, name, message) => {
    const starting = sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));
    await expect(starting).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test("a task or a number of tasks that there is not", async () => {
    const cancelling = sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: "?" }));
    await expect(cancelling).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(list("dead", { MaxResults: 11 })).rejects.toThrow("between 1 and 10");
  });
});
