import type { CountedWithdrawal } from "@specdrop/ledger/port";
import {
  type BreakerLimits,
  DEFAULT_BREAKER_LIMITS,
  isMassWithdrawal,
  parseBreakerLimits,
  tallyOf,
} from "@specdrop/service/policy";
import fc from "fast-check";
import { expect, test } from "vitest";

test("by default it is more than 20 documents or 50 responses in ten minutes, and more than a quarter", () => {
  expect(parseBreakerLimits("{}")).toEqual({ documents: 20, responses: 50, minutes: 10, percent: 25 });
  const isMass = (documents: number, responses: number, owned: number) =>
    isMassWithdrawal({ documents, responses }, owned, DEFAULT_BREAKER_LIMITS);
  expect(isMass(21, 21, 83)).toBe(true);
  expect(isMass(21, 21, 84)).toBe(false);
  expect(isMass(20, 50, 50)).toBe(false);
  expect(isMass(1, 51, 203)).toBe(true);
  expect(isMass(1, 51, 204)).toBe(false);
});

test("limits are read from JSON, each for itself", () => {
  expect(parseBreakerLimits('{"documents": 0, "minutes": 60}')).toEqual({
    ...DEFAULT_BREAKER_LIMITS,
    documents: 0,
    minutes: 60,
  });
});

test.each([
  ["", "it is not JSON"],
  ["[]", "it is not a JSON object"],
  ["null", "it is not a JSON object"],
  ['{"document": 1}', 'it has "document"; valid names are documents, responses, minutes, percent'],
  ['{"documents": "1"}', "documents must be a whole number of 0 or more"],
  ['{"documents": -1}', "documents must be a whole number of 0 or more"],
  ['{"percent": 2.5}', "percent must be a whole number of 0 or more"],
  ['{"minutes": 0}', "minutes must be a whole number of 1 or more"],
])("%s is refused", (text, problem) => {
  expect(() => parseBreakerLimits(text)).toThrow(problem);
});

const limits: fc.Arbitrary<BreakerLimits> = fc.record({
  documents: fc.nat(30),
  responses: fc.nat(60),
  minutes: fc.constant(10),
  percent: fc.nat(100),
});
const withdrawals: fc.Arbitrary<CountedWithdrawal[]> = fc.array(
  fc.record({ documentId: fc.string(), responses: fc.nat(10), at: fc.nat(), period: fc.constant(0) }),
);

test("another withdrawal never makes a mass of them ordinary, and more that is owned never makes one", () => {
  fc.assert(
    fc.property(withdrawals, withdrawals, fc.nat(100), fc.nat(100), limits, (some, more, owned, further, given) => {
      const before = isMassWithdrawal(tallyOf(some), owned, given);
      const after = isMassWithdrawal(tallyOf([...some, ...more]), owned, given);
      expect(before && !after).toBe(false);
      expect(!before && isMassWithdrawal(tallyOf(some), owned + further, given)).toBe(false);
    }),
  );
});

test("what takes nothing away does not count", () => {
  fc.assert(
    fc.property(withdrawals, (some) => {
      expect(tallyOf(some)).toEqual(tallyOf(some.filter(({ responses }) => responses > 0)));
    }),
  );
});
