import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openLedger } from "../aws/dynamodb/open-ledger.ts";
import { ledgerContract, resultEvent } from "../contract/ledger.ts";
import { signalQueueContract } from "../contract/signal-queue.ts";
import { specStoreContract } from "../contract/spec-store.ts";
import { ACCOUNT } from "../infra/mock-aws.ts";
import { settingsAt } from "./deploy/clients.ts";
import { type Ministack, REGION, startMinistack } from "./ministack.ts";

let ministack: Ministack;
let settings: ReturnType<typeof settingsAt>;
let counter = 0;

beforeAll(async () => {
  ministack = await startMinistack(inject("ministack"));
  settings = settingsAt(ministack.url);
});
afterAll(() => ministack.close());

ledgerContract("ministack's DynamoDB", async () => {
  const client = new DynamoDBClient(settings);
  counter += 1;
  await createLedgerTable(client, `ledger-${counter}`);
  return openLedger(client, `ledger-${counter}`);
});

for (const versioned of [true, false]) {
  specStoreContract(`ministack's bucket (versioned: ${versioned})`, async () => {
    const client = new S3Client({ ...settings, forcePathStyle: true });
    counter += 1;
    const bucket = `specs-${counter}`;
    const location = { LocationConstraint: REGION } as const;
    await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: location }));
    if (versioned) {
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    }
    const store = specsBucket(client, bucket, { pageSize: 2 });
    return { store, bucket, versioned, close: async () => client.destroy() };
  });
}

signalQueueContract("ministack's queue", async () => new SQSClient(settings));

test("ministack's bus takes every event, and a rule of a listener gets it", async () => {
  const [events, sqs] = [new EventBridgeClient(settings), new SQSClient(settings)];
  await events.send(new CreateEventBusCommand({ Name: "contract" }));
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "heard" }));
  const rule = { Name: "results", EventBusName: "contract" };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["specdrop"]}' }));
  const target = { Id: "heard", Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:heard` };
  await events.send(new PutTargetsCommand({ Rule: "results", EventBusName: "contract", Targets: [target] }));

  const sent = Array.from({ length: 12 }, (_, index) => resultEvent(index));
  await resultBus(events, "contract").publish(sent);
  const heard: unknown[] = [];
  while (heard.length < sent.length) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      heard.push(JSON.parse(Body).detail);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  expect(heard).toHaveLength(sent.length);
  expect(heard).toEqual(expect.arrayContaining(sent.map(({ detail }) => detail)));
  for (const client of [events, sqs]) client.destroy();
});
