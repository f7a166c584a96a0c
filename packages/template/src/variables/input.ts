import { Unproven } from "../errors.ts";
import { copyOf, jsonText, parseJson } from "../values/json.ts";
import { type HostObject, UnknownHost, type Value } from "../values/value.ts";
import { readPath } from "./json-path.ts";

export const UNKNOWN_INPUT = new UnknownHost("What $input holds behind a mock integration is not known.");

/** What the integration answered, as text. */
export class Input implements HostObject {
  readonly host = "$input";
  private readonly body: string;
  private parsed: Value | undefined;

  constructor(body: string) {
    this.body = body;
  }

  property(name: string): Value | undefined {
    if (name === "body") return this.body === "" ? "{}" : this.body;
    throw new Unproven(`What $input.${name} is in a response is not known.`);
  }

  method(name: string, [path, ...rest]: readonly Value[], visit: () => void): Value | undefined {
    if (name !== "path" && name !== "json") throw new Unproven(`What $input.${name}() is in a response is not known.`);
    if (typeof path !== "string" || rest.length > 0) throw new Unproven(`$input.${name}() takes one text.`);
    return name === "path" ? this.path(path, visit) : this.json(path, visit);
  }

  text(): string {
    return "{}";
  }

  /** A copy each time: what a template changes in one is not changed in the next. */
  private path(path: string, visit: () => void): Value | undefined {
    const found = readPath(this.value(), path);
    return found === undefined || found === null ? undefined : copyOf(found, visit);
  }

  private json(path: string, visit: () => void): Value {
    const found = readPath(this.value(), path);
    if (found === undefined) return '""';
    if (found === null) throw new Unproven("What $input.json() prints for a null is not known.");
    return jsonText(found, visit);
  }

  private value(): Value {
    this.parsed ??= this.read();
    return this.parsed;
  }

  private read(): Value {
    const body = this.body === "" ? "{}" : this.body;
    const value = parseJson(body, "json");
    if (value !== undefined) return value;
    if (/^[ \t\r\n]*[{[]/.test(body)) {
      throw new Unproven("The reply begins like JSON and is none: how AWS's lenient parser reads it is not known.");
    }
    return body;
  }
}
