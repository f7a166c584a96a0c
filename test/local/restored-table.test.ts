import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;

async function drop(key: string, text: string): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: key, Body: text }));
  await stack.idle();
}

const textOf = (template: string) =>
  JSON.stringify({
    ApiId: "abcdefghij",
    IntegrationId: "abc1234",
    IntegrationResponses: { one: { IntegrationResponseKey: "$default", ResponseTemplates: { "200": template } } },
  });

const live = () => stack.cloudControl.resources().map(({ Properties }) => Properties["ResponseTemplates"]);

async function results(): Promise<readonly { readonly type: string; readonly id: string }[]> {
  const events = (await (await fetch(`${stack.url}/_specdrop/events`)).json()) as readonly BusEvent[];
  return events.map(({ "detail-type": type, detail }) => ({
    type,
    id: (detail as { readonly metadata: { readonly id: string } }).metadata.id,
  }));
}

async function items() {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: "specdrop", ConsistentRead: true }));
  return Items;
}

/** What a point-in-time restore of the table comes to. */
async function putBack(before: Awaited<ReturnType<typeof items>>): Promise<void> {
  for (const { pk, sk } of await items()) {
    const Key = { pk: pk ?? { S: "" }, sk: sk ?? { S: "" } };
    await clients.dynamodb.send(new DeleteItemCommand({ TableName: "specdrop", Key }));
  }
  for (const Item of before) await clients.dynamodb.send(new PutItemCommand({ TableName: "specdrop", Item }));
}

describe.each([false, true])("in a bucket without versions: %s", (unversioned) => {
  beforeEach(async () => {
    stack = await startStack({ unversioned, log: () => {}, retryDelaySeconds: 0 });
    clients = clientsOf(stack);
  });
  afterEach(() => stack.close());

  test("after the table was put back, a text that had been dropped since is applied again, and told of as news", async () => {
    await drop("a.json", textOf("v0"));
    const before = await items();
    await drop("a.json", textOf("v1"));
    await drop("a.json", textOf("v2"));
    await drop("broken.json", "{");
    expect(live()).toEqual([{ "200": "v2" }]);

    await putBack(before);
    await drop("a.json", textOf("v1"));
    expect(live()).toEqual([{ "200": "v1" }]);
    await drop("broken.json", "{");
    const told = await results();
    expect(told.map(({ type }) => type)).toEqual([
      ...["ApplySucceeded", "ApplySucceeded", "ApplySucceeded", "SpecRejected"],
      ...["ApplySucceeded", "SpecRejected"],
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(6);
  });
});
