import { diffLines } from "@specdrop/inspect/diff/line-diff";
import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf } from "../cost-of.ts";

test("a difference that no line shows is said in words", () => {
  expect(diffLines("a\nb", "a\nb\n")).toEqual([
    { kind: "kept", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "gap", text: "no line break at the end" },
    { kind: "added", text: "b" },
  ]);
});

test("lines far from a difference are left out", () => {
  const many = Array.from({ length: 30 }, (_, at) => `line ${at + 1}`);
  const shown = diffLines(many.join("\n"), many.with(0, "x").with(29, "y").join("\n"));
  expect(shown.map(({ kind }) => kind.charAt(0)).join("")).toBe("rakkkgkkkra");
  expect(shown.find(({ kind }) => kind === "gap")?.text).toBe("from line 27");
});

test("texts that share nothing end in time", () => {
  const text = (seed: number) =>
    Array.from({ length: 20_000 }, (_, at) => String((at * 7_919 * seed) % 104_729)).join("\n");
  const { result, cost } = costOf(() => diffLines(text(1), text(3)));
  expect(result.length).toBeGreaterThan(20_000);
  expect(cost).toBeLessThan(10_000);
});

test("both texts can be read off a comparison with nothing left out", () => {
  const text = fc.array(fc.constantFrom("a", "b", "", " c"), { maxLength: 6 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      const lines = diffLines(before, after);
      const side = (kind: string) => lines.filter((line) => line.kind === kind || line.kind === "kept");
      const readOff = (kind: string) => side(kind).map((line) => line.text);
      // The texts are too short for anything to be left out.
      expect(readOff("removed").join("\n")).toBe(before.replace(/\n$/, ""));
      expect(readOff("added").join("\n")).toBe(after.replace(/\n$/, ""));
    }),
  );
});
