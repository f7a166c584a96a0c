import { documentIdOf } from "../documents/identity.ts";
import { submittedKey } from "../documents/keys.ts";
import type { LogSubject } from "../ports/log.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";
import { parseObjectEvent } from "./object-event.ts";

/** What a line is about that says how taking in an event failed: as much as the event shows. */
export interface EventSubject extends Partial<LogSubject> {
  readonly eventId?: string;
  readonly source?: string;
}

/** Never throws: an event may fail because it is none. */
export function subjectOfEvent(event: unknown, bucket: string): EventSubject {
  try {
    const envelope = parseEnvelope(event);
    const { id: eventId, source } = envelope;
    if (source !== "aws.s3") return { eventId, source, ...sentIn(envelope, bucket) };
    const object = parseObjectEvent(event);
    return { eventId, source, ...(object && { documentId: documentIdOf(object.bucket, object.key) }) };
  } catch {
    return { source: "none" };
  }
}

function sentIn({ id, account, source, detail }: Envelope, bucket: string): Partial<LogSubject> {
  const { name, correlationId = id } = (typeof detail === "object" && detail !== null ? detail : {}) as {
    readonly name?: unknown;
    readonly correlationId?: unknown;
  };
  return {
    ...(typeof name === "string" && { documentId: documentIdOf(bucket, submittedKey(account, source, name)) }),
    correlationId: typeof correlationId === "string" ? correlationId : id,
  };
}
