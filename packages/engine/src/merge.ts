import { WRITABLE_PROPERTIES, type WritableProperties, type WritableProperty } from "@specdrop/spec";
import { canonicalJson } from "./digest.ts";
import type { AppliedProperties } from "./model.ts";
import type { Patch, PatchOperation } from "./patch.ts";

/** What it takes to bring a live resource to what its document declares. */
export interface PropertyDiff {
  readonly patch: Patch;
  /** Every property the patch touches. */
  readonly changed: readonly WritableProperty[];
}

/** AWS leaves an empty map or string out of what it reads back, or keeps it: both mean "not set". */
export function isUnset(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

export function isSameValue(one: unknown, other: unknown): boolean {
  return (isUnset(one) && isUnset(other)) || canonicalJson(one) === canonicalJson(other);
}

/**
 * Three-way: a declared property becomes as declared; one that was applied before and is declared no more is removed;
 * one the document never declared is left alone. A declared map is owned whole, as CloudFormation has it.
 */
export function diffProperties(
  desired: WritableProperties,
  live: WritableProperties,
  applied: AppliedProperties,
): PropertyDiff {
  const changed = WRITABLE_PROPERTIES.filter((name) =>
    desired[name] === undefined
      ? applied[name] !== undefined && !isUnset(live[name])
      : !isSameValue(desired[name], live[name]),
  );
  return { patch: changed.map((name) => operation(name, desired[name])), changed };
}

function operation(name: WritableProperty, value: unknown): PatchOperation {
  return isUnset(value) ? clearing(name) : { op: "add", path: `/${name}`, value };
}

/**
 * How a property is cleared. An explicit `""` clears TemplateSelectionExpression, where a `remove` is reported as
 * SUCCESS and the value stays (seen live: go-to-k/cdk-real-drift#1567). For the others `remove` is all there is, and
 * has to be checked.
 */
function clearing(name: WritableProperty): PatchOperation {
  return name === "TemplateSelectionExpression"
    ? { op: "add", path: `/${name}`, value: "" }
    : { op: "remove", path: `/${name}` };
}

/** Properties whose live value is not what was asked for: declared and different, or to be cleared and still set. */
export function unmetProperties(
  desired: WritableProperties,
  live: WritableProperties,
  touched: readonly WritableProperty[],
): readonly WritableProperty[] {
  return WRITABLE_PROPERTIES.filter(
    (name) => (desired[name] !== undefined || touched.includes(name)) && !isSameValue(desired[name], live[name]),
  );
}
