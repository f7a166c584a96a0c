import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let endpoints: Endpoints;
let s3: ReturnType<typeof clientsOf>["s3"];
let received: BusEvent[] = [];

const Bucket = "versioned";
const VersioningConfiguration = { Status: "Enabled" } as const;

beforeAll(async () => {
  endpoints = await startEndpoints();
  const clients = clientsOf(endpoints);
  s3 = clients.s3;
  for (const name of [Bucket, "plain"]) await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const Arn = endpoints.registerFunction("s3", async (event) => received.push(event as BusEvent));
  await clients.events.send(new PutRuleCommand({ Name: "s3", EventPattern: '{"source":["aws.s3"]}' }));
  await clients.events.send(new PutTargetsCommand({ Rule: "s3", Targets: [{ Id: "1", Arn }] }));
});
afterAll(() => endpoints.close());
beforeEach(() => {
  received = [];
});

async function put(Key: string, Body: string, more: object = {}): Promise<string> {
  const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  return VersionId;
}

async function remove(Key: string, VersionId?: string) {
  return s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
}

async function textOf(Key: string, VersionId?: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return (await Body?.transformToString()) ?? "";
}

async function list(input: Omit<ListObjectVersionsCommandInput, "Bucket">) {
  const {
    Versions = [],
    DeleteMarkers = [],
    ...rest
  } = await s3.send(new ListObjectVersionsCommand({ Bucket, ...input }));
  return { versions: Versions, markers: DeleteMarkers, ...rest };
}

async function events(): Promise<readonly unknown[]> {
  await endpoints.inFlight.none();
  return received.map(({ "detail-type": type, detail }) => {
    const { "version-id": versionId, key } = detail["object"] as Record<string, string>;
    return [type, key, versionId, detail["deletion-type"] ?? detail["reason"]];
  });
}

test("says whether a bucket has versions, and does not take them back", async () => {
  const statusOf = async (name: string) => (await s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
  expect([await statusOf(Bucket), await statusOf("plain")]).toEqual(["Enabled", undefined]);
  const suspended = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
  await expect(s3.send(suspended)).rejects.toMatchObject({ name: "NotImplemented" });
  expect(await statusOf(Bucket)).toBe("Enabled");
  await expect(statusOf("nowhere")).rejects.toMatchObject({ name: "NoSuchBucket" });
});

test("each write is a version, and all of them can be read", async () => {
  const first = await put("read", "one", { Metadata: { who: "me" }, ContentType: "text/one" });
  const second = await put("read", "three");
  expect(first).toMatch(/^[\w.]{32}$/);
  expect(second).not.toBe(first);
  expect([await textOf("read"), await textOf("read", first), await textOf("read", second)]).toEqual([
    "three",
    "one",
    "three",
  ]);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "read", VersionId: first }));
  expect(head).toMatchObject({ VersionId: first, ContentLength: 3, ContentType: "text/one", Metadata: { who: "me" } });
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "read" }))).toMatchObject({ VersionId: second });
  const range = await s3.send(new GetObjectCommand({ Bucket, Key: "read", VersionId: first, Range: "bytes=1-" }));
  expect(await range.Body?.transformToString()).toBe("ne");
  const strange = { Bucket, Key: "read", VersionId: "x".repeat(32) };
  await expect(s3.send(new GetObjectCommand(strange))).rejects.toMatchObject({ name: "NoSuchVersion" });
  expect(await events()).toEqual([
    ["Object Created", "read", first, "PutObject"],
    ["Object Created", "read", second, "PutObject"],
  ]);
});

test("deleting makes a delete marker, and deleting the marker brings the object back", async () => {
  const first = await put("undeleted", "text");
  const marker = await remove("undeleted");
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w.]{32}$/) });
  await expect(textOf("undeleted")).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(textOf("undeleted", marker.VersionId)).rejects.toMatchObject({ name: "MethodNotAllowed" });
  const gone = await fetch(`${endpoints.url}/${Bucket}/undeleted`);
  expect([gone.status, gone.headers.get("x-amz-delete-marker"), gone.headers.get("x-amz-version-id")]).toEqual([
    404,
    "true",
    marker.VersionId,
  ]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "undeleted" }));
  expect(Contents).toEqual([]);
  expect(await textOf("undeleted", first)).toBe("text");

  expect(await remove("undeleted", marker.VersionId)).toMatchObject({
    DeleteMarker: true,
    VersionId: marker.VersionId,
  });
  expect(await textOf("undeleted")).toBe("text");
  const back = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "undeleted" }));
  expect(back.Contents?.map(({ Key }) => Key)).toEqual(["undeleted"]);
  expect(await events()).toEqual([
    ["Object Created", "undeleted", first, "PutObject"],
    ["Object Deleted", "undeleted", marker.VersionId, "Delete Marker Created"],
    ["Object Deleted", "undeleted", marker.VersionId, "Permanently Deleted"],
  ]);
});

