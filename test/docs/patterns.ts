import { OUR_SOURCES } from "@specdrop/events";
import { matchesPattern, parsePattern } from "@specdrop/local/event-bridge/pattern";
import { expect } from "vitest";
import { GOLDEN_NAMES, readGolden } from "../events/golden.ts";
import { busEvent } from "../functions/samples.ts";

/** As in sst.config.ts: what reaches intake on the bus. */
const TO_INTAKE = {
  source: [{ "anything-but": OUR_SOURCES }],
  "detail-type": ["SpecSubmitted", "SpecWithdrawn"],
};

const matches = (pattern: unknown, event: object) => matchesPattern(parsePattern(JSON.stringify(pattern)), event);

/** The golden events that a pattern lets through, by name. */
export function heard(pattern: unknown): readonly string[] {
  return GOLDEN_NAMES.filter((name) => matches(pattern, readGolden(name).received));
}

/** A pattern that hears of failures on one API: of those, and of nothing else. */
export function expectHearsFailures(pattern: unknown): void {
  expect(heard(pattern)).toEqual(["ApplyFailed", "DriftDetected"]);
  const { received, event } = readGolden("ApplyFailed");
  const { detail } = event;
  const elsewhere = { ...received, detail: { ...detail, data: { ...detail.data, apiId: "zzzzzzzzzz" } } };
  expect(matches(pattern, elsewhere)).toBe(false);
  expect(matches(pattern, { ...received, source: "orders" })).toBe(false);
}

/** A pattern that forwards documents: what it lets through, intake takes, and nothing else passes. */
export function expectForwardsDocuments(pattern: unknown): void {
  for (const detailType of ["SpecSubmitted", "SpecWithdrawn"]) {
    const event = busEvent("com.example.chat", detailType, { name: "chat" });
    expect(matches(pattern, event)).toBe(true);
    expect(matches(TO_INTAKE, event)).toBe(true);
    expect(matches(pattern, { ...event, source: "com.example.other" })).toBe(false);
  }
  expect(matches(pattern, busEvent("com.example.chat", "OrderPlaced", {}))).toBe(false);
  expect(heard(pattern)).toEqual([]);
}

/** What a pattern is for can be read from it. */
export function expectSound(pattern: unknown): void {
  if (JSON.stringify(pattern).includes("com.example.chat")) expectForwardsDocuments(pattern);
  else if (heard(pattern).length > 2) expect(heard(pattern)).toEqual(heard({ source: ["specdrop"] }).filter(onOurApi));
  else expectHearsFailures({ ...(pattern as object), ...(hasDetail(pattern) ? {} : DETAIL) });
}

const DETAIL = { detail: { data: { apiId: ["a1b2c3d4e5"] } } };
const hasDetail = (pattern: unknown) => typeof pattern === "object" && pattern !== null && "detail" in pattern;
const onOurApi = (name: string) => readGolden(name).event.detail.data.apiId === "a1b2c3d4e5";
