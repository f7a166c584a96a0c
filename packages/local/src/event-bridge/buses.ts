import type { BusEvent } from "./entries.ts";
import { EventBridgeError } from "./errors.ts";
import { parsePattern } from "./pattern.ts";
import type { Target } from "./target.ts";

export interface BusRule {
  readonly name: string;
  readonly patternText: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly description?: string;
  readonly targets: Map<string, Target>;
}

export interface Bus {
  readonly name: string;
  readonly rules: Map<string, BusRule>;
  /** Every event put on it, oldest first. */
  readonly events: BusEvent[];
}

/** A bus without its events, as JSON can hold it. */
export interface KeptBus {
  readonly name: string;
  readonly rules: readonly (Omit<BusRule, "pattern" | "targets"> & { readonly targets: readonly Target[] })[];
}

export function keptBus({ name, rules }: Bus): KeptBus {
  const kept = [...rules.values()].map(({ pattern: _, targets, ...rule }) => ({
    ...rule,
    targets: [...targets.values()],
  }));
  return { name, rules: kept };
}

export function restoredBus({ name, rules }: KeptBus): Bus {
  const bus = newBus(name);
  for (const { targets, ...rule } of rules) {
    const byId = new Map(targets.map((target) => [target.Id, target]));
    bus.rules.set(rule.name, { ...rule, pattern: parsePattern(rule.patternText), targets: byId });
  }
  return bus;
}

export type Arn = (resource: string) => string;

export function newBus(name: string): Bus {
  return { name, rules: new Map(), events: [] };
}

/** By name or ARN; the default bus without either. */
export function findBus(buses: ReadonlyMap<string, Bus>, nameOrArn = "default"): Bus | undefined {
  return buses.get(busName(nameOrArn));
}

export function busNamed(buses: ReadonlyMap<string, Bus>, nameOrArn?: string): Bus {
  const bus = findBus(buses, nameOrArn);
  if (bus !== undefined) return bus;
  throw new EventBridgeError("ResourceNotFoundException", `Event bus ${busName(nameOrArn ?? "")} does not exist.`);
}

function busName(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1) : nameOrArn;
}

/** The calls that manage buses. */
export function busCalls(buses: Map<string, Bus>, arn: Arn) {
  const describe = ({ name }: Bus) => ({ Name: name, Arn: arn(`event-bus/${name}`) });
  return {
    createEventBus({ Name }: { readonly Name: string }) {
      if (typeof Name !== "string" || !/^[/.\-_A-Za-z0-9]{1,256}$/.test(Name)) {
        throw new EventBridgeError("ValidationException", `Event bus name ${Name} is not valid.`);
      }
      if (buses.has(Name)) {
        throw new EventBridgeError("ResourceAlreadyExistsException", `Event bus ${Name} already exists.`);
      }
      buses.set(Name, newBus(Name));
      return { EventBusArn: arn(`event-bus/${Name}`) };
    },
    describeEventBus: ({ Name }: { readonly Name?: string }) => describe(busNamed(buses, Name)),
    listEventBuses: () => ({ EventBuses: [...buses.values()].map(describe) }),
    deleteEventBus({ Name }: { readonly Name: string }) {
      if (Name === "default") throw new EventBridgeError("ValidationException", "Cannot delete event bus default.");
      buses.delete(Name);
      return {};
    },
  };
}
