import { Unproven } from "../errors.ts";
import { type HostObject, type Value, VelocityList, VelocityMap } from "../values/value.ts";

/** A quota of API Gateway ("#foreach: 1,000 iterations", REST's page). */
export const MAX_ROUNDS = 1_000;

/** What a loop goes over, as it stands in each round. */
export interface Items {
  readonly size: number;
  at(index: number): Value;
}

const NO_ITEMS: Items = { size: 0, at: () => null };

/** A list's elements or a map's values; a text, a number or nothing is no list. */
export function itemsOf(value: Value): Items {
  if (value instanceof VelocityList) {
    const { items } = value;
    const size = items.length;
    return { size, at: (index) => unchanged(size, items.length, items[index]) };
  }
  if (value instanceof VelocityMap) {
    const { entries } = value;
    const keys = [...entries.keys()];
    return { size: keys.length, at: (index) => unchanged(keys.length, entries.size, entries.get(keys[index] ?? null)) };
  }
  return NO_ITEMS;
}

/** Java raises an exception where a list or map grows or shrinks while a loop goes over it. */
function unchanged(before: number, now: number, item: Value | undefined): Value {
  if (before === now && item !== undefined) return item;
  throw new Unproven("A loop goes over a list or map that changes in it: AWS raises an exception.");
}

/** `$foreach`. */
export class Loop implements HostObject {
  readonly host = "$foreach";
  readonly size: number;
  readonly outer: Loop | undefined;
  index = 0;

  constructor(size: number, outer: Loop | undefined) {
    this.size = size;
    this.outer = outer;
  }

  get hasNext(): boolean {
    return this.index + 1 < this.size;
  }

  property(name: string): Value | undefined {
    switch (name) {
      case "index":
        return BigInt(this.index);
      case "count":
        return BigInt(this.index + 1);
      case "hasNext":
        return this.hasNext;
      case "first":
        return this.index === 0;
      case "last":
        return !this.hasNext;
      case "parent":
        return this.outer;
      case "topmost":
        return this.topmost();
      default:
        return undefined;
    }
  }

  method(name: string): Value | undefined {
    throw new Unproven(`What $foreach.${name}() does on AWS is not known.`);
  }

  text(): string {
    throw new Unproven("What $foreach prints on AWS is not known.");
  }

  private topmost(): Loop {
    let loop: Loop = this;
    while (loop.outer !== undefined) loop = loop.outer;
    return loop;
  }
}
