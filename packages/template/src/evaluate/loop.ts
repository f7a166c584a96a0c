import { Unproven } from "../errors.ts";
import { type HostObject, type Value, VelocityList, VelocityMap } from "../values/value.ts";

/** A quota of API Gateway ("#foreach: 1,000 iterations", REST's page). */
export const MAX_ROUNDS = 1_000;

/** What a loop goes over, as it stands in each round. */
export interface Items {
  readonly size: number;
  /** @throws Unproven where it has grown or shrunk: Java raises an exception then. */
  at(index: number): Value | undefined;
}

/** A list's elements or a map's values; a text, a number or nothing is no list. */
export function itemsOf(value: Value): Items {
  if (value instanceof VelocityList) {
    const { items } = value;
    return live(
      () => items.length,
      (index) => items[index],
    );
  }
  if (value instanceof VelocityMap) {
    const { entries } = value;
    const keys = [...entries.keys()];
    return live(
      () => entries.size,
      (index) => entries.get(keys[index] ?? null),
    );
  }
  return { size: 0, at: () => undefined };
}

function live(sizeNow: () => number, at: (index: number) => Value | undefined): Items {
  const size = sizeNow();
  return {
    size,
    at(index) {
      if (sizeNow() === size) return at(index);
      throw new Unproven("A loop goes over a list or map that grows or shrinks in it: AWS raises an exception.");
    },
  };
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
