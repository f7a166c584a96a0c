import type { ServerResponse } from "node:http";
import type { S3Address } from "./request.ts";
import type { ObjectVersion } from "./version-index.ts";
import { VERSIONS_BUCKET, type Versions } from "./versions.ts";
import { sendError } from "./xml.ts";

/** Where a request is answered from instead, and the headers that its answer has besides. */
export interface Redirected {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MARKER = { "x-amz-delete-marker": "true" };

/**
 * A read of an object in a versioned bucket, led to the copy of the version that it asks for. `undefined` where it is
 * answered already. https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function redirectRead(
  versions: Versions,
  { bucket, key, query }: S3Address,
  response: ServerResponse,
): Redirected | undefined {
  const asked = query.get("versionId");
  if (asked === "") {
    sendError(response, 400, "InvalidArgument", "Version id cannot be the empty string");
    return undefined;
  }
  const version = asked === null ? versions.of(bucket, key)[0] : versions.find(bucket, key, asked);
  if (version === undefined || version.isMarker) {
    refuse(response, asked, version);
    return undefined;
  }
  const rest = new URLSearchParams(query);
  rest.delete("versionId");
  const target = `/${VERSIONS_BUCKET}/${encodeURIComponent(version.stored)}`;
  return {
    target: rest.size === 0 ? target : `${target}?${rest}`,
    headers: { "x-amz-version-id": version.id },
  };
}

function refuse(response: ServerResponse, asked: string | null, marker: ObjectVersion | undefined): void {
  const headers = marker === undefined ? {} : { ...MARKER, "x-amz-version-id": marker.id };
  if (asked === null) sendError(response, 404, "NoSuchKey", "The specified key does not exist.", headers);
  else if (marker === undefined) {
    sendError(response, 404, "NoSuchVersion", "The specified version does not exist.");
  } else {
    const message = "The specified method is not allowed against this resource.";
    const lastModified = new Date(marker.modifiedAt).toUTCString();
    sendError(response, 405, "MethodNotAllowed", message, {
      ...headers,
      allow: "DELETE",
      "last-modified": lastModified,
    });
  }
}

/** What a copy reads, by the header that names it, and the headers that its answer has besides. */
export interface CopySource {
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `undefined` where the request is answered already. */
export function redirectCopy(versions: Versions, header: string, response: ServerResponse): CopySource | undefined {
  const [path = "", asked] = header.split("?versionId=");
  const decoded = decode(path.startsWith("/") ? path.slice(1) : path);
  const slash = decoded.indexOf("/");
  const [bucket, key] = [decoded.slice(0, Math.max(slash, 0)), decoded.slice(slash + 1)];
  if (bucket === VERSIONS_BUCKET) {
    sendError(response, 404, "NoSuchBucket", "The specified bucket does not exist");
    return undefined;
  }
  if (!versions.isOn(bucket)) return { source: path, headers: {} };
  const version = asked === undefined ? versions.of(bucket, key)[0] : versions.find(bucket, key, decode(asked));
  if (version === undefined || version.isMarker) {
    if (asked === undefined) sendError(response, 404, "NoSuchKey", "The specified key does not exist.");
    else if (version === undefined) {
      sendError(response, 404, "NoSuchVersion", "The specified version does not exist.");
    } else {
      const message = "The source of a copy request may not specifically refer to a delete marker by version id.";
      sendError(response, 400, "InvalidRequest", message);
    }
    return undefined;
  }
  return {
    source: `${VERSIONS_BUCKET}/${encodeURIComponent(version.stored)}`,
    headers: { "x-amz-copy-source-version-id": version.id },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
