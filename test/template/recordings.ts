import { existsSync, readFileSync } from "node:fs";

const shared = new URL("../../../shared/corpus/", import.meta.url);

/** One rendering that was recorded on API Gateway. */
export interface Recording {
  readonly name: string;
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly ignoreWhitespace: boolean;
  readonly rendered: unknown;
}

/** Data that the team keeps beside the checkout; absent elsewhere, and then said aloud. */
export function readShared<T>(path: string): readonly T[] {
  const file = new URL(path, shared);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly T[] }).cases;
  console.warn(`skipped: ${path} is not here`);
  return [];
}
