import type { S3Client } from "@aws-sdk/client-s3";
import { decodeMetadata, encodeMetadata } from "@specdrop/aws/specs-bucket/metadata";
import type { Author } from "@specdrop/ledger/history-entry";
import { metadataOf, ROLLED_BACK, WAY } from "@specdrop/service/authorship";

/** An object's place, and the version that is to be its content again. */
export interface OldVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** What the bucket has under the key now: its ETag without quotes, and whether CI wrote it. `undefined` where it is deleted. */
export interface CurrentObject {
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export async function currentObject(
  client: S3Client,
  { bucket: Bucket, key: Key }: Omit<OldVersion, "versionId">,
): Promise<CurrentObject | undefined> {
  const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    const { ETag = "", Metadata = {} } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    return { etag: ETag.replaceAll('"', ""), metadata: decodeMetadata(Metadata) };
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return undefined;
    throw error;
  }
}

/** What a rollback leaves in the object's metadata. */
export interface RollbackNote {
  readonly documentId: string;
  readonly correlationId: string;
  readonly author: Omit<Author, "from">;
}

/**
 * Copies the version onto its key, in one request: it happens, or it does not. `undefined` where somebody has written the
 * object since `current` was read. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
 */
export async function copyVersion(
  client: S3Client,
  { bucket: Bucket, key: Key, versionId }: OldVersion,
  current: CurrentObject | undefined,
  { documentId, correlationId, author }: RollbackNote,
): Promise<{ readonly versionId?: string } | undefined> {
  const { CopyObjectCommand, HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const { ContentType } = await client.send(new HeadObjectCommand({ Bucket, Key, VersionId: versionId }));
  const path = `${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
  const note = { "correlation-id": correlationId, [WAY]: "rollback", [ROLLED_BACK]: documentId, ...metadataOf(author) };
  try {
    const { VersionId } = await client.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${path}?versionId=${encodeURIComponent(versionId)}`,
        MetadataDirective: "REPLACE",
        Metadata: encodeMetadata(note),
        ContentType,
        ...(current === undefined ? { IfNoneMatch: "*" } : { IfMatch: `"${current.etag}"` }),
      }),
    );
    return VersionId === undefined ? {} : { versionId: VersionId };
  } catch (error) {
    const isOther = error instanceof Error && ["PreconditionFailed", "ConditionalRequestConflict"].includes(error.name);
    if (isOther) return undefined;
    throw error;
  }
}
