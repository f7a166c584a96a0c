import { parseRecord } from "../json.ts";

/** One entry of a PutEvents call, as it arrives; `Time` in epoch seconds. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  readonly Time?: number;
}

/** An event as EventBridge delivers it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EntryFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export const MAX_ENTRIES = 10;
/** Raised from 256 KB in January 2026. */
export const MAX_ENTRIES_BYTES = 1_048_576;
const MAX_DETAIL_TYPE = 128;

/** Bytes of an entry as EventBridge counts them. */
export function entryBytes(entry: PutEventsEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.map((text) => (text === undefined ? 0 : Buffer.byteLength(text)));
  return bytes.reduce((sum, size) => sum + size, entry.Time === undefined ? 0 : 14);
}

/** The entry's detail, or why EventBridge does not take the entry. */
export function readEntry(entry: PutEventsEntry): { readonly detail: Record<string, unknown> } | EntryFailure {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if (typeof entry[name] !== "string" || entry[name] === "")
      return invalid(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if ((entry.DetailType ?? "").length > MAX_DETAIL_TYPE)
    return invalid(`Parameter DetailType is not valid. Reason: it must be at most ${MAX_DETAIL_TYPE} characters long.`);
  if (entry.Source?.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  const detail = parseRecord(entry.Detail ?? "");
  return detail === undefined ? { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." } : { detail };
}

function invalid(message: string): EntryFailure {
  return { ErrorCode: "InvalidArgument", ErrorMessage: message };
}
