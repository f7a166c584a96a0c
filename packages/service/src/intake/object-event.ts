import { submittingAccount } from "../documents/keys.ts";
import { fieldsOf, optionalText, parseEnvelope, textOf } from "./envelope.ts";

/** What S3 says happened to an object, as EventBridge delivers it. */
export interface ObjectEvent {
  readonly kind: "created" | "deleted";
  /** The envelope's. */
  readonly id: string;
  /** The envelope's, in epoch milliseconds of whole seconds. */
  readonly time?: number;
  readonly bucket: string;
  /** As it is: EventBridge, unlike S3's own notifications, does not form-encode keys. */
  readonly key: string;
  /** Present in a versioned bucket; of a deletion it is the delete marker's or the removed version's. */
  readonly versionId?: string;
  readonly etag?: string;
  /** Hexadecimal; orders the events of one key. */
  readonly sequencer?: string;
  readonly requestId?: string;
  /** An account id, or an AWS service; absent where it is the account that the event is in. For one that came as an event, its sender's. */
  readonly requester?: string;
  /** Who made the request by S3's event, the account that the event is in included. */
  readonly writer?: string;
  /** The request that made the object, such as PutObject or CopyObject. */
  readonly reason?: string;
  readonly deletionType?: "Permanently Deleted" | "Delete Marker Created";
}

const KINDS: Readonly<Record<string, ObjectEvent["kind"]>> = {
  "Object Created": "created",
  "Object Deleted": "deleted",
};

/**
 * Reads an S3 event; `undefined` for other detail types. Fields by the S3 user guide, "EventBridge event message
 * structure". Throws a TypeError where bucket or key is missing.
 */
export function parseObjectEvent(event: unknown): ObjectEvent | undefined {
  const envelope = parseEnvelope(event);
  const kind = Object.hasOwn(KINDS, envelope.detailType) ? KINDS[envelope.detailType] : undefined;
  if (kind === undefined) return undefined;

  const detail = fieldsOf(envelope.detail, "detail");
  const object = fieldsOf(detail["object"], "detail.object");
  const key = textOf(object, "key", "detail.object");
  const optional = {
    versionId: optionalText(object, "version-id"),
    etag: optionalText(object, "etag"),
    sequencer: optionalText(object, "sequencer"),
    requestId: optionalText(detail, "request-id"),
    requester:
      foreignRequester(optionalText(detail, "requester"), envelope.account) ??
      // Intake wrote it, for whoever sent the document as an event.
      foreignRequester(submittingAccount(key), envelope.account),
    writer: optionalText(detail, "requester"),
    reason: optionalText(detail, "reason"),
    deletionType: optionalText(detail, "deletion-type"),
  };
  return {
    kind,
    id: envelope.id,
    ...(envelope.time === undefined ? {} : { time: envelope.time }),
    bucket: textOf(fieldsOf(detail["bucket"], "detail.bucket"), "name", "detail.bucket"),
    key,
    ...definedOnly(optional),
  };
}

function foreignRequester(requester: string | undefined, account: string | undefined): string | undefined {
  return requester === account ? undefined : requester;
}

function definedOnly(
  optional: {
    readonly [Name in keyof ObjectEvent]?: string | undefined;
  },
): Partial<
  Pick<
    ObjectEvent,
    "versionId" | "etag" | "sequencer" | "requestId" | "requester" | "writer" | "reason" | "deletionType"
  >
> {
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
}
