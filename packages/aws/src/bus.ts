import { setTimeout as sleep } from "node:timers/promises";
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from "@aws-sdk/client-eventbridge";
import type { Clock, Random } from "@specdrop/engine";
import { BACKOFF, backoffMs } from "@specdrop/engine/backoff";
import { OPERATIONS_SOURCE, type OperationsEvent, type ResultEvent, SOURCE } from "@specdrop/events";

const MAX_ENTRIES = 10;
/** Per request. EventBridge takes 1 MB since 2026, and 256 KB before that and on what imitates it. */
const MAX_BYTES = 256 * 1024;
const ATTEMPTS = 4;

interface RefusedEntry {
  readonly entry: PutEventsRequestEntry;
  readonly code: string;
  readonly message: string;
}

interface BusOptions {
  readonly clock?: Pick<Clock, "sleep">;
  readonly random?: Random;
}

/**
 * The event bus results go to. An answer of HTTP 200 may still refuse entries: those are sent again a few times, and
 * what is refused to the end makes `publish` throw. Repeats are harmless, since event ids are deterministic.
 */
export function resultBus(
  client: EventBridgeClient,
  busName: string,
  options: BusOptions = {},
): { publish(events: readonly ResultEvent[]): Promise<void> } {
  return { publish: (events) => putEvents(client, busName, SOURCE, events, options) };
}

/** The same bus for notices about the pipeline itself, which have a source of their own. */
export function operationsBus(
  client: EventBridgeClient,
  busName: string,
  options: BusOptions = {},
): { announce(notices: readonly OperationsEvent[]): Promise<void> } {
  return { announce: (notices) => putEvents(client, busName, OPERATIONS_SOURCE, notices, options) };
}

async function putEvents(
  client: EventBridgeClient,
  busName: string,
  source: string,
  events: readonly (ResultEvent | OperationsEvent)[],
  { clock = { sleep }, random = Math.random }: BusOptions,
): Promise<void> {
  let left: readonly PutEventsRequestEntry[] = events.map((event) => toEntry(event, source, busName));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const failures = await putAll(client, left);
    if (failures.length > 0 && attempt >= ATTEMPTS) throw notTaken(failures, events.length, busName);
    left = failures.map(({ entry }) => entry);
    if (left.length > 0) await clock.sleep(backoffMs(BACKOFF.publish, attempt, random));
  }
}

function toEntry(
  { detailType, detail }: ResultEvent | OperationsEvent,
  source: string,
  busName: string,
): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Time: new Date(detail.metadata.time),
  };
}

async function putAll(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<readonly RefusedEntry[]> {
  const failures: RefusedEntry[] = [];
  for (const batch of batches(entries)) {
    const reply = await client.send(new PutEventsCommand({ Entries: batch }));
    failures.push(...batch.flatMap((entry, index) => failureOf(entry, reply.Entries?.[index])));
  }
  return failures;
}

/** Results stand in the order of their entries; one that is missing, or has no EventId, vouches for nothing. */
function failureOf(entry: PutEventsRequestEntry, result: PutEventsResultEntry | undefined): readonly RefusedEntry[] {
  if (result?.EventId !== undefined && result.ErrorCode === undefined) return [];
  return [{ entry, code: result?.ErrorCode ?? "NoResult", message: result?.ErrorMessage ?? "no reason given" }];
}

function batches(entries: readonly PutEventsRequestEntry[]): readonly PutEventsRequestEntry[][] {
  const result: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entrySize(entry);
    const last = result.at(-1);
    if (last !== undefined && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      result.push([entry]);
      bytes = size;
    }
  }
  return result;
}

/** As EventBridge counts it: 14 bytes for the time, and the UTF-8 length of the texts. */
function entrySize({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}

function notTaken(failures: readonly RefusedEntry[], total: number, busName: string): Error {
  const counts = new Map<string, number>();
  for (const { code } of failures) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].map(([code, count]) => `${code} × ${count}`).join(", ");
  return new Error(`${failures.length} of ${total} events were not taken by the bus ${busName}: ${codes}.`, {
    cause: new AggregateError(failures.map(({ code, message }) => new Error(`${code}: ${message}`))),
  });
}
