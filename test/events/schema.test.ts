import { readdirSync } from "node:fs";
import {
  envelopeSchema,
  eventSchemas,
  type heldDetailSchema,
  OPERATIONS_DETAIL_TYPES,
  type OperationsEvent,
  operationsSchemas,
  RESULT_DETAIL_TYPES,
  type ResultDetail,
  type resultDetailSchema,
  type SpecSubmitted,
  type SpecWithdrawn,
  type specSubmittedSchema,
  type specWithdrawnSchema,
  type switchDetailSchema,
  type waitingDetailSchema,
} from "@specdrop/events";
import fc from "fast-check";
import type { FromSchema } from "json-schema-to-ts";
import { expect, test } from "vitest";
import { resultEvents, submissions, withdrawals } from "./arbitraries.ts";
import { readSchemaFile, validatorOf } from "./schemas.ts";

// Open objects carry an index signature in the schema's type, and our types are readonly: neither is part of the shape.
type Shape<T> = T extends readonly (infer Item)[]
  ? Shape<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T as string extends Key ? never : Key]: Shape<T[Key]> }
    : T;
type Same<Left, Right> =
  (<T>() => T extends Shape<Left> ? 1 : 2) extends <T>() => T extends Shape<Right> ? 1 : 2 ? true : false;

test("the schemas and the types describe the same shapes", () => {
  // The type check fails here if either side changes alone.
  const agreement: [
    Same<ResultDetail, FromSchema<typeof resultDetailSchema>>,
    Same<SpecSubmitted, FromSchema<typeof specSubmittedSchema>>,
    Same<SpecWithdrawn, FromSchema<typeof specWithdrawnSchema>>,
    Same<
      Extract<OperationsEvent, { detailType: "Suspended" | "Resumed" | "WithdrawalsReleased" }>["detail"],
      FromSchema<typeof switchDetailSchema>
    >,
    Same<Extract<OperationsEvent, { detailType: "SpecWaiting" }>["detail"], FromSchema<typeof waitingDetailSchema>>,
    Same<Extract<OperationsEvent, { detailType: "WithdrawalsHeld" }>["detail"], FromSchema<typeof heldDetailSchema>>,
  ] = [true, true, true, true, true, true];
  // And it tells shapes apart: a property more, one that is optional, another literal.
  const distinction: [
    Same<SpecWithdrawn, SpecWithdrawn & { more: string }>,
    Same<SpecWithdrawn, Partial<SpecWithdrawn>>,
    Same<{ status: "live" }, { status: "live" | "pending" }>,
  ] = [false, false, false];
  expect([...agreement, ...distinction]).toEqual([true, true, true, true, true, true, false, false, false]);
});

test("every detail-type has a published schema, up to date", () => {
  const published = readdirSync(new URL("../../packages/events/schemas/", import.meta.url)).sort();
  const expected = [
    ...RESULT_DETAIL_TYPES,
    "SpecSubmitted",
    "SpecWithdrawn",
    "SpecdropEvent",
    ...OPERATIONS_DETAIL_TYPES,
  ]
    .map((title) => `${title}.json`)
    .sort();
  expect(published).toEqual(expected);
  for (const schema of [...eventSchemas, envelopeSchema, ...operationsSchemas]) {
    const message = `${schema.title}.json is out of date: npm run schemas -w packages/events`;
    expect(readSchemaFile(schema.title), message).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  }
});

test("the schemas stand alone: no reference leads out of a file", () => {
  for (const { title, definitions = {} } of [...eventSchemas, envelopeSchema]) {
    const references = [...readSchemaFile(title).matchAll(/"\$ref": "([^"]*)"/g)].map(([, to = ""]) => to);
    for (const to of references) expect(Object.keys(definitions)).toContain(to.replace("#/definitions/", ""));
    for (const [name, definition] of Object.entries(definitions)) {
      expect(definition.title).toBe(name);
      expect(references).toContain(`#/definitions/${name}`);
    }
  }
});

test("whatever the types allow, the schemas take", () => {
  fc.assert(
    fc.property(resultEvents(), (event) => {
      const validate = validatorOf(event.detailType);
      expect(validate(event.detail), JSON.stringify(validate.errors)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(submissions, (submission) => {
      expect(validatorOf("SpecSubmitted")(submission)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(withdrawals, (withdrawal) => {
      expect(validatorOf("SpecWithdrawn")(withdrawal)).toBe(true);
    }),
  );
});

test("what tomorrow adds does not stop today's consumer", () => {
  const addTo = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(addTo);
    if (typeof value !== "object" || value === null) return value;
    const grown = Object.entries(value).map(([key, member]) => [key, addTo(member)]);
    return { ...Object.fromEntries(grown), addedTomorrow: { by: "somebody" } };
  };
  fc.assert(
    fc.property(resultEvents(), (event) => {
      expect(validatorOf(event.detailType)(addTo(event.detail))).toBe(true);
    }),
  );
});
