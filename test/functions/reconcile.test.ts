import { formatSignal } from "@specdrop/aws/signal-message";
import { ControlPlaneError } from "@specdrop/engine";
import { createReconcile, handler } from "@specdrop/functions/reconcile";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { LeaseHeldError, MAX_DELIVERIES } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { heldByAnother, spec, told, type World, world } from "../service/builders.ts";
import { contextOf, sqsEvent } from "./samples.ts";
import { recorded } from "./telemetry.ts";

async function dropped(given: Partial<World> = {}) {
  const w = world(given);
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put("b.json", spec({ api1: ["/404/"], api3: ["/200/"] })));
  const signals = w.signals.splice(0);
  const telemetry = recorded();
  return { ...w, telemetry, waiting: signals, call: createReconcile(w, telemetry) };
}

const message = (signal: Signal, index: number) => ({
  id: `m${index}`,
  group: signal.apiId,
  body: formatSignal(signal),
});

test("every signal of a batch is converged, in order", async () => {
  const { call, waiting, published, telemetry } = await dropped();
  expect(await call(sqsEvent(waiting.map(message)), contextOf())).toEqual({ batchItemFailures: [] });
  expect(told(published)).toEqual([
    "ApplySucceeded 1 api1",
    "ApplySucceeded 1 api2",
    "ApplySucceeded 1 api1",
    "ApplySucceeded 1 api3",
  ]);
  expect(telemetry.counts.filter((count) => count === "ApplySucceeded")).toHaveLength(4);
  expect(telemetry.counts).toContain("Duration 0");
});

test("a failure holds back what is behind it in its group, and nothing else", async () => {
  const w = await dropped();
  const other = await heldByAnother(w, "api1");
  const batch = sqsEvent(w.waiting.map(message));
  expect(await w.call(batch, contextOf())).toEqual({
    batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m2" }],
  });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api2", "ApplySucceeded 1 api3"]);
  expect(w.telemetry.counts.filter((count) => count === "SignalFailed")).toHaveLength(1);
  expect(w.telemetry.lines.join()).toContain("LeaseHeldError");

  await other.release();
  expect(await w.call(batch, contextOf())).toEqual({ batchItemFailures: [] });
  expect(told(w.published).slice(2)).toEqual(["ApplySucceeded 1 api1", "ApplySucceeded 1 api1"]);
});

test.each([
  [new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true }), "SignalThrottled"],
  [new ControlPlaneError("ServiceUnavailable", "…", { retryable: true }), "SignalFailedInAws"],
  [new ControlPlaneError("ExpiredToken", "…", { retryable: false }), "SignalNotAllowed"],
  [new LeaseHeldError("…"), "SignalApiBusy"],
  [new Error("…"), "SignalFailedOtherwise"],
] as const)("a signal that fails is counted by its cause: %s", async (error, metric) => {
  const { call, waiting, telemetry } = await dropped({ converge: () => Promise.reject(error) });
  await call(sqsEvent(waiting.slice(0, 1).map(message)), contextOf());
  expect(telemetry.counts).toEqual(["SignalFailed", metric]);
});

test.each([
  ["failed", ["DeploymentFailed"]],
  ["pending", ["DeploymentPending"]],
  ["unknown", ["DeploymentUnknown"]],
  ["live", []],
] as const)("a deployment that is %s is counted where clients may not see it", async (status, counted) => {
  const base = world();
  const converge: World["converge"] = async (...args) => ({
    ...(await base.converge(...args)),
    deployment: { status, stageName: "prod" },
  });
  const { call, waiting, telemetry } = await dropped({ converge });
  await call(sqsEvent(waiting.slice(0, 1).map(message)), contextOf());
  expect(telemetry.counts.filter((count) => count.startsWith("Deployment"))).toEqual(counted);
});

test("what failed is asked for again, group by group: one delay for all of a group, the first of them first", async () => {
  const w = await dropped();
  await heldByAnother(w, "api1");
  const postponed: string[] = [];
  const postpone = async (handle: string, seconds: number) => void postponed.push(`${handle} ${seconds}`);
  const [first, ...others] = w.waiting;
  if (first === undefined) throw new Error("four signals are waiting");
  const signals = [{ ...first, deliveries: 2 }, ...others];
  const batch = sqsEvent([...signals.map(message), { id: "m4", group: "api4", body: "not a signal" }]);
  const reply = await createReconcile({ ...w, postpone }, w.telemetry)(batch, contextOf());
  expect(reply.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["m0", "m2", "m4"]);
  expect(postponed).toEqual(["AQEB0 240", "AQEB2 240", "AQEB4 15"]);
});

