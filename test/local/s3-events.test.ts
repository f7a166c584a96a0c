import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let endpoints: Endpoints;
let clients: ReturnType<typeof clientsOf>;
let received: BusEvent[] = [];

beforeAll(async () => {
  endpoints = await startEndpoints();
  clients = clientsOf(endpoints);
  for (const Bucket of ["specs", "silent"]) await clients.s3.send(new CreateBucketCommand({ Bucket }));
  await clients.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: "specs",
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const Arn = endpoints.registerFunction("s3", async (event) => received.push(event as BusEvent));
  await clients.events.send(new PutRuleCommand({ Name: "s3", EventPattern: '{"source":["aws.s3"]}' }));
  await clients.events.send(new PutTargetsCommand({ Rule: "s3", Targets: [{ Id: "1", Arn }] }));
});
afterAll(() => endpoints.close());
beforeEach(() => {
  received = [];
});

const put = (Key: string, Body = "hello", more: object = {}) =>
  clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body, ...more }));

async function events(): Promise<BusEvent[]> {
  await endpoints.inFlight.none();
  return received;
}

const objectOf = (event: BusEvent | undefined) => event?.detail["object"] as Record<string, unknown> | undefined;

test("a stored object makes the event that S3 would send", async () => {
  await put("example-key");
  expect(await events()).toEqual([
    {
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: "us-east-1",
      resources: ["arn:aws:s3:::specs"],
      detail: {
        version: "0",
        "event-version": "1.0",
        bucket: { name: "specs" },
        object: {
          key: "example-key",
          size: 5,
          etag: "5d41402abc4b2a76b9719d911017c592",
          sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
        },
        "request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    },
  ]);
});

test("an empty object is an object, of whatever type", async () => {
  expect((await fetch(`${endpoints.url}/specs/empty`, { method: "PUT" })).status).toBe(200);
  expect((await events()).map(objectOf)).toMatchObject([{ key: "empty", size: 0 }]);
});

test("a deleted object makes one without a size", async () => {
  await put("gone");
  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "gone" }));
  const [, deleted] = await events();
  expect(deleted).toMatchObject({
    "detail-type": "Object Deleted",
    detail: { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
  });
  expect(Object.keys(objectOf(deleted) ?? {})).toEqual(["key", "etag", "sequencer"]);
});

test("deleting nothing makes none", async () => {
  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "never there" }));
  expect(await events()).toEqual([]);
});

test.each([
  "a b",
  "a+b",
  "100%",
  "a%20b",
  "#1?x=y&z",
  "ümläut-✓-🚀",
  "../up/../and/./down",
  "a//b",
  "'q\"<&>",
  "~!*()@$,;:=",
])("the key %j comes through as it is, made and deleted, singly and in bulk", async (key) => {
  await put(key, "content");
  const got = await clients.s3.send(new GetObjectCommand({ Bucket: "specs", Key: key }));
  expect(await got.Body?.transformToString()).toBe("content");
  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: key }));
  await put(key);
  await clients.s3.send(
    new DeleteObjectsCommand({ Bucket: "specs", Delete: { Objects: [{ Key: key }], Quiet: true } }),
  );
  const all = await events();
  expect(all.map((event) => objectOf(event)?.["key"])).toEqual([key, key, key, key]);
  expect(all.map((event) => event["detail-type"])).toEqual([
    "Object Created",
    "Object Deleted",
    "Object Created",
    "Object Deleted",
  ]);
});

test("copies and uploads in parts say how the object came to be", async () => {
  await put("original", "copy me");
  await clients.s3.send(new CopyObjectCommand({ Bucket: "specs", Key: "copy", CopySource: "specs/original" }));
  const target = { Bucket: "specs", Key: "parts" };
  const { UploadId } = await clients.s3.send(new CreateMultipartUploadCommand(target));
  const { ETag } = await clients.s3.send(
    new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: "one part" }),
  );
  await clients.s3.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
  );
  const other = await clients.s3.send(new CreateMultipartUploadCommand({ ...target, Key: "aborted" }));
  await clients.s3.send(new AbortMultipartUploadCommand({ ...target, Key: "aborted", UploadId: other.UploadId }));
  const facts = (await events()).map((event) => [
    event.detail["reason"],
    objectOf(event)?.["key"],
    objectOf(event)?.["size"],
  ]);
  expect(facts).toEqual([
    ["PutObject", "original", 7],
    ["CopyObject", "copy", 7],
    ["CompleteMultipartUpload", "parts", 8],
  ]);
  expect(objectOf(received[1])?.["etag"]).toBe(objectOf(received[0])?.["etag"]);
});

test("a browser's form does too", async () => {
  const form = new FormData();
  form.set("key", `forms/$${"{filename}"}`);
  form.set("file", new Blob(["from a form"]), "file.yaml");
  const reply = await fetch(`${endpoints.url}/specs`, { method: "POST", body: form });
  expect(reply.status).toBe(204);
  const [event] = await events();
  expect([event?.detail["reason"], objectOf(event)?.["key"], objectOf(event)?.["size"]]).toEqual([
    "POST Object",
    "forms/file.yaml",
    11,
  ]);
});

test("sequencers of one key grow in the order of its states", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => put("contended", `version ${index}`)));
  const seen = (await events()).map((event) => objectOf(event));
  const sequencers = seen.map((object) => String(object?.["sequencer"]));
  expect(sequencers).toEqual([...sequencers].sort());
  expect(new Set(sequencers).size).toBe(20);
  expect(new Set(seen.map((object) => object?.["etag"])).size).toBe(20);
  const { ETag } = await clients.s3.send(new GetObjectCommand({ Bucket: "specs", Key: "contended" }));
  expect(`"${String(seen.at(-1)?.["etag"])}"`).toBe(ETag);
});

test("a refused write and a silent bucket make none", async () => {
  await put("once", "x", { IfNoneMatch: "*" });
  await put("once", "y", { IfNoneMatch: "*" }).catch((error: Error) => expect(error.name).toBe("PreconditionFailed"));
  await clients.s3.send(new PutObjectCommand({ Bucket: "silent", Key: "x", Body: "x" }));
  await clients.s3
    .send(new PutObjectCommand({ Bucket: "nowhere", Key: "x", Body: "x" }))
    .catch((error: Error) => expect(error.name).toBe("NoSuchBucket"));
  expect((await events()).map((event) => objectOf(event)?.["key"])).toEqual(["once"]);
});

test("notifications can be turned on, read back, and turned off", async () => {
  const read = (Bucket: string) => clients.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  const turn = (NotificationConfiguration: object) =>
    clients.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: "silent", NotificationConfiguration }));
  const writeAndCount = async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket: "silent", Key: "x", Body: "x" }));
    return (await events()).length;
  };
  expect((await read("silent")).EventBridgeConfiguration).toBeUndefined();
  await turn({ EventBridgeConfiguration: {} });
  expect((await read("silent")).EventBridgeConfiguration).toEqual({});
  expect(await writeAndCount()).toBe(1);
  await turn({});
  expect(await writeAndCount()).toBe(1);
});
