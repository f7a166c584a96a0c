import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let endpoints: Endpoints;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  endpoints = await startEndpoints({ now: () => Date.UTC(2026, 10, 22, 9, 8, 7, 654), retryDelaysMs: [1, 1] });
  clients = clientsOf(endpoints);
  await clients.events.send(new CreateEventBusCommand({ Name: "specdrop" }));
});
afterAll(() => endpoints.close());

const entry = (detail: object, more: object = {}) => ({
  EventBusName: "specdrop",
  Source: "my.stack",
  DetailType: "SpecSubmitted",
  Detail: JSON.stringify(detail),
  ...more,
});

async function rule(
  name: string,
  pattern: object,
  target: { Arn: string; SqsParameters?: { MessageGroupId: string } },
) {
  const at = { EventBusName: "specdrop" };
  await clients.events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern), ...at }));
  return clients.events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "1", ...target }], ...at }));
}

test("an event reaches a function as EventBridge would deliver it", async () => {
  const received: unknown[] = [];
  const Arn = endpoints.registerFunction("listener", async (event) => received.push(event));
  await rule("to-function", { "detail-type": ["SpecSubmitted"], detail: { name: ["one"] } }, { Arn });
  const sent = await clients.events.send(
    new PutEventsCommand({ Entries: [entry({ name: "one" }, { Resources: ["r"] }), entry({ name: "two" })] }),
  );
  await endpoints.inFlight.none();
  expect(sent.FailedEntryCount).toBe(0);
  expect(received).toEqual([
    {
      version: "0",
      id: sent.Entries?.[0]?.EventId,
      "detail-type": "SpecSubmitted",
      source: "my.stack",
      account: "000000000000",
      time: "2026-11-22T09:08:07Z",
      region: "us-east-1",
      resources: ["r"],
      detail: { name: "one" },
    },
  ]);
  const shown = (await (await fetch(`${endpoints.url}/_specdrop/events`)).json()) as BusEvent[];
  expect(shown.map(({ detail }) => detail["name"])).toEqual(["one", "two"]);
});

test("an event reaches a FIFO queue in its group", async () => {
  const { QueueUrl } = await clients.sqs.send(
    new CreateQueueCommand({
      QueueName: "events.fifo",
      Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" },
    }),
  );
  const Arn = "arn:aws:sqs:us-east-1:000000000000:events.fifo";
  const refused = await rule("to-queue", { detail: { name: ["queued"] } }, { Arn });
  expect(refused).toMatchObject({ FailedEntryCount: 1 });
  await rule("to-queue", { detail: { name: ["queued"] } }, { Arn, SqsParameters: { MessageGroupId: "group" } });
  await clients.events.send(new PutEventsCommand({ Entries: [entry({ name: "queued" })] }));
  await endpoints.inFlight.none();
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["MessageGroupId"] }),
  );
  expect(Messages.map(({ Body = "", Attributes }) => [JSON.parse(Body).detail, Attributes?.MessageGroupId])).toEqual([
    [{ name: "queued" }, "group"],
  ]);
});

test("what cannot be taken is counted, and the rest is taken", async () => {
  const sent = await clients.events.send(
    new PutEventsCommand({
      Entries: [
        entry({ ok: true }),
        { EventBusName: "specdrop", DetailType: "x", Detail: "{}" },
        entry({}, { Detail: "[1]" }),
        entry({}, { Detail: "{" }),
        entry({}, { DetailType: "x".repeat(129) }),
        entry({}, { Source: "aws.s3" }),
        entry({}, { EventBusName: "nowhere" }),
      ],
    }),
  );
  expect(sent.FailedEntryCount).toBe(6);
  expect(sent.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    "InvalidArgument",
    "MalformedDetail",
    "MalformedDetail",
    "InvalidArgument",
    "NotAuthorizedForSource",
    "ResourceNotFoundException",
  ]);
});

test("a whole call is refused for its size", async () => {
  await expect(clients.events.send(new PutEventsCommand({ Entries: [] }))).rejects.toMatchObject({
    name: "ValidationException",
  });
  const many = Array.from({ length: 11 }, () => entry({}));
  await expect(clients.events.send(new PutEventsCommand({ Entries: many }))).rejects.toThrow("between 1 and 10");
  const big = [entry({ text: "x".repeat(600_000) }), entry({ text: "x".repeat(600_000) })];
  await expect(clients.events.send(new PutEventsCommand({ Entries: big }))).rejects.toThrow("over the limit");
});

test("rules can be listed, changed and taken away", async () => {
  const at = { EventBusName: "specdrop" };
  const Arn = endpoints.registerFunction("unused", async () => undefined);
  await rule("passing", { source: ["x"] }, { Arn });
  const listed = await clients.events.send(new ListRulesCommand({ NamePrefix: "passing", ...at }));
  expect(listed.Rules).toEqual([
    {
      Name: "passing",
      Arn: "arn:aws:events:us-east-1:000000000000:rule/specdrop/passing",
      EventPattern: '{"source":["x"]}',
      State: "ENABLED",
      EventBusName: "specdrop",
    },
  ]);
  await expect(clients.events.send(new DeleteRuleCommand({ Name: "passing", ...at }))).rejects.toThrow("has targets");
  const { Targets } = await clients.events.send(new ListTargetsByRuleCommand({ Rule: "passing", ...at }));
  expect(Targets).toEqual([{ Id: "1", Arn }]);
  await clients.events.send(new RemoveTargetsCommand({ Rule: "passing", Ids: ["1"], ...at }));
  await clients.events.send(new DeleteRuleCommand({ Name: "passing", ...at }));
  expect((await clients.events.send(new ListRulesCommand({ NamePrefix: "passing", ...at }))).Rules).toEqual([]);
});

test("what is not there, or not valid, is said by name", async () => {
  const send = clients.events;
  await expect(send.send(new DescribeEventBusCommand({ Name: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await expect(send.send(new CreateEventBusCommand({ Name: "specdrop" }))).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
  });
  await expect(send.send(new PutRuleCommand({ Name: "bad", EventPattern: '{"source":"x"}' }))).rejects.toMatchObject({
    name: "InvalidEventPatternException",
  });
  const topic = await rule("topic", { source: ["x"] }, { Arn: "arn:aws:sns:us-east-1:000000000000:topic" });
  expect(topic.FailedEntries?.[0]?.ErrorMessage).toContain("sns");
  const tested = new TestEventPatternCommand({ EventPattern: '{"source":["x"]}', Event: '{"source":"x"}' });
  expect((await send.send(tested)).Result).toBe(true);
});

test("a function that fails is invoked three times, and the failure is shown", async () => {
  let invocations = 0;
  const Arn = endpoints.registerFunction("failing", async () => {
    invocations++;
    throw new Error("no luck");
  });
  await rule("to-failing", { detail: { name: ["fail"] } }, { Arn });
  await clients.events.send(new PutEventsCommand({ Entries: [entry({ name: "fail" })] }));
  await endpoints.inFlight.none();
  expect(invocations).toBe(3);
  const failures = await (await fetch(`${endpoints.url}/_specdrop/failures`)).json();
  expect(failures).toEqual([
    expect.objectContaining({
      target: Arn,
      attempts: 3,
      error: "no luck",
      event: expect.objectContaining({ source: "my.stack" }),
    }),
  ]);
});
