import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import "aws-sdk-client-mock-vitest/extend";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { SpecStore } from "../../packages/service/src/ports/spec-store.ts";

const LIMIT = 1_048_576;
const mock = mockClient(S3Client);

function store() {
  return specsBucket(new S3Client({ region: "eu-west-1" }), "specs") satisfies SpecStore;
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

function stream(...chunks: readonly Uint8Array[]) {
  const Body = Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
  return { Body: Body as never };
}

beforeEach(() => {
  mock.reset();
});

describe("exists", () => {
  test("that it may not look does not mean that there is nothing", async () => {
    mock.on(HeadObjectCommand).rejectsOnce(named("Forbidden")).rejectsOnce(named("NotFound")).resolves({});
    await expect(store().exists("k")).rejects.toThrow("Forbidden");
    expect(await store().exists("k")).toBe(false);
    expect(await store().exists("k")).toBe(true);
  });
});

describe("read", () => {
  const ref = { bucket: "specs", key: "a/b.yaml" };

  test.each([
    ["its version", { versionId: "v1", etag: "e" }, { VersionId: "v1" }],
    ["its ETag", { etag: "e" }, { IfMatch: '"e"' }],
    ["its ETag where versioning is suspended", { versionId: "null", etag: "e" }, { IfMatch: '"e"' }],
    ["its key", {}, {}],
  ])("goes by %s", async (_, known, request) => {
    mock.on(GetObjectCommand).resolves(stream());
    await store().read({ ...ref, ...known });
    expect(mock.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: "specs",
      Key: "a/b.yaml",
      ...request,
    });
  });

  test("tells what it has read", async () => {
    mock.on(GetObjectCommand).resolves({
      ...stream(Buffer.from("ApiId: "), Buffer.from("a1 é")),
      ETag: '"abc"',
      VersionId: "v2",
      Metadata: { "correlation-id": "c1", word: "=?UTF-8?Q?caf=C3=A9_1?=" },
    });
    expect(await store().read(ref)).toEqual({
      source: { bucket: "specs", key: "a/b.yaml", versionId: "v2", etag: "abc" },
      body: new Uint8Array(Buffer.from("ApiId: a1 é")),
      metadata: { "correlation-id": "c1", word: "café 1" },
      truncated: false,
    });
  });

  test("knows no version where S3 has none", async () => {
    mock.on(GetObjectCommand).resolves({ ...stream(), ETag: '"abc"', VersionId: "null" });
    expect(await store().read(ref)).toMatchObject({
      source: { bucket: "specs", key: "a/b.yaml", etag: "abc" },
      metadata: {},
    });
  });

  test.each([0, 1, LIMIT])("reads all of %d bytes", async (size) => {
    mock.on(GetObjectCommand).resolves(stream(new Uint8Array(size)));
    const spec = await store().read(ref);
    expect(spec?.truncated).toBe(false);
    expect(spec?.body).toHaveLength(size);
  });

  test("lets go of an object that is too large, one byte over the limit", async () => {
    let given = 0;
    const Body = Readable.from(
      (function* () {
        for (;;) {
          given += 1;
          yield Buffer.alloc(100_000, given);
        }
      })(),
    );
    mock.on(GetObjectCommand).resolves({ Body: Body as never });
    const spec = await store().read(ref);
    expect(spec?.truncated).toBe(true);
    expect(spec?.body).toHaveLength(LIMIT + 1);
    expect(Body.destroyed).toBe(true);
    expect(given).toBeLessThan(40);
  });

  test.each(["NoSuchKey", "NoSuchVersion", "NotFound", "PreconditionFailed", "MethodNotAllowed"])(
    "finds nothing where S3 answers %s",
    async (name) => {
      mock.on(GetObjectCommand).rejects(named(name));
      expect(await store().read(ref)).toBeUndefined();
    },
  );

  test.each(["NoSuchBucket", "AccessDenied", "SlowDown"])("throws where S3 answers %s", async (name) => {
    mock.on(GetObjectCommand).rejects(named(name));
    await expect(store().read(ref)).rejects.toThrow(name);
  });

  test("throws where the body breaks off", async () => {
    const Body = Readable.from(
      (function* () {
        yield Buffer.from("ApiId");
        throw new Error("aborted");
      })(),
    );
    mock.on(GetObjectCommand).resolves({ Body: Body as never });
    await expect(store().read(ref)).rejects.toThrow("aborted");
  });
});

