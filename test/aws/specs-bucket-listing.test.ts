import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { afterEach, expect, test } from "vitest";

let server: Server;
afterEach(() => void server.close());

/** A bucket behind an S3 that answers this, and what it is asked. */
async function answering(xml: string, headers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.sendDate = false;
    response.writeHead(200, { "content-type": "application/xml", ...headers }).end(xml);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const settings = { endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials, forcePathStyle: true };
  return { bucket: specsBucket(new S3Client(settings), "specs"), asked };
}

const content = (key: string, etag: string) =>
  `<Contents><Key>${key}</Key><ETag>&quot;${etag}&quot;</ETag><LastModified>2026-11-30T09:00:00.000Z</LastModified></Contents>`;
const page = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`;
const DATE = { date: "Mon, 30 Nov 2026 10:00:00 GMT" };
const modifiedAt = Date.UTC(2026, 10, 30, 9);
const now = Date.UTC(2026, 10, 30, 10);

test("keys are decoded where S3 says that they are encoded, and the time is that of S3", async () => {
  const contents = content("a+b%2Bc%01.yaml", "e1") + content("%D0%BA.yaml", "e2");
  const encoded = page(`<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>${contents}`);
  const { bucket, asked } = await answering(encoded, DATE);
  expect(await bucket.list("a&b")).toEqual({
    objects: [
      { key: "a b+c\u0001.yaml", etag: "e1", modifiedAt },
      { key: "к.yaml", etag: "e2", modifiedAt },
    ],
    next: "к.yaml",
    now,
  });
  const { searchParams } = new URL(asked[0] ?? "", "http://127.0.0.1");
  expect(Object.fromEntries(searchParams)).toMatchObject({
    "list-type": "2",
    "encoding-type": "url",
    "start-after": "a&b",
  });
  expect(searchParams.has("max-keys")).toBe(false);
});

test("keys are taken as they are where S3 does not say so", async () => {
  const { bucket } = await answering(page(`<IsTruncated>false</IsTruncated>${content("a+b%2Bc.yaml", "e1")}`), DATE);
  expect(await bucket.list()).toEqual({ objects: [{ key: "a+b%2Bc.yaml", etag: "e1", modifiedAt }], now });
});

test("an answer without the time of day is none", async () => {
  const { bucket } = await answering(page(""), {});
  await expect(bucket.list()).rejects.toThrow("S3 lists specs and does not say what time it is");
});
