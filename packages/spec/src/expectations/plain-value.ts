import type { LocatedNode } from "../node.ts";

/** The value of a node as JSON would have it; `undefined` inside what was reported as broken. */
export function plainValue(node: LocatedNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "map": {
      const map: Record<string, unknown> = {};
      for (const { key, value } of node.entries) {
        Object.defineProperty(map, key, {
          value: plainValue(value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return map;
    }
    case "list":
      return node.items.map(plainValue);
    case "tagged":
    case "broken":
      return undefined;
  }
}

/** Whether two JSON values are the same; the order of names does not count. */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      isSameJson((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
  );
}