test("a batch that fails as a whole is handed back whole", async () => {
  const { call } = await dropped();
  const batch = sqsEvent([{ id: "m0", group: "api1", body: "not a signal" }]);
  expect(await call(batch, contextOf())).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
});

test.each([
  [900_000, 855_000],
  [240_000, 195_000],
  [60_000, 30_000],
])("with %i ms left, %i are worked", async (remaining, worked) => {
  const deadlines: number[] = [];
  const base = world();
  const converge: World["converge"] = (changeSet, ports, options) => {
    deadlines.push(options.deadline - base.clock.time);
    return base.converge(changeSet, ports, options);
  };
  const { call, waiting } = await dropped({ converge });
  await call(sqsEvent(waiting.slice(0, 1).map(message)), contextOf(remaining));
  expect(deadlines).toEqual([worked]);
});

test("a run that was cut off is counted, and has signalled itself", async () => {
  const base = world();
  const converge: World["converge"] = async (...args) => ({ ...(await base.converge(...args)), status: "interrupted" });
  const { call, waiting, signals, telemetry } = await dropped({ converge });
  await call(sqsEvent(waiting.slice(0, 1).map(message)), contextOf());
  expect(signals).toMatchObject([{ apiId: "api1", invocation: 1 }]);
  expect(telemetry.counts).toEqual(["Interrupted"]);
});

test("batches that run side by side keep their failures apart", async () => {
  const w = await dropped();
  const [first, second, , fourth] = w.waiting.map(message);
  if (first === undefined || second === undefined || fourth === undefined) throw new Error("four signals are waiting");
  const replies = await Promise.all([
    w.call(sqsEvent([{ ...first, body: "broken" }]), contextOf()),
    w.call(sqsEvent([second]), contextOf()),
    w.call(sqsEvent([fourth]), contextOf()),
  ]);
  expect(replies.map((reply) => reply.batchItemFailures.length)).toEqual([1, 0, 0]);
});

test("the deployed handler names what is missing in its environment", async () => {
  await expect(handler(sqsEvent([]), contextOf())).rejects.toThrow(
    "Missing in the environment: SPECDROP_BUCKET, SPECDROP_BUS, SPECDROP_QUEUE_URL, SPECDROP_TABLE",
  );
});

test("a signal that comes again goes to the end of its queue first, and counts how often it came", async () => {
  const { call, waiting, signals, published, telemetry } = await dropped();
  const [first] = waiting;
  if (first === undefined) throw new Error("four signals are waiting");
  const received = (signal: Signal, times: number) => {
    const event = sqsEvent([message(signal, 0)]);
    for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = String(times);
    return event;
  };
  expect(await call(received(first, 2), contextOf())).toEqual({ batchItemFailures: [] });
  expect(await call(received({ ...first, deliveries: 3 }, 3), contextOf())).toEqual({ batchItemFailures: [] });
  expect(signals).toEqual([
    { ...first, deliveries: 1 },
    { ...first, deliveries: 5 },
  ]);
  expect(published).toEqual([]);
  expect(telemetry.counts).toEqual(["QueuedAgain", "QueuedAgain"]);

  // One that goes on with the work begins to count anew.
  const base = world();
  const converge: World["converge"] = async (...args) => ({ ...(await base.converge(...args)), status: "interrupted" });
  const long = await dropped({ converge });
  expect(await long.call(received({ ...first, deliveries: 5 }, 1), contextOf())).toEqual({ batchItemFailures: [] });
  expect(long.signals).toEqual([{ ...first, cause: "continued", invocation: 1 }]);
});

test("a signal that came eight times is handed back until SQS takes it to the dead letters", async () => {
  const w = await dropped();
  const [first] = w.waiting;
  if (first === undefined) throw new Error("four signals are waiting");
  const postponed: string[] = [];
  const postpone = async (handle: string, seconds: number) => void postponed.push(`${handle} ${seconds}`);
  const call = createReconcile({ ...w, postpone }, w.telemetry);
  const event = sqsEvent([message({ ...first, deliveries: MAX_DELIVERIES - 1 }, 0)]);
  for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = "2";
  expect(await call(event, contextOf())).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  expect(postponed).toEqual(["AQEB0 0"]);
  expect(w.signals).toEqual([]);
  expect(w.published).toEqual([]);
});
