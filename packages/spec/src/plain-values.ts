import { SPEC_LIMITS } from "./limits.ts";
import { LazyText, type TextPlace } from "./place.ts";
import { type PropertyRule, type PropertyTable, type RuleKind, requiredIn } from "./properties.ts";
import type { Values } from "./shape.ts";
import { isCount, isId, isStageName, type TextEntry, type ValueOf } from "./values.ts";

export type PlainMap = Readonly<Record<string, unknown>>;

/** How many names have been looked at. */
export interface ValueTally {
  names: number;
}

/** What JSON.parse makes of a map, in a text that has no lists. */
export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null;
}

/**
 * Reads a map, which stands at `place`, by its table into an object that has what stands elsewhere; undefined where anything
 * in the map is not as the table wants it.
 */
export function readPlain<T extends PropertyTable, O extends object>(
  tally: ValueTally,
  map: unknown,
  table: T,
  place: TextPlace,
  into: O,
): (O & Values<T>) | undefined {
  if (!isPlainMap(map)) return undefined;
  const values = into as Record<string, unknown>;
  for (const key in map) {
    const rule = Object.hasOwn(table, key) ? table[key] : undefined;
    const value = rule && readPlainValue(tally, map[key], rule, place, key);
    if (value === undefined) return undefined;
    tally.names++;
    values[key] = value;
  }
  for (const name of requiredIn(table)) {
    if (values[name] === undefined) return undefined;
  }
  return values as O & Values<T>;
}

function readPlainValue(
  tally: ValueTally,
  value: unknown,
  rule: PropertyRule,
  place: TextPlace,
  key: string,
): ValueOf<RuleKind> | undefined {
  if (rule.kind === "flag") return typeof value === "boolean" ? value : undefined;
  if (rule.kind === "count") return isCount(value) ? value : undefined;
  if (rule.kind === "texts") return isPlainMap(value) ? readPlainTexts(tally, value, place, key) : undefined;
  if (typeof value !== "string" || rule.kind === "map" || rule.kind === "any" || rule.kind === "expectations")
    return undefined;
  const isFine =
    rule.kind === "choice"
      ? rule.choices.includes(value)
      : rule.kind === "id"
        ? isId(value)
        : rule.kind === "stage"
          ? isStageName(value)
          : value !== "" || rule.kind === "text";
  return isFine ? new LazyText(value, place, key) : undefined;
}

function readPlainTexts(
  tally: ValueTally,
  map: PlainMap,
  place: TextPlace,
  property: string,
): readonly TextEntry[] | undefined {
  const entries: TextEntry[] = [];
  for (const name in map) {
    const text = map[name];
    if (name === "" || typeof text !== "string" || entries.length === SPEC_LIMITS.entries) return undefined;
    entries.push({
      key: new LazyText(name, place, property, name, true),
      value: new LazyText(text, place, property, name),
    });
  }
  tally.names += entries.length;
  return entries;
}
