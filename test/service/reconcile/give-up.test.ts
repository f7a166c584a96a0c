import { intakeObjectEvent } from "@specdrop/service/intake";
import { giveUp, LeaseHeldError, reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import { drain, heldByAnother, spec, told, type World, world } from "../builders.ts";

const ID = "s3://specs/a.json";

async function dropped(
  ...texts: readonly string[]
): Promise<{ readonly w: World; readonly signals: readonly Signal[] }> {
  const w = world();
  for (const text of texts) await intakeObjectEvent(w, w.store.put("a.json", text));
  return { w, signals: w.signals.splice(0) };
}

const ONE = spec({ api1: ["/200/"] });

function first([signal]: readonly Signal[]): Signal {
  if (signal === undefined) throw new Error("nothing was signalled");
  return signal;
}

test("a signal that is given up ends its revision, and says what to do", async () => {
  const { w, signals } = await dropped(ONE);
  const givenUp = await giveUp(w, first(signals), 5, "sweep-1");
  expect(givenUp).toEqual({ outcome: "settled", event: w.published[0] });
  expect(told(w.published)).toEqual(["ApplyFailed 1 api1"]);
  const { metadata, data } = w.published[0]?.detail ?? {};
  expect(data).toMatchObject({ mode: "apply", changes: [] });
  const [diagnostic, ...others] = data?.diagnostics ?? [];
  expect(others).toEqual([]);
  expect(diagnostic).toMatchObject({
    code: "SD6004",
    severity: "error",
    message: expect.stringContaining("after 5 tries"),
  });
  expect(diagnostic?.help).toContain(metadata?.operationId);
  expect(w.logged.join()).toContain(`"operationId":"${metadata?.operationId}"`);
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({ settledSequence: 1, result: { published: true } });
  expect(await reconcile(w, first(signals), { deadline: 1, owner: "late" })).toMatchObject({ reason: "settled" });
});

test("how far the run came is told", async () => {
  const { w, signals } = await dropped(ONE);
  await w.ledger.beginRun(ID, "api1", 1, 1, "run");
  const progress = { sequence: 1, ended: 700, total: 2000, removed: { delete: 0, forget: 0 } };
  await w.ledger.checkpoint(ID, "api1", progress, 1);
  await giveUp(w, first(signals), 5, "sweep-1");
  expect(w.published[0]?.detail.data.diagnostics[0]?.message).toContain("700 of 2000 changes were finished");
});

test("the revisions before it end too", async () => {
  const { w } = await dropped(ONE);
  const clearing = { ...w.ledger, settle: () => Promise.reject(new Error("killed")) };
  const event = w.store.put("a.json", spec({ api1: ["/404/"] }));
  await expect(intakeObjectEvent({ ...w, ledger: clearing }, event)).rejects.toThrow("killed");
  await giveUp(w, first(w.signals), 5, "sweep-1");
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1", "ApplyFailed 2 api1"]);
});

test("an API of which the revision in force asks nothing is left as it is", async () => {
  const { w, signals } = await dropped(ONE);
  const stray = { ...first(signals), apiId: "api2" };
  expect(await giveUp(w, stray, 5, "sweep-1")).toEqual({ outcome: "idle", reason: "unconcerned" });
  expect(told(w.published)).toEqual([]);
  expect(await w.ledger.readChangeSet(ID, "api2")).toBeUndefined();
});

test("what has its result keeps it", async () => {
  const { w, signals } = await dropped(ONE);
  w.signals.push(...signals);
  await drain(w);
  expect(await giveUp(w, first(signals), 5, "sweep-1")).toEqual({ outcome: "idle", reason: "settled" });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
});

test("a newer revision has a signal of its own", async () => {
  const { w, signals } = await dropped(ONE, spec({ api1: ["/404/"] }));
  expect(await giveUp(w, first(signals), 5, "sweep-1")).toEqual({ outcome: "idle", reason: "superseded" });
  w.signals.push(...signals);
  await drain(w);
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1", "ApplySucceeded 2 api1"]);
});

test("a document that nobody knows has no result", async () => {
  const { w, signals } = await dropped(ONE);
  const signal = { ...first(signals), documentId: "s3://specs/other.json" };
  expect(await giveUp(w, signal, 5, "sweep-1")).toEqual({ outcome: "idle", reason: "unknown" });
});

test("a run that is at work is waited for", async () => {
  const { w, signals } = await dropped(ONE);
  await heldByAnother(w, "api1");
  await expect(giveUp(w, first(signals), 5, "sweep-1")).rejects.toThrow(LeaseHeldError);
  expect(w.published).toEqual([]);
});
