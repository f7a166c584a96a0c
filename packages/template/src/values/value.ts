import type { Node } from "../syntax/nodes.ts";

/** A list of Java's. Where it comes from decides how it prints and what it can do. */
export type ListKind =
  /** A literal, a range: `[a, b]`. */
  | "list"
  /** Of `$input.path`: prints JSON. */
  | "json"
  /** Of `$util.parseJson`, or cut out of another: how it prints is not known. */
  | "parsed"
  /** A Java array, of `split`. */
  | "array"
  /** Keys, values or entries of a map: no index. */
  | "set";

export class VelocityList {
  readonly kind: ListKind;
  readonly items: Value[];

  constructor(kind: ListKind, items: Value[]) {
    this.kind = kind;
    this.items = items;
  }
}

/** Keeps the order of insertion. Keys compare by Java type and value, which JavaScript's types mirror. */
export class VelocityMap {
  readonly entries: Map<Value, Value>;

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    this.entries = new Map(entries);
  }
}

/** One entry of `entrySet()`. */
export class MapValueEntry {
  readonly key: Value;
  readonly value: Value;

  constructor(key: Value, value: Value) {
    this.key = key;
    this.value = value;
  }
}

/** A `java.lang.Character`, of `charAt`. */
export class Character {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `.class` gives. */
export class JavaClass {
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** What `#define` sets: rendered each time it is printed. */
export class DefinedBlock {
  readonly body: readonly Node[];
  /** How many renderings of it are under way. */
  running = 0;

  constructor(body: readonly Node[]) {
    this.body = body;
  }
}

/** `$input`, `$context` and the like. `undefined` is nothing, which reads as "". */
export interface HostObject {
  readonly host: string;
  property(name: string): Value | undefined;
  /** `visit` is called for each part of a value that is gone through, and may throw. */
  method(name: string, args: readonly Value[], visit: () => void): Value | undefined;
  text(): string;
}

/** Something of API Gateway's of which nothing is known: a template that touches it is unproven. */
export class UnknownHost {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/**
 * What a template computes with. A text is a Java String, a `bigint` an Integer, Long or BigInteger by its size, a `number` a
 * Double.
 */
export type Value =
  | string
  | bigint
  | number
  | boolean
  | null
  | VelocityList
  | VelocityMap
  | MapValueEntry
  | Character
  | JavaClass
  | DefinedBlock
  | HostObject;

export function isHost(value: Value): value is HostObject {
  return typeof value === "object" && value !== null && "host" in value;
}

const INT = 2n ** 31n;
const LONG = 2n ** 63n;

/** The name of the Java class that a value has on AWS. https://github.com/sam-goodwin/functionless/issues/23 */
export function classNameOf(value: Value): string {
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "boolean") return "java.lang.Boolean";
  if (typeof value === "number") return "java.lang.Double";
  if (typeof value === "bigint") {
    if (value >= -INT && value < INT) return "java.lang.Integer";
    return value >= -LONG && value < LONG ? "java.lang.Long" : "java.math.BigInteger";
  }
  if (value instanceof VelocityMap) return "java.util.LinkedHashMap";
  if (value instanceof VelocityList && (value.kind === "list" || value.kind === "json")) return "java.util.ArrayList";
  if (value instanceof Character) return "java.lang.Character";
  return "";
}
