import { readdirSync, readFileSync } from "node:fs";
import {
  isOfRoute,
  parseSpecSubmitted,
  parseSpecWithdrawn,
  RESULT_DETAIL_TYPES,
  type ResultEvent,
  SOURCE,
} from "@specdrop/events";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resultEvents } from "../arbitraries.ts";
import { readGolden } from "../golden.ts";
import { readSchemaFile } from "../schemas.ts";
import { breaks } from "./breaks.ts";
import { tell } from "./consumer.ts";

const folder = new URL("schemas/", import.meta.url);
const frozen = new Map(
  readdirSync(folder).map((file) => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(new URL(file, folder), "utf8")),
  ]),
);
const ajv = new Ajv({ allErrors: true });
const validators = new Map([...frozen].map(([name, schema]) => [name, ajv.compile(schema)]));
const RECEIVED = ["SpecSubmitted", "SpecWithdrawn"];

/**
 * Only a change about a route response has no integration, and only a document that says TwoWay has such changes: its
 * author asks for them (docs/decisions/0029-two-way.md). All others read as before.
 */
const WITH_TWO_WAY = ["integrationId", "integrationResponseKey"].map(
  (name) => `/data/changes/items/${name}: required or not`,
);

function withoutTwoWay({ detailType, detail }: ResultEvent): ResultEvent {
  const changes = detail.data.changes.filter((change) => !isOfRoute(change));
  return { detailType, detail: { ...detail, data: { ...detail.data, changes } } };
}

test("version 1 has ten schemas", () => {
  expect([...frozen.keys()].sort()).toEqual([
    ...["ApplyFailed", "ApplySucceeded", "ApplyUnchanged", "DriftDetected", "DriftResolved", "PlanProduced"],
    ...["SpecRejected", "SpecSubmitted", "SpecSuperseded", "SpecWithdrawn"],
  ]);
  expect(RESULT_DETAIL_TYPES.every((type) => frozen.has(type))).toBe(true);
});

test("whatever is sent today, a consumer of version 1 reads, by its schema and by hand", () => {
  fc.assert(
    fc.property(resultEvents().map(withoutTwoWay), ({ detailType, detail }) => {
      const validate = validators.get(detailType);
      expect(validate?.(detail), JSON.stringify(validate?.errors)).toBe(true);
      expect(() => tell({ source: SOURCE, "detail-type": detailType, detail })).not.toThrow();
    }),
  );
  for (const type of RESULT_DETAIL_TYPES) expect(tell(readGolden(type).received)).not.toBe("");
});

test("the consumer is one that can fail", () => {
  const { received } = readGolden("ApplyFailed");
  const { metadata, data } = received["detail"] as Record<string, Record<string, unknown>>;
  const broken = [
    { ...received, "detail-type": "ApplyExploded" },
    { ...received, detail: { metadata: { ...metadata, version: "2" }, data } },
    { ...received, detail: { metadata, data: { ...data, mode: "guess" } } },
    { ...received, detail: { metadata, data: { ...data, summary: {} } } },
    { ...received, detail: { metadata, data: { ...data, changes: [{ logicalId: "a" }] } } },
  ];
  for (const event of broken) expect(() => tell(event)).toThrow();
});

test.each([...frozen.keys()])("today's schema of %s takes nothing back", (name) => {
  const today = JSON.parse(readSchemaFile(name));
  const isReceived = RECEIVED.includes(name);
  expect(breaks(frozen.get(name), today, isReceived ? "received" : "sent")).toEqual(isReceived ? [] : WITH_TWO_WAY);
});

test("what a producer of version 1 sends is taken today", () => {
  const submitted = [
    { name: "chat.yaml", document: "IntegrationResponses: {}" },
    { name: "chat.yaml", document: { IntegrationResponses: {} }, correlationId: "order-1" },
    { name: "chat.yaml", document: "x", more: { by: "somebody" } },
    readGolden("SpecSubmitted").received["detail"],
  ];
  for (const detail of submitted) {
    expect(validators.get("SpecSubmitted")?.(detail)).toBe(true);
    expect(parseSpecSubmitted(detail)).toMatchObject({ ok: true });
  }
  expect(parseSpecWithdrawn({ name: "chat.yaml", more: 1 })).toMatchObject({ ok: true });
  expect(parseSpecWithdrawn(readGolden("SpecWithdrawn").received["detail"])).toMatchObject({ ok: true });
});

type Json = Record<string, unknown>;

test("the comparison tells a break from an addition", () => {
  const schema = (properties: Json, required: readonly string[]): Json => ({ type: "object", properties, required });
  const old = schema({ a: { type: "string" }, b: { enum: ["x", "y"] } }, ["a"]);
  const added = schema({ ...(old["properties"] as Json), c: { type: "number" } }, ["a"]);
  expect(breaks(old, added, "sent")).toEqual([]);
  expect(breaks(old, added, "received")).toEqual([]);
  const asked = { ...added, required: ["a", "c"] };
  expect(breaks(old, asked, "sent")).toEqual([]);
  expect(breaks(old, asked, "received")).toEqual(["/c: required or not"]);
  const loose = { ...old, required: [] };
  expect(breaks(old, loose, "sent")).toEqual(["/a: required or not"]);
  expect(breaks(old, loose, "received")).toEqual([]);
  const wider = schema({ a: { type: "string" }, b: { enum: ["x", "y", "z"] } }, ["a"]);
  expect(breaks(old, wider, "sent")).toEqual(["/b: another choice"]);
  expect(breaks(old, wider, "received")).toEqual([]);
  expect(breaks(wider, old, "received")).toEqual(["/b: another choice"]);
  expect(breaks(old, schema({ a: { type: "string" }, b: { type: "string" } }, ["a"]), "sent")).not.toEqual([]);
  expect(breaks(old, schema({ a: { type: "number" }, b: { enum: ["x", "y"] } }, ["a"]), "sent")).toEqual([
    "/a: another type",
  ]);
  expect(breaks(old, schema({ a: { type: "string" } }, ["a"]), "sent")).toEqual(["/b: gone"]);
  expect(breaks(old, { ...old, additionalProperties: false }, "received")).toEqual([": another additionalProperties"]);
  expect(breaks({ items: { type: "string" } }, { items: { type: "number" } }, "sent")).toEqual([
    "/items: another type",
  ]);
});
