import { Unproven } from "../errors.ts";
import { jsonText } from "./json.ts";
import { doubleText } from "./numbers.ts";
import { Character, DefinedBlock, JavaClass, MapValueEntry, type Value, VelocityList, VelocityMap } from "./value.ts";

const MAX_DEPTH = 64;

export interface Printing {
  /** Prints a block of `#define`. */
  readonly render: (block: DefinedBlock) => string;
  /** Is told of each text that becomes a part of the whole, and may throw. */
  readonly visit: (text: string) => void;
}

/** What a value prints as. */
export function textOf(value: Value, printing: Printing, depth = 0): string {
  if (depth > MAX_DEPTH) throw new Unproven("A list or map holds itself, or is nested too deeply.");
  const inner = (item: Value) => textOf(item, printing, depth + 1);
  if (value instanceof VelocityMap) {
    return `{${[...value.entries].map(([key, item]) => `${inner(key)}=${inner(item)}`).join(", ")}}`;
  }
  if (value instanceof VelocityList) {
    if (value.kind === "json") return jsonText(value, printing.visit);
    if (value.kind === "list" || value.kind === "set") return `[${value.items.map(inner).join(", ")}]`;
    const origin = value.kind === "array" ? "split" : "$util.parseJson";
    throw new Unproven(`How AWS prints a whole list of ${origin} is not known.`);
  }
  if (value instanceof MapValueEntry) return `${inner(value.key)}=${inner(value.value)}`;
  const text = textOfOne(value, printing.render);
  printing.visit(text);
  return text;
}

function textOfOne(
  value: Exclude<Value, VelocityMap | VelocityList | MapValueEntry>,
  render: Printing["render"],
): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return doubleText(value);
  if (typeof value === "bigint" || typeof value === "boolean" || value === null) return String(value);
  if (value instanceof Character) return value.text;
  if (value instanceof JavaClass) return `class ${value.className}`;
  if (value instanceof DefinedBlock) return render(value);
  return value.text();
}
