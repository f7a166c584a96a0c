import { OUR_SOURCES, RESULT_DETAIL_TYPES } from "@specdrop/events";
import { describe, expect, inject, test } from "vitest";
import { all, only, statementsOf, TYPES } from "./infrastructure.ts";
import { allows } from "./policy.ts";

const stages = inject("stages");

test("without submitters the bus belongs to its account", () => {
  expect(all(stages.dev, TYPES.busPolicy)).toEqual([]);
});

describe("the policy of a bus with submitters", () => {
  const { inputs } = only(stages.production, TYPES.busPolicy);
  const bus = only(stages.production, TYPES.bus);
  const put = (changes: {
    readonly account?: string;
    readonly organization?: string;
    readonly detailTypes?: readonly string[];
    readonly sources?: readonly string[];
    readonly action?: string;
  }) =>
    allows(statementsOf(inputs["policy"]), {
      principal: `arn:aws:iam::${changes.account ?? "111122223333"}:root`,
      action: changes.action ?? "events:PutEvents",
      resource: bus.state["arn"],
      context: {
        "events:detail-type": changes.detailTypes ?? ["SpecSubmitted"],
        "events:source": changes.sources ?? ["orders"],
        ...(changes.organization !== undefined && { "aws:PrincipalOrgID": [changes.organization] }),
      },
    });

  test("is that of our bus", () => {
    expect(inputs["eventBusName"]).toBe(bus.state["name"]);
    const sids = JSON.parse(inputs["policy"]).Statement.map(({ Sid }: { Sid: string }) => Sid);
    expect(sids).toEqual(["Accounts", "Organizations"]);
  });

  test("lets them submit and withdraw", () => {
    expect(put({})).toBe(true);
    expect(put({ account: "444455556666", detailTypes: ["SpecWithdrawn"] })).toBe(true);
    expect(put({ detailTypes: ["SpecSubmitted", "SpecWithdrawn"], sources: ["orders", "billing"] })).toBe(true);
    expect(put({ sources: ["specdrop.cli"] })).toBe(true);
    expect(put({ account: "999999999999", organization: "o-a1b2c3d4e5" })).toBe(true);
  });

  test("lets nobody else", () => {
    expect(put({ account: "999999999999" })).toBe(false);
    expect(put({ account: "999999999999", organization: "o-zzzzzzzzzz" })).toBe(false);
  });

  test.each([{}, { account: "999999999999", organization: "o-a1b2c3d4e5" }])(
    "lets them do nothing else (%o)",
    (who) => {
      expect(put(who)).toBe(true);
      for (const detailType of RESULT_DETAIL_TYPES) expect(put({ ...who, detailTypes: [detailType] })).toBe(false);
      expect(put({ ...who, detailTypes: ["SpecSubmitted", "ApplySucceeded"] })).toBe(false);
      expect(put({ ...who, detailTypes: ["Resumed"], sources: ["specdrop.operations"] })).toBe(false);
      for (const source of OUR_SOURCES) {
        expect(put({ ...who, sources: [source] })).toBe(false);
        expect(put({ ...who, sources: ["orders", source] })).toBe(false);
      }
      expect(put({ ...who, detailTypes: [] })).toBe(false);
      expect(put({ ...who, sources: [] })).toBe(false);
      expect(put({ ...who, action: "events:PutRule" })).toBe(false);
    },
  );
});
