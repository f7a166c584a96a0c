import type { ProgressEvent } from "./api.ts";

/** A request ends after 15 s without a reply: a clock that was set forward meanwhile makes it no longer. */
const LONGEST_MS = 15_000;
/** The Date header counts whole seconds, and machines behind one endpoint may be a little apart. */
const SLACK_MS = 2_000;

/**
 * Whether the first reply to a write is the event of an earlier request with the same ClientToken: one that was initiated
 * (EventTime) before this request was made, by the clock of who replied (its Date header). Of our own clock only the
 * difference counts: `tookMs`, from sending the request to its reply. `undefined` where the reply lacks one of the two.
 */
export function isReplay(
  { EventTime, repliedAt }: Pick<ProgressEvent, "EventTime" | "repliedAt">,
  tookMs: number,
): boolean | undefined {
  if (EventTime === undefined || repliedAt === undefined) return undefined;
  const initiatedAt = EventTime instanceof Date ? EventTime.getTime() : EventTime * 1_000;
  const sentAt = repliedAt - Math.min(LONGEST_MS, Math.max(0, tookMs));
  return initiatedAt < sentAt - SLACK_MS;
}
