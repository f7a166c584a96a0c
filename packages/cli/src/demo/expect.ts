import { inspect, isDeepStrictEqual } from "node:util";
import { Failure } from "../terminal/failure.ts";

/** Throws a failure that shows both, where `seen` is not `expected`. */
export function expectEqual(what: string, seen: unknown, expected: unknown): void {
  if (isDeepStrictEqual(seen, expected)) return;
  throw new Failure(`${what} is not as expected.\n  expected: ${show(expected)}\n  seen:     ${show(seen)}`);
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, breakLength: 100, compact: true }).replaceAll("\n", "\n            ");
}
