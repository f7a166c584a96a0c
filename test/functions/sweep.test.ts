import { formatSignal } from "@specdrop/aws/signal-message";
import { readAllowedApis } from "@specdrop/functions/config/allowed-apis";
import { createSweep, handler } from "@specdrop/functions/sweep";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { expect, test, vi } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { heldByAnother, spec, told, type World, world } from "../service/builders.ts";
import { contextOf, sqsEvent } from "./samples.ts";
import { recorded } from "./telemetry.ts";

const SCHEDULED = { version: "0", source: "aws.scheduler", "detail-type": "Scheduled Event", detail: {} };

async function dropped(given: Partial<World> = {}) {
  const w = world(given);
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  const telemetry = recorded();
  return { ...w, telemetry, waiting: w.signals.splice(0), call: createSweep({ ...w, graceMs: 1_000 }, telemetry) };
}

const message = (signal: Signal, index: number) => ({
  id: `m${index}`,
  group: signal.apiId,
  body: formatSignal(signal),
});

test("a schedule has it sweep, and what it did is counted", async () => {
  const w = await dropped();
  expect(await w.call(SCHEDULED, contextOf())).toMatchObject({ documents: 1, signalsSent: 0 });
  expect(w.telemetry.counts).toEqual(["DocumentsSwept 1"]);

  w.clock.time += 1_000;
  expect(await w.call(SCHEDULED, contextOf())).toMatchObject({ signalsSent: 2 });
  expect(w.signals).toHaveLength(2);
  expect(w.telemetry.counts.slice(1)).toEqual(["SignalsResent 2", "DocumentsSwept 1"]);
});

test.each([
  [300_000, 270_000],
  [40_000, 20_000],
])("with %i ms left, %i are used", async (remaining, used) => {
  const w = await dropped();
  await intakeObjectEvent(w, w.store.put("b.json", spec({ api1: ["/400/"] })));
  const began = w.clock.time;
  const ledger: World["ledger"] = {
    ...w.ledger,
    readDocument: (documentId) => {
      w.clock.time = began + used;
      return w.ledger.readDocument(documentId);
    },
  };
  const call = createSweep({ ...w, ledger }, w.telemetry);
  expect(await call(SCHEDULED, contextOf(remaining))).toMatchObject({ documents: 1, unreached: 1 });
  expect(w.telemetry.counts).toContain("DocumentsNotSwept 1");
});

test("what the dead-letter queue brings is ended", async () => {
  const w = await dropped();
  expect(await w.call(sqsEvent(w.waiting.map(message)), contextOf())).toEqual({ batchItemFailures: [] });
  expect(told(w.published)).toEqual(["ApplyFailed 1 api1", "ApplyFailed 1 api2"]);
  expect(w.published[0]?.detail.data.diagnostics).toMatchObject([{ code: "SD6004" }]);
  expect(w.telemetry.counts).toEqual(["ApplyFailed", "ApplyFailed"]);
  expect(await w.call(sqsEvent(w.waiting.map(message)), contextOf())).toEqual({ batchItemFailures: [] });
  expect(w.published).toHaveLength(2);
});

test("a dead letter that cannot be ended now comes again, alone", async () => {
  const w = await dropped();
  await heldByAnother(w, "api1");
  const batch = sqsEvent(w.waiting.map(message));
  expect(await w.call(batch, contextOf())).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  expect(told(w.published)).toEqual(["ApplyFailed 1 api2"]);
  expect(w.telemetry.counts.toSorted()).toEqual(["ApplyFailed", "SignalFailed"]);
});

test("a dead letter that is no signal is dropped, and its text is not logged", async () => {
  const w = await dropped();
  const event = sqsEvent([{ id: "m9", group: "g", body: "MARKER-4711" }]);
  expect(await w.call(event, contextOf())).toEqual({ batchItemFailures: [] });
  expect(w.telemetry.counts).toEqual(["DeadLetterDropped"]);
  expect(w.telemetry.lines.join()).toContain("m9");
  expect(w.telemetry.lines.join()).not.toContain("MARKER");
});

test("the deployed handler names what is missing in its environment, and what is wrong in it", async () => {
  await expect(handler(SCHEDULED, contextOf())).rejects.toThrow(
    "Missing in the environment: SPECDROP_BUCKET, SPECDROP_BUS, SPECDROP_QUEUE_URL, SPECDROP_TABLE",
  );
  vi.stubEnv("SPECDROP_BUCKET", "specs");
  vi.stubEnv("SPECDROP_BUS", "bus");
  vi.stubEnv("SPECDROP_QUEUE_URL", "http://127.0.0.1:1/q.fifo");
  vi.stubEnv("SPECDROP_TABLE", "ledger");
  vi.stubEnv("SPECDROP_ALLOWED_APIS", '{"prefix": {}}');
  const problem = 'SPECDROP_ALLOWED_APIS cannot be used: it has "prefix"; valid names are "prefixes" and "accounts"';
  await expect(handler(SCHEDULED, contextOf())).rejects.toThrow(problem);
  vi.unstubAllEnvs();
});

test("the allow-list is read where there is one", () => {
  expect(readAllowedApis({})).toEqual({});
  const { allowedApis } = readAllowedApis({ SPECDROP_ALLOWED_APIS: '{"prefixes": {"": ["*"]}}' });
  expect(allowedApis?.prefixes.get("")).toEqual(["*"]);
  expect(() => readAllowedApis({ SPECDROP_ALLOWED_APIS: "" })).toThrow("leave it unset");
});

const RESUMED = {
  version: "0",
  source: "specdrop.operations",
  "detail-type": "Resumed",
  detail: {
    metadata: { id: "suspension-2", version: "1", time: "2026-11-22T12:00:00.000Z" },
    data: { by: "ada", since: "2026-11-22T12:00:00.000Z" },
  },
};

test("the end of a suspension has it signal what waited, however new", async () => {
  const w = await dropped();
  expect(await w.call(RESUMED, contextOf())).toEqual({ signalsSent: 2, failed: 0 });
  expect(w.signals.map(({ apiId }) => apiId)).toEqual(["api1", "api2"]);
  expect(w.telemetry.counts).toEqual(["SignalsResent 2"]);
});

test("a sweep while applying is suspended is counted as such", async () => {
  const w = await dropped();
  await w.ledger.switchSuspension({ suspended: true, by: "ada", since: 1 });
  expect(await w.call(SCHEDULED, contextOf())).toMatchObject({ suspended: true });
  expect(w.telemetry.counts).toEqual(["DocumentsSwept 1", "Suspended 1"]);
});

test.each([
  [undefined, "after 1 try;"],
  [7, "after 8 tries;"],
])("a dead letter with %s deliveries before says how often it was tried", async (deliveries, said) => {
  const w = await dropped();
  const [signal] = w.waiting;
  const body = formatSignal({ ...(signal as Signal), ...(deliveries === undefined ? {} : { deliveries }) });
  const { Records } = sqsEvent([{ id: "m1", group: "api1", body }]);
  // SQS counts what it took to get it to the dead letters too.
  for (const { attributes } of Records) attributes.ApproximateReceiveCount = "6";
  await w.call({ Records }, contextOf());
  expect(w.published[0]?.detail.data.diagnostics[0]?.message).toContain(said);
});
