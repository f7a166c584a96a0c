import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyFolder } from "../cli/run-cli.ts";

let stack: Stack;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startStack();
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  sqs = new SQSClient(stack.clientSettings);
});

afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  await stack.close();
});

function put(path: string, body: string, type?: string, host?: string): Promise<number | undefined> {
  const headers = {
    ...(type !== undefined && { "content-type": type }),
    ...(host !== undefined && { host }),
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(stack.url + path, { method: "PUT", headers, agent: false }, (response) => {
      buffer(response).then(() => resolve(response.statusCode), reject);
    });
    sent.on("error", reject).end(body);
  });
}

async function kept(Key: string): Promise<{ readonly type: string | undefined; readonly body: string | undefined }> {
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: "specs", Key }));
  return { type: ContentType, body: await Body?.transformToString() };
}

const TYPES = [
  undefined,
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=utf-8",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "application/x-amz-json-1.0",
  "application/x-amz-json-1.1",
  "application/json",
  "application/yaml",
  "text/plain;charset=UTF-8",
  "APPLICATION/X-WWW-FORM-URLENCODED",
  'a/b; c="d',
];

test.each(TYPES)("an object of the type %j is kept as it is", async (type) => {
  for (const body of ["a=b&c=%20\n", "", "{", "# ü\n"]) {
    expect(await put("/specs/typed.txt", body, type)).toBe(200);
    expect(await kept("typed.txt")).toEqual({ type: type ?? "binary/octet-stream", body });
  }
  expect(await put("/hosted.txt", "a=b", type, `specs.localhost:${stack.port}`)).toBe(200);
  expect(await kept("hosted.txt")).toEqual({ type: type ?? "binary/octet-stream", body: "a=b" });
});

test("curl drops a document, and it is applied", async () => {
  const file = join(emptyFolder(), "dropped.yaml");
  const head = "ApiId: curlapi123\nIntegrationId: abc1234\n";
  writeFileSync(file, `${head}IntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n`);
  await promisify(execFile)("curl", [
    "-fsS",
    "-X",
    "PUT",
    "--data-binary",
    `@${file}`,
    `${stack.url}/specs/dropped.yaml`,
  ]);
  await stack.idle();
  expect(stack.eventBridge.eventsOn("specdrop").map((event) => event["detail-type"])).toEqual(["ApplySucceeded"]);
});

test("an upload in parts keeps its type", async () => {
  const upload = { Bucket: "specs", Key: "parts.txt" };
  const ContentType = "application/x-www-form-urlencoded";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...upload, ContentType }));
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "a=b" }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));
  expect(await s3.send(new HeadObjectCommand(upload))).toMatchObject({ ContentType, ContentLength: 3 });
  await stack.idle();
});

test("a queue takes every character that SQS takes, and no other", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "characters" }));
  const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const taken = "\t\n\r ~\u0080\uD7FF\uE000\uFFFD\u{10000}😀\u{10FFFF}";
  await send(taken);
  const Entries = [{ Id: "a", MessageBody: taken }];
  expect((await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Failed ?? []).toEqual([]);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body }) => Body)).toEqual([taken, taken]);
  for (const body of ["\uFFFE", "\uFFFF", "\u0001", "x\u0000"]) {
    await expect(send(body)).rejects.toMatchObject({ name: expect.stringContaining("InvalidMessageContents") });
  }
});

test("names and values beyond the basic plane reach Slack", async () => {
  const told = stack.slack.messages().length;
  const response = {
    ApiId: "planeapi12",
    IntegrationId: "abc1234",
    IntegrationResponseKey: "$default",
    ResponseTemplates: { $default: '{"smile":"😀"}', 𝔘: "\u{10FFFF}" },
  };
  const Body = JSON.stringify({ IntegrationResponses: { "😀": response } });
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "😀/\u{10000}.json", Body }));
  await stack.idle();
  expect(stack.deliveries.failed()).toEqual([]);
  expect(JSON.stringify(stack.slack.messages().slice(told))).toContain("😀/\u{10000}.json");
});
