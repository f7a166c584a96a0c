import { historyOf, outcomeOf } from "@specdrop/ledger/history";
import { memoryLedger } from "@specdrop/ledger/memory";
import type { Ledger } from "@specdrop/ledger/port";
import { RecordTooLargeError } from "@specdrop/ledger/records/checked";
import { acceptDocument, withdrawDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";

const DOCUMENT = "s3://specs/chat.yaml";
const source = { bucket: "specs", key: "chat.yaml", versionId: "v1" };
const EMPTY = "IntegrationResponses: {}\n";

/** A ledger that is refused to note anything while `isDown`, as where a process dies before it does. */
function failingLedger(): { readonly ledger: Ledger; isDown: boolean } {
  const inner = memoryLedger();
  const state = { ledger: inner as Ledger, isDown: false };
  const refusing =
    <Args extends readonly unknown[], T>(method: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (state.isDown) throw new Error("killed");
      return method(...args);
    };
  state.ledger = { ...inner, noteRevision: refusing(inner.noteRevision), noteOutcome: refusing(inner.noteOutcome) };
  return state;
}

const deps = (ledger: Ledger) => ({
  ledger,
  queue: { send: async () => {} },
  bus: { publish: async () => {} },
  clock: { now: () => 1_790_000_000_000, sleep: async () => {} },
  random: Math.random,
  log: { info: () => {}, warn: () => {}, error: () => {} },
});

async function shown(ledger: Ledger) {
  const record = await ledger.readDocument(DOCUMENT);
  const entries = record === undefined ? [] : historyOf(record, await ledger.readHistory(DOCUMENT));
  return entries.map(({ sequence, kind, outcomes }) => [sequence, kind, outcomeOf(outcomes).outcome]);
}

const drop = (ledger: Ledger, body: string, sequencer: string) =>
  acceptDocument(deps(ledger), { documentId: DOCUMENT, source, correlationId: sequencer, sequencer, body });

test("every revision is in the history with its outcome, rejected ones too", async () => {
  const ledger = memoryLedger();
  await drop(ledger, EMPTY, "01");
  await drop(ledger, "nonsense: true\n", "02");
  await withdrawDocument(deps(ledger), { documentId: DOCUMENT, source, correlationId: "c", sequencer: "03" });
  expect(await shown(ledger)).toEqual([
    [3, "withdrawn", "ApplySucceeded"],
    [2, "rejected", "SpecRejected"],
    [1, "accepted", "ApplyUnchanged"],
  ]);
});

test("whoever dies before a revision or its outcome is noted, the next delivery or revision makes up for it", async () => {
  const failing = failingLedger();
  const { ledger } = failing;
  failing.isDown = true;
  await expect(drop(ledger, EMPTY, "01")).rejects.toThrow("killed");
  expect(await shown(ledger)).toEqual([[1, "accepted", "pending"]]);
  failing.isDown = false;
  await drop(ledger, EMPTY, "01");
  expect(await shown(ledger)).toEqual([[1, "accepted", "ApplyUnchanged"]]);

  failing.isDown = true;
  await expect(drop(ledger, EMPTY, "02")).rejects.toThrow("killed");
  failing.isDown = false;
  await drop(ledger, EMPTY, "03");
  expect(await ledger.readHistory(DOCUMENT)).toHaveLength(3);
  expect(await shown(ledger)).toEqual([
    [3, "accepted", "ApplyUnchanged"],
    [2, "accepted", "SpecSuperseded"],
    [1, "accepted", "ApplyUnchanged"],
  ]);
});

test("a ledger from before there was a history: what its change sets say is taken over", async () => {
  const old = memoryLedger();
  const forgetful: Ledger = { ...old, noteRevision: async () => true, noteOutcome: async () => true };
  await drop(forgetful, EMPTY, "01");
  expect(await old.readHistory(DOCUMENT)).toEqual([]);
  await drop(old, EMPTY, "02");
  expect(await shown(old)).toEqual([
    [2, "accepted", "ApplyUnchanged"],
    [1, "accepted", "ApplyUnchanged"],
  ]);
});

test("an entry that would be too large holds nothing up", async () => {
  const inner = memoryLedger();
  const tooLarge = async () => {
    throw new RecordTooLargeError("too large");
  };
  const ledger: Ledger = { ...inner, noteOutcome: tooLarge };
  expect(await drop(ledger, EMPTY, "01")).toMatchObject({ outcome: "accepted" });
  const other: Ledger = { ...inner, noteOutcome: async () => Promise.reject(new Error("out of reach")) };
  await expect(drop(other, EMPTY, "02")).rejects.toThrow("out of reach");
});
