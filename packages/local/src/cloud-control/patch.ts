import { isDeepStrictEqual } from "node:util";

/** A patch that cannot be applied, or is none. */
export class PatchError extends Error {
  override readonly name = "PatchError";
}

interface PatchStep {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const NEEDS_VALUE = new Set(["add", "replace", "test"]);
const NEEDS_FROM = new Set(["move", "copy"]);

/**
 * `document` with an RFC 6902 patch applied, all of it or (throwing a `PatchError`) nothing. As Cloud Control does, it
 * takes a path without its leading slash too.
 */
export function applyPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchError("the patch document must be a JSON array of operations");
  let result = structuredClone(document);
  for (const [index, operation] of patch.entries()) result = apply(result, checked(operation, index));
  return result;
}

function checked(operation: unknown, index: number): PatchStep {
  if (typeof operation !== "object" || operation === null || Array.isArray(operation))
    throw new PatchError(`operation ${index} is not an object`);
  const { op, path, from } = operation as Record<string, unknown>;
  if (typeof op !== "string" || !(NEEDS_VALUE.has(op) || NEEDS_FROM.has(op) || op === "remove"))
    throw new PatchError(`operation ${index}: unknown op ${JSON.stringify(op)}`);
  if (typeof path !== "string") throw new PatchError(`operation ${index} has no path`);
  if (NEEDS_FROM.has(op) && typeof from !== "string") throw new PatchError(`operation ${index} (${op}) has no from`);
  if (NEEDS_VALUE.has(op) && !Object.hasOwn(operation, "value"))
    throw new PatchError(`operation ${index} (${op}) has no value`);
  return operation as PatchStep;
}

function apply(document: unknown, { op, path, from = "", value }: PatchStep): unknown {
  switch (op) {
    case "add":
      return add(document, path, structuredClone(value));
    case "remove":
      return remove(document, path);
    case "replace":
      read(document, path);
      return tokens(path).length === 0
        ? structuredClone(value)
        : add(remove(document, path), path, structuredClone(value));
    case "copy":
      return add(document, path, structuredClone(read(document, from)));
    case "move": {
      if (path.startsWith(`${from}/`)) throw new PatchError(`cannot move ${from} into itself`);
      const moved = read(document, from);
      return from === path ? document : add(remove(document, from), path, moved);
    }
    default:
      if (!isDeepStrictEqual(read(document, path), value)) throw new PatchError(`test failed at ${path}`);
      return document;
  }
}

function tokens(pointer: string): string[] {
  if (pointer === "") return [];
  if (/~(?![01])/.test(pointer)) throw new PatchError(`${pointer} is not a JSON Pointer`);
  const parts = (pointer.startsWith("/") ? pointer.slice(1) : pointer).split("/");
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(document: unknown, path: string): unknown {
  return tokens(path).reduce((container, token) => child(container, token, path), document);
}

function child(container: unknown, token: string, path: string): unknown {
  if (Array.isArray(container)) return container[index(token, container.length - 1, path)];
  if (typeof container === "object" && container !== null && Object.hasOwn(container, token))
    return (container as Record<string, unknown>)[token];
  throw new PatchError(`no such path: ${path}`);
}

function add(document: unknown, path: string, value: unknown): unknown {
  const [container, last] = parent(document, path);
  if (last === undefined) return value;
  if (Array.isArray(container))
    container.splice(last === "-" ? container.length : index(last, container.length, path), 0, value);
  else define(container, last, value);
  return document;
}

function remove(document: unknown, path: string): unknown {
  read(document, path);
  const [container, last] = parent(document, path);
  if (last === undefined) throw new PatchError("the whole document cannot be removed");
  if (Array.isArray(container)) container.splice(index(last, container.length - 1, path), 1);
  else delete container[last];
  return document;
}

function parent(document: unknown, path: string): [unknown[] | Record<string, unknown>, string | undefined] {
  const parts = tokens(path);
  const last = parts.pop();
  const container = parts.reduce((at, token) => child(at, token, path), document);
  if (typeof container !== "object" || container === null) throw new PatchError(`no such path: ${path}`);
  return [container as Record<string, unknown>, last];
}

function index(token: string, limit: number, path: string): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > limit) throw new PatchError(`no such array index: ${path}`);
  return Number(token);
}

/** Plain assignment to `__proto__` would not make a property. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
