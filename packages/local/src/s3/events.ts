import type { ServiceEvent } from "../event-bridge/event-bridge.ts";

/** An object as HEAD shows it. */
export interface ObjectFacts {
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
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
  { etag, size }: ObjectFacts,
  reason: string,
): ServiceEvent {
  return serviceEvent("Object Created", context, { key, size, etag, sequencer: context.sequencer }, { reason });
}

/** S3's event for an object deleted from a bucket without versioning. */
export function objectDeleted(context: S3EventContext, key: string, etag: string): ServiceEvent {
  return serviceEvent(
    "Object Deleted",
    context,
    { key, etag, sequencer: context.sequencer },
    { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
  );
}

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
