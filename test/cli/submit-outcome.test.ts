import { emptySummary, type ResultDetailType, resultEvent } from "@specdrop/events";
import { memoryLedger } from "@specdrop/ledger/memory";
import { expect, test } from "vitest";
import { outcomeOf } from "../../packages/cli/src/submit/outcome.ts";

const ID = "s3://specs/chat.json";
const source = { bucket: "specs", key: "chat.json" };
const mine = { correlationId: "mine", document: source };

/** A ledger in which something happens each time somebody waits. */
function world(...happenings: readonly (() => Promise<unknown>)[]) {
  const ledger = memoryLedger();
  const left = [...happenings];
  const told: string[] = [];
  const clock = {
    time: 0,
    now: () => clock.time,
    async sleep(milliseconds: number) {
      clock.time += milliseconds;
      await left.shift()?.();
    },
  };
  const wait = (sent: Parameters<typeof outcomeOf>[1] = mine) =>
    outcomeOf(ledger, sent, { clock, deadline: 60_000, onProgress: (words) => told.push(words) });
  const happens = (...more: readonly (() => Promise<unknown>)[]) => void left.push(...more);
  return { ledger, clock, told, wait, happens };
}

type Ledger = ReturnType<typeof memoryLedger>;

const record =
  (
    ledger: Ledger,
    correlationId: string,
    apiIds: readonly string[] = ["api1"],
    kind: "accepted" | "rejected" = "accepted",
  ) =>
  () =>
    ledger.recordRevision(ID, { kind, source, correlationId, seenAt: 0, apiIds });

const settle =
  (ledger: Ledger, apiId: string, sequence: number, detailType: ResultDetailType = "ApplySucceeded") =>
  async () => {
    const metadata = { id: "", time: "", operationId: "", correlationId: "", documentId: ID, sequence };
    const data = {
      document: source,
      mode: "apply",
      summary: emptySummary,
      changes: [],
      diagnostics: [],
      durationMs: 0,
    };
    const event = resultEvent(detailType, metadata, { ...data, mode: "apply" });
    await ledger.settle(ID, apiId, sequence, event);
    await ledger.markPublished(ID, apiId, sequence);
  };

test("a document is followed until it has its result on every API", async () => {
  const { ledger, wait, happens, told, clock } = world();
  const progress = { sequence: 1, ended: 3, total: 9, removed: { delete: 0, forget: 0 } };
  happens(
    record(ledger, "mine", ["api1", "api2"]),
    () => ledger.beginRun(ID, "api1", 1, 1, "run"),
    () => ledger.checkpoint(ID, "api1", progress, 1),
    settle(ledger, "api1", 1),
    settle(ledger, "api2", 1, "ApplyFailed"),
  );
  const { outcome, results } = (await wait()) as { outcome: string; results: readonly { detailType: string }[] };
  expect(outcome).toBe("settled");
  expect(results.map(({ detailType }) => detailType)).toEqual(["ApplySucceeded", "ApplyFailed"]);
  expect([...new Set(told)]).toEqual([
    "waiting for the document to be taken in",
    "waiting for API api1",
    "waiting for API api1: 3 of 9 changes",
    "waiting for API api2",
  ]);
  expect(clock.time).toBeLessThan(5_000);
});

test("a rejected document has its result on no API", async () => {
  const { ledger, wait, happens } = world();
  happens(record(ledger, "mine", [], "rejected"), settle(ledger, "", 1, "SpecRejected"));
  expect(await wait()).toMatchObject({ outcome: "settled", results: [{ detailType: "SpecRejected" }] });
});

test("a document that came by a bus is known by its correlation id", async () => {
  const { ledger, wait, happens } = world();
  happens(record(ledger, "other"), record(ledger, "mine"), settle(ledger, "api1", 2));
  expect(await wait({ correlationId: "mine" })).toMatchObject({ outcome: "settled" });
});

test.each([
  ["told so", [1]],
  ["not told in time", [1, 2]],
])("one that a newer revision took the place of was superseded: %s", async (_, sequences) => {
  const { ledger, wait, happens } = world();
  happens(record(ledger, "mine"), record(ledger, "newer"), async () => {
    for (const sequence of sequences) {
      await settle(ledger, "api1", sequence, sequence === 1 ? "SpecSuperseded" : "ApplySucceeded")();
    }
  });
  expect(await wait()).toMatchObject({ outcome: "superseded" });
});

test("the wait has an end", async () => {
  const { ledger, wait, clock } = world();
  expect(await wait()).toEqual({ outcome: "unknown", seen: false });
  expect(clock.time).toBeLessThanOrEqual(60_000);
  await record(ledger, "mine")();
  expect(await wait()).toEqual({ outcome: "unknown", seen: true });
});
