import { Readable } from "node:stream";
import {
  type ConditionalCheckFailedException,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let endpoints: Endpoints;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  endpoints = await startEndpoints();
  clients = clientsOf(endpoints);
});
afterAll(() => endpoints.close());

describe("S3", () => {
  beforeAll(() => clients.s3.send(new CreateBucketCommand({ Bucket: "objects" })));

  test("keeps an object with its metadata and type", async () => {
    const body = Buffer.from("héllo: ✓\n");
    const put = await clients.s3.send(
      new PutObjectCommand({
        Bucket: "objects",
        Key: "a/b.yaml",
        Body: body,
        ContentType: "text/yaml",
        Metadata: { who: "me" },
      }),
    );
    const got = await clients.s3.send(new GetObjectCommand({ Bucket: "objects", Key: "a/b.yaml" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(got).toMatchObject({ ContentType: "text/yaml", Metadata: { who: "me" }, ETag: put.ETag });
  });

  test("takes a body that is streamed, with its checksum behind it", async () => {
    const body = Buffer.alloc(300_000, "specdrop ");
    const stream = Readable.from([body]);
    await clients.s3.send(
      new PutObjectCommand({
        Bucket: "objects",
        Key: "streamed",
        Body: stream,
        ContentLength: body.length,
        ChecksumAlgorithm: "CRC32",
      }),
    );
    const got = await clients.s3.send(new GetObjectCommand({ Bucket: "objects", Key: "streamed" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  test("lists by prefix", async () => {
    for (const Key of ["list/1", "list/2", "other/3"]) {
      await clients.s3.send(new PutObjectCommand({ Bucket: "objects", Key, Body: "x" }));
    }
    const listed = await clients.s3.send(new ListObjectsV2Command({ Bucket: "objects", Prefix: "list/" }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["list/1", "list/2"]);
  });

  test("holds writers to their conditions", async () => {
    const put = (condition: object) =>
      clients.s3.send(new PutObjectCommand({ Bucket: "objects", Key: "conditional", Body: "x", ...condition }));
    const { ETag } = await put({ IfNoneMatch: "*" });
    await expect(put({ IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put({ IfMatch: '"0"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await put({ IfMatch: ETag });
  });

  test("refuses what it does not have, and leaves the object alone", async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket: "objects", Key: "plain", Body: "four" }));
    const tagging = { TagSet: [{ Key: "a", Value: "b" }] };
    await expect(
      clients.s3.send(new PutObjectTaggingCommand({ Bucket: "objects", Key: "plain", Tagging: tagging })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(
      clients.s3.send(
        new PutBucketVersioningCommand({ Bucket: "objects", VersioningConfiguration: { Status: "Suspended" } }),
      ),
    ).rejects.toMatchObject({ name: "NotImplemented" });
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket: "objects", Key: "plain" }));
    expect(head.ContentLength).toBe(4);
  });

  test("says which object is missing", async () => {
    await expect(clients.s3.send(new GetObjectCommand({ Bucket: "objects", Key: "none" }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });
});

describe("SQS", () => {
  test("gives queue URLs that lead back to the port", async () => {
    const created = await clients.sqs.send(new CreateQueueCommand({ QueueName: "plain" }));
    const found = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: "plain" }));
    const listed = await clients.sqs.send(new ListQueuesCommand({ QueueNamePrefix: "plain" }));
    const url = `${endpoints.url}/000000000000/plain`;
    expect([created.QueueUrl, found.QueueUrl, listed.QueueUrls]).toEqual([url, url, [url]]);
  });

  test("keeps the order within a group, and a group to one consumer", async () => {
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: "ordered.fifo", Attributes: { FifoQueue: "true" } }),
    );
    for (const [group, body] of [
      ["a", "a1"],
      ["a", "a2"],
      ["b", "b1"],
    ] as const) {
      await clients.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: body }),
      );
    }
    const receive = async () =>
      (await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
    const first = await receive();
    expect(first.map(({ Body }) => Body).sort()).toEqual(["a1", "b1"]);
    expect(await receive()).toEqual([]);
    for (const { ReceiptHandle } of first) {
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    expect((await receive()).map(({ Body }) => Body)).toEqual(["a2"]);
  });

  test("names its errors", async () => {
    await expect(clients.sqs.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });
});

describe("DynamoDB", () => {
  test("holds a writer to its condition", async () => {
    await clients.dynamodb.send(
      new CreateTableCommand({
        TableName: "items",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const put = (value: string) =>
      clients.dynamodb.send(
        new PutItemCommand({
          TableName: "items",
          Item: { pk: { S: "one" }, value: { S: value } },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      );
    await expect
      .poll(() =>
        put("first").then(
          () => "put",
          (error: ConditionalCheckFailedException) => error.name,
        ),
      )
      .not.toBe("ResourceNotFoundException");
    await expect(put("second")).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    const got = await clients.dynamodb.send(new GetItemCommand({ TableName: "items", Key: { pk: { S: "one" } } }));
    expect(got.Item?.["value"]).toEqual({ S: "first" });
  });
});

describe("the port", () => {
  test("says so when it is taken", async () => {
    await expect(startEndpoints({ port: endpoints.port })).rejects.toThrow(
      `Port ${endpoints.port} on 127.0.0.1 is in use. Stop the program that uses it, or choose another port`,
    );
  });

  test("refuses a service it does not have by name", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0";
    const reply = await fetch(`${endpoints.url}/`, { headers: { authorization } });
    expect(reply.status).toBe(501);
    expect(await reply.json()).toMatchObject({ message: expect.stringContaining("no sns") });
  });

  test("answers for its health, and for nothing else under its own path", async () => {
    expect(await (await fetch(`${endpoints.url}/_specdrop/health`)).json()).toEqual({ status: "ok" });
    for (const path of ["nothing", "toString", ""]) {
      expect((await fetch(`${endpoints.url}/_specdrop/${path}`)).status).toBe(404);
    }
  });

  // It polls for longer than the test may take.
  test("closes at once, long polls and all", { timeout: 15_000 }, async () => {
    const other = await startEndpoints();
    const { sqs } = clientsOf(other);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "waiting" }));
    const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).then(
      () => "answered",
      () => "cut off",
    );
    await expect.poll(async () => (await other.queueCounts("waiting"))?.visible).toBe(0);
    await other.close();
    expect(["answered", "cut off"]).toContain(await polling);
  });

  test("closes in the middle of calls to DynamoDB, and nothing is thrown behind their back", async () => {
    const thrown: unknown[] = [];
    const note = (error: unknown) => thrown.push(error);
    process.on("uncaughtExceptionMonitor", note);
    const other = await startEndpoints();
    const { dynamodb } = clientsOf(other);
    const TableName = "kept";
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    const puts = Array.from({ length: 200 }, (_, index) =>
      dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: `${index}` } } })).catch(() => undefined),
    );
    await Promise.race(puts);
    await other.close();
    await Promise.all(puts);
    process.off("uncaughtExceptionMonitor", note);
    expect(thrown).toEqual([]);
  });
});
