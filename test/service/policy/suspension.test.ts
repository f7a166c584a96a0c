import { converge, planChanges } from "@specdrop/engine";
import type { OperationsEvent } from "@specdrop/events";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { tellSuspension } from "@specdrop/service/policy";
import { reconcile } from "@specdrop/service/reconcile";
import { resignal, sweep } from "@specdrop/service/sweep";
import { expect, test } from "vitest";
import { FakeControlPlane } from "../../engine/fake-control-plane.ts";
import { drain, ownedKeys, spec, told, type World, world } from "../builders.ts";

const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run-1" };
const SINCE = Date.UTC(2026, 10, 22, 12);

function suspend(w: World, over: { readonly suspended?: boolean; readonly reason?: string } = {}) {
  return w.ledger.switchSuspension({ suspended: true, by: "ada", since: SINCE, ...over });
}

/** A world, and what is announced in it. */
function announced(): World & {
  readonly notices: OperationsEvent[];
  operations: { announce(n: readonly OperationsEvent[]): Promise<void> };
} {
  const notices: OperationsEvent[] = [];
  return { ...world(), notices, operations: { announce: async (more) => void notices.push(...more) } };
}

async function dropped(w: World, name = "a.json") {
  await intakeObjectEvent(w, w.store.put(name, spec({ api1: ["/200/"] })));
  return w.signals.splice(0);
}

test("while applying is suspended a document is accepted, and nothing is touched", async () => {
  const w = announced();
  await suspend(w, { reason: "incident 4711" });
  const [signal] = await dropped(w);
  if (signal === undefined) throw new Error("intake sent no signal");
  const untouched = new Proxy(w.controlPlane, {
    get: () => {
      throw new Error("the control plane was touched");
    },
  });
  const reconciliation = await reconcile({ ...w, controlPlane: untouched }, signal, BUDGET);
  expect(reconciliation).toEqual({ outcome: "idle", reason: "suspended" });
  expect(w.published).toEqual([]);
  expect(w.signals).toEqual([]);
  expect(await w.ledger.readChangeSet(signal.documentId, "api1")).toBeUndefined();
  expect(await w.ledger.readLease("api1")).toBeUndefined();

  const data = { by: "ada", since: "2026-11-22T12:00:00.000Z", reason: "incident 4711" };
  expect(w.notices).toMatchObject([
    { detailType: "Suspended", detail: { data } },
    {
      detailType: "SpecWaiting",
      detail: { data: { documentId: "s3://specs/a.json", apiId: "api1", sequence: 1, suspension: data } },
    },
  ]);
});

test("of one revision it is told once that it waits: not with every continuation and every repair", async () => {
  const w = announced();
  await suspend(w);
  const [signal] = await dropped(w);
  if (signal === undefined) throw new Error("intake sent no signal");
  await reconcile(w, { ...signal, cause: "continued", invocation: 1 }, BUDGET);
  await reconcile(w, { ...signal, repair: 1 }, BUDGET);
  expect(w.notices.map(({ detailType }) => detailType)).toEqual(["Suspended"]);
  await reconcile(w, signal, BUDGET);
  await reconcile(w, signal, BUDGET);
  const ids = w.notices.slice(1).map(({ detail }) => detail.metadata.id);
  expect(new Set(ids).size).toBe(1);
});

test("people who cannot be told now are told later, and nothing fails for it", async () => {
  const w = announced();
  await suspend(w);
  const operations = { announce: () => Promise.reject(new Error("the bus is away")) };
  const [signal] = await dropped(w);
  if (signal === undefined) throw new Error("intake sent no signal");
  expect(await reconcile({ ...w, operations }, signal, BUDGET)).toMatchObject({ reason: "suspended" });
  expect(await w.ledger.readSuspension()).toMatchObject({ told: false });
  await sweep(w, BUDGET);
  expect(w.notices.map(({ detailType }) => detailType)).toEqual(["Suspended"]);
  await sweep(w, BUDGET);
  expect(w.notices).toHaveLength(1);
});

