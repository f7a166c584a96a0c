import type { IncomingMessage, ServerResponse } from "node:http";
import { type ReadRequest, replayedObject, sent } from "../http.ts";
import { listVersions } from "./list-versions.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ObjectVersion } from "./version-index.ts";
import type { Versions } from "./versions.ts";
import { NAMESPACE, sendError, sendXml } from "./xml.ts";

export interface BucketSettingsOptions {
  readonly store: ObjectStore;
  readonly versions: Versions;
  /** Buckets whose events go to EventBridge. */
  readonly notifying: Set<string>;
  readonly onNotifying: () => void;
  readonly route: (request: IncomingMessage, response: ServerResponse) => void;
}

interface AddressedBucket {
  readonly bucket: string;
  readonly query: URLSearchParams;
}

/** What S3 answers about a bucket itself: its notifications, its location, its versioning, its versions. */
export function bucketSettings({ store, versions, notifying, onNotifying, route }: BucketSettingsOptions) {
  function notifications({ request, body }: ReadRequest, response: ServerResponse, bucket: string): void {
    if (request.method === "PUT") {
      const on = body.toString().includes("EventBridgeConfiguration");
      if (on) notifying.add(bucket);
      else notifying.delete(bucket);
      onNotifying();
      response.writeHead(200).end();
      return;
    }
    const inner = notifying.has(bucket) ? "<EventBridgeConfiguration></EventBridgeConfiguration>" : "";
    sendXml(response, `<NotificationConfiguration ${NAMESPACE}>${inner}</NotificationConfiguration>`);
  }

  function versioning({ request, body }: ReadRequest, response: ServerResponse, bucket: string): void {
    if (request.method !== "PUT") {
      const inner = versions.isOn(bucket) ? "<Status>Enabled</Status>" : "";
      sendXml(response, `<VersioningConfiguration ${NAMESPACE}>${inner}</VersioningConfiguration>`);
    } else if (/<Status>\s*Enabled\s*<\/Status>/.test(body.toString())) {
      versions.turnOn(bucket);
      response.writeHead(200).end();
    } else {
      sendError(response, 501, "NotImplemented", "Versioning cannot be suspended in this emulator.");
    }
  }

  /** In a bucket without versions each object is the version `null`. */
  function listed(bucket: string, query: URLSearchParams): string {
    const keys = versions.isOn(bucket)
      ? versions.keys(bucket).map((key) => ({ key, versions: versions.of(bucket, key) }))
      : store.keys(bucket).map((key) => ({ key, versions: unversioned(bucket, key) }));
    return listVersions(bucket, keys, query);
  }

  function unversioned(bucket: string, key: string): readonly ObjectVersion[] {
    const object = store.find(bucket, key);
    if (object === undefined) return [];
    const { etag, contentLength: size, lastModified } = object;
    return [{ id: "null", stored: key, etag: etag.replaceAll('"', ""), size, modifiedAt: lastModified.getTime() }];
  }

  return {
    /** `false`, and nothing answered, where the request is about something else. */
    answerSetting(read: ReadRequest, response: ServerResponse, { bucket, query }: AddressedBucket): boolean {
      const isMissing = !store.hasBucket(bucket);
      if (isMissing && (query.has("versioning") || query.has("versions"))) {
        sendError(response, 404, "NoSuchBucket", "The specified bucket does not exist");
      } else if (query.has("notification")) notifications(read, response, bucket);
      else if (query.has("location") && read.request.method === "GET") {
        sendXml(response, `<LocationConstraint ${NAMESPACE}/>`);
      } else if (query.has("versioning")) versioning(read, response, bucket);
      else if (query.has("versions")) sendXml(response, listed(bucket, query));
      else return false;
      return true;
    },

    async deleteBucket(read: ReadRequest, response: ServerResponse, bucket: string): Promise<void> {
      if (versions.keys(bucket).length > 0) {
        const message = "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
        return sendError(response, 409, "BucketNotEmpty", message);
      }
      route(replayedObject(read), response);
      await sent(response);
      if (response.statusCode < 400) versions.bucketDeleted(bucket);
    },
  };
}
