import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "../local/clients.ts";
import { ofKind, readPage, snippetsOf } from "./snippets.ts";
import { parseTemplate, patternsIn } from "./template.ts";

const snippets = snippetsOf(readPage("integrate.md"));
const RoleArn = "arn:aws:iam::000000000000:role/documented";

interface DocumentedRule {
  readonly name: string;
  readonly bus: string;
  readonly pattern: unknown;
  readonly targets: readonly Target[];
}

/** The rules of a template; queues, topics and functions of its own become queues here, which keep what they get. */
function rulesIn(text: string, listener: string): readonly DocumentedRule[] {
  return Object.entries(parseTemplate(text).Resources).flatMap(([name, { Type, Properties }]) => {
    if (Type !== "AWS::Events::Rule") return [];
    const { EventBusName, EventPattern, Targets } = Properties;
    const targets = Targets.map(({ Arn, ...target }: { Arn: { Ref?: string } }) => ({
      ...target,
      ...(busOf(Arn, listener) ?? { Arn: queueArn(name) }),
    }));
    // A rule stands on specdrop's bus, or else on the account's default one.
    return [{ name, bus: EventBusName === undefined ? "default" : "specdrop", pattern: EventPattern, targets }];
  });
}

function busOf(
  { Ref }: { readonly Ref?: string },
  listener: string,
): { readonly Arn: string; readonly RoleArn: string } | undefined {
  const name = { SpecdropBusArn: "specdrop", ListenerBusArn: listener }[Ref ?? ""];
  return name === undefined ? undefined : { Arn: `arn:aws:events:us-east-1:000000000000:event-bus/${name}`, RoleArn };
}

const queueName = (name: string) => `heard-${name}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${queueName(name)}`;

describe("the rules of docs/integrate.md, on an embedded stack", () => {
  let stack: Stack;
  let clients: ReturnType<typeof clientsOf>;
  const rules = ofKind(snippets, "cloudformation").flatMap(([, { text }]) => rulesIn(text, "listener"));

  beforeAll(async () => {
    stack = await startStack({ sweepEverySeconds: 0 });
    clients = clientsOf(stack);
    await clients.events.send(new CreateEventBusCommand({ Name: "listener" }));
    for (const { name, bus, pattern, targets } of rules) {
      await clients.sqs.send(new CreateQueueCommand({ QueueName: queueName(name) }));
      await clients.events.send(
        new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) }),
      );
      const { FailedEntries } = await clients.events.send(
        new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: [...targets] }),
      );
      expect(FailedEntries, name).toEqual([]);
    }
  });
  afterAll(() => stack.close());

  async function heard(name: string): Promise<readonly unknown[]> {
    const QueueUrl = `${stack.url}/${stack.account}/${queueName(name)}`;
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = "" }) => JSON.parse(Body));
  }

  /** By a bus of the sender's own, as the page has it. */
  async function submit(name: string, key: string): Promise<void> {
    const response = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponseKey: key };
    const Detail = JSON.stringify({ name, document: { IntegrationResponses: { ok: response } } });
    const entry = { Source: "com.example.chat", DetailType: "SpecSubmitted", Detail };
    await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
    await stack.idle();
  }

  test("there are those that hear, that forward, and that transform", () => {
    expect(rules.map(({ name }) => name).toSorted()).toEqual([
      "Failures",
      "FailuresToChat",
      "ToListener",
      "ToSpecdrop",
    ]);
  });

  test("a document goes from the sender's bus to specdrop, and its result to the listener's bus", async () => {
    await submit("chat", "$default");
    const results = stack.eventBridge.eventsOn("listener");
    expect(results.map((event) => event["detail-type"])).toEqual(["ApplySucceeded"]);
    expect(results[0]?.detail).toMatchObject({
      metadata: { documentId: "s3://specs/events/000000000000/com.example.chat/chat" },
    });
    expect(await heard("Failures")).toEqual([]);
  });

  test("a failure reaches the queue whole, and the chat as a notification", async () => {
    await submit("other", "$default");
    const [failure] = (await heard("Failures")) as BusEvent[];
    expect(failure).toMatchObject({ "detail-type": "ApplyFailed", detail: { data: { apiId: "a1b2c3d4e5" } } });
    expect(await heard("FailuresToChat")).toMatchObject([
      {
        version: "1.0",
        source: "custom",
        content: { title: ":warning: ApplyFailed on API a1b2c3d4e5, 1 failed", keywords: ["specdrop", "a1b2c3d4e5"] },
        metadata: { eventType: "ApplyFailed" },
      },
    ]);
  });

  test("every pattern of the page is one that PutRule takes", async () => {
    const patterns = [
      ...snippets.filter(({ kind }) => kind.startsWith("pattern-")).map(({ text }) => JSON.parse(text)),
      ...ofKind(snippets, "sam").flatMap(([, { text }]) => patternsIn(text)),
    ];
    expect(patterns.length).toBeGreaterThan(4);
    for (const [index, pattern] of patterns.entries()) {
      const EventPattern = JSON.stringify(pattern);
      await clients.events.send(new PutRuleCommand({ Name: `p${index}`, EventBusName: "specdrop", EventPattern }));
    }
  });
});
