import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { DocumentSource } from "@specdrop/events";
import type {
  ListedPage,
  ObjectRef,
  SpecListing,
  SpecStore,
  StoreAnswer,
  SubmissionStore,
} from "@specdrop/service/ports";
import { decodeMetadata, encodeMetadata } from "./specs-bucket/metadata.ts";

/** One byte more than a document may have: of a larger object enough is read to see that it is too large. */
const MAX_READ_BYTES = 1_048_576 + 1;

export interface ListingOptions {
  /** Objects on a page; 1,000, the most that S3 gives, without it. */
  readonly pageSize?: number;
}

/** The bucket specs are dropped in. Keys are taken as they are: nothing is decoded, trimmed or resolved. */
export function specsBucket(
  client: S3Client,
  bucketName: string,
  { pageSize }: ListingOptions = {},
): SpecStore & SubmissionStore & SpecListing {
  return {
    bucket: bucketName,
    list: (after) => listPage(client, bucketName, after, pageSize),

    async exists(key) {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }));
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },

    async read(ref) {
      const reply = await getRevision(client, ref);
      if (reply === undefined) return undefined;
      const { body, truncated } = await readBeginning(reply);
      return {
        source: sourceOf(ref.bucket, ref.key, reply),
        body,
        metadata: decodeMetadata(reply.Metadata ?? {}),
        ...(reply.LastModified !== undefined && { modifiedAt: reply.LastModified.getTime() }),
        truncated,
      };
    },

    async write(key, body, contentType, metadata) {
      const request = { Bucket: bucketName, Key: key, Body: Buffer.from(body), ContentType: contentType };
      const reply = await client.send(new PutObjectCommand({ ...request, Metadata: encodeMetadata(metadata) }));
      return sourceOf(bucketName, key, reply);
    },

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    async replace(key, etag, { body, contentType, metadata }) {
      const precondition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: `"${etag}"` };
      const request = { Bucket: bucketName, Key: key, Body: Buffer.from(body), ContentType: contentType };
      return answered(
        client.send(new PutObjectCommand({ ...request, Metadata: encodeMetadata(metadata), ...precondition })),
      );
    },

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    delete: (key, etag) =>
      answered(client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key, IfMatch: `"${etag}"` }))),
  };
}

/** A conflict is another write at the same time. */
async function answered(sent: Promise<MetadataBearer>): Promise<StoreAnswer | undefined> {
  try {
    const { requestId } = (await sent).$metadata;
    return requestId === undefined ? {} : { requestId };
  } catch (error) {
    if (isGone(error) || (error instanceof Error && error.name === "ConditionalRequestConflict")) return undefined;
    throw error;
  }
}

interface MetadataBearer {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** Keys are asked for encoded: XML 1.0 cannot hold every character of a key. */
async function listPage(
  client: S3Client,
  Bucket: string,
  StartAfter: string | undefined,
  MaxKeys: number | undefined,
): Promise<ListedPage> {
  const command = new ListObjectsV2Command({ Bucket, StartAfter, MaxKeys, EncodingType: "url" });
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { readonly headers?: Readonly<Record<string, string>> }).headers?.["date"];
      return result;
    },
    { step: "deserialize", name: "dateOfAnswer", priority: "low" },
  );
  const { Contents = [], IsTruncated = false, EncodingType } = await client.send(command);
  const now = Date.parse(date ?? "");
  if (Number.isNaN(now)) throw new Error(`S3 lists ${Bucket} and does not say what time it is`);
  const objects = Contents.map(({ Key = "", ETag = "", LastModified }) => ({
    key: EncodingType === "url" ? decodeURIComponent(Key.replaceAll("+", " ")) : Key,
    etag: ETag.replaceAll('"', ""),
    // The time of day has whole seconds, so this has, too.
    modifiedAt: LastModified === undefined ? now : Math.floor(LastModified.getTime() / 1_000) * 1_000,
  }));
  const last = objects.at(-1)?.key;
  return { objects, now, ...(IsTruncated && last !== undefined ? { next: last } : {}) };
}

async function getRevision(client: S3Client, ref: ObjectRef): Promise<GetObjectCommandOutput | undefined> {
  const { bucket: Bucket, key: Key, etag } = ref;
  const VersionId = stableVersion(ref.versionId);
  const which = VersionId !== undefined ? { VersionId } : etag !== undefined ? { IfMatch: `"${etag}"` } : {};
  try {
    return await client.send(new GetObjectCommand({ Bucket, Key, ...which }));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The stream is let go of as soon as the limit is passed. */
async function readBeginning({ Body }: GetObjectCommandOutput): Promise<{ body: Uint8Array; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_READ_BYTES) break;
  }
  const body = new Uint8Array(Buffer.concat(chunks, Math.min(length, MAX_READ_BYTES)));
  return { body, truncated: length >= MAX_READ_BYTES };
}

function sourceOf(
  bucket: string,
  key: string,
  reply: { readonly VersionId?: string | undefined; readonly ETag?: string | undefined },
): DocumentSource {
  const versionId = stableVersion(reply.VersionId);
  const etag = reply.ETag?.replaceAll('"', "");
  return { bucket, key, ...(versionId !== undefined && { versionId }), ...(etag !== undefined && { etag }) };
}

/** Where versioning is off or suspended, the version `null` is whatever was written last, so it names no revision. */
function stableVersion(versionId: string | undefined): string | undefined {
  return versionId === "null" ? undefined : versionId;
}

/**
 * No such object or version, another ETag, or a delete marker (a 405 when asked for by its version). A missing bucket
 * is none of these.
 */
function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["NoSuchKey", "NoSuchVersion", "NotFound", "PreconditionFailed", "MethodNotAllowed"].includes(error.name)
  );
}
