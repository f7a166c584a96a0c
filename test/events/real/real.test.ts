import { readFileSync } from "node:fs";
import { parseResultEvent } from "@specdrop/events";
import { matchesPattern, parsePattern } from "@specdrop/local/event-bridge/pattern";
import { beforeAll, expect, test } from "vitest";
import { ofKind, readPage, snippetsOf } from "../../docs/snippets.ts";
import { validatorOf } from "../schemas.ts";
import { examplesOn, withExamples } from "./examples.ts";
import { type Runs, realRuns, resultsIn } from "./runs.ts";

let runs: Runs;
beforeAll(async () => {
  runs = await realRuns();
}, 60_000);

test("docs/events.md shows what real runs come to", () => {
  const page = readFileSync(new URL("../../../docs/events.md", import.meta.url), "utf8");
  const examples = examplesOn(page);
  expect(Object.keys(examples)).toHaveLength(10);
  expect(examplesOn(withExamples(page, runs)), "npm run event-examples").toEqual(examples);
});

test("every result of a run is what its schemas and the guard allow, and says why it is no plain success", () => {
  for (const [situation, events] of Object.entries(runs)) {
    expect(resultsIn(events).length, situation).toBeGreaterThan(0);
    for (const event of resultsIn(events)) {
      const validate = validatorOf(event["detail-type"]);
      expect(validate(event.detail), JSON.stringify(validate.errors)).toBe(true);
      expect(validatorOf("SpecdropEvent")(event)).toBe(true);
      expect(parseResultEvent(event).ok).toBe(true);
      const isPlain = ["applied", "unchanged", "planned", "resolved"].includes(situation);
      expect(event.detail.data.reason === undefined, `${situation}: ${event.detail.data.reason}`).toBe(isPlain);
      if (!isPlain) expect(event.detail.data.reason).toMatch(/^[A-Z\d][^\n{}]{10,150}\.$/);
    }
  }
});

test("each API of a revision ends in one of as many results as they say, the old API of a move included", () => {
  const moved = resultsIn(runs.moved).map(({ detail }) => detail.data);
  expect(moved.map(({ apis }) => apis?.of)).toEqual([2, 2]);
  expect(new Set(moved.map(({ apiId }) => apiId))).toEqual(new Set(moved[0]?.apis?.apiIds));
  const sent = { submitted: "order-4714", superseded: "order-4713", refused: "order-4716", withdrawn: "order-4715" };
  for (const [situation, correlationId] of Object.entries(sent)) {
    const results = resultsIn(runs[situation as keyof typeof sent]);
    expect(new Set(results.map(({ detail }) => detail.metadata.correlationId))).toEqual(new Set([correlationId]));
  }
});

test("an API that failed is named once more by the revision that drops it, or withdraws the document", () => {
  const on = (situation: keyof Runs) =>
    Object.fromEntries(resultsIn(runs[situation]).map((event) => [event.detail.data.apiId, event["detail-type"]]));
  const [fine, lost] = resultsIn(runs["half failed"])[0]?.detail.data.apis?.apiIds ?? [];
  const types = (situation: keyof Runs) => [on(situation)[fine ?? ""], on(situation)[lost ?? ""]];
  expect(types("half failed")).toEqual(["ApplySucceeded", "ApplyFailed"]);
  expect(types("failed API dropped")).toEqual(["ApplyUnchanged", "ApplyUnchanged"]);
  expect(types("half failed again")).toEqual(["ApplyUnchanged", "ApplyFailed"]);
  expect(types("failed API withdrawn")).toEqual(["ApplySucceeded", "ApplySucceeded"]);
});

test("drift has a correlation id of its own", () => {
  const sent = new Set(resultsIn(runs.applied).map(({ detail }) => detail.metadata.correlationId));
  for (const { detail } of [...resultsIn(runs.drift), ...resultsIn(runs.resolved)]) {
    expect(sent).not.toContain(detail.metadata.correlationId);
  }
});

const patterns = snippetsOf(readPage("integrate.md"));
const heard = (kind: string, account = "000000000000") => {
  const [[, snippet] = []] = ofKind(patterns, kind);
  const pattern = parsePattern((snippet?.text ?? "").replaceAll("111122223333", account));
  const of = (event: object) => matchesPattern(pattern, event);
  return { situations: Object.keys(runs).filter((name) => resultsIn(runs[name as keyof Runs]).some(of)) };
};
test("the pattern for what went wrong hears each thing that did, and nothing else", () => {
  const { situations } = heard("pattern-went-wrong");
  expect(situations.sort()).toEqual([
    "conflict",
    "deployment failed",
    "deployment unfinished",
    "drift",
    "failed",
    "half failed",
    "half failed again",
    "plan that would fail",
    "refused",
    "rejected",
  ]);
  const statuses = (["deployment failed", "deployment unfinished"] as const).map(
    (situation) => resultsIn(runs[situation])[0]?.detail.data.deployment?.status,
  );
  expect(statuses).toEqual(["failed", "pending"]);
});

test("the pattern for what is live hears what clients get", () => {
  const { situations } = heard("pattern-live");
  expect(situations.sort()).toEqual(["applied", "unchanged"]);
});

test("the pattern for what was deleted hears withdrawals and what a move leaves behind", () => {
  expect(heard("pattern-deleted").situations.sort()).toEqual(["failed API withdrawn", "moved", "withdrawn"]);
});

test("the pattern for an account's documents hears all that came of them, and of no others", () => {
  const { situations } = heard("pattern-mine");
  expect(situations.sort()).toEqual([
    ...["failed API dropped", "failed API withdrawn", "half failed", "half failed again", "moved"],
    ...["nothing to withdraw", "refused", "submitted", "superseded", "withdrawn"],
  ]);
  expect(heard("pattern-mine", "999999999999").situations).toEqual([]);
});
