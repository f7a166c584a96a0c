import { Unproven } from "../errors.ts";
import type { HostObject, Value } from "../values/value.ts";

/** `$stageVariables`: the map that is given is the whole; without one nothing is known of them. */
export class StageVariables implements HostObject {
  readonly host = "$stageVariables";
  private readonly values: ReadonlyMap<string, string> | undefined;

  constructor(given: Readonly<Record<string, unknown>> | undefined) {
    this.values =
      given &&
      new Map(
        Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as const])),
      );
  }

  property(name: string): Value | undefined {
    if (this.values === undefined) throw new Unproven("The stage variables are not given.");
    return this.values.get(name);
  }

  method(name: string, [key, ...rest]: readonly Value[]): Value | undefined {
    if (name === "get" && typeof key === "string" && rest.length === 0) return this.property(key);
    throw new Unproven(`What $stageVariables.${name}() does on AWS is not known.`);
  }

  text(): string {
    throw new Unproven("How AWS prints all stage variables is not known.");
  }
}
