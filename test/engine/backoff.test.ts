import { BACKOFF, type Backoff, backoffMs, longestBackoffMs } from "@specdrop/engine/backoff";
import { expect, test } from "vitest";

test.each<[keyof typeof BACKOFF, readonly number[]]>([
  ["request", [400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]],
  ["question", [200, 400, 800, 1_600, 3_200, 5_000]],
  ["ledgerWrite", [10, 20, 40, 80, 160, 200]],
  ["publish", [200, 400, 800, 1_600]],
  ["signal", [15_000, 60_000, 240_000, 240_000]],
  ["repair", [300_000, 600_000, 1_200_000]],
  ["slackMessage", [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]],
])("%s waits longer after each try, up to its bound", (name, expected) => {
  expect(expected.map((_, index) => longestBackoffMs(BACKOFF[name], index + 1))).toEqual(expected);
  expect(longestBackoffMs(BACKOFF[name], 0)).toBe(expected[0]);
});

test.each<[Backoff["jitter"], readonly number[]]>([
  ["full", [0, 50, 75]],
  ["half", [50, 75, 87.5]],
  [undefined, [100, 100, 100]],
])("with jitter %s chance has this much of a say", (jitter, expected) => {
  const policy = { firstMs: 100, longestMs: 1_000, ...(jitter === undefined ? {} : { jitter }) };
  expect([0, 0.5, 0.75].map((chance) => backoffMs(policy, 1, () => chance))).toEqual(expected);
});
