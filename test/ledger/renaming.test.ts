import type { DocumentRecord } from "@specdrop/ledger/port";
import { renamedRecord, renameStep } from "@specdrop/ledger/renaming";
import { withRevision } from "@specdrop/ledger/revisions";
import { expect, test } from "vitest";
import { fullDocument, fullRevision } from "../contract/records.ts";

const RENAMING = { from: "file:a.yaml", to: "file:org/repo:b.yaml" };
const { current: _, renaming: __, ...rejected }: DocumentRecord = { ...fullDocument, documentId: RENAMING.from };

test("a document that was only ever rejected is renamed with the path of its file", () => {
  const renamed = renamedRecord(rejected, RENAMING, "b.yaml");
  expect(renamed).toEqual({
    ...rejected,
    documentId: RENAMING.to,
    head: { ...rejected.head, source: { ...rejected.head.source, key: "b.yaml" } },
    overtaken: rejected.overtaken.map((one) => ({ ...one, source: { ...one.source, key: "b.yaml" } })),
    renaming: RENAMING,
  });
  expect(renamed).not.toHaveProperty("current");
});

test("what is in force, and what it has overtaken, move along", () => {
  const renamed = renamedRecord(fullDocument, RENAMING, "b.yaml");
  const revisions = [renamed.head, renamed.current, ...renamed.overtaken];
  expect(revisions.map((one) => one?.source.key)).toEqual(["b.yaml", "b.yaml", "b.yaml"]);
  expect(revisions.map((one) => one?.sequence)).toEqual([3, fullRevision.sequence, 1]);
});

test("a rename begins, goes on, or is refused", () => {
  const marked = { ...rejected, renaming: RENAMING };
  expect(renameStep(RENAMING, rejected, undefined)).toBe("begin");
  expect(renameStep(RENAMING, undefined, undefined)).toBe("unknown");
  expect(renameStep(RENAMING, marked, marked)).toBe("begun");
  expect(renameStep(RENAMING, undefined, marked)).toBe("begun");
  expect(renameStep(RENAMING, rejected, rejected)).toBe("taken");
  expect(renameStep({ ...RENAMING, from: "file:c.yaml" }, rejected, marked)).toBe("taken");
});

test("a revision that is recorded meanwhile leaves the mark", () => {
  const { sequence: ___, foundAfter: ____, ...known } = fullRevision;
  const next = { ...known, sequencer: "0099", uid: "1f".repeat(16), source: { bucket: "", key: "a.yaml", etag: "e9" } };
  const { record } = withRevision({ ...rejected, renaming: RENAMING }, RENAMING.from, next);
  expect(record).toMatchObject({ count: 4, renaming: RENAMING });
});
