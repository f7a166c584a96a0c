import { SPEC_LIMITS } from "./limits.ts";
import type { ScalarNode } from "./node.ts";
import { type Kind, type PropertyRule, type PropertyTable, requiredIn } from "./properties.ts";
import type { Values } from "./shape.ts";
import { isCount, isId, type Text, type TextEntry, type ValueOf } from "./values.ts";

export type PlainMap = Readonly<Record<string, unknown>>;

/** How many names have been looked at. */
export interface Tally {
  names: number;
}

/** Where something stands of which nothing is said. */
const SOMEWHERE: ScalarNode = { kind: "scalar", start: 0, end: 0, value: "", plain: false };

/** What JSON.parse makes of a map, in a text that has no lists. */
export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null;
}

/**
 * Reads a map by its table, without positions, into an object that has what stands elsewhere; undefined where anything in
 * the map is not as the table wants it.
 */
export function readPlain<T extends PropertyTable, O extends object>(
  tally: Tally,
  map: unknown,
  table: T,
  pointer: string,
  into: O,
): (O & Values<T>) | undefined {
  if (!isPlainMap(map)) return undefined;
  const values = into as Record<string, unknown>;
  for (const key in map) {
    const rule = Object.hasOwn(table, key) ? table[key] : undefined;
    const value = rule && readPlainValue(tally, map[key], rule, pointer, key);
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
  tally: Tally,
  value: unknown,
  rule: PropertyRule,
  parent: string,
  key: string,
): ValueOf<Kind> | undefined {
  if (rule.kind === "flag") return typeof value === "boolean" ? value : undefined;
  if (rule.kind === "count") return isCount(value) ? value : undefined;
  if (rule.kind === "texts") return isPlainMap(value) ? readPlainTexts(tally, value) : undefined;
  if (typeof value !== "string") return undefined;
  const isFine =
    rule.kind === "choice"
      ? rule.choices.includes(value)
      : rule.kind === "id"
        ? isId(value)
        : value !== "" || rule.kind === "text";
  return isFine ? { text: value, node: SOMEWHERE, pointer: `${parent}/${key}` } : undefined;
}

function readPlainTexts(tally: Tally, map: PlainMap): readonly TextEntry[] | undefined {
  const entries: TextEntry[] = [];
  for (const name in map) {
    const text = map[name];
    if (name === "" || typeof text !== "string" || entries.length === SPEC_LIMITS.entries) return undefined;
    entries.push({ key: textOf(name), value: textOf(text) });
  }
  tally.names += entries.length;
  return entries;
}

function textOf(text: string): Text {
  return { text, node: SOMEWHERE, pointer: "" };
}
