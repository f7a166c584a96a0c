/** Checks one kind of value: returns what is wrong and where (`at` leads there), or `undefined`. Repeats no value. */
export interface Shape<T> {
  problem(value: unknown, at: string): string | undefined;
  /** For the compiler only: a shape of `A | B` is none of `A`. */
  readonly of?: (value: T) => T;
}

/** A property that may be absent. */
export interface OptionalShape<T> extends Shape<T> {
  readonly optional: true;
}

/**
 * A shape for every property of `T`. A property that is added to `T` breaks the build until it has one, and so does one
 * that becomes optional.
 */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalShape<Exclude<T[K], undefined>> : Shape<T[K]>;
};

function simple<T>(expected: string, isValid: (value: unknown) => boolean): Shape<T> {
  return { problem: (value, at) => (isValid(value) ? undefined : wrong(value, at, expected)) };
}

function wrong(value: unknown, at: string, expected: string): string {
  return value === undefined ? `${at} is missing` : `${at} is not ${expected}`;
}

export const text: Shape<string> = simple("text", (value) => typeof value === "string");
export const flag: Shape<boolean> = simple("true or false", (value) => typeof value === "boolean");
/** A flag that is absent where it does not hold. */
export const yes: Shape<true> = simple("true", (value) => value === true);
export const finite: Shape<number> = simple("a number", Number.isFinite);
/** A whole number, 0 or more. */
export const count: Shape<number> = simple(
  "a whole number, 0 or more",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return simple(`one of ${values.join(", ")}`, (value) => values.includes(value as T));
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return {
    optional: true,
    problem: (value, at) => (value === undefined ? undefined : shape.problem(value, at)),
  };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    problem(value, at) {
      if (!Array.isArray(value)) return wrong(value, at, "a list");
      return firstOf(value.map((each, index) => () => item.problem(each, `${at}[${index}]`)));
    },
  };
}

/** A map from any name to values of one kind. */
export function mapOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    problem(value, at) {
      if (!isMap(value)) return wrong(value, at, "a map");
      return firstOf(
        Object.entries(value).map(
          ([name, each]) =>
            () =>
              item.problem(each, member(at, name)),
        ),
      );
    },
  };
}

/** A map with these properties. Others are let be: a newer version may have added them. */
export function record<T>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries(fields) as readonly (readonly [string, Pick<Shape<T>, "problem">])[];
  return {
    problem(value, at) {
      if (!isMap(value)) return wrong(value, at, "a map");
      return firstOf(
        entries.map(
          ([name, shape]) =>
            () =>
              shape.problem(value[name], member(at, name)),
        ),
      );
    },
  };
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function member(at: string, name: string): string {
  const step = /^\w+$/.test(name) ? name : JSON.stringify(name);
  return at === "" ? step : `${at}.${step}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