test("a version is deleted for good; the one before is the object then", async () => {
  const [first, second, third] = [await put("shrinks", "1"), await put("shrinks", "2"), await put("shrinks", "3")];
  const removed = await remove("shrinks", second);
  expect([removed.VersionId, removed.DeleteMarker]).toEqual([second, undefined]);
  expect(await textOf("shrinks")).toBe("3");
  await remove("shrinks", third);
  expect(await textOf("shrinks")).toBe("1");
  await remove("shrinks", first);
  await remove("shrinks", first);
  expect((await list({ Prefix: "shrinks" })).versions).toEqual([]);
  expect((await events()).slice(3)).toEqual([
    ["Object Deleted", "shrinks", second, "Permanently Deleted"],
    ["Object Deleted", "shrinks", third, "Permanently Deleted"],
    ["Object Deleted", "shrinks", first, "Permanently Deleted"],
  ]);
});

test("several are deleted at once, by key or by version", async () => {
  const [kept, gone] = [await put("bulk/a", "1"), await put("bulk/b <&>", "2")];
  const Objects = [{ Key: "bulk/a" }, { Key: "bulk/b <&>", VersionId: gone }];
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  const { markers, versions } = await list({ Prefix: "bulk/" });
  expect(Deleted).toEqual([
    { Key: "bulk/a", DeleteMarker: true, DeleteMarkerVersionId: markers[0]?.VersionId },
    { Key: "bulk/b <&>", VersionId: gone },
  ]);
  expect(versions.map(({ VersionId }) => VersionId)).toEqual([kept]);
  const undelete = { Objects: [{ Key: "bulk/a", VersionId: markers[0]?.VersionId }], Quiet: true };
  expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: undelete }))).Deleted).toBeUndefined();
  expect(await textOf("bulk/a")).toBe("1");
  expect((await events()).slice(2)).toEqual([
    ["Object Deleted", "bulk/a", markers[0]?.VersionId, "Delete Marker Created"],
    ["Object Deleted", "bulk/b <&>", gone, "Permanently Deleted"],
    ["Object Deleted", "bulk/a", markers[0]?.VersionId, "Permanently Deleted"],
  ]);
});

test("an earlier version is copied onto its key, with its metadata or with other", async () => {
  const first = await put("back ?&+ä", "old", { Metadata: { note: "first" } });
  const second = await put("back ?&+ä", "new");
  const path = `${Bucket}/${encodeURIComponent("back ?&+ä")}`;
  const CopySource = `${path}?versionId=${first}`;
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "back ?&+ä", CopySource }));
  expect(copied).toMatchObject({ CopySourceVersionId: first, VersionId: expect.any(String) });
  expect([first, second]).not.toContain(copied.VersionId);
  expect(await textOf("back ?&+ä")).toBe("old");
  const asIs = await s3.send(new HeadObjectCommand({ Bucket, Key: "back ?&+ä" }));
  expect(asIs.Metadata).toEqual({ note: "first" });
  const replaced = { MetadataDirective: "REPLACE", Metadata: { rollback: "of 1" } } as const;
  await s3.send(new CopyObjectCommand({ Bucket, Key: "back ?&+ä", CopySource, ...replaced }));
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "back ?&+ä" }))).Metadata).toEqual({ rollback: "of 1" });
  await s3.send(new CopyObjectCommand({ Bucket: "plain", Key: "copy", CopySource }));

  const marker = await remove("back ?&+ä");
  const copy = (CopySource: string) => s3.send(new CopyObjectCommand({ Bucket, Key: "elsewhere", CopySource }));
  await expect(copy(path)).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(copy(`${path}?versionId=${marker.VersionId}`)).rejects.toMatchObject({ name: "InvalidRequest" });
  await expect(copy(`${path}?versionId=none`)).rejects.toMatchObject({ name: "NoSuchVersion" });
  await expect(copy("specdrop-object-versions/x")).rejects.toMatchObject({ name: "NoSuchBucket" });
});

