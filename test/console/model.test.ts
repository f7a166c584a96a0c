import { type ConsoleFacts, consoleState, judgeAll } from "@specdrop/console/model";
import { type ConsoleState, type ResponseRef, STATES, type StateCounts } from "@specdrop/console/state";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type World, world } from "./worlds.ts";

function factsOf({ view, aws }: World): ConsoleFacts {
  return {
    ...{ version: "1", view, withAllRows: true, ...(aws && { aws }) },
    where: { kind: "dev", name: "dev", ledger: "dynamodb:specdrop" },
  };
}

const pageOf = (made: World): ConsoleState => consoleState(factsOf(made));
const total = (counts: StateCounts): number => STATES.reduce((sum, state) => sum + counts[state], 0);
const idOf = ({ apiId, integrationId, key }: ResponseRef): string => `${apiId}|${integrationId}|${key}`;

function refsOf({ apis }: ConsoleState): ReadonlySet<string> {
  return new Set(
    apis.flatMap(({ apiId, integrations = [] }) =>
      integrations.flatMap(({ integrationId, responses }) =>
        responses.map(({ key }) => idOf({ apiId, integrationId, key })),
      ),
    ),
  );
}

test("counts add up to what documents own, and what they declare and do not own", () => {
  let most = 0;
  fc.assert(
    fc.property(world, (made) => {
      const state = pageOf(made);
      const owned = [...made.view.owned.values()].flat();
      const isOwned = (documentId: string, name: string) =>
        owned.some(
          (one) =>
            one.documentId === documentId && `${one.ApiId}|${one.IntegrationId}|${one.IntegrationResponseKey}` === name,
        );
      const missing = [...(made.aws?.declared ?? [])].flatMap(([documentId, { resources }]) =>
        resources.filter(
          (one) => !isOwned(documentId, `${one.ApiId}|${one.IntegrationId}|${one.IntegrationResponseKey}`),
        ),
      );
      const expected = owned.length + missing.length;
      // Of a text that is not at hand, what its last result says was refused counts as well.
      if (made.aws !== undefined && made.aws.declared.size === made.view.documents.length)
        expect(total(state.counts)).toBe(expected);
      else expect(total(state.counts)).toBeGreaterThanOrEqual(expected);
      const sums = STATES.map((name) => state.apis.reduce((sum, { counts }) => sum + counts[name], 0));
      expect(sums).toEqual(STATES.map((name) => state.counts[name]));
      const cells = state.apis.flatMap(({ integrations = [] }) => integrations.flatMap(({ responses }) => responses));
      for (const name of STATES)
        expect(cells.filter(({ cell }) => cell.state === name)).toHaveLength(state.counts[name]);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      most = Math.max(most, total(state.counts));
    }),
  );
  expect(most).toBeGreaterThan(5);
});

test("nothing is live that was not looked at, or is in an API that could not be read whole", () => {
  let live = 0;
  fc.assert(
    fc.property(world, (made) => {
      for (const { row, state } of judgeAll(factsOf(made)).judged) {
        if (state !== "live") continue;
        live += 1;
        const look = made.aws?.apis.get(row.apiId);
        const survey = look !== undefined && "survey" in look ? look.survey : undefined;
        expect(survey).toMatchObject({ isTakenToExist: false, unseen: new Map() });
        expect(row.owned).toBeDefined();
        expect(row.record.current?.kind).toBe("accepted");
        expect(row.changeSet?.settledSequence).toBeGreaterThanOrEqual(row.record.current?.sequence ?? 0);
        expect(["ApplySucceeded", "ApplyUnchanged", "ApplyFailed"]).toContain(row.changeSet?.result?.event.detailType);
        expect(row.change?.status).not.toBe("failed");
        const compared = made.aws?.drift.get(row.documentId)?.apis.find(({ apiId }) => apiId === row.apiId);
        expect(compared?.unreadable).toBeUndefined();
        expect(compared?.drift ?? false).toBe(false);
        const deployed = made.view.changeSets.some(
          ({ apiId, live: milestone, result }) =>
            apiId === row.apiId && (milestone !== undefined || result?.event.detail.data.deployment?.status === "live"),
        );
        expect(deployed).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(live).toBeGreaterThan(20);
});

test("whatever is taken away of what was seen, nothing becomes live by it", () => {
  fc.assert(
    fc.property(world, (made) => {
      expect(pageOf({ ...made, aws: undefined }).counts.live).toBe(0);
      if (made.aws === undefined) return;
      for (const apiId of made.aws.apis.keys()) {
        const apis = new Map(made.aws.apis);
        apis.delete(apiId);
        const state = pageOf({ ...made, aws: { ...made.aws, apis } });
        expect(state.apis.find((api) => api.apiId === apiId)?.counts.live ?? 0).toBe(0);
      }
      const blind = { ...made.aws, drift: new Map(), declared: new Map() };
      expect(pageOf({ ...made, aws: blind }).counts.live).toBe(0);
    }),
  );
});

test("every response that is not live has a cause among the problems, and problems name what there is", () => {
  fc.assert(
    fc.property(world, (made) => {
      const state = pageOf(made);
      const ids = state.problems.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const refs = refsOf(state);
      const named = new Set(state.problems.flatMap(({ responses }) => responses.map(idOf)));
      for (const id of named) expect(refs).toContain(id);
      for (const { row, state: standing } of judgeAll(factsOf(made)).judged) {
        if (standing === "live" || standing === "unproven") continue;
        expect(named, `${standing} ${row.logicalId}`).toContain(idOf(row));
      }
      const ranks = state.problems.map((one) => STATES.indexOf(one.state));
      expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
    }),
  );
});

test("the verdict says that everything is live only where it is", () => {
  fc.assert(
    fc.property(world, (made) => {
      const { verdict, counts, problems } = pageOf(made);
      if (verdict.kind !== "live") return;
      expect(total(counts)).toBe(counts.live);
      expect(problems.filter(({ state }) => state !== "unproven")).toEqual([]);
    }),
  );
});
