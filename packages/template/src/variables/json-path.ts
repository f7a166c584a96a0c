import { Unproven } from "../errors.ts";
import { type Value, VelocityList, VelocityMap } from "../values/value.ts";

const STEP = /\.([A-Za-z0-9_-]+)|\['([A-Za-z0-9_-]+)'\]|\["([A-Za-z0-9_-]+)"\]|\[([0-9]{1,9})\]/y;

/**
 * Reads along a JSONPath: `$`, `.name`, `['name']`, `[n]`. `undefined` where something is missing on the way.
 *
 * @throws Unproven for all else that Jayway's JSONPath knows.
 */
export function readPath(value: Value, path: string): Value | undefined {
  const steps = parsePath(path);
  let found: Value | undefined = value;
  for (const name of steps) {
    if (typeof name === "number") found = found instanceof VelocityList ? found.items[name] : undefined;
    else found = found instanceof VelocityMap ? found.entries.get(name) : undefined;
    if (found === undefined) return undefined;
  }
  return found;
}

function parsePath(path: string): readonly (string | number)[] {
  const outside = () => new Unproven("A JSONPath is outside what is known to work: $, .name, ['name'] and [n].");
  if (!path.startsWith("$")) throw outside();
  const steps: (string | number)[] = [];
  for (let at = 1; at < path.length; ) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (found === null) throw outside();
    const [text, dotted, quoted, doubled, index] = found;
    const name = dotted ?? quoted ?? doubled;
    // A function, such as .length(), is a name with a bracket behind it.
    if (path.charAt(at + text.length) === "(") throw outside();
    steps.push(name ?? Number(index));
    at += text.length;
  }
  return steps;
}
