import { Unproven } from "../errors.ts";
import { type Evaluation, printed, step } from "../evaluate/run.ts";
import { javaEquals } from "../values/equality.ts";
import { MapValueEntry, type Value, VelocityList, VelocityMap } from "../values/value.ts";
import { type Method, type MethodTable, positionOf, raises } from "./table.ts";

/** A method without arguments. */
const plain =
  <Self>(apply: Method<Self>): Method<Self> =>
  (self, args, run) =>
    args.length === 0 ? apply(self, args, run) : undefined;

/** A method with one argument. */
const withOne =
  <Self>(apply: (self: Self, arg: Value, run: Evaluation) => Value | undefined): Method<Self> =>
  (self, args, run) =>
    args.length === 1 && args[0] !== undefined ? apply(self, args[0], run) : undefined;

const areEqual = (run: Evaluation, left: Value, right: Value) => javaEquals(left, right, () => step(run));
const equals = withOne<Value>((self, other, run) => areEqual(run, self, other));
const toText: Method<Value> = plain((self, _args, run) => printed(run, self));

function placeIn(name: string, { items }: VelocityList, index: Value | undefined, last: number): number | undefined {
  const at = positionOf(index);
  if (at === undefined) return undefined;
  if (at < 0 || at > last || at > items.length) return raises(name, "the position is out of range");
  return at;
}

const indexOf = ({ items }: VelocityList, sought: Value, run: Evaluation) =>
  items.findIndex((item) => areEqual(run, item, sought));

const LIST_METHODS: MethodTable<VelocityList>["known"] = {
  size: plain(({ items }) => BigInt(items.length)),
  isEmpty: plain(({ items }) => items.length === 0),
  count: plain(({ kind, items }) => {
    if (kind !== "json") throw new Unproven("AWS documents count() for the lists of $input.path only.");
    return BigInt(items.length);
  }),
  get: withOne((self, index) => {
    const at = placeIn("get", self, index, self.items.length - 1);
    return at === undefined ? undefined : self.items[at];
  }),
  set: (self, args) => {
    const [index, value] = args;
    if (args.length !== 2 || value === undefined) return undefined;
    const at = placeIn("set", self, index, self.items.length - 1);
    return at === undefined ? undefined : self.items.splice(at, 1, value)[0];
  },
  add: (self, args) => {
    const [first, value] = args;
    if (args.length === 1 && first !== undefined) return self.items.push(first) > 0;
    if (args.length !== 2 || value === undefined) return undefined;
    const at = placeIn("add", self, first, self.items.length);
    if (at !== undefined) self.items.splice(at, 0, value);
    return undefined;
  },
  addAll: (self, args, run) => {
    const [other] = args;
    if (args.length === 2) throw new Unproven("What addAll() does with a position on AWS is not known.");
    if (args.length !== 1 || !(other instanceof VelocityList) || other.kind === "array") return undefined;
    step(run, other.items.length);
    const added = [...other.items];
    for (const item of added) self.items.push(item);
    return added.length > 0;
  },
  contains: withOne((self, sought, run) => indexOf(self, sought, run) >= 0),
  indexOf: withOne((self, sought, run) => BigInt(indexOf(self, sought, run))),
  remove: withOne((self, index) => {
    if (typeof index !== "bigint") throw new Unproven("What remove() of a list does with an element is not known.");
    const at = placeIn("remove", self, index, self.items.length - 1);
    return at === undefined ? undefined : self.items.splice(at, 1)[0];
  }),
  clear: plain(({ items }) => {
    items.length = 0;
    return undefined;
  }),
  subList: (self, args, run) => {
    const [from, to] = args.map(positionOf);
    if (args.length !== 2 || from === undefined || to === undefined) return undefined;
    if (from < 0 || to > self.items.length || from > to) return raises("subList", "a position is out of range");
    step(run, to - from);
    return new VelocityList(self.kind === "list" ? "list" : "parsed", self.items.slice(from, to));
  },
  toString: toText,
  equals,
};

const only = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(LIST_METHODS).filter(([name]) => names.includes(name)));

const OF_COLLECTION =
  "containsAll forEach iterator parallelStream removeAll removeIf retainAll spliterator stream toArray".split(" ");
const OF_LIST = [...OF_COLLECTION, ..."ensureCapacity lastIndexOf listIterator replaceAll sort trimToSize".split(" ")];

export const LIST: MethodTable<VelocityList> = { known: LIST_METHODS, unseen: new Set(OF_LIST) };

/** The keys, values or entries of a map: they have no positions. */
export const SET: MethodTable<VelocityList> = {
  known: only("size", "isEmpty", "contains", "toString", "equals"),
  unseen: new Set([...OF_COLLECTION, "remove", "clear", "add", "addAll"]),
};

/** A Java array, which Velocity lets be read like a list. */
export const ARRAY: MethodTable<VelocityList> = {
  known: only("size", "isEmpty", "get"),
  unseen: new Set([...Object.keys(LIST_METHODS), ...OF_LIST, "length"]),
};

/** Keys, values or entries of a map, as they are now. */
function viewOf(items: (self: VelocityMap) => Value[]): Method<VelocityMap> {
  return plain((self, _args, run) => {
    step(run, self.entries.size);
    return new VelocityList("set", items(self));
  });
}

export const MAP: MethodTable<VelocityMap> = {
  known: {
    get: withOne(({ entries }, key) => entries.get(key)),
    put: ({ entries }, args) => {
      const [key, value] = args;
      if (args.length !== 2 || key === undefined || value === undefined) return undefined;
      const before = entries.get(key);
      entries.set(key, value);
      return before;
    },
    putAll: withOne(({ entries }, other, run) => {
      if (!(other instanceof VelocityMap)) return undefined;
      step(run, other.entries.size);
      for (const [key, value] of [...other.entries]) entries.set(key, value);
      return undefined;
    }),
    containsKey: withOne(({ entries }, key) => entries.has(key)),
    containsValue: withOne(({ entries }, sought, run) =>
      [...entries.values()].some((value) => areEqual(run, value, sought)),
    ),
    keySet: viewOf(({ entries }) => [...entries.keys()]),
    values: viewOf(({ entries }) => [...entries.values()]),
    entrySet: viewOf(({ entries }) => [...entries].map(([key, value]) => new MapValueEntry(key, value))),
    size: plain(({ entries }) => BigInt(entries.size)),
    isEmpty: plain(({ entries }) => entries.size === 0),
    remove: ({ entries }, args) => {
      const [key] = args;
      if (args.length === 2) throw new Unproven("What remove() of a map does with a value on AWS is not known.");
      if (args.length !== 1 || key === undefined) return undefined;
      const before = entries.get(key);
      entries.delete(key);
      return before;
    },
    clear: plain(({ entries }) => {
      entries.clear();
      return undefined;
    }),
    toString: toText,
    equals,
  },
  unseen: new Set(
    "compute computeIfAbsent computeIfPresent forEach getOrDefault merge putIfAbsent replace replaceAll".split(" "),
  ),
};

export const ENTRY: MethodTable<MapValueEntry> = {
  known: {
    getKey: plain(({ key }) => key),
    getValue: plain(({ value }) => value),
    toString: toText,
    equals,
  },
  unseen: new Set(["setValue"]),
};