describe("write", () => {
  test("stores the text, and says where", async () => {
    mock.on(PutObjectCommand).resolves({ ETag: '"abc"', VersionId: "v1" });
    expect(await store().write("k.yaml", "ApiId: a", "application/yaml", { "correlation-id": "c" })).toEqual({
      bucket: "specs",
      key: "k.yaml",
      versionId: "v1",
      etag: "abc",
    });
    expect(mock).toHaveReceivedCommandWith(PutObjectCommand, {
      Bucket: "specs",
      Key: "k.yaml",
      Body: Buffer.from("ApiId: a"),
      ContentType: "application/yaml",
      Metadata: { "correlation-id": "c" },
    });
  });

  test("metadata of any kind fits into a header, and comes back as it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: "grapheme" })), async (value) => {
        mock.reset();
        mock.on(PutObjectCommand).resolves({});
        await store().write("k", "", "text/plain", { id: value });
        const Metadata = mock.commandCalls(PutObjectCommand)[0]?.args[0].input.Metadata ?? {};
        expect(Metadata["id"]).toMatch(/^[\x20-\x7e]*$/);
        mock.on(GetObjectCommand).resolves({ ...stream(), Metadata });
        expect((await store().read({ bucket: "specs", key: "k" }))?.metadata).toEqual({ id: value });
      }),
    );
  });
});

describe("writes of what was looked at", () => {
  const content = { body: "b", contentType: "application/json", metadata: { "event-time": "ä" } };

  test("say what they write over, and which request it was", async () => {
    mock.on(PutObjectCommand).resolves({ $metadata: { requestId: "R1" } });
    mock.on(DeleteObjectCommand).resolves({ $metadata: {} });
    expect(await store().replace("k", "0123", content)).toEqual({ requestId: "R1" });
    expect(await store().replace("k", undefined, content)).toEqual({ requestId: "R1" });
    expect(await store().delete("k", "0123")).toEqual({});
    const put = {
      Bucket: "specs",
      Key: "k",
      Body: Buffer.from("b"),
      ContentType: "application/json",
      Metadata: { "event-time": "=?UTF-8?B?w6Q=?=" },
    };
    expect(mock).toHaveReceivedNthCommandWith(PutObjectCommand, 1, { ...put, IfMatch: '"0123"' });
    expect(mock).toHaveReceivedNthCommandWith(PutObjectCommand, 2, { ...put, IfNoneMatch: "*" });
    expect(mock).toHaveReceivedCommandWith(DeleteObjectCommand, { Bucket: "specs", Key: "k", IfMatch: '"0123"' });
  });

  test.each(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])("%s is another object", async (name) => {
    mock.on(PutObjectCommand).rejects(named(name)).on(DeleteObjectCommand).rejects(named(name));
    expect(await store().replace("k", "0123", content)).toBeUndefined();
    expect(await store().delete("k", "0123")).toBeUndefined();
  });

  test("other errors are thrown", async () => {
    mock.on(PutObjectCommand).rejects(named("NoSuchBucket")).on(DeleteObjectCommand).rejects(named("AccessDenied"));
    await expect(store().replace("k", "0123", content)).rejects.toThrow("NoSuchBucket");
    await expect(store().delete("k", "0123")).rejects.toThrow("AccessDenied");
  });
});

test.each(["red flower.yaml", "a+b%20c#d?e.yaml", "../up.yaml", "naïve/ключ.yaml", "/leading", "trailing/"])(
  "the key %j is taken as it is",
  async (key) => {
    mock.on(GetObjectCommand).resolves(stream());
    mock.on(PutObjectCommand).resolves({});
    mock.on(DeleteObjectCommand).resolves({ $metadata: {} });
    await store().write(key, "", "text/plain", {});
    expect((await store().read({ bucket: "specs", key }))?.source.key).toBe(key);
    await store().delete(key, "0123");
    expect(mock.commandCalls(GetObjectCommand)[0]?.args[0].input.Key).toBe(key);
    expect(mock.commandCalls(PutObjectCommand)[0]?.args[0].input.Key).toBe(key);
    expect(mock.commandCalls(DeleteObjectCommand)[0]?.args[0].input.Key).toBe(key);
  },
);