test("the end is told too, and what waited is signalled at once and applied", async () => {
  const w = announced();
  await suspend(w);
  for (const signal of await dropped(w)) await reconcile(w, signal, BUDGET);
  await suspend(w, { suspended: false });
  await tellSuspension(w);
  expect(w.notices.at(-1)).toMatchObject({ detailType: "Resumed", detail: { data: { by: "ada" } } });
  expect(await resignal(w, BUDGET)).toEqual({ signalsSent: 1, failed: 0 });
  await drain(w);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(await resignal(w, BUDGET)).toEqual({ signalsSent: 0, failed: 0 });
});

test("suspended again by then, nothing is signalled", async () => {
  const w = announced();
  await dropped(w);
  await suspend(w);
  expect(await resignal(w, BUDGET)).toEqual({ signalsSent: 0, failed: 0 });
});

test("signals of two resumptions within five minutes are not taken for one", async () => {
  const w = announced();
  await dropped(w);
  await resignal(w, BUDGET);
  w.clock.time += 1_000;
  await resignal(w, BUDGET);
  expect(new Set(w.signals.map(({ nonce }) => nonce)).size).toBe(2);
});

test("what cannot be signalled now leaves the rest to be, and time that is up the sweep", async () => {
  const w = announced();
  await dropped(w, "a.json");
  await dropped(w, "b.json");
  const readDocument: World["ledger"]["readDocument"] = (id) =>
    id.endsWith("a.json") ? Promise.reject(new Error("throttled")) : w.ledger.readDocument(id);
  expect(await resignal({ ...w, ledger: { ...w.ledger, readDocument } }, BUDGET)).toEqual({
    signalsSent: 1,
    failed: 1,
  });
  expect(await resignal(w, { deadline: w.clock.time })).toEqual({ signalsSent: 0, failed: 0 });
});

test("a sweep signals nothing while suspended, and what is unfinished after", async () => {
  const w = announced();
  await suspend(w);
  await dropped(w);
  w.clock.time += 3_600_000;
  expect(await sweep(w, BUDGET)).toMatchObject({ signalsSent: 0, suspended: true });
  await suspend(w, { suspended: false });
  const swept = await sweep(w, BUDGET);
  expect(swept).toMatchObject({ signalsSent: 1 });
  expect(swept).not.toHaveProperty("suspended");
});

test("drift is told while suspended, and repaired only after", async () => {
  const aws = new FakeControlPlane();
  const w = { ...announced(), controlPlane: aws, converge, plan: planChanges };
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] }, { OnDrift: "repair" })));
  await drain(w);
  aws.live.clear();
  await suspend(w);
  w.clock.time += 3_600_000;
  expect(await sweep(w, BUDGET)).toMatchObject({ driftDetected: 1, signalsSent: 0 });
  w.clock.time += 3_600_000;
  expect(await sweep(w, BUDGET)).toMatchObject({ driftDetected: 0, signalsSent: 0 });
  await suspend(w, { suspended: false });
  expect(await sweep(w, BUDGET)).toMatchObject({ driftDetected: 0, signalsSent: 1 });
});

test("a run that is under way ends early once applying is suspended, and goes on after", async () => {
  const w = announced();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/", "/400/", "/500/"] })));
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("intake sent no signal");
  const claim: World["ledger"]["claim"] = async (...args) => {
    await suspend(w);
    w.clock.time += 5_000;
    return w.ledger.claim(...args);
  };
  const outcome = await reconcile({ ...w, ledger: { ...w.ledger, claim } }, signal, BUDGET);
  expect(outcome).toEqual({ outcome: "interrupted" });
  expect(await ownedKeys(w.ledger, signal.documentId, "api1")).toHaveLength(1);
  for (const next of w.signals.splice(0)) {
    expect(await reconcile(w, next, BUDGET)).toEqual({ outcome: "idle", reason: "suspended" });
  }
  await suspend(w, { suspended: false });
  await resignal(w, BUDGET);
  await drain(w);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(await ownedKeys(w.ledger, signal.documentId, "api1")).toHaveLength(3);
});
