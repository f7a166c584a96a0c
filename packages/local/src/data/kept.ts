import { applyChange, type StateChange } from "../cloud-control/changes.ts";
import { NO_FAULTS } from "../cloud-control/faults.ts";
import { emptyState, type State } from "../cloud-control/state.ts";
import type { FailedDelivery } from "../deliveries.ts";
import type { KeptBus } from "../event-bridge/buses.ts";
import type { BusEvent } from "../event-bridge/entries.ts";
import type { TargetDelivery } from "../event-bridge/event-bridge.ts";
import type { S3Intent } from "../s3/intents.ts";
import { foldVersionLine, type VersionIndex, type VersionLine, versionLines } from "../s3/version-index.ts";
import type { KeptMessage } from "../slack-message.ts";
import type { SlackFaults } from "../slack-sink.ts";
import type { Parameter } from "../ssm/parameter-store.ts";

/** One thing that happened in the stack and must outlive its process. */
export type KeptLine =
  | { readonly kind: "cloudControl"; readonly change: StateChange }
  | { readonly kind: "cloudControlState"; readonly state: State }
  /** Configuration of all buses; their events come one by one. */
  | { readonly kind: "buses"; readonly buses: readonly KeptBus[] }
  /** An event, and the targets that are to have it. */
  | {
      readonly kind: "event";
      readonly bus: string;
      readonly event: BusEvent;
      readonly deliveries: readonly KeptDelivery[];
    }
  | { readonly kind: "delivered"; readonly id: string; readonly failure?: FailedDelivery }
  | { readonly kind: "notifying"; readonly buckets: readonly string[] }
  | { readonly kind: "intent"; readonly intent: S3Intent }
  | { readonly kind: "written"; readonly id: string }
  | VersionLine
  | { readonly kind: "slack"; readonly message: KeptMessage }
  /** A message as it is after an edit. */
  | { readonly kind: "slackEdit"; readonly message: KeptMessage }
  | { readonly kind: "slackFaults"; readonly faults: SlackFaults }
  /** All parameters of Systems Manager. */
  | { readonly kind: "parameters"; readonly parameters: readonly Parameter[] };

/** An event on its way to a target of a rule. */
export interface KeptDelivery extends TargetDelivery {
  readonly id: string;
}

/** What the lines come to. */
export interface Kept {
  cloudControl: State;
  buses: readonly KeptBus[];
  readonly events: { readonly bus: string; readonly event: BusEvent }[];
  /** Deliveries that have not ended, by id. */
  readonly deliveries: Map<
    string,
    { readonly bus: string; readonly event: BusEvent; readonly delivery: TargetDelivery }
  >;
  readonly failures: FailedDelivery[];
  notifying: readonly string[];
  /** Writes to S3 of which it is not known whether they happened, by id. */
  readonly intents: Map<string, S3Intent>;
  readonly versions: VersionIndex;
  readonly slack: KeptMessage[];
  slackFaults: SlackFaults | undefined;
  parameters: readonly Parameter[];
}

export function foldLines(lines: readonly KeptLine[]): Kept {
  const kept: Kept = {
    cloudControl: emptyState(NO_FAULTS),
    buses: [],
    events: [],
    deliveries: new Map(),
    failures: [],
    notifying: [],
    intents: new Map(),
    versions: new Map(),
    slack: [],
    slackFaults: undefined,
    parameters: [],
  };
  for (const line of lines) fold(kept, line);
  return kept;
}

function fold(kept: Kept, line: KeptLine): void {
  switch (line.kind) {
    case "cloudControl":
      applyChange(kept.cloudControl, line.change);
      return;
    case "cloudControlState":
      kept.cloudControl = line.state;
      return;
    case "buses":
      kept.buses = line.buses;
      return;
    case "event":
      kept.events.push({ bus: line.bus, event: line.event });
      for (const { id, ...delivery } of line.deliveries) {
        kept.deliveries.set(id, { bus: line.bus, event: line.event, delivery });
      }
      return;
    case "delivered":
      kept.deliveries.delete(line.id);
      if (line.failure !== undefined) kept.failures.push(line.failure);
      return;
    case "notifying":
      kept.notifying = line.buckets;
      return;
    case "intent":
      kept.intents.set(line.intent.id, line.intent);
      return;
    case "written":
      kept.intents.delete(line.id);
      return;
    case "versioned":
    case "bucketDeleted":
    case "version":
    case "versionRemoved":
      foldVersionLine(kept.versions, line);
      return;
    case "slack":
      kept.slack.push(line.message);
      return;
    case "slackEdit": {
      const edited = kept.slack.findIndex(({ ts }) => ts === line.message["ts"]);
      if (edited >= 0) kept.slack[edited] = line.message;
      return;
    }
    case "slackFaults":
      kept.slackFaults = line.faults;
      return;
    case "parameters":
      kept.parameters = line.parameters;
  }
}

/** The fewest lines that come to the same. */
export function* linesOf(kept: Kept): Iterable<KeptLine> {
  yield { kind: "cloudControlState", state: kept.cloudControl };
  yield { kind: "buses", buses: kept.buses };
  // An event that one bus sent to another is on both, with one id.
  const left = Map.groupBy(kept.deliveries, ([, { bus, event }]) => `${bus} ${event.id}`);
  for (const { bus, event } of kept.events) {
    const deliveries = (left.get(`${bus} ${event.id}`) ?? []).map(([id, { delivery }]) => ({ id, ...delivery }));
    yield { kind: "event", bus, event, deliveries };
  }
  for (const failure of kept.failures) yield { kind: "delivered", id: "", failure };
  yield { kind: "notifying", buckets: kept.notifying };
  for (const intent of kept.intents.values()) yield { kind: "intent", intent };
  yield* versionLines(kept.versions);
  for (const message of kept.slack) yield { kind: "slack", message };
  if (kept.slackFaults !== undefined) yield { kind: "slackFaults", faults: kept.slackFaults };
  if (kept.parameters.length > 0) yield { kind: "parameters", parameters: kept.parameters };
}
