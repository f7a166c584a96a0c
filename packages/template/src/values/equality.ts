import { Character, classNameOf, MapValueEntry, type Value, VelocityList, VelocityMap } from "./value.ts";

/** Java's `equals`: type and value. `visit` is called for each part that is compared, and may throw. */
export function javaEquals(left: Value, right: Value, visit: () => void): boolean {
  visit();
  if (left === right) return true;
  if (left instanceof Character && right instanceof Character) return left.text === right.text;
  if (left instanceof VelocityList && right instanceof VelocityList) {
    if (left.kind === "array" || right.kind === "array" || left.items.length !== right.items.length) return false;
    return left.items.every((item, index) => javaEquals(item, right.items[index] ?? null, visit));
  }
  if (left instanceof VelocityMap && right instanceof VelocityMap) {
    if (left.entries.size !== right.entries.size) return false;
    return [...left.entries].every(([key, value]) => {
      const other = right.entries.get(key);
      return other !== undefined && javaEquals(value, other, visit);
    });
  }
  if (left instanceof MapValueEntry && right instanceof MapValueEntry) {
    return javaEquals(left.key, right.key, visit) && javaEquals(left.value, right.value, visit);
  }
  return false;
}

/** Velocity's `==`: numbers by value, the same class by `equals`, anything else by what it prints. */
export function velocityEquals(
  left: Value,
  right: Value,
  { print, visit }: { readonly print: (value: Value) => string; readonly visit: () => void },
): boolean {
  if (left === null || right === null) return left === right;
  const areNumbers = isNumber(left) && isNumber(right);
  // biome-ignore lint/suspicious/noDoubleEquals: an integer and a double compare by value
  if (areNumbers) return left == right;
  if (classNameOf(left) !== "" && classNameOf(left) === classNameOf(right)) return javaEquals(left, right, visit);
  return print(left) === print(right);
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}
