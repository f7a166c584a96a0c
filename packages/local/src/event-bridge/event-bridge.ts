import { type Bus, busCalls, busNamed, findBus, type KeptBus, keptBus, newBus, restoredBus } from "./buses.ts";
import {
  type BusEvent,
  type EntryFailure,
  entryBytes,
  MAX_ENTRIES,
  MAX_ENTRIES_BYTES,
  type PutEventsEntry,
  readEntry,
} from "./entries.ts";
import { EventBridgeError } from "./errors.ts";
import { type InputContext, inputOf } from "./input.ts";
import { matchesPattern } from "./pattern.ts";
import { ruleArn, ruleCalls } from "./rules.ts";
import type { Target } from "./target.ts";

export interface EventBridgeOptions {
  readonly region: string;
  readonly account: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Starts the deliveries of an event; failing and retrying are their own affair. */
  readonly deliver: (bus: string, event: BusEvent, deliveries: readonly TargetDelivery[]) => void;
  /** What an earlier process left. */
  readonly kept?: { readonly buses: readonly KeptBus[]; readonly events: readonly KeptEvent[] };
}

/** What a rule's target is to get of an event. */
export interface TargetDelivery {
  readonly target: Target;
  readonly ruleArn?: string;
  /** JSON, where it is not the event itself. */
  readonly input?: string;
  /** Why EventBridge does not even try. */
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** An event, and the name of its bus. */
interface KeptEvent {
  readonly bus: string;
  readonly event: BusEvent;
}

/** What is put on a bus, before the bus has signed it. */
export type ServiceEvent = Pick<BusEvent, "detail-type" | "source" | "resources" | "detail">;

export type EventBridge = ReturnType<typeof createEventBridge>;

/** The event buses: events in, rules, targets out. Methods throw an `EventBridgeError`. */
export function createEventBridge({ region, account, now, newId, deliver, kept }: EventBridgeOptions) {
  const restored = (kept?.buses ?? []).map(restoredBus);
  const buses = new Map<string, Bus>(restored.map((bus) => [bus.name, bus]));
  const defaultBus = buses.get("default") ?? newBus("default");
  buses.set("default", defaultBus);
  for (const { bus, event } of kept?.events ?? []) buses.get(bus)?.events.push(event);
  const arn = (resource: string) => `arn:aws:events:${region}:${account}:${resource}`;

  /** Puts an event on a bus and starts its deliveries. */
  function put(bus: Bus, event: ServiceEvent, epochMs: number): BusEvent {
    const delivered: BusEvent = {
      version: "0",
      id: newId(),
      "detail-type": event["detail-type"],
      source: event.source,
      account,
      time: toSecond(epochMs),
      region,
      resources: event.resources,
      detail: event.detail,
    };
    route(bus, delivered, false);
    return delivered;
  }

  /** Puts a signed event on a bus: one that comes from another bus stays as it is, and goes to no third. */
  function route(bus: Bus, event: BusEvent, isForwarded: boolean): void {
    bus.events.push(event);
    const ingestedAt = now();
    const matching = [...bus.rules.values()].filter(
      ({ enabled, pattern }) => enabled && matchesPattern(pattern, event),
    );
    const deliveries = matching.flatMap(({ name: ruleName, targets }) => {
      const context = { ruleArn: ruleArn(arn, bus, ruleName), ruleName, ingestedAt };
      return [...targets.values()].map((target) => deliveryOf(target, event, context, bus.name, isForwarded));
    });
    deliver(bus.name, event, deliveries);
  }

  function putEntry(entry: PutEventsEntry): { readonly EventId: string } | EntryFailure {
    const read = readEntry(entry);
    if ("ErrorCode" in read) return read;
    const bus = findBus(buses, entry.EventBusName);
    // AWS takes an event for a bus that does not exist, and drops it. Here that is said.
    if (bus === undefined) {
      const message = `Event bus ${entry.EventBusName} does not exist.`;
      return { ErrorCode: "ResourceNotFoundException", ErrorMessage: message };
    }
    const { DetailType = "", Source = "", Resources = [], Time } = entry;
    const event = { "detail-type": DetailType, source: Source, resources: Resources, detail: read.detail };
    return { EventId: put(bus, event, Time === undefined ? now() : Time * 1000).id };
  }

  return {
    ...busCalls(buses, arn),
    ...ruleCalls(buses, arn),

    putEvents({ Entries: entries }: { readonly Entries?: readonly PutEventsEntry[] }) {
      if (entries === undefined || entries.length === 0 || entries.length > MAX_ENTRIES) {
        throw new EventBridgeError(
          "ValidationException",
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}`,
        );
      }
      if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= MAX_ENTRIES_BYTES) {
        throw new EventBridgeError(
          "ValidationException",
          "Total size of the entries in the request is over the limit.",
        );
      }
      const results = entries.map(putEntry);
      return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    },

    /** Puts on a bus what a rule of another one sends there. Throws where there is no such bus. */
    forward: (busArn: string, event: BusEvent): void => route(busNamed(buses, busArn), event, true),

    /** An AWS service's own event, on the default bus. */
    putServiceEvent: (event: ServiceEvent) => put(defaultBus, event, now()),

    /** Every bus with its rules and targets. */
    configuration: (): readonly KeptBus[] => [...buses.values()].map(keptBus),

    /** Every event put on a bus so far, as delivered; `[]` where there is no such bus. */
    eventsOn: (name: string): readonly BusEvent[] => findBus(buses, name)?.events ?? [],
  };
}

function deliveryOf(
  target: Target,
  event: BusEvent,
  context: InputContext,
  bus: string,
  isForwarded: boolean,
): TargetDelivery {
  const { ruleArn } = context;
  const refusal = hopRefusal(target, event, bus, isForwarded);
  if (refusal !== undefined) return { target, ruleArn, refusal };
  try {
    const input = inputOf(target, event, context);
    return { target, ruleArn, ...(input !== undefined && { input }) };
  } catch (error) {
    if (!(error instanceof EventBridgeError)) throw error;
    return { target, ruleArn, refusal: { code: error.name, message: error.message } };
  }
}

/** Why an event does not go on to a bus: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html */
function hopRefusal({ Arn }: Target, { id }: BusEvent, bus: string, isForwarded: boolean): TargetDelivery["refusal"] {
  if (Arn.split(":")[2] !== "events") return undefined;
  if (Arn.endsWith(`:event-bus/${bus}`)) {
    return { code: "LOOP_DETECTED", message: `Event ${id} comes from the event bus that is its target.` };
  }
  if (!isForwarded) return undefined;
  return {
    code: "THIRD_ACCOUNT_HOP_DETECTED",
    message: `Event ingestion rejected for event ${id} because an event can be sent to an event bus target only once. This event was previously delivered to an event bus target.`,
  };
}

/** ISO 8601 as EventBridge writes it: without a fraction. */
function toSecond(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
