import fc from "fast-check";
import { expect, test } from "vitest";
import { progressLines } from "../../../packages/cli/src/terminal/progress-view.ts";

const active = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    apiId: `api${String(count - index).padStart(2, "0")}`,
    file: "specs/chat.yaml",
    words: "creating chatOk",
    since: 0,
  }));
const state = { ended: 31, total: 200, changes: 120, failed: 0 };

test("50 APIs at once take a few lines, always in the same order", () => {
  expect(progressLines({ ...state, active: active(50) }, { now: 2_500 })).toEqual([
    "[31/200] 120 changed",
    ...["api01", "api02", "api03", "api04", "api05"].map((id) => `  ${id}  specs/chat.yaml  creating chatOk  2.5 s`),
    "  and 45 more APIs",
  ]);
  expect(progressLines({ ...state, failed: 2, active: active(1) }, { now: 500 })).toEqual([
    "[31/200] 120 changed, 2 failed",
    "  api01  specs/chat.yaml  creating chatOk",
  ]);
});

test("no line is broken by the terminal, and the lines fit on it", () => {
  const size = { columns: fc.integer({ min: 24, max: 200 }), rows: fc.integer({ min: 8, max: 60 }) };
  fc.assert(
    fc.property(
      fc.record(size),
      fc.nat({ max: 60 }),
      fc.string({ maxLength: 300 }),
      ({ columns, rows }, count, file) => {
        const lines = progressLines(
          { ...state, active: active(count).map((row) => ({ ...row, file })) },
          { now: 9_000, columns, rows },
        );
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns - 2);
      },
    ),
  );
});
