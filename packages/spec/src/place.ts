import { type LocatedNode, type MapEntry, type MapNode, pointerTo, type Reading, type ScalarNode } from "./node.ts";
import { isQuotable } from "./quotable.ts";
import { readJsonValue } from "./read-json.ts";
import type { Text } from "./values.ts";

/** Where a map stands in a JSON text of which JSON.parse has read the values. */
export class TextPlace {
  readonly pointer: string;
  private readonly read: () => LocatedNode | undefined;
  private located: LocatedNode | undefined;

  /** `read` reads the map with the positions of all that is in it. */
  constructor(pointer: string, read: () => LocatedNode | undefined) {
    this.pointer = pointer;
    this.read = read;
  }

  /** Undefined, and reported, where the text has more levels or entries than may be read. */
  node(): LocatedNode | undefined {
    this.located ??= this.read();
    return this.located;
  }
}

/** The place of what a name stands for; the name ends at `end`, and stands in `depth` maps. */
export function placeAfter(reading: Reading, end: number, depth: number, parent: string, name: string): TextPlace {
  return new TextPlace(pointerTo(parent, name), () => readJsonValue(reading, end, depth, parent, name));
}

/** A text of a JSON document; its position is looked for when something is to be said of it, which is seldom. */
export class LazyText implements Text {
  readonly text: string;
  private readonly place: TextPlace;
  private readonly property: string;
  private readonly entry: string | undefined;
  private readonly isName: boolean;

  /** The value of a property of the map at `place`; or, of an entry of such a value, the value or the name. */
  constructor(text: string, place: TextPlace, property: string, entry?: string, isName = false) {
    this.text = text;
    this.place = place;
    this.property = property;
    this.entry = entry;
    this.isName = isName;
  }

  get pointer(): string {
    const pointer = `${this.place.pointer}/${this.property}`;
    const isNamed = this.entry !== undefined && isQuotable(this.entry, { kind: "text" });
    return isNamed && this.entry !== undefined ? pointerTo(pointer, this.entry) : pointer;
  }

  get node(): ScalarNode {
    const property = entryOf(this.place.node(), this.property);
    const entry = this.entry === undefined ? property : entryOf(property.value, this.entry);
    return this.isName ? nameOf(entry) : (entry.value as ScalarNode);
  }
}

/** From so many entries on, a map that is asked for all of them would take too long to look through each time. */
const MANY_ENTRIES = 16;
const ENTRIES = new WeakMap<MapNode, ReadonlyMap<string, MapEntry>>();

/** JSON.parse has read a map here that has this entry, and once only. */
function entryOf(node: LocatedNode | undefined, key: string): MapEntry {
  const map = node as MapNode;
  if (map.entries.length < MANY_ENTRIES) return map.entries.find((entry) => entry.key === key) as MapEntry;
  const known = ENTRIES.get(map) ?? new Map(map.entries.map((entry) => [entry.key, entry]));
  ENTRIES.set(map, known);
  return known.get(key) as MapEntry;
}

function nameOf({ start, end, plain, key }: MapEntry): ScalarNode {
  return { kind: "scalar", start, end, plain, value: key };
}
