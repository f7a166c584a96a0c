import type { Schema } from "./schema.ts";

/**
 * What keeps a value from matching a schema, each problem led by its JSON Pointer; `[]` where it matches. The values
 * themselves are never repeated, so problems are safe to log.
 */
export function findProblems(schema: Schema, value: unknown, pointer = ""): string[] {
  if (schema.anyOf !== undefined) {
    const matches = schema.anyOf.some((option) => findProblems(option, value).length === 0);
    return matches
      ? []
      : [problem(pointer, `must be ${schema.anyOf.map((option) => withArticle(option.type)).join(" or ")}`)];
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
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => findProblems(items, item, `${pointer}/${index}`));
  }
  return isObject(value) ? findMemberProblems(schema, value, pointer) : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

function findMemberProblems(schema: Schema, value: Readonly<Record<string, unknown>>, pointer: string): string[] {
  const missing = (schema.required ?? []).filter((member) => !Object.hasOwn(value, member));
  return [
    ...missing.map((member) => problem(`${pointer}/${member}`, `is missing${inAnotherCase(member, value)}`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([member, memberSchema]) =>
      Object.hasOwn(value, member) ? findProblems(memberSchema, value[member], `${pointer}/${member}`) : [],
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
