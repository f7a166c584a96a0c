import type { ServiceEvent } from "../event-bridge/event-bridge.ts";
import { markerCreated, type ObjectFacts, objectCreated, objectDeleted, type S3EventContext } from "./events.ts";
import type { S3Write } from "./request.ts";

/** The event of a write to one key; `undefined` where it changed nothing. */
export function eventOf(
  context: S3EventContext,
  change: S3Write,
  key: string,
  { was, is }: { readonly was: ObjectFacts | undefined; readonly is: ObjectFacts | undefined },
): ServiceEvent | undefined {
  const isNewVersion = is?.versionId === undefined || is.versionId !== was?.versionId;
  if (change.kind === "put") {
    return is && !is.isMarker && isNewVersion ? objectCreated(context, key, is, change.reason) : undefined;
  }
  // Whether S3 reports the deletion of nothing is not documented; here it does not.
  if (is === undefined) return was && objectDeleted(context, key, was);
  return is.isMarker && isNewVersion ? markerCreated(context, key, is) : undefined;
}
