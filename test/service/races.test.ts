import { intakeObjectEvent } from "@specdrop/service/intake";
import { giveUp, reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { BROKEN, drain, ownedKeys, spec, told, type World, world } from "./builders.ts";

const KEY = "a.json";
const ID = `s3://specs/${KEY}`;
const ONE = spec({ api1: ["/200/"] });
const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run-1" };

function firstOf([signal]: readonly Signal[]): Signal {
  if (signal === undefined) throw new Error("nothing was signalled");
  return signal;
}

/** A ledger whose next reading of the document is as it was before anything was written. */
function readBefore(w: World): World {
  return { ...w, ledger: { ...w.ledger, readDocument: async () => undefined } };
}

test("a withdrawal that meets the intake of the creation withdraws it all the same", async () => {
  const w = world();
  const [created, removed] = [w.store.put(KEY, ONE), w.store.remove(KEY)];
  await intakeObjectEvent(w, created);
  expect(await intakeObjectEvent(readBefore(w), removed)).toMatchObject({ outcome: "accepted", sequence: 2 });
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1", "ApplySucceeded 2 api1"]);
});

test("a withdrawal that a newer one has overtaken unseen is told as superseded", async () => {
  const w = world();
  const [, first, , second] = [w.store.put(KEY, ONE), w.store.remove(KEY), w.store.put(KEY, ONE), w.store.remove(KEY)];
  expect(await intakeObjectEvent(w, second)).toEqual({ outcome: "unknown" });
  expect(await intakeObjectEvent(readBefore(w), first)).toMatchObject({ outcome: "superseded" });
  expect(told(w.published)).toHaveLength(1);
});

test("the removal of a version that meets the intake of the next one says nothing of that one", async () => {
  const w = world();
  const [, removed, next] = [w.store.put(KEY, ONE), w.store.removeVersion(KEY, "v1"), w.store.put(KEY, ONE)];
  await intakeObjectEvent(w, next);
  // One delivery reads the bucket before the next version is there, and the other the ledger.
  const empty = { ...w.store, read: async () => undefined };
  expect(await intakeObjectEvent({ ...w, store: empty }, removed)).toMatchObject({ outcome: "superseded" });
  expect(await intakeObjectEvent(readBefore(w), removed)).toMatchObject({ outcome: "superseded" });
  const [first, second] = w.published;
  expect(first?.detail.data).toMatchObject({ document: { versionId: "v1" }, mode: "withdraw" });
  expect(second).toEqual(first);
});

test("without versions an older document that comes in after the broken one that overwrote it ends", async () => {
  const w = world({ versioned: false });
  const older = w.store.put(KEY, ONE);
  // Its text was read before it was overwritten.
  const text = await w.store.read({ bucket: "specs", key: KEY });
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  await intakeObjectEvent({ ...w, store: { ...w.store, read: async () => text } }, older);
  expect(await reconcile(w, firstOf(w.signals), BUDGET)).toEqual({ outcome: "idle", reason: "gone" });
  expect(told(w.published)).toEqual(["SpecRejected 1", "SpecSuperseded 2 api1"]);
});

test("without versions a late repeat of a rejected document does not end the newer one in force", async () => {
  const w = world({ versioned: false });
  const broken = w.store.put(KEY, BROKEN);
  // The one delivery has read the text, and the other goes on.
  const text = await w.store.read({ bucket: "specs", key: KEY });
  await intakeObjectEvent(w, broken);
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  await intakeObjectEvent({ ...w, store: { ...w.store, read: async () => text } }, broken);
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
  expect(told(w.published)).toEqual(["SpecRejected 1", "ApplySucceeded 2 api1"]);
});

test("an intake that is late to clear what it has ended does not clear what was overtaken since", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  const newer = spec({ api2: ["/200/"] });
  const dying = { ...w, queue: { send: () => Promise.reject(new Error("killed")) } };
  const late = {
    ...w.ledger,
    async clearSuperseded(...args: Parameters<typeof w.ledger.clearSuperseded>) {
      await expect(intakeObjectEvent(dying, w.store.put(KEY, newer))).rejects.toThrow("killed");
      return w.ledger.clearSuperseded(...args);
    },
  };
  await intakeObjectEvent({ ...w, ledger: late }, w.store.put(KEY, BROKEN));
  await drain(w);
  expect(told(w.published)).toContain("SpecSuperseded 1 api1");
});

test("an API that only an overtaken revision knew of stays with the document while it owns something there", async () => {
  const w = world();
  const [first, second] = [w.store.put(KEY, ONE), w.store.put(KEY, spec({ api2: ["/200/"] }))];
  await intakeObjectEvent(w, first);
  await reconcile(w, firstOf(w.signals), BUDGET);
  await intakeObjectEvent(readBefore(w), second);
  w.signals.length = 0;
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api2: ["/404/"] })));
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(await ownedKeys(w.ledger, ID, "api2")).toEqual(["/404/"]);
});

test("a run that has lost its lease cannot begin on a revision that was given up", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  const signal = firstOf(w.signals);
  const late = {
    ...w.ledger,
    async beginRun(...args: Parameters<typeof w.ledger.beginRun>) {
      w.clock.time += 3_600_000;
      await giveUp(w, signal, 5, "sweep-1");
      return w.ledger.beginRun(...args);
    },
  };
  await expect(reconcile({ ...w, ledger: late }, signal, BUDGET)).rejects.toThrow("A later run");
  expect(w.runs).toEqual([]);
  expect((await w.ledger.readChangeSet(ID, "api1"))?.runningSequence).toBeUndefined();
  expect(told(w.published)).toEqual(["ApplyFailed 1 api1"]);
});

test("a revision that is ended just before its run begins is not applied any more", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  const signal = firstOf(w.signals);
  const overtaken = {
    ...w.ledger,
    async beginRun(...args: Parameters<typeof w.ledger.beginRun>) {
      await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
      return w.ledger.beginRun(...args);
    },
  };
  const ended = await reconcile({ ...w, ledger: overtaken }, signal, BUDGET);
  expect(ended).toEqual({ outcome: "idle", reason: "superseded" });
  expect(w.runs).toEqual([]);
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/404/"]);
});

test("an API where drift is open stays with the document until it is told to be over", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  await drain(w);
  const [event] = w.published;
  if (event === undefined) throw new Error("nothing was published");
  await w.ledger.noteDrift(ID, "api1", 1, { count: 1, fingerprint: "f", event });
  await w.ledger.markDriftPublished(ID, "api1", 1);
  await intakeObjectEvent(w, w.store.put(KEY, spec({})));
  await drain(w);
  await intakeObjectEvent(w, w.store.put(KEY, spec({})));
  expect((await w.ledger.readDocument(ID))?.current?.apiIds).toEqual(["api1"]);
});

test("a revision that another was numbered before has a bid of its own, whatever fails next", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  const noteRevision = async () => {
    throw new Error("The table is throttled");
  };
  const late = { ...readBefore(w), ledger: { ...readBefore(w).ledger, noteRevision } };
  const event = w.store.put(KEY, spec({ api1: ["/404/"] }));
  await expect(intakeObjectEvent(late, event)).rejects.toThrow("throttled");
  expect((await w.ledger.readDocument(ID))?.current?.sequence).toBe(2);
  expect(await w.ledger.listBids("api1")).toMatchObject([{ documentId: ID, sequence: 2 }]);
});
