import { Unproven } from "../errors.ts";
import { type Evaluation, step } from "../evaluate/run.ts";
import {
  Character,
  classNameOf,
  DefinedBlock,
  isHost,
  JavaClass,
  MapValueEntry,
  type Value,
  VelocityList,
  VelocityMap,
} from "../values/value.ts";
import { ARRAY, ENTRY, LIST, MAP, SET } from "./collections.ts";
import { NUMBER } from "./numbers.ts";
import { callIn } from "./table.ts";
import { CHARACTER, TEXT } from "./text.ts";

/**
 * Calls a method as Velocity does: a name, number or type of arguments that Java does not have gives nothing.
 *
 * @throws Unproven for a method that Java has and nobody has described on AWS, and where Java raises an exception.
 */
export function callMethod(run: Evaluation, self: Value, name: string, args: readonly Value[]): Value | undefined {
  if (self === null) return undefined;
  if (isHost(self)) return self.method(name, args, () => step(run));
  if (name === "getClass" && args.length === 0) return javaClassOf(self);
  if (typeof self === "string") step(run, self.length >> 8);
  if (typeof self === "string") return callIn(TEXT, self, name, args, run);
  if (typeof self === "bigint" || typeof self === "number" || typeof self === "boolean") {
    return callIn(NUMBER, self, name, args, run);
  }
  if (self instanceof VelocityMap) return callIn(MAP, self, name, args, run);
  if (self instanceof VelocityList) {
    const table = self.kind === "array" ? ARRAY : self.kind === "set" ? SET : LIST;
    return callIn(table, self, name, args, run);
  }
  if (self instanceof MapValueEntry) return callIn(ENTRY, self, name, args, run);
  if (self instanceof Character) return callIn(CHARACTER, self, name, args, run);
  if (self instanceof JavaClass) return callOnClass(self, name, args);
  if (self instanceof DefinedBlock) throw new Unproven("What a method of a #define block does is not known.");
  return undefined;
}

function javaClassOf(self: Value): JavaClass {
  const className = classNameOf(self);
  if (className === "") throw new Unproven("The Java class of this value is not known.");
  return new JavaClass(className);
}

function callOnClass({ className }: JavaClass, name: string, args: readonly Value[]): Value {
  if (name === "getName" && args.length === 0) return className;
  if (name === "toString" && args.length === 0) return `class ${className}`;
  throw new Unproven("Of a Java class only its name is known.");
}
