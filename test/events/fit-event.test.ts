import {
  type ChangeResult,
  type EventDiagnostic,
  fitEvent,
  type ResultEvent,
  SMALLEST_LIMIT_BYTES,
} from "@specdrop/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changes, diagnostics, possible, resultEvents } from "./arbitraries.ts";
import { readGolden } from "./golden.ts";
import { validatorOf } from "./schemas.ts";

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const base = readGolden("ApplyFailed").event;

const withData = (data: Partial<ResultEvent["detail"]["data"]>): ResultEvent => ({
  ...base,
  detail: { ...base.detail, data: { ...base.detail.data, ...data } },
});

const change = (index: number, status: ChangeResult["status"] = "succeeded"): ChangeResult => ({
  logicalId: `response${index}`,
  action: "update",
  status,
  integrationId: "abc1234",
  integrationResponseKey: `/${index}/`,
  changedProperties: ["ResponseTemplates"],
  ...(status === "failed" ? { error: { code: "InvalidRequest", message: "No such template", retryable: false } } : {}),
});

const diagnostic = (
  index: number,
  severity: EventDiagnostic["severity"],
  message = "Not as it should be",
): EventDiagnostic => ({
  code: "SD3001",
  severity,
  message,
  file: "chat.yaml",
  range: { start: { line: index, column: 1 }, end: { line: index, column: 2 } },
  pointer: "/IntegrationResponses",
});

const times = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index + 1));

test("a small event stays as it is", () => {
  expect(fitEvent(base)).toEqual({ event: base, cut: false });
});

test("1,000 changes with long messages fit 200 KB once the messages are short", () => {
  const failed = times(100, (index) => {
    const one = change(index, "failed");
    return { ...one, error: { code: "SD6001", message: "m".repeat(5_000), retryable: false, help: "h".repeat(5_000) } };
  });
  const { event, cut } = fitEvent(withData({ changes: failed }), 250_000);
  expect(cut).toBe(true);
  expect(event.detail.data.changes).toHaveLength(100);
  expect(event.detail.data.omittedChanges).toBeUndefined();
  expect(event.detail.data.changes[0]?.error?.message).toBe(`${"m".repeat(999)}…`);
  expect(event.detail.data.changes[0]?.error?.help).toBe(`${"h".repeat(999)}…`);
});

test("failed changes stay before others, and the order of what stays is the document's", () => {
  const list = times(400, (index) => change(index, index % 40 === 0 ? "failed" : "succeeded"));
  const { event, cut } = fitEvent(withData({ changes: list }), 20_000);
  const kept = event.detail.data.changes;
  expect(cut).toBe(true);
  expect(kept.filter(({ status }) => status === "failed")).toHaveLength(10);
  expect(kept.slice(0, 3).map(({ logicalId }) => logicalId)).toEqual(["response1", "response2", "response3"]);
  const keptIds = new Set(kept.map(({ logicalId }) => logicalId));
  expect(kept).toEqual(list.filter(({ logicalId }) => keptIds.has(logicalId)));
  expect(kept.length + (event.detail.data.omittedChanges ?? 0)).toBe(400);
  expect(event.detail.data.omittedDiagnostics).toBeUndefined();
});

test("diagnostics are cut only beyond half of the room, warnings first", () => {
  const list = times(100, (index) => diagnostic(index, index > 95 ? "error" : "warning", "w".repeat(500)));
  const { event } = fitEvent(withData({ changes: times(400, (index) => change(index)), diagnostics: list }), 40_000);
  const { data } = event.detail;
  expect(data.diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(5);
  expect(data.diagnostics.length + (data.omittedDiagnostics ?? 0)).toBe(100);
  expect(bytes(data.diagnostics)).toBeGreaterThan(17_000);
  expect(bytes(data.changes)).toBeGreaterThan(17_000);
});

test("a list that is short leaves its half to the other", () => {
  const list = times(100, (index) => diagnostic(index, "warning", "w".repeat(500)));
  const { event } = fitEvent(withData({ changes: [change(1)], diagnostics: list }), 40_000);
  expect(event.detail.data.changes).toEqual([change(1)]);
  expect(bytes(event.detail.data.diagnostics)).toBeGreaterThan(35_000);
});

test("what was omitted before is counted on, and a suggestion is whole or absent", () => {
  const long = { ...diagnostic(1, "error"), suggestion: "s".repeat(1_001) };
  const short = { ...diagnostic(2, "error"), suggestion: "s".repeat(1_000) };
  const event = withData({
    changes: times(2_000, (index) => change(index)),
    omittedChanges: 7,
    diagnostics: [long, short],
  });
  const { data } = fitEvent(event).event.detail;
  expect(data.changes.length + (data.omittedChanges ?? 0)).toBe(2_007);
  expect(data.diagnostics).toEqual([diagnostic(1, "error"), short]);
});

test("any event gets under any limit, valid, with room for where the whole is stored", () => {
  const long = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      "x".repeat(9_000),
      "\u0000".repeat(3_000),
      "€".repeat(2_000),
      "😀".repeat(3_000),
      "\ud800".repeat(2_000),
    ),
  );
  const large = resultEvents(long).chain((event) =>
    fc.record({
      event: fc.constant(event),
      repeat: fc.nat({ max: 40 }),
      change: changes(long),
      diagnostic: diagnostics(long),
    }),
  );
  fc.assert(
    fc.property(large, fc.integer({ min: SMALLEST_LIMIT_BYTES, max: 60_000 }), (input, limit) => {
      const { data } = input.event.detail;
      const filled = {
        ...input.event,
        detail: {
          ...input.event.detail,
          data: possible(
            input.event.detailType,
            {
              ...data,
              changes: [...data.changes, ...Array<ChangeResult>(input.repeat).fill(input.change)],
              diagnostics: [...data.diagnostics, ...Array<EventDiagnostic>(input.repeat).fill(input.diagnostic)],
            },
            input.repeat,
          ),
        },
      };
      const { event, cut } = fitEvent(filled, limit);
      expect(bytes(event)).toBeLessThanOrEqual(limit);
      expect(cut).toBe(bytes(filled) > limit);
      if (cut) expect(bytes(event)).toBeLessThanOrEqual(limit - 1_500);
      expect(validatorOf(event.detailType)(event.detail)).toBe(true);
      expect(fitEvent(event, limit)).toEqual({ event, cut: false });
    }),
    { numRuns: 30 },
  );
});

test("no change is written out more than a few times, however long the list", () => {
  let written = 0;
  const list = times(5_000, (index) => {
    const one = change(index);
    const toJSON = () => {
      written += 1;
      return one;
    };
    return { ...one, toJSON };
  });
  expect(fitEvent(withData({ changes: list })).cut).toBe(true);
  expect(written).toBeLessThanOrEqual(3 * list.length);
});

test("a limit that not even the frame could keep is refused", () => {
  expect(() => fitEvent(base, SMALLEST_LIMIT_BYTES - 1)).toThrow(RangeError);
});
