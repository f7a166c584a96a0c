import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareKeys, isBetween } from "../../../packages/service/src/sweep/key-order.ts";

const key = fc.string({
  unit: fc.constantFrom("a", "b", "/", "é", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"),
});

test("keys are in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(key, key, (left, right) => {
      expect(Math.sign(compareKeys(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
  );
});

test("a page begins after a key, and its last key is part of it", () => {
  expect(isBetween("b", "a", "b")).toBe(true);
  expect(isBetween("a", "a", "b")).toBe(false);
  expect(isBetween("c", "a", "b")).toBe(false);
  expect(isBetween("", undefined, undefined)).toBe(true);
});
