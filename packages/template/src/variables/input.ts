import { Unproven } from "../errors.ts";
import { jsonText, parseJson } from "../values/json.ts";
import { type HostObject, UnknownHost, type Value } from "../values/value.ts";
import { readPath } from "./json-path.ts";

export const UNKNOWN_INPUT = new UnknownHost("What $input holds behind a mock integration is not known.");

/** What the integration answered, as text. */
export class Input implements HostObject {
  readonly host = "$input";
  private readonly body: string;

  constructor(body: string) {
    this.body = body;
  }

  property(name: string): Value | undefined {
    if (name === "body") return this.body === "" ? "{}" : this.body;
    throw new Unproven(`What $input.${name} is in a response is not known.`);
  }

  method(name: string, [path, ...rest]: readonly Value[]): Value | undefined {
    if (name !== "path" && name !== "json") throw new Unproven(`What $input.${name}() is in a response is not known.`);
    if (typeof path !== "string" || rest.length > 0) throw new Unproven(`$input.${name}() takes one text.`);
    return name === "path" ? this.path(path) : this.json(path);
  }

  text(): string {
    return "{}";
  }

  private path(path: string): Value | undefined {
    const found = readPath(this.value(), path);
    return found ?? undefined;
  }

  private json(path: string): Value {
    const found = readPath(this.value(), path);
    if (found === undefined) return '""';
    if (found === null) throw new Unproven("What $input.json() prints for a null is not known.");
    return jsonText(found);
  }

  /** A fresh value each time: what a template changes in one is not changed in the next. */
  private value(): Value {
    const body = this.body === "" ? "{}" : this.body;
    const value = parseJson(body, "json");
    if (value !== undefined) return value;
    if (/^[ \t\r\n]*[{[]/.test(body)) {
      throw new Unproven("The reply begins like JSON and is none: how AWS's lenient parser reads it is not known.");
    }
    return body;
  }
}
