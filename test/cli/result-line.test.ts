import { expect, test } from "vitest";
import { formatResult } from "../../packages/cli/src/report/result-line.ts";
import { resultEvent } from "../contract/ledger.ts";

test("a superseded revision is told with its reason, for it has nothing to count", () => {
  const { detail } = resultEvent(1);
  const reason = "A newer revision took its place before it was applied.";
  const data = { ...detail.data, reason };
  expect(formatResult({ detailType: "SpecSuperseded", detail: { ...detail, data } })).toBe(
    "SpecSuperseded: A newer revision took its place before it was applied.",
  );
});
