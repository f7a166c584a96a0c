import { type ConsoleState, STATES, type StateCounts } from "@specdrop/console/state";
import { agoTime, fullTime, shortTime, sinceTime, UTC_CLOCK } from "@specdrop/console/view/clock";
import { filtered, folded } from "@specdrop/console/view/filter";
import { hrefOf, placeOf } from "@specdrop/console/view/links";
import { afterAction, afterUpdate, initialUi, isApiOpen } from "@specdrop/console/view/ui";
import { isPast, sharesOf } from "@specdrop/console/view/verdict";
import { spansOf } from "@specdrop/console/view/way";
import { assert, nat, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { ALL_LIVE } from "./states/all-live.ts";
import { FAILING } from "./states/failing.ts";

test("a link leads to what it was made of, whatever the names are", () => {
  const text = string({ unit: "grapheme" });
  assert(
    property(text, text, text, (apiId, integrationId, key) => {
      for (const place of [
        { kind: "api", apiId },
        { kind: "response", apiId, integrationId, key },
        { kind: "try", apiId, route: key },
      ] as const) {
        expect(placeOf(hrefOf(place))).toEqual(place);
      }
    }),
  );
  expect(placeOf("#/response/%E0%A4%A/b/c")).toEqual({ kind: "page" });
  expect(placeOf("#problems")).toEqual({ kind: "page" });
  expect(placeOf("#/try/a/b?xyz")).toEqual({ kind: "try", apiId: "a", route: "b", input: "xyz" });
});

test("the shares of the bar add up, and no state that is there is unseen", () => {
  const count = nat({ max: 2_000 });
  const counts = record({
    failed: count,
    blocked: count,
    drifted: count,
    pending: count,
    unproven: count,
    live: count,
  });
  assert(
    property(counts, (given: StateCounts) => {
      const shares = sharesOf(given);
      expect(shares.map(({ state }) => state)).toEqual(STATES.filter((state) => given[state] > 0));
      const last = shares.at(-1);
      if (last !== undefined) expect(last.x + last.width).toBeCloseTo(100);
      for (const { width } of shares) expect(width).toBeGreaterThan(0.5);
    }),
  );
});

test("times are said as short as they can be", () => {
  const now = "2026-11-30T14:31:55.000Z";
  expect(shortTime("2026-11-30T09:02:03.000Z", now, UTC_CLOCK)).toBe("09:02:03");
  expect(shortTime("2026-11-29T17:20:11.000Z", now, UTC_CLOCK)).toBe("29 Nov 17:20");
  expect(shortTime("2025-11-30T17:20:11.000Z", now, UTC_CLOCK)).toBe("30 Nov 2025");
  expect(fullTime(now, UTC_CLOCK)).toBe("30 Nov 2026, 14:31 UTC");
  expect(sinceTime("2026-11-30T13:58:10.000Z", now, UTC_CLOCK)).toBe("since 13:58");
  expect(
    ["14:31:30", "14:29:40", "12:31:00"].map((time) => agoTime(`2026-11-30T${time}.000Z`, now, UTC_CLOCK)),
  ).toEqual(["now", "2 min ago", "2 h ago"]);
  expect(agoTime("2026-11-28T12:00:00.000Z", now, UTC_CLOCK)).toBe("28 Nov 12:00");
});

describe("the filter", () => {
  const filter = (text: string) => filtered(FAILING, { ...initialUi(FAILING), filter: text });
  test.each([
    ["messageRefused", 1],
    ["rooms.yaml", 4],
    ["/4\\d\\d/ chat", 2],
    ["ord7x2k9p1", 6],
    ["send", 3],
    ["billing", 8],
    ["nothing of the kind", 0],
  ])("%j leaves %i of 42", (text, shown) => {
    expect(filter(text)).toMatchObject({ shown, total: 42, isFiltering: true });
  });

  test("a state shows its responses only, and the same state again all of them", () => {
    const ui = afterAction(initialUi(FAILING), { kind: "only", state: "blocked" }, FAILING);
    expect(filtered(FAILING, ui)).toMatchObject({ shown: 3 });
    expect(filtered(FAILING, afterAction(ui, { kind: "only", state: "blocked" }, FAILING))).toMatchObject({
      shown: 42,
      isFiltering: false,
    });
    expect(filtered(FAILING, { ...ui, only: "live" }).shown).toBe(36);
  });
});

test("live rows beyond eight are folded, and none that is not live or selected", () => {
  const [chat] = FAILING.apis;
  const [integration] = chat?.integrations ?? [];
  if (integration === undefined) throw new Error("no integration");
  const live = integration.responses[2];
  if (live === undefined) throw new Error("no response");
  const responses = [
    ...integration.responses,
    ...Array.from({ length: 20 }, (_, index) => ({ ...live, key: `k${index}` })),
  ];
  const shown = folded([{ ...integration, responses }], (_, { key }) => key === "k19");
  expect(shown.hidden).toBe(12);
  const keys = shown.integrations[0]?.responses.map(({ key }) => key);
  expect(keys).toHaveLength(11);
  expect(keys).toEqual(expect.arrayContaining(["$default", "/4\\d\\d/", "k19"]));
  expect(spansOf(responses.slice(0, 4), ({ cell }) => cell.state)).toEqual([1, 1, 2, 0]);
});

describe("a reader", () => {
  test("begins at the first problem, and its API is open", () => {
    const ui = initialUi(FAILING);
    expect(ui).toMatchObject({ selected: { key: "/4\\d\\d/" }, problemId: FAILING.problems[0]?.id });
    expect(FAILING.apis.map(({ apiId }) => isApiOpen(ui, FAILING, apiId))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(initialUi(ALL_LIVE).selected).toBeUndefined();
  });

  test("keeps what was selected and typed over an update, unless it is gone", () => {
    const ui = afterAction(
      { ...initialUi(FAILING), filter: "ro" },
      { kind: "problem", id: FAILING.problems[1]?.id ?? "" },
      FAILING,
    );
    expect(afterUpdate(ui, FAILING, { ...FAILING, version: "32" })).toEqual(ui);
    const mended: ConsoleState = { ...FAILING, version: "32", problems: [] };
    expect(afterUpdate(ui, FAILING, mended)).toMatchObject({ selected: ui.selected, filter: "ro" });
    expect(afterUpdate(ui, FAILING, mended).problemId).toBeUndefined();
    expect(afterUpdate(initialUi(ALL_LIVE), ALL_LIVE, FAILING).problemId).toBe(FAILING.problems[0]?.id);
  });

  test("closes one thing after the other", () => {
    let ui = { ...initialUi(FAILING), filter: "x", showsHelp: true };
    const close = () => {
      ui = afterAction(ui, { kind: "close" }, FAILING) as typeof ui;
    };
    close();
    expect(ui).toMatchObject({ showsHelp: false, filter: "x" });
    close();
    expect(ui).toMatchObject({ filter: "", selected: {} });
    close();
    expect(ui.selected).toBeUndefined();
  });

  test("reads the past tense where nobody answers, and of a page that is older than a day", () => {
    const ui = initialUi(FAILING);
    expect(isPast({ state: FAILING, ui })).toBe(false);
    expect(isPast({ state: FAILING, ui: { ...ui, connection: { kind: "lost", since: FAILING.at } } })).toBe(true);
    expect(isPast({ state: FAILING, ui: { ...ui, now: "2026-12-01T14:31:56.000Z" } })).toBe(true);
  });
});
