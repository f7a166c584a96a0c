import { request } from "node:http";
import { text } from "node:stream/consumers";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { refusalOf } from "@specdrop/local/same-origin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

describe("a request may be to", () => {
  const allowed = ["127.0.0.1:4566", "localhost:4566", "LOCALHOST:4566", "specs.localhost:4566", "a.b.localhost:4566"];
  test.each([...allowed, "[::1]:4566"])("%s", (host) => {
    expect(refusalOf({ host }, 4566)).toBeUndefined();
    expect(refusalOf({ host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }, 4566)).toBeUndefined();
  });

  test("a name without a port, where that is the port", () => {
    expect(refusalOf({ host: "localhost" }, 80)).toBeUndefined();
    expect(refusalOf({ host: "localhost" }, 4566)?.status).toBe(421);
  });
});

test.each([
  ...[
    "evil.example:4566",
    "evil.example",
    "localhost.evil.example:4566",
    "evil-localhost:4566",
    "127.0.0.1.nip.io:4566",
  ],
  ...["127.0.0.1:4567", "127.0.0.1:80", "0.0.0.0:4566", "[::2]:4566", "2130706433:4566", "localhost:4566:4566"],
  ...["@localhost:4566", ".localhost:4566", "127.0.0.1:4566 ", "", ":4566", "localhost:4566.evil.example"],
])("not to %j", (host) => {
  expect(refusalOf({ host }, 4566)).toMatchObject({ status: 421, message: expect.stringContaining("127.0.0.1:4566") });
});

test.each([
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "http://localhost:4566" },
  { origin: "http://127.0.0.1:3000" },
  { origin: "https://127.0.0.1:4566" },
  { origin: "http://127.0.0.1:4566, http://evil.example" },
  { origin: "" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "" },
  { origin: "http://127.0.0.1:4566", "sec-fetch-site": "cross-site" },
])("nor from a page: %j", (headers) => {
  expect(refusalOf({ host: "127.0.0.1:4566", ...headers }, 4566)).toMatchObject({ status: 403 });
});

describe("the whole port", () => {
  let stack: Stack;
  let s3: S3Client;
  beforeAll(async () => {
    stack = await startStack();
    s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  });
  afterAll(async () => {
    s3.destroy();
    await stack.close();
  });

  interface Call {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }

  function send({ method, path, headers, body = "" }: Call): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(stack.url + path, { method, headers: { ...headers }, agent: false }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      sent.on("error", reject).end(body);
    });
  }

  const json = (target: string) => ({ "x-amz-target": target, "content-type": "application/x-amz-json-1.0" });
  const CALLS: readonly Call[] = [
    { method: "GET", path: "/specs/kept.yaml" },
    { method: "PUT", path: "/specs/kept.yaml", body: "overwritten" },
    { method: "DELETE", path: "/specs/kept.yaml" },
    { method: "POST", path: "/specs?delete", body: "<Delete><Object><Key>kept.yaml</Key></Object></Delete>" },
    { method: "GET", path: "/_specdrop/resources" },
    { method: "POST", path: "/_specdrop/sweep" },
    { method: "PUT", path: "/_specdrop/faults", body: "{}" },
    { method: "POST", path: "/_specdrop/slack/webhook", body: '{"text":"x"}' },
    { method: "POST", path: "/_specdrop/slack/api/auth.test", headers: { authorization: "Bearer x" } },
    { method: "POST", path: "/", headers: json("AmazonSQS.ListQueues"), body: "{}" },
    { method: "POST", path: "/", headers: json("DynamoDB_20120810.ListTables"), body: "{}" },
    { method: "POST", path: "/", headers: json("AWSEvents.ListEventBuses"), body: "{}" },
    { method: "POST", path: "/", headers: json("CloudApiService.ListResources"), body: "{}" },
    { method: "OPTIONS", path: "/specs/kept.yaml" },
  ];

  test.each(CALLS)("refuses web pages: $method $path $headers", async (call) => {
    await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "kept.yaml", Body: "kept" }));
    for (const [headers, status] of [
      [{ host: "evil.example" }, 421],
      [{ host: `evil.example:${stack.port}` }, 421],
      [{ origin: "https://evil.example" }, 403],
      [{ "sec-fetch-site": "cross-site" }, 403],
    ] as const) {
      const answer = await send({ ...call, headers: { ...call.headers, ...headers } });
      expect(answer).toEqual({ status, body: expect.stringContaining("message") });
    }
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "specs", Key: "kept.yaml" }));
    expect(await Body?.transformToString()).toBe("kept");
    await stack.idle();
  });

  test("answers its own page, and what is no browser", async () => {
    for (const headers of [{}, { origin: stack.url, "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }]) {
      expect(await send({ method: "GET", path: "/_specdrop/health", headers })).toMatchObject({ status: 200 });
    }
  });

  test("a large upload from a page is not read to its end", async () => {
    const headers = { origin: "https://evil.example", "content-length": "1000000000" };
    expect(await send({ method: "PUT", path: "/specs/large.yaml", headers, body: "x" })).toMatchObject({ status: 403 });
  });
});
