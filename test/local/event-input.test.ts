import {
  CreateEventBusCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

const NOW = "2026-11-22T09:08:07.654Z";
const ACCOUNT = "000000000000";
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:heard`;
const UNDELIVERED = `arn:aws:sqs:us-east-1:${ACCOUNT}:undelivered`;
const busArn = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/${name}`;
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/to-bus`;

let endpoints: Endpoints;
let clients: ReturnType<typeof clientsOf>;
const urls: Record<string, string> = {};

beforeAll(async () => {
  endpoints = await startEndpoints({ now: () => Date.parse(NOW), retryDelaysMs: [1] });
  clients = clientsOf(endpoints);
  for (const Name of ["one", "two", "three"]) await clients.events.send(new CreateEventBusCommand({ Name }));
  for (const QueueName of ["heard", "undelivered"]) {
    const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName }));
    urls[QueueName] = QueueUrl;
  }
});
afterAll(() => endpoints.close());

let rules = 0;
/** A rule of its own for each event, told apart by the detail-type. */
async function rule(
  bus: string,
  target: Omit<Target, "Id">,
): Promise<{ readonly Name: string; readonly type: string }> {
  const Name = `rule-${++rules}`;
  await ruleFor(bus, Name, Name, target);
  return { Name, type: Name };
}

async function ruleFor(EventBusName: string, Name: string, type: string, target: Omit<Target, "Id">) {
  const EventPattern = JSON.stringify({ "detail-type": [type] });
  await clients.events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
  return clients.events.send(
    new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: "t", ...target } as Target] }),
  );
}

async function send(DetailType: string, detail: object, EventBusName = "one"): Promise<string> {
  const entry = { EventBusName, Source: "my.stack", DetailType, Detail: JSON.stringify(detail), Resources: ["r"] };
  const { Entries } = await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
  await endpoints.inFlight.none();
  return Entries?.[0]?.EventId ?? "";
}

async function received(queue: string) {
  const receive = new ReceiveMessageCommand({
    QueueUrl: urls[queue],
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
  });
  const { Messages = [] } = await clients.sqs.send(receive);
  return Messages;
}
const bodies = async (queue: string) => (await received(queue)).map(({ Body }) => Body);

/** What a queue gets of one event through a transformer. */
async function transformed(InputTemplate: string, detail: object, InputPathsMap: Record<string, string> = {}) {
  const { type } = await rule("one", { Arn: QUEUE, InputTransformer: { InputTemplate, InputPathsMap } });
  await send(type, detail);
  return bodies("heard");
}

describe("InputTransformer", () => {
  const PATHS = {
    instance: "$.detail.instance-id",
    state: "$.detail.state",
    tags: "$.detail.tags",
    first: "$.detail.tags[0]",
  };
  const DETAIL = { "instance-id": "i-0123", state: "RUNNING", tags: ["a", { b: 1 }] };

  // The examples of the user guide, "Input transform examples".
  test.each([
    ['"instance <instance> is in <state>"', '"instance i-0123 is in RUNNING"'],
    ['"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123\\" is in RUNNING"'],
    ['{\n  "instance" : <instance>,\n  "state": <state>\n}', '{"instance":"i-0123","state":"RUNNING"}'],
    [
      '{"state": "<state>", "text": "instance \\"<instance>\\" is"}',
      '{"state":"RUNNING","text":"instance \\"i-0123\\" is"}',
    ],
    ['{"state": [9, <state>, true], "Transformed": "Yes"}', '{"state":[9,"RUNNING",true],"Transformed":"Yes"}'],
    ['{"tags": <tags>, "first": <first>, "text": "<tags>"}', '{"tags":["a",{"b":1}],"first":"a","text":"[a,{b:1}]"}'],
    ["<tags>", '["a",{"b":1}]'],
    ['"{[/<instance> is no JSON object"', '"{[/i-0123 is no JSON object"'],
  ])("%s", async (template, expected) => {
    expect(await transformed(template, DETAIL, PATHS)).toEqual([expected]);
  });

  test("a value that the event does not have is empty, in quotes and outside", async () => {
    const missing = { missing: "$.detail.nowhere.at.all" };
    const nothing = '{"a": <missing>, "b": "<missing>"}';
    expect(await transformed(nothing, {}, missing)).toEqual(['{"a":"","b":""}']);
    expect(await transformed("<missing>", { nowhere: "text" }, missing)).toEqual(['""']);
  });

  test("variables that nobody has to define", async () => {
    const names = ["aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time"];
    const template = `{"text": "<${names.join("> <")}>", "event": <aws.events.event>, "json": <aws.events.event.json>}`;
    const { type, Name } = await rule("one", { Arn: QUEUE, InputTransformer: { InputTemplate: template } });
    const id = await send(type, { a: 1 });
    const event = {
      version: "0",
      id,
      source: "my.stack",
      account: ACCOUNT,
      time: "2026-11-22T09:08:07Z",
      region: "us-east-1",
      resources: ["r"],
    };
    const [body = ""] = await bodies("heard");
    expect(JSON.parse(body)).toEqual({
      text: `arn:aws:events:us-east-1:${ACCOUNT}:rule/one/${Name} ${Name} ${NOW}`,
      event: { ...event, detailType: type },
      json: { ...event, "detail-type": type, detail: { a: 1 } },
    });
  });

  test("what cannot be JSON is not delivered, and says why", async () => {
    const DeadLetterConfig = { Arn: UNDELIVERED };
    const InputTransformer = { InputPathsMap: { it: "$.detail.it" }, InputTemplate: '{"it": "<it>"}' };
    const { type, Name } = await rule("one", { Arn: QUEUE, InputTransformer, DeadLetterConfig });
    await send(type, { it: 'no "way" out' });
    expect(await bodies("heard")).toEqual([]);
    const [undelivered] = await received("undelivered");
    expect(JSON.parse(undelivered?.Body ?? "")).toMatchObject({ detail: { it: 'no "way" out' } });
    expect(undelivered?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: `arn:aws:events:us-east-1:${ACCOUNT}:rule/one/${Name}` },
      TARGET_ARN: { StringValue: QUEUE },
      ERROR_CODE: { StringValue: "INVALID_JSON" },
    });
    const failures = (await (await fetch(`${endpoints.url}/_specdrop/failures`)).json()) as { error: string }[];
    expect(failures.at(-1)?.error).toMatch(/^INVALID_JSON: The input transformer made no valid JSON/);
  });

  test("a function gets what the template makes", async () => {
    const got: unknown[] = [];
    const Arn = endpoints.registerFunction("listener", async (event) => got.push(event));
    const { type } = await rule("one", {
      Arn,
      InputTransformer: { InputPathsMap: { n: "$.detail.n" }, InputTemplate: "[<n>]" },
    });
    await send(type, { n: 4 });
    expect(got).toEqual([[4]]);
  });
});

describe("InputPath and Input", () => {
  test.each([
    ["$", expect.stringContaining('"detail-type"')],
    ["$.detail.payload", '{"id":1}'],
    ["$.detail.text", '"baz"'],
    ["$.detail.list[*].n", "[1,2]"],
    ["$.detail.list[1]", '{"n":2}'],
  ])("%s", async (InputPath, expected) => {
    const { type } = await rule("one", { Arn: QUEUE, InputPath });
    await send(type, { payload: { id: 1 }, text: "baz", list: [{ n: 1 }, { n: 2 }] });
    expect(await bodies("heard")).toEqual([expected]);
  });

  test("a path that leads nowhere delivers nothing", async () => {
    const { type } = await rule("one", { Arn: QUEUE, InputPath: "$.detail.nowhere" });
    await send(type, {});
    expect(await bodies("heard")).toEqual([]);
    expect(endpoints.deliveries.failed().at(-1)?.error).toMatch("InputPath $.detail.nowhere leads nowhere");
  });

  test("a constant is delivered as it stands", async () => {
    const { type } = await rule("one", { Arn: QUEUE, Input: '{ "a":  1 }' });
    await send(type, {});
    expect(await bodies("heard")).toEqual(['{ "a":  1 }']);
  });
});

describe("what PutTargets refuses", () => {
  const template = (InputTemplate: string, InputPathsMap: Record<string, string> = { a: "$.detail.a" }) => ({
    Arn: QUEUE,
    InputTransformer: { InputTemplate, InputPathsMap },
  });
  test.each([
    ["two inputs", { Arn: QUEUE, Input: "1", InputPath: "$" }, "Only one of Input, InputPath, or InputTransformer"],
    ["an unknown variable", template('"<b>"'), "InputTemplate for target t contains invalid placeholder b."],
    ["a text without quotes", template("a is <a>"), "Invalid InputTemplate for target t:"],
    ["a variable for a key", template('{"<a>": 1}'), "a placeholder cannot be used as an object key"],
    ["a reserved name", template('"<awsa>"', { awsa: "$" }), "contains invalid key awsa"],
    ["a path with names in brackets", template("<a>", { a: "$['detail']" }), "contains invalid path $['detail']"],
    ["a path without a root", { Arn: QUEUE, InputPath: "detail" }, "Invalid InputPath for target t: detail."],
    ["a constant that is no JSON", { Arn: QUEUE, Input: "{" }, "JSON syntax error in input for target t."],
    [
      "an input for a bus",
      { Arn: busArn("two"), RoleArn, InputPath: "$" },
      "Modifying the input for target t is not supported.",
    ],
  ])("%s", async (_, target, message) => {
    await expect(rule("one", target)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
    const Rule = `rule-${rules}`;
    const { Targets } = await clients.events.send(new ListTargetsByRuleCommand({ Rule, EventBusName: "one" }));
    expect(Targets).toEqual([]);
  });

  test.each([
    ["a bus that does not exist", { Arn: busArn("nowhere"), RoleArn }, "does not exist"],
    [
      "another account's bus",
      { Arn: busArn("two").replace(ACCOUNT, "111122223333"), RoleArn },
      "other accounts and regions",
    ],
    ["a bus without a role", { Arn: busArn("two") }, "RoleArn is required for target t."],
    [
      "a topic",
      { Arn: `arn:aws:sns:us-east-1:${ACCOUNT}:topic` },
      "Targets of sns are not supported by this emulator.",
    ],
  ])("%s", async (_, target, message) => {
    const { FailedEntries } = await ruleFor("one", "refusing", "refusing", target);
    expect(FailedEntries).toMatchObject([{ TargetId: "t", ErrorMessage: expect.stringContaining(message) }]);
  });
});

describe("a rule whose target is a bus", () => {
  test("forwards the event as it is", async () => {
    const { type } = await rule("one", { Arn: busArn("two"), RoleArn });
    await ruleFor("two", "from-one", type, { Arn: QUEUE });
    const id = await send(type, { n: 1 });
    const onBoth = ["one", "two"].map((name) => endpoints.eventBridge.eventsOn(name).at(-1));
    expect(onBoth[0]).toMatchObject({ id, source: "my.stack", account: ACCOUNT, time: "2026-11-22T09:08:07Z" });
    expect(onBoth[1]).toEqual(onBoth[0]);
    expect((await bodies("heard")).map((body) => JSON.parse(body ?? ""))).toEqual([onBoth[0]]);
  });

  test("does not forward to a third bus", async () => {
    const { type } = await rule("one", { Arn: busArn("two"), RoleArn });
    await ruleFor("two", "on-to-three", type, {
      Arn: busArn("three"),
      RoleArn,
      DeadLetterConfig: { Arn: UNDELIVERED },
    });
    const id = await send(type, {});
    expect(endpoints.eventBridge.eventsOn("three")).toEqual([]);
    const [undelivered] = await received("undelivered");
    expect(JSON.parse(undelivered?.Body ?? "")).toMatchObject({ id });
    expect(undelivered?.MessageAttributes?.["ERROR_CODE"]).toMatchObject({ StringValue: "THIRD_ACCOUNT_HOP_DETECTED" });
  });

  test("goes into no circle", async () => {
    const { type } = await rule("one", { Arn: busArn("two"), RoleArn });
    await ruleFor("two", "back-to-one", type, { Arn: busArn("one"), RoleArn });
    await ruleFor("one", "to-itself", type, { Arn: busArn("one"), RoleArn });
    const id = await send(type, {});
    const seen = (bus: string) => endpoints.eventBridge.eventsOn(bus).filter((event) => event.id === id);
    expect([seen("one").length, seen("two").length]).toEqual([1, 1]);
    const errors = endpoints.deliveries
      .failed()
      .slice(-2)
      .map(({ error }) => error.split(":")[0]);
    expect(errors.toSorted()).toEqual(["LOOP_DETECTED", "THIRD_ACCOUNT_HOP_DETECTED"]);
  });
});
