import { type AppliedProperties, digestProperties, type LiveResource } from "@specdrop/engine";
import type { ChangeResult } from "@specdrop/events";
import {
  type DesiredResource,
  WRITABLE_PROPERTIES,
  type WritableProperties,
  type WritableProperty,
} from "@specdrop/spec";

/** One text that a change writes: a property's own, or that of one entry of a map. Absent: not set. */
export interface ValueDiff {
  /** The entry of a map: a content type or a header. */
  readonly entry?: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a change does to one property. */
export interface ShownPropertyDiff {
  readonly property: WritableProperty;
  /** What differs; entries of a map that stay as they are have none. */
  readonly values: readonly ValueDiff[];
  /** What is live is not what this document last applied: somebody changed it since. */
  readonly hasDrifted: boolean;
}

/** The sides of a three-way comparison, as far as each is there. */
export interface Sides {
  readonly desired?: DesiredResource | undefined;
  readonly live?: LiveResource | undefined;
  readonly applied?: AppliedProperties | undefined;
}

/** Property by property, what a change writes over. */
export function diffsOf(
  { changedProperties }: ChangeResult,
  { desired, live, applied }: Sides,
): readonly ShownPropertyDiff[] {
  const changed = WRITABLE_PROPERTIES.filter((name) => changedProperties.includes(name));
  return changed.map((property) => {
    const values = valueDiffs(live?.properties[property], desired?.properties[property]);
    return { property, values, hasDrifted: hasDrifted(property, live?.properties ?? {}, applied ?? {}) };
  });
}

/** Live properties that the document neither declares nor once declared: they stay as they are. */
export function leftAlone({ changedProperties }: ChangeResult, { desired, live }: Sides): readonly WritableProperty[] {
  return WRITABLE_PROPERTIES.filter(
    (name) =>
      desired?.properties[name] === undefined && !changedProperties.includes(name) && isSet(live?.properties[name]),
  );
}

function valueDiffs(before: WritableProperties[WritableProperty], after: typeof before): readonly ValueDiff[] {
  if (typeof before !== "object" && typeof after !== "object") return [valueDiff(before, after)];
  const [old, next] = [entriesOf(before), entriesOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const differing = names.filter((name) => old[name] !== next[name]);
  return differing.map((entry) => ({ entry, ...valueDiff(old[entry], next[entry]) }));
}

function valueDiff(before: string | undefined, after: string | undefined): ValueDiff {
  return { ...(isSet(before) ? { before } : {}), ...(isSet(after) ? { after } : {}) };
}

function entriesOf(value: WritableProperties[WritableProperty]): Readonly<Record<string, string>> {
  return typeof value === "object" ? value : {};
}

/** AWS leaves an empty text or map out of what it reads back, or keeps it. */
function isSet<Value>(value: Value | undefined): value is Value {
  if (value === undefined || value === "") return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}

const UNSET: readonly WritableProperties[] = WRITABLE_PROPERTIES.flatMap((name) => [{ [name]: "" }, { [name]: {} }]);

function hasDrifted(property: WritableProperty, live: WritableProperties, applied: AppliedProperties): boolean {
  const last = applied[property];
  if (last === undefined) return false;
  const value = live[property];
  if (isSet(value)) return digestProperties({ [property]: value })[property] !== last;
  return !UNSET.some((unset) => digestProperties(unset)[property] === last);
}
