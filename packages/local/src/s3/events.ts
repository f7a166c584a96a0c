import type { ServiceEvent } from "../event-bridge/event-bridge.ts";

/** An object as HEAD shows it. */
export interface ObjectFacts {
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  /** In a versioned bucket. */
  readonly versionId?: string;
  readonly isMarker?: true;
}

export interface S3EventContext {
  readonly bucket: string;
  readonly account: string;
  readonly requestId: string;
  readonly sourceIp: string;
  /** Hex, greater with every event. */
  readonly sequencer: string;
}

/** S3's event for a stored object; the key is as it is, not URL-encoded. */
export function objectCreated(
  context: S3EventContext,
  key: string,
  { etag, size, versionId }: ObjectFacts,
  reason: string,
): ServiceEvent {
  const object = { key, size, etag, ...versionOf(versionId), sequencer: context.sequencer };
  return serviceEvent("Object Created", context, object, { reason });
}

/** S3's event for an object, or a version, that is deleted for good. */
export function objectDeleted(context: S3EventContext, key: string, deleted: ObjectFacts): ServiceEvent {
  const etag = deleted.isMarker ? ETAG_OF_NOTHING : deleted.etag;
  return deletedEvent(context, key, etag, deleted.versionId, "Permanently Deleted");
}

/** The ETag of no bytes, which S3's example of a delete marker's event has. */
const ETAG_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

/** S3's event for a delete marker, which is the object's newest version from then on. */
export function markerCreated(context: S3EventContext, key: string, { versionId }: ObjectFacts): ServiceEvent {
  return deletedEvent(context, key, ETAG_OF_NOTHING, versionId, "Delete Marker Created");
}

function deletedEvent(
  context: S3EventContext,
  key: string,
  etag: string,
  versionId: string | undefined,
  deletionType: "Permanently Deleted" | "Delete Marker Created",
): ServiceEvent {
  const object = { key, etag, ...versionOf(versionId), sequencer: context.sequencer };
  return serviceEvent("Object Deleted", context, object, { reason: "DeleteObject", "deletion-type": deletionType });
}

const versionOf = (versionId: string | undefined) => (versionId === undefined ? {} : { "version-id": versionId });

function serviceEvent(detailType: string, context: S3EventContext, object: object, rest: object): ServiceEvent {
  return {
    "detail-type": detailType,
    source: "aws.s3",
    resources: [`arn:aws:s3:::${context.bucket}`],
    detail: {
      version: "0",
      "event-version": "1.0",
      bucket: { name: context.bucket },
      object,
      "request-id": context.requestId,
      requester: context.account,
      "source-ip-address": context.sourceIp,
      ...rest,
    },
  };
}
