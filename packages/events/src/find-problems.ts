import type { Schema } from "./schema.ts";

/**
 * What keeps a value from matching a schema, each problem led by its JSON Pointer; `[]` where it matches. The values
 * themselves are never repeated, so problems are safe to log. References lead to the `definitions` of `root`.
 */
export function findProblems(schema: Schema, value: unknown, pointer = "", root: Schema = schema): string[] {
  return check(schema, value, pointer, root.definitions ?? {});
}

type Definitions = Readonly<Record<string, Schema>>;

function check(schema: Schema, value: unknown, pointer: string, definitions: Definitions): string[] {
  if (schema.$ref !== undefined) {
    const referred = definitions[schema.$ref.slice("#/definitions/".length)];
    if (referred === undefined) throw new RangeError(`The schema has no ${schema.$ref}`);
    return check(referred, value, pointer, definitions);
  }
  const own = checkOwn(schema, value, pointer, definitions);
  // A rule about what has another shape anyway says nothing new.
  return own.length > 0 ? own : checkRules(schema, value, pointer, definitions);
}

function checkRules(schema: Schema, value: unknown, pointer: string, definitions: Definitions): string[] {
  const { allOf = [], if: condition } = schema;
  const all = allOf.flatMap((rule) => check(rule, value, pointer, definitions));
  if (condition === undefined) return all;
  const rule = check(condition, value, pointer, definitions).length === 0 ? schema.then : schema.else;
  return rule === undefined ? all : [...all, ...check(rule, value, pointer, definitions)];
}

function checkOwn(schema: Schema, value: unknown, pointer: string, definitions: Definitions): string[] {
  if (schema.anyOf !== undefined) {
    const matches = schema.anyOf.some((option) => check(option, value, pointer, definitions).length === 0);
    return matches ? [] : [problem(pointer, expectation(schema.anyOf))];
  }
  if (schema.const !== undefined && value !== schema.const) return [problem(pointer, `must be "${schema.const}"`)];
  if (schema.type !== undefined && !hasType(schema.type, value)) {
    return [problem(pointer, `must be ${withArticle(schema.type)}`)];
  }
  if (typeof value === "string") return findTextProblems(schema, value, pointer);
  if (typeof value === "number" && schema.minimum !== undefined && value < schema.minimum) {
    return [problem(pointer, `must be at least ${schema.minimum}`)];
  }
  if (typeof value === "number" && schema.maximum !== undefined && value > schema.maximum) {
    return [problem(pointer, `must be at most ${schema.maximum}`)];
  }
  if (Array.isArray(value)) return findItemProblems(schema, value, pointer, definitions);
  return isObject(value) ? findMemberProblems(schema, value, pointer, definitions) : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expectation(options: readonly Schema[]): string {
  const types = new Set(options.map(({ type }) => type));
  if (types.size === 1) return "says nothing that explains its detail-type";
  return `must be ${[...types].map(withArticle).join(" or ")}`;
}

function findItemProblems(
  { items, maxItems = Number.POSITIVE_INFINITY, contains }: Schema,
  list: readonly unknown[],
  pointer: string,
  definitions: Definitions,
): string[] {
  if (list.length > maxItems) return [problem(pointer, `must have at most ${maxItems} items`)];
  const isMissing =
    contains !== undefined && !list.some((item) => check(contains, item, pointer, definitions).length === 0);
  return [
    ...(isMissing ? [problem(pointer, "lacks an item that its detail-type requires")] : []),
    ...(items === undefined
      ? []
      : list.flatMap((item, index) => check(items, item, `${pointer}/${index}`, definitions))),
  ];
}

function findTextProblems(schema: Schema, text: string, pointer: string): string[] {
  if (schema.enum?.includes(text) === false) return [problem(pointer, `must be one of ${schema.enum.join(", ")}`)];
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : Array.from(text).length;
  const fits =
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? length) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, "u").test(text));
  return fits ? [] : [problem(pointer, `is invalid: ${schema.description ?? "its length is wrong."}`)];
}

function findMemberProblems(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  pointer: string,
  definitions: Definitions,
): string[] {
  const missing = (schema.required ?? []).filter((member) => !Object.hasOwn(value, member));
  return [
    ...missing.map((member) => problem(`${pointer}/${member}`, `is missing${inAnotherCase(member, value)}`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([member, memberSchema]) =>
      Object.hasOwn(value, member) ? check(memberSchema, value[member], `${pointer}/${member}`, definitions) : [],
    ),
  ];
}

/** A name of the same letters is what was meant. */
function inAnotherCase(member: string, value: Readonly<Record<string, unknown>>): string {
  const meant = Object.keys(value).find((key) => key.toLowerCase() === member.toLowerCase());
  return meant === undefined ? "" : `; ${meant} is another name, since case counts`;
}

function hasType(type: NonNullable<Schema["type"]>, value: unknown): boolean {
  if (type === "object") return isObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function withArticle(type: Schema["type"]): string {
  return type === "object" || type === "array" || type === "integer" ? `an ${type}` : `a ${type}`;
}

function problem(pointer: string, text: string): string {
  return pointer === "" ? `It ${text}` : `${pointer} ${text}`;
}
