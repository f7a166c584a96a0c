import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resultEvent } from "../contract/ledger.ts";
import { signalQueueContract } from "../contract/signal-queue.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

signalQueueContract("the embedded queue", async () => new SQSClient(endpoints.clientSettings));

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
