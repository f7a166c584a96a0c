import { Unproven } from "../errors.ts";
import { callMethod } from "../methods/call.ts";
import type { Argument, Reference, Segment } from "../syntax/nodes.ts";
import {
  classNameOf,
  DefinedBlock,
  isHost,
  JavaClass,
  MapValueEntry,
  UnknownHost,
  type Value,
  VelocityList,
  VelocityMap,
} from "../values/value.ts";
import { type Evaluation, step } from "./run.ts";

/** How an argument is evaluated, from whoever knows all kinds of them. */
export type Evaluate = (run: Evaluation, argument: Argument) => Value;

/** The value of a reference. One that yields nothing is "" on AWS: that explains every recording. */
export function valueOfReference(run: Evaluation, reference: Reference, evaluate: Evaluate): Value {
  const host = run.hosts.get(reference.name);
  if (host instanceof UnknownHost) throw new Unproven(host.why);
  let value: Value | undefined = host ?? run.variables.get(reference.name);
  for (const segment of reference.path) {
    if (value === undefined || value === null) return "";
    step(run);
    value = follow(run, value, segment, evaluate);
  }
  return value ?? "";
}

function follow(run: Evaluation, value: Value, segment: Segment, evaluate: Evaluate): Value | undefined {
  switch (segment.kind) {
    case "property":
      return propertyOf(value, segment.name);
    case "index":
      return elementOf(run, value, evaluate(run, segment.index));
    case "method": {
      const args = segment.args.map((argument) => evaluate(run, argument));
      return callMethod(run, value, segment.name, args);
    }
  }
}

function propertyOf(value: Value, name: string): Value | undefined {
  if (value === null) return undefined;
  if (isHost(value)) return value.property(name);
  if (name === "class") return classOf(value);
  if (value instanceof VelocityMap) return value.entries.get(name);
  if (value instanceof MapValueEntry) return name === "key" ? value.key : name === "value" ? value.value : undefined;
  if (value instanceof JavaClass) return propertyOfClass(value, name);
  if (name === "empty" && typeof value === "string") return value === "";
  if (name === "empty" && value instanceof VelocityList && value.kind !== "array") return value.items.length === 0;
  if (value instanceof DefinedBlock) throw new Unproven("What a property of a #define block is, is not known.");
  return undefined;
}

function propertyOfClass({ className }: JavaClass, name: string): Value {
  if (name === "name") return className;
  if (name === "simpleName") return className.slice(className.lastIndexOf(".") + 1);
  throw new Unproven("Of a Java class only its name is known.");
}

/** @throws Unproven for a value whose Java class nobody has seen */
export function classOf(value: Value): JavaClass {
  const className = classNameOf(value);
  if (className === "") throw new Unproven("The Java class of this value is not known.");
  return new JavaClass(className);
}

function elementOf(run: Evaluation, value: Value, index: Value): Value | undefined {
  if (isHost(value)) return value.method("get", [index], () => step(run));
  if (value instanceof VelocityMap) return value.entries.get(index);
  if (!(value instanceof VelocityList) || value.kind === "set" || typeof index !== "bigint") return undefined;
  return value.items[positionIn(value, index)];
}

/** Where an index points to; a negative one counts from the end. @throws Unproven out of range */
function positionIn({ items }: VelocityList, index: bigint): number {
  const position = index < 0n ? BigInt(items.length) + index : index;
  if (position < 0n || position >= BigInt(items.length)) {
    throw new Unproven(
      `The index ${index} is out of range: AWS raises an exception, and what it sends then is not known.`,
    );
  }
  return Number(position);
}

/** Sets what a reference names, as `#set` does: on what is nothing, or takes no values, it does nothing. */
export function assign(run: Evaluation, target: Reference, value: Value, evaluate: Evaluate): void {
  const host = run.hosts.get(target.name);
  if (host !== undefined) {
    if (host instanceof UnknownHost) throw new Unproven(host.why);
    assignToHost(host, target);
    return;
  }
  const last = target.path.at(-1);
  if (last === undefined) {
    run.variables.set(target.name, value);
    return;
  }
  const container = valueOfReference(run, { ...target, path: target.path.slice(0, -1) }, evaluate);
  if (last.kind === "property") {
    if (container instanceof VelocityMap) container.entries.set(last.name, value);
    return;
  }
  if (last.kind === "method") return;
  const index = evaluate(run, last.index);
  if (container instanceof VelocityMap) container.entries.set(index, value);
  if (!(container instanceof VelocityList) || container.kind === "set" || typeof index !== "bigint") return;
  container.items[positionIn(container, index)] = value;
}

/** REST's overrides change no frame: a frame has neither status nor headers. Everything else is unmodifiable or unseen. */
function assignToHost({ host }: HostName, { path }: Reference): void {
  const [first] = path;
  const isOverride =
    host === "$context" &&
    first?.kind === "property" &&
    (first.name === "responseOverride" || first.name === "requestOverride");
  if (!isOverride) throw new Unproven(`What AWS does when a template sets ${host} is not known.`);
}

interface HostName {
  readonly host: string;
}
