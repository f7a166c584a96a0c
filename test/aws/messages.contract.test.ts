import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { signalQueue } from "@specdrop/aws/queue";
import { parseSignal } from "@specdrop/aws/signal-message";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { resultEvent } from "../contract/ledger.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

test("the queue keeps signals in order by API, and takes each once", async () => {
  const client = new SQSClient(endpoints.clientSettings);
  const { QueueUrl = "" } = await client.send(
    new CreateQueueCommand({ QueueName: "signals.fifo", Attributes: { FifoQueue: "true" } }),
  );
  const signal: Signal = {
    documentId: "s3://b/k ü",
    apiId: "a b",
    sequence: 1,
    cause: "accepted",
    invocation: 0,
    correlationId: "c",
  };
  const queue = signalQueue(client, QueueUrl);
  const signals = [signal, { ...signal, cause: "continued" as const, invocation: 1 }, { ...signal, sequence: 2 }];
  for (const one of [...signals, ...signals]) await queue.send(one);

  for (const expected of signals) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    expect(Messages.map(({ Body }) => parseSignal(Body ?? ""))).toEqual([expected]);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
  }
  expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
  client.destroy();
});

test("the bus takes every event", async () => {
  const client = new EventBridgeClient(endpoints.clientSettings);
  await client.send(new CreateEventBusCommand({ Name: "specdrop" }));
  const events = Array.from({ length: 12 }, (_, index) => resultEvent(index));
  await resultBus(client, "specdrop").publish(events);

  const shown: unknown = await (await fetch(`${endpoints.url}/_specdrop/events`)).json();
  expect(shown).toMatchObject(
    events.map(({ detailType, detail }) => ({ source: "specdrop", "detail-type": detailType, detail })),
  );
  client.destroy();
});
