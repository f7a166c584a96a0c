import { readFileSync } from "node:fs";
import {
  parseResultEvent,
  parseSpecSubmitted,
  parseSpecWithdrawn,
  RESULT_DETAIL_TYPES,
  summarise,
} from "@specdrop/events";
import { expect, test } from "vitest";
import { GOLDEN_NAMES, readGolden } from "./golden.ts";
import { validatorOf } from "./schemas.ts";

const doc = readFileSync(new URL("../../docs/events.md", import.meta.url), "utf8");

test("there is one golden event per detail-type", () => {
  expect([...GOLDEN_NAMES].sort()).toEqual([...RESULT_DETAIL_TYPES, "SpecSubmitted", "SpecWithdrawn"].sort());
});

test.each(GOLDEN_NAMES)("%s is valid", (name) => {
  const { received } = readGolden(name);
  const validate = validatorOf(name);
  expect(received["detail-type"]).toBe(name);
  expect(validate(received["detail"]), JSON.stringify(validate.errors)).toBe(true);
});

test.each(RESULT_DETAIL_TYPES)("%s reads back as it was sent, and its summary agrees with its changes", (name) => {
  const { received, event } = readGolden(name);
  expect(parseResultEvent(received)).toEqual({ ok: true, value: event });
  expect(event.detail.data.summary).toEqual(summarise(event.detail.data.changes));
});

test("the received ones can be read", () => {
  const submitted = readGolden("SpecSubmitted").received["detail"];
  const withdrawn = readGolden("SpecWithdrawn").received["detail"];
  expect(parseSpecSubmitted(submitted)).toEqual({ ok: true, value: submitted });
  expect(parseSpecWithdrawn(withdrawn)).toEqual({ ok: true, value: withdrawn });
});

test("docs/events.md shows nothing in JSON that is not JSON", () => {
  const examples = [...doc.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json ?? "");
  expect(examples.length).toBeGreaterThan(GOLDEN_NAMES.length);
  for (const example of examples) expect(() => JSON.parse(example)).not.toThrow();
});
