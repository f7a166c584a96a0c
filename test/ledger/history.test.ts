import { historyOf, outcomeOf, slotOf, wayOf } from "@specdrop/ledger/history";
import type { DocumentRecord, Revision } from "@specdrop/ledger/port";
import { expect, test } from "vitest";
import { fullHistoryEntry, fullRevision } from "../contract/records.ts";

const { origin: _, ...older } = fullRevision;
const numbered = (sequence: number, over: Partial<Revision> = {}): Revision => ({ ...older, sequence, ...over });
const record = (over: Partial<DocumentRecord> = {}): DocumentRecord => ({
  documentId: "s3://specs/a.yaml",
  count: 3,
  head: numbered(3, { kind: "rejected", apiIds: [] }),
  current: numbered(2),
  overtaken: [numbered(1)],
  recent: [],
  ...over,
});
const NONE = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 };

test("what a crash kept from being noted is read off the document's record", () => {
  const kept = { ...fullHistoryEntry, documentId: "s3://specs/a.yaml" };
  const history = historyOf(record(), [kept]);
  expect(history.map(({ sequence, outcomes }) => [sequence, outcomes])).toEqual([
    [3, { "-": "" }],
    [2, kept.outcomes],
    [1, { a1b2c3d4e5: "", f6g7h8i9j0: "" }],
  ]);
});

test("a revision that the record has not numbered, or that is fifty behind, is none of its history", () => {
  const kept = [4, 60, 1].map((sequence) => ({ ...fullHistoryEntry, sequence }));
  expect(historyOf(record(), kept).map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
  const { current: __, ...rest } = record({ count: 60, head: numbered(60), overtaken: [] });
  expect(historyOf(rest, kept).map(({ sequence }) => sequence)).toEqual([60]);
  expect([1, 50, 51, 100].map(slotOf)).toEqual([0, 49, 0, 49]);
});

test.each([
  [{ a: "" }, "pending", NONE],
  [{}, "pending", NONE],
  [{ a: "ApplySucceeded 1 0 2 0 0 0 0 0", b: "" }, "pending", { ...NONE, create: 1, update: 2 }],
  [
    { a: "ApplySucceeded 1 0 0 0 0 0 0 0", b: "ApplyFailed 2 0 0 0 0 0 0 1" },
    "ApplyFailed",
    { ...NONE, create: 3, failed: 1 },
  ],
  [
    { a: "ApplyUnchanged 0 0 0 0 0 0 4 0", b: "ApplySucceeded 0 0 0 0 1 0 0 0" },
    "ApplySucceeded",
    { ...NONE, unchanged: 4, delete: 1 },
  ],
  [{ "-": "SpecRejected 0 0 0 0 0 0 0 0" }, "SpecRejected", NONE],
])("%j comes to %s", (outcomes, outcome, summary) => {
  expect(outcomeOf(outcomes as Record<string, string>)).toEqual({ outcome, summary });
});

test.each([
  ["s3://specs/a.yaml", "accepted", "drop"],
  ["s3://specs/events/1/2/a", "rejected", "event"],
  ["file:org/repo:a.yaml", "accepted", "cli"],
  ["s3://specs/a.yaml", "withdrawn", "withdraw"],
] as const)("%s, %s without an origin, came by %s", (documentId, kind, way) => {
  const { origin: _, ...entry } = fullHistoryEntry;
  expect(wayOf({ ...entry, documentId, kind })).toBe(way);
  expect(wayOf({ ...fullHistoryEntry, documentId, kind })).toBe("submit");
});
