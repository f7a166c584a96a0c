import { randomId, runIdOf } from "@specdrop/ledger/run-id";
import { expect, test } from "vitest";

test("an id takes 128 random bits", () => {
  const drawn = [0, 0.5, 1 - 2 ** -33, 2 ** -32];
  expect(randomId(() => drawn.shift() ?? 0)).toBe("0000000080000000ffffffff00000001");
});

test("only a run over the same revision that did not end gives its id away", () => {
  expect(runIdOf(undefined, 3, "fresh")).toBe("fresh");
  expect(runIdOf({}, 3, "fresh")).toBe("fresh");
  expect(runIdOf({ runningSequence: 3, runId: "first" }, 3, "fresh")).toBe("first");
  expect(runIdOf({ runningSequence: 2, runId: "first" }, 3, "fresh")).toBe("fresh");
  // The mark of an older version has no id.
  expect(runIdOf({ runningSequence: 3 }, 3, "fresh")).toBe("fresh");
});
