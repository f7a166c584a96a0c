import { Unproven } from "../errors.ts";
import { type HostObject, type Value, VelocityList, VelocityMap } from "../values/value.ts";

/** A quota of API Gateway ("#foreach: 1,000 iterations", REST's page). */
export const MAX_ROUNDS = 1_000;

/** What a loop goes over: a map's values; a text, a number or nothing is no list. */
export function itemsOf(value: Value): readonly Value[] {
  if (value instanceof VelocityList) return [...value.items];
  if (value instanceof VelocityMap) return [...value.entries.values()];
  return [];
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
