import { Unproven } from "../errors.ts";
import type { Evaluation } from "../evaluate/run.ts";
import type { Value } from "../values/value.ts";

/** What a method gives; `undefined` is nothing, which reads as "". */
export type Method<Self> = (self: Self, args: readonly Value[], run: Evaluation) => Value | undefined;

export interface MethodTable<Self> {
  readonly known: Readonly<Record<string, Method<Self>>>;
  /** Methods that the Java class has, and whose use on AWS nobody has described. */
  readonly unseen: ReadonlySet<string>;
}

/** Methods that every Java object has. */
const OF_OBJECT = new Set(["hashCode", "notify", "notifyAll", "wait", "clone", "finalize"]);

/** Calls a method of a table: one that the class does not have, or with other arguments, gives nothing. */
export function callIn<Self>(
  { known, unseen }: MethodTable<Self>,
  self: Self,
  name: string,
  args: readonly Value[],
  run: Evaluation,
): Value | undefined {
  const method = Object.hasOwn(known, name) ? known[name] : undefined;
  if (method !== undefined) return method(self, args, run);
  if (unseen.has(name) || OF_OBJECT.has(name)) throw new Unproven(`What ${name}() does on AWS is not known.`);
  return undefined;
}

/** An exception of Java's, of which nobody knows what AWS sends. */
export function raises(name: string, why: string): never {
  throw new Unproven(`${name}() raises an exception (${why}), and what AWS sends then is not known.`);
}

/** An argument that stands for a position. */
export function positionOf(value: Value | undefined): number | undefined {
  if (typeof value !== "bigint") return undefined;
  return value > 2n ** 31n || value < -(2n ** 31n) ? undefined : Number(value);
}