test("conditions are about the newest version; a delete marker is no object", async () => {
  await put("conditional", "1");
  await expect(put("conditional", "2", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await remove("conditional");
  await expect(put("conditional", "2", { IfMatch: '"0"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await put("conditional", "2", { IfNoneMatch: "*" });
});

test("versions are listed by key and age, page by page, by prefix and delimiter", async () => {
  const ids: Record<string, string[]> = {};
  for (const key of ["list/b", "list/a", "list/sub/x", "list/sub/y", "list/ü+ "]) {
    ids[key] = [await put(key, "1"), await put(key, "2")].toReversed();
  }
  const { VersionId: marker = "" } = await remove("list/b");
  const all = await list({ Prefix: "list/" });
  const idsOf = (versions: typeof all.versions) => versions.map(({ Key, VersionId }) => [Key, VersionId]);
  const expected = ["list/a", "list/b", "list/sub/x", "list/sub/y", "list/ü+ "].flatMap((key) =>
    (ids[key] ?? []).map((id) => [key, id]),
  );
  expect(idsOf(all.versions)).toEqual(expected);
  expect(all.versions.filter(({ IsLatest }) => IsLatest).map(({ Key }) => Key)).toEqual([
    "list/a",
    "list/sub/x",
    "list/sub/y",
    "list/ü+ ",
  ]);
  expect(all.versions[0]).toMatchObject({ ETag: '"c81e728d9d4c2f636f067f89cc14862c"', Size: 1 });
  expect(all.markers).toMatchObject([{ Key: "list/b", VersionId: marker, IsLatest: true }]);

  const folders = await list({ Prefix: "list/", Delimiter: "/" });
  expect(folders.CommonPrefixes).toEqual([{ Prefix: "list/sub/" }]);
  expect(idsOf(folders.versions)).toEqual(expected.filter(([key]) => !key?.startsWith("list/sub/")));

  for (const delimiter of [{}, { Delimiter: "/" }]) {
    const seen: unknown[] = [];
    const prefixes: unknown[] = [];
    let markers = {};
    for (let page = 0; page < 20; page++) {
      const next = await list({ Prefix: "list/", MaxKeys: 2, EncodingType: "url", ...delimiter, ...markers });
      expect(next.versions.length + next.markers.length + (next.CommonPrefixes ?? []).length).toBeLessThanOrEqual(2);
      seen.push(...next.versions.map(({ Key = "", VersionId }) => [decodeURIComponent(Key), VersionId]));
      prefixes.push(...(next.CommonPrefixes ?? []));
      if (!next.IsTruncated) break;
      markers = { KeyMarker: decodeURIComponent(next.NextKeyMarker ?? ""), VersionIdMarker: next.NextVersionIdMarker };
    }
    expect([seen, prefixes]).toEqual(
      "Delimiter" in delimiter ? [idsOf(folders.versions), folders.CommonPrefixes] : [expected, []],
    );
  }
});

test("in a bucket without versions each object is the version null", async () => {
  await s3.send(new PutObjectCommand({ Bucket: "plain", Key: "one", Body: "x" }));
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: "plain", Prefix: "one" }));
  expect(Versions).toMatchObject([{ Key: "one", VersionId: "null", IsLatest: true, Size: 1 }]);
});

test("what was there before versions is the version null, and is kept", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "grows" }));
  await s3.send(new PutObjectCommand({ Bucket: "grows", Key: "k", Body: "before" }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: "grows", VersioningConfiguration }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: "grows", VersioningConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket: "grows", Key: "k", Body: "after" }));
  const old = await s3.send(new GetObjectCommand({ Bucket: "grows", Key: "k", VersionId: "null" }));
  expect(await old.Body?.transformToString()).toBe("before");

  await s3.send(new DeleteObjectCommand({ Bucket: "grows", Key: "k" }));
  const deleteBucket = () => s3.send(new DeleteBucketCommand({ Bucket: "grows" }));
  await expect(deleteBucket()).rejects.toMatchObject({ name: "BucketNotEmpty" });
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: "grows" }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await s3.send(new DeleteObjectCommand({ Bucket: "grows", Key, VersionId }));
  }
  await deleteBucket();
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual(["plain", Bucket]);
});

test("a key keeps its last hundred versions", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 103; n++) ids.push(await put("many", String(n)));
  const { versions } = await list({ Prefix: "many" });
  expect(versions.map(({ VersionId }) => VersionId)).toEqual(ids.toReversed().slice(0, 100));
  await expect(textOf("many", ids[2])).rejects.toMatchObject({ name: "NoSuchVersion" });
  expect(await textOf("many", ids[3])).toBe("3");
});
