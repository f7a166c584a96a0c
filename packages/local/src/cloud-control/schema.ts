import { isRecord, parseRecord } from "../json.ts";
import { CloudControlError } from "./errors.ts";
import type { Model } from "./state.ts";
import type { EmulatedType, TypeShape } from "./types.ts";

/** What the registry schema finds wrong with a model, in the wording of CloudFormation's validator. */
export function schemaProblems(type: EmulatedType, model: Model): readonly string[] {
  return problems({ fields: type.properties, required: type.required }, model, "#");
}

function problems(shape: TypeShape, value: unknown, at: string): readonly string[] {
  if (typeof shape === "string") {
    return isA(shape, value) ? [] : [`${at}: expected type: ${capitalised(shape)}, found: ${kindOf(value)}`];
  }
  if ("listOf" in shape) {
    if (!Array.isArray(value)) return [`${at}: expected type: JSONArray, found: ${kindOf(value)}`];
    return value.flatMap((item, index) => problems(shape.listOf, item, `${at}/${index}`));
  }
  if (!isRecord(value)) return [`${at}: expected type: JSONObject, found: ${kindOf(value)}`];
  if ("mapOf" in shape) {
    return Object.entries(value).flatMap(([key, item]) => problems(shape.mapOf, item, `${at}/${key}`));
  }
  const missing = (shape.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [
    ...missing.map((key) => `${at}: required key [${key}] not found`),
    ...Object.entries(value).flatMap(([key, item]) => {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      return field === undefined
        ? [`${at}: extraneous key [${key}] is not permitted`]
        : problems(field, item, `${at}/${key}`);
    }),
  ];
}

function isA(kind: string, value: unknown): boolean {
  if (kind === "object") return isRecord(value);
  if (kind === "integer") return Number.isInteger(value);
  return typeof value === kind;
}

function capitalised(kind: string): string {
  return kind === "object" ? "JSONObject" : kind.charAt(0).toUpperCase() + kind.slice(1);
}

function kindOf(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "JSONArray";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "BigDecimal";
  return capitalised(typeof value);
}

/** A JSON object from a request member. Throws a `CloudControlError`. */
export function parseModel(member: string, text: string): Model {
  const model = parseRecord(text);
  if (model === undefined) throw new CloudControlError("ValidationException", `${member} must be a JSON object`);
  return model;
}

/**
 * The values of the primary identifier, from `a|b|c` or a JSON object, joined with `|`. Throws a `CloudControlError`
 * where its parts do not fit the type.
 */
export function parseIdentifier(type: EmulatedType, text: string): string {
  const parts = text.trimStart().startsWith("{") ? fromObject(type, text) : text.split("|");
  if (parts.length !== type.primaryIdentifier.length || parts.includes("")) {
    const paths = type.primaryIdentifier.map((name) => `/properties/${name}`).join(", ");
    throw new CloudControlError("ValidationException", `Identifier ${text} is not valid for identifier [${paths}]`);
  }
  return parts.join("|");
}

function fromObject(type: EmulatedType, text: string): readonly string[] {
  const object = parseModel("Identifier", text);
  const known = Object.keys(object).every((key) => type.primaryIdentifier.includes(key));
  if (!known) return [];
  return type.primaryIdentifier.map((name) => (typeof object[name] === "string" ? (object[name] as string) : ""));
}

/** The identifier of a model that has all its parts. */
export function identifierOf(type: EmulatedType, model: Model): string {
  return type.primaryIdentifier.map((name) => String(model[name])).join("|");
}

/** A model as reads show it. */
export function readable(type: EmulatedType, model: Model): Model {
  return Object.fromEntries(Object.entries(model).filter(([name]) => !type.writeOnly.includes(name)));
}
