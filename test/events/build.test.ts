import { ACTIONS, type ChangeResult, emptySummary, resultEvent, summarise } from "@specdrop/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changes, resultEvents } from "./arbitraries.ts";

const change = (action: ChangeResult["action"], status: ChangeResult["status"]): ChangeResult => ({
  logicalId: "chatOk",
  action,
  status,
  integrationId: "abc1234",
  integrationResponseKey: "/200/",
  changedProperties: [],
});

test.each([
  [change("create", "succeeded"), { create: 1 }],
  [change("create", "planned"), { create: 1 }],
  [change("adopt", "succeeded"), { adopt: 1 }],
  [change("replace", "succeeded"), { replace: 1 }],
  [change("none", "succeeded"), { unchanged: 1 }],
  [change("none", "planned"), { unchanged: 1 }],
  [change("delete", "failed"), { failed: 1 }],
  [change("none", "failed"), { failed: 1 }],
  [change("update", "skipped"), {}],
])("%o counts as %o", (one, counted) => {
  expect(summarise([one])).toEqual({ ...emptySummary, ...counted });
});

test("every change that was not skipped is counted once", () => {
  fc.assert(
    fc.property(fc.array(changes()), (list) => {
      const total = Object.values(summarise(list)).reduce((sum, count) => sum + count, 0);
      expect(total).toBe(list.filter(({ status }) => status !== "skipped").length);
    }),
  );
});

test("an empty summary has a count for every action", () => {
  expect(summarise([])).toEqual(emptySummary);
  for (const action of ACTIONS) expect(emptySummary).toHaveProperty(action === "none" ? "unchanged" : action, 0);
});

test("a built event is of version 1, whatever else it holds", () => {
  fc.assert(
    fc.property(resultEvents(), (event) => {
      const { version, ...metadata } = event.detail.metadata;
      expect(resultEvent(event.detailType, metadata, event.detail.data)).toEqual(event);
      expect(version).toBe("1");
    }),
  );
});
