import {
  BID,
  CHANGE_SET,
  COMPARISON,
  COUNTED_WITHDRAWAL,
  DOCUMENT,
  HISTORY_ENTRY,
  OWNED,
  SUBMISSIONS,
  SUSPENSION,
} from "@specdrop/ledger/records";
import {
  assertFormat,
  checked,
  DamagedLedgerError,
  knownOf,
  LEDGER_FORMAT,
  NewerLedgerError,
  unknownOf,
} from "@specdrop/ledger/records/checked";
import { expect, test } from "vitest";
import {
  fullBid,
  fullChangeSet,
  fullComparison,
  fullDocument,
  fullHistoryEntry,
  fullOwned,
  fullSubmissions,
  fullSuspension,
  fullWithdrawal,
} from "../contract/records.ts";

test("a record of every kind, with all it may have and all it must have, is what it has to be", () => {
  expect(checked(DOCUMENT, fullDocument)).toBe(fullDocument);
  expect(checked(HISTORY_ENTRY, fullHistoryEntry)).toBe(fullHistoryEntry);
  expect(checked(CHANGE_SET, fullChangeSet)).toBe(fullChangeSet);
  expect(checked(OWNED, fullOwned)).toBe(fullOwned);
  expect(checked(SUSPENSION, fullSuspension)).toBe(fullSuspension);
  expect(checked(COUNTED_WITHDRAWAL, fullWithdrawal)).toBe(fullWithdrawal);
  expect(checked(SUBMISSIONS, fullSubmissions)).toBe(fullSubmissions);
  expect(checked(BID, fullBid)).toBe(fullBid);
  expect(checked(COMPARISON, fullComparison)).toBe(fullComparison);
  expect(() => checked(SUBMISSIONS, { ...fullSubmissions, deletes: false })).toThrow("deletes is not true");
  const { current: _, ...document } = fullDocument;
  expect(checked(DOCUMENT, document)).toBe(document);
});

test.each([
  [{ ...fullDocument, count: undefined }, "count is missing"],
  [{ ...fullDocument, count: -1 }, "count is not a whole number, 0 or more"],
  [{ ...fullDocument, head: ["secret"] }, "head is not a map"],
  [{ ...fullDocument, overtaken: {} }, "overtaken is not a list"],
  [{ ...fullDocument, overtaken: [fullDocument.head, "secret"] }, "overtaken[1] is not a map"],
  [
    { ...fullDocument, head: { ...fullDocument.head, kind: "secret" } },
    "head.kind is not one of accepted, rejected, withdrawn",
  ],
  [{ ...fullDocument, head: { ...fullDocument.head, seenAt: Number.NaN } }, "head.seenAt is not a number"],
  [null, " is not a map"],
])("%# what is wrong with a document is said with its place, and without its value", (value, problem) => {
  expect(() => checked(DOCUMENT, value)).toThrow(problem);
  expect(() => checked(DOCUMENT, value, "documents[7]")).toThrow(`documents[7]`);
  expect(() => checked(DOCUMENT, value)).not.toThrow("secret");
});

test("a name that is no word is quoted, and a map of texts is a map", () => {
  const withTemplates = (ResponseTemplates: unknown) => ({
    ...fullOwned,
    pending: { ...fullOwned.pending, model: { ...fullOwned.pending.model, ResponseTemplates } },
  });
  expect(() => checked(OWNED, withTemplates({ "text/plain": 7 }))).toThrow(
    'pending.model.ResponseTemplates."text/plain" is not text',
  );
  expect(() => checked(OWNED, withTemplates([]))).toThrow("pending.model.ResponseTemplates is not a map");
});

test("attributes that this version does not know are told apart, and are no damage", () => {
  const held = { ...fullSuspension, added: 1 };
  expect(checked(SUSPENSION, held)).toBe(held);
  expect(unknownOf(SUSPENSION, held)).toEqual({ added: 1 });
  expect(unknownOf(SUSPENSION, undefined)).toEqual({});
  expect(knownOf(SUSPENSION, held)).toEqual(fullSuspension);
});

test.each([undefined, 0, 1.5, "2"])("%j is no format", (format) => {
  expect(() => assertFormat(format, "It")).toThrow(DamagedLedgerError);
  expect(() => assertFormat(format, "It")).not.toThrow(NewerLedgerError);
});

test("a newer format takes a newer version; older ones are read", () => {
  assertFormat(1, "It");
  assertFormat(LEDGER_FORMAT, "It");
  expect(() => assertFormat(LEDGER_FORMAT + 1, "It")).toThrow(NewerLedgerError);
  expect(() => assertFormat(LEDGER_FORMAT + 1, "It")).toThrow("It has format 3; this specdrop reads formats up to 2.");
});
