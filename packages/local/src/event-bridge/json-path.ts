/** What EventBridge takes of JSONPath: names after dots, indices, and `*`. A name may have dashes, underscores and slashes. */
const STEP = /\.(\*|[\w\-/]+)|\[(\*|\d+)\]/y;

/** The steps of a path; `undefined` where EventBridge would not understand it. */
export function parsePath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  for (STEP.lastIndex = 1; STEP.lastIndex < path.length; ) {
    const found = STEP.exec(path);
    if (found === null) return undefined;
    const [, name, index] = found;
    steps.push(name ?? (index === "*" ? "*" : Number(index)));
  }
  return steps;
}

/** The value at a path that `parsePath` took; an array where a `*` leads to several, `undefined` where there is nothing. */
export function valueAt(path: string, root: unknown): unknown {
  let found: readonly unknown[] = [root];
  let isMany = false;
  for (const step of parsePath(path) ?? []) {
    isMany ||= step === "*";
    found = found.flatMap((value) => follow(value, step));
  }
  return isMany ? found : found[0];
}

function follow(value: unknown, step: string | number): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === "*") return Object.values(value);
  if (Array.isArray(value) !== (typeof step === "number") || !Object.hasOwn(value, step)) return [];
  return [(value as Record<string | number, unknown>)[step]];
}
