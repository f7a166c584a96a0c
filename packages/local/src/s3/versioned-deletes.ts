import type { ServerResponse } from "node:http";
import type { S3Write } from "./request.ts";
import type { Versions } from "./versions.ts";
import { element, NAMESPACE, sendXml } from "./xml.ts";

/** What became of the deletion of one key. */
interface Deleted {
  readonly key: string;
  /** The version that was asked for. */
  readonly versionId: string | null;
  /** The delete marker that was made, or deleted. */
  readonly markerId?: string;
}

/**
 * Deletes from a versioned bucket, and answers. https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 */
export function deleteVersions(
  versions: Versions,
  bucket: string,
  change: S3Write & { readonly kind: "delete" },
  {
    response,
    isQuiet,
    headers,
  }: { response: ServerResponse; isQuiet: boolean; headers: Readonly<Record<string, string>> },
): void {
  const { keys, versionIds = [], isBulk } = change;
  const deleted = keys.map((key, index) => deleteOne(versions, bucket, key, versionIds[index] ?? null));
  if (isBulk) {
    const entries = isQuiet ? [] : deleted.map(entryOf);
    sendXml(response, `<DeleteResult ${NAMESPACE}>${entries.join("")}</DeleteResult>`, 200, headers);
    return;
  }
  const [{ versionId, markerId } = { versionId: null }] = deleted;
  const id = versionId ?? markerId;
  response.writeHead(204, {
    ...headers,
    ...(id !== undefined && { "x-amz-version-id": id }),
    ...(markerId !== undefined && { "x-amz-delete-marker": "true" }),
  });
  response.end();
}

function deleteOne(versions: Versions, bucket: string, key: string, versionId: string | null): Deleted {
  if (versionId === null) return { key, versionId, markerId: versions.mark(bucket, key).id };
  const removed = versions.remove(bucket, key, versionId);
  return { key, versionId, ...(removed?.isMarker && { markerId: removed.id }) };
}

function entryOf({ key, versionId, markerId }: Deleted): string {
  const parts = [
    element("Key", key),
    element("VersionId", versionId ?? undefined),
    element("DeleteMarker", markerId === undefined ? undefined : true),
    element("DeleteMarkerVersionId", markerId),
  ];
  return `<Deleted>${parts.join("")}</Deleted>`;
}
