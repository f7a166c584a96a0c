import { type ConsoleState, STATES, type StateCounts } from "@specdrop/console/state";
import { describe, expect, test } from "vitest";
import { ALL_LIVE } from "./all-live.ts";
import { EMPTY } from "./empty.ts";
import { FAILING } from "./failing.ts";
import { counts } from "./parts.ts";

const sum = (all: readonly StateCounts[]): StateCounts =>
  counts(Object.fromEntries(STATES.map((state) => [state, all.reduce((total, one) => total + one[state], 0)])));

/** The examples that the view is built against keep the promises that the model keeps. */
describe.each<[string, ConsoleState]>([
  ["empty", EMPTY],
  ["failing", FAILING],
  ["all live", ALL_LIVE],
])("the example %s", (_, state) => {
  test("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test("has counts that add up", () => {
    expect(sum(state.apis.map((api) => api.counts))).toEqual(state.counts);
    for (const { integrations, counts: ofApi } of state.apis) {
      if (integrations === undefined) continue;
      const cells = integrations.flatMap(({ responses }) => responses.map(({ cell }) => counts({ [cell.state]: 1 })));
      expect(sum(cells)).toEqual(ofApi);
    }
  });

  test("names only responses and documents that it has", () => {
    const documents = new Set(state.documents.map(({ documentId }) => documentId));
    const rows = state.apis.flatMap(({ apiId, integrations = [] }) =>
      integrations.flatMap(({ integrationId, responses }) =>
        responses.map(({ key, documentId }) => ({ ref: { apiId, integrationId, key }, documentId })),
      ),
    );
    for (const { responses } of state.problems) {
      for (const ref of responses) expect(rows.map((row) => row.ref)).toContainEqual(ref);
    }
    for (const { documentId } of rows) expect(documents).toContain(documentId);
    for (const { documentIds } of state.apis) for (const id of documentIds) expect(documents).toContain(id);
  });
});
