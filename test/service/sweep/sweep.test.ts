import { DamagedLedgerError } from "@specdrop/ledger/records/checked";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { type SweepPorts, sweep } from "@specdrop/service/sweep";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import { BROKEN, drain, spec, told, type World, world } from "../builders.ts";

const GRACE_MS = 60_000;
const ENDLESS = { deadline: Number.POSITIVE_INFINITY };

function sweeping(w: World, given: Partial<SweepPorts> = {}) {
  return sweep({ ...w, graceMs: GRACE_MS, ...given }, ENDLESS);
}

async function later(w: World, given: Partial<SweepPorts> = {}) {
  w.clock.time += GRACE_MS;
  return sweeping(w, given);
}

/** A world in which the next call of the method ends its process. */
function dying(w: World, method: "settle" | "markPublished" | "clearSuperseded"): World {
  const died = () => Promise.reject(new Error("killed"));
  return { ...w, ledger: { ...w.ledger, [method]: died } };
}

const NOTHING = {
  republished: 0,
  ended: 0,
  signalsSent: 0,
  found: 0,
  driftDetected: 0,
  driftResolved: 0,
  unreached: 0,
};

test("where nothing is wrong it writes nothing, and its reads can be counted", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put("broken.json", BROKEN));
  await drain(w);
  const before = w.published.length;
  const calls: string[] = [];
  const ledger = new Proxy(w.ledger, {
    get: (target, name) => {
      calls.push(String(name));
      return Reflect.get(target, name);
    },
  });
  const texts: string[] = [];
  const read: World["store"]["read"] = (ref) => {
    texts.push(ref.key);
    return w.store.read(ref);
  };
  const store = { ...w.store, read };
  expect(await later(w, { ledger, store })).toEqual({ ...NOTHING, documents: 2, failed: 0 });
  expect(w.published).toHaveLength(before);
  expect(texts).toEqual(["a.json"]);
  const counted = Object.entries(Object.groupBy(calls, (name) => name)).map(([name, all]) => [name, all?.length]);
  expect(Object.fromEntries(counted)).toEqual({
    readSuspension: 2,
    listDocuments: 1,
    readDocument: 2,
    readChangeSet: 3 + 1,
    listOwned: 2,
  });
});

test("a result that a crash left unpublished is published, under the id it had", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  const bus = { publish: () => Promise.reject(new Error("the bus is away")) };
  await expect(drain({ ...w, bus })).rejects.toThrow("the bus is away");
  expect(w.published).toEqual([]);
  expect(await sweeping(w)).toMatchObject({ republished: 0 });

  expect(await later(w)).toMatchObject({ republished: 1 });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  const { result } = (await w.ledger.readChangeSet("s3://specs/a.json", "api1")) ?? {};
  expect(result).toMatchObject({ published: true, event: w.published[0] });
  expect(await later(w)).toMatchObject({ republished: 0 });
});

test("a change set that does not settle is signalled again, once per five minutes", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  const lost = w.signals.splice(0);
  expect(await sweeping(w)).toMatchObject({ signalsSent: 0 });
  w.clock.time = Math.ceil((w.clock.time + GRACE_MS) / 300_000) * 300_000;
  expect(await sweeping(w)).toMatchObject({ signalsSent: 2 });
  w.clock.time += 299_999;
  await sweeping(w);
  const [first, , third, fourth] = w.signals as [Signal, Signal, Signal, Signal];
  expect(third).toEqual(first);
  expect(first).toEqual({ ...lost[0], cause: "swept", nonce: expect.any(String) });
  w.clock.time += 1;
  await sweeping(w);
  const later = w.signals.at(-1);
  expect(later).toEqual({ ...fourth, nonce: expect.any(String) });
  expect(later?.nonce).not.toBe(fourth.nonce);

  await drain(w);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", "ApplySucceeded 1 api2"]);
});

test("a run that is at work is left in peace; one that died is not", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  w.signals.length = 0;
  w.clock.time += GRACE_MS;
  const lease = await w.ledger.acquireLease("api1", "run", 60_000, w.clock.now());
  await w.ledger.beginRun("s3://specs/a.json", "api1", 1, lease?.fence ?? 0, "run");
  expect(await sweeping(w)).toMatchObject({ signalsSent: 0 });
  w.clock.time += 60_000;
  expect(await sweeping(w)).toMatchObject({ signalsSent: 1 });
});

test.each([{ versioned: true }, { versioned: false }])(
  "a rejection that a crash left without its result: %o",
  async ({ versioned }) => {
    const w = world({ versioned });
    await expect(intakeObjectEvent(dying(w, "settle"), w.store.put("a.json", BROKEN))).rejects.toThrow("killed");
    expect(await sweeping(w)).toMatchObject({ ended: 0 });
    expect(await later(w)).toMatchObject({ ended: 1 });
    expect(told(w.published)).toEqual(["SpecRejected 1"]);
    expect(w.published[0]?.detail.data.diagnostics.length).toBeGreaterThan(0);
    expect(await later(w)).toMatchObject({ ended: 0 });
    expect(w.published).toHaveLength(1);
  },
);

test("a rejection whose text is gone ends as superseded", async () => {
  const w = world({ versioned: false });
  await expect(intakeObjectEvent(dying(w, "settle"), w.store.put("a.json", BROKEN))).rejects.toThrow("killed");
  w.store.remove("a.json");
  await later(w);
  expect(told(w.published)).toEqual(["SpecSuperseded 1"]);
});

test("documents that ask nothing get their result, in order", async () => {
  const w = world();
  const empty = spec({});
  for (const text of [BROKEN, empty, BROKEN]) {
    await expect(intakeObjectEvent(dying(w, "settle"), w.store.put("a.json", text))).rejects.toThrow("killed");
  }
  expect(await later(w)).toMatchObject({ ended: 3 });
  expect(told(w.published)).toEqual(["SpecSuperseded 1", "ApplyUnchanged 2", "SpecRejected 3"]);
});

test("overtaken revisions end, and what they may have left behind is signalled", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  const dead = { ...dying(w, "settle"), queue: { send: () => Promise.reject(new Error("killed")) } };
  await expect(intakeObjectEvent(dead, w.store.put("a.json", spec({ api2: ["/200/"] })))).rejects.toThrow("killed");
  w.signals.length = 0;
  await later(w);
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1"]);
  expect(w.signals.map(({ apiId, sequence }) => `${apiId} ${sequence}`)).toEqual(["api2 2", "api1 2"]);
  expect((await w.ledger.readDocument("s3://specs/a.json"))?.overtaken).toEqual([]);
  await drain(w);
  expect(told(w.published).slice(1)).toEqual(["ApplySucceeded 2 api2", "ApplyUnchanged 2 api1"]);
});

test("one document that cannot be swept does not stop the others", async () => {
  const w = world();
  for (const key of ["a.json", "b.json"]) await intakeObjectEvent(w, w.store.put(key, spec({ api1: [`/${key}/`] })));
  w.signals.length = 0;
  const queue = {
    send: async (signal: Signal) => {
      if (signal.documentId.endsWith("a.json")) throw new Error("not this one");
      w.signals.push(signal);
    },
  };
  expect(await later(w, { queue })).toMatchObject({ documents: 2, failed: 1, signalsSent: 1 });
  expect(w.logged.join()).toContain("Could not finish the sweep of a document");
});

test("a record of the ledger that cannot be read does not stop the sweep of the others", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  w.signals.splice(0);
  const ledger = {
    ...w.ledger,
    async *listDocuments() {
      yield* w.ledger.listDocuments();
      throw new DamagedLedgerError("The item doc#x document of the table t cannot be used: head is missing.");
    },
  };
  expect(await later(w, { ledger })).toMatchObject({ documents: 1, failed: 1, signalsSent: 1 });
  const broken = { ...w.ledger, listDocuments: () => failing };
  await expect(later(w, { ledger: broken })).rejects.toThrow("the table is away");
});

const failing: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("the table is away")) }),
};

test("a deadline that is always too early starves nobody", async () => {
  const w = world();
  for (let n = 0; n < 12; n++) await intakeObjectEvent(w, w.store.put(`${n}.json`, spec({ api1: [`/${n}/`] })));
  const reached = new Set<string>();
  const ledger = {
    ...w.ledger,
    readDocument: (documentId: string) => {
      reached.add(documentId);
      w.clock.time += 1;
      return w.ledger.readDocument(documentId);
    },
  };
  for (let sweeps = 0; sweeps < 24; sweeps++) {
    w.clock.time += 300_000;
    const swept = await sweep({ ...w, ledger, graceMs: GRACE_MS }, { deadline: w.clock.now() + 1 });
    expect(swept).toMatchObject({ documents: 1, unreached: 11 });
  }
  expect(reached.size).toBe(12);
});

test("documents of the command line are left to it", async () => {
  const w = world();
  await w.ledger.recordRevision("file:specs/a.yaml", {
    kind: "accepted",
    source: { bucket: "", key: "specs/a.yaml" },
    correlationId: "c",
    seenAt: 0,
    apiIds: ["api1"],
  });
  expect(await later(w)).toEqual({ ...NOTHING, documents: 0, failed: 0 });
  expect(w.signals).toEqual([]);
});

test("a text that is gone with its event is waited for, without a signal, and ended once no event can come", async () => {
  const w = world({ versioned: false });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  w.signals.splice(0);
  w.store.remove("a.json");
  expect(await later(w)).toMatchObject({ signalsSent: 0, ended: 0, failed: 0 });
  w.clock.time += 30 * 3_600_000;
  expect(await later(w)).toMatchObject({ signalsSent: 0, ended: 0 });
  w.clock.time += 3_600_000;
  expect(await later(w)).toMatchObject({ signalsSent: 0, ended: 2, failed: 0 });
  expect(told(w.published)).toEqual(["ApplyFailed 1 api1", "ApplyFailed 1 api2"]);
  expect(w.published[0]?.detail.data.diagnostics).toMatchObject([{ code: "SD6004" }]);
  expect(await later(w)).toMatchObject({ ended: 0, republished: 0 });
  // Dropped again, it is as if nothing had been.
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await drain(w);
  expect(told(w.published).slice(2)).toEqual(["ApplySucceeded 2 api1", "ApplyUnchanged 2 api2"]);
});

test("a text that is gone is no failure of the sweep while a run has the API", async () => {
  const w = world({ versioned: false });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  w.signals.splice(0);
  w.store.remove("a.json");
  w.clock.time += 31 * 3_600_000;
  const lease = await w.ledger.acquireLease("api1", "a run", 60_000, w.clock.now());
  if (lease === undefined) throw new Error("the lease is free");
  const clock = {
    now: () => w.clock.now(),
    async sleep(milliseconds: number) {
      await w.clock.sleep(milliseconds);
      await w.ledger.renewLease(lease, 60_000, w.clock.now());
    },
  };
  expect(await later(w, { clock })).toMatchObject({ ended: 0, failed: 0 });
  await w.ledger.releaseLease(lease);
  expect(await later(w)).toMatchObject({ ended: 1, failed: 0 });
});

test("a text that another took the place of just now is waited for, however old it was", async () => {
  const w = world({ versioned: false });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  w.signals.splice(0);
  w.clock.time += 40 * 3_600_000;
  const onItsWay = w.store.put("a.json", spec({ api1: ["/404/"] }));
  expect(await later(w)).toMatchObject({ signalsSent: 0, ended: 0, failed: 0 });
  await intakeObjectEvent(w, onItsWay);
  await drain(w);
  expect(told(w.published).toSorted()).toEqual(["ApplySucceeded 2 api1", "SpecSuperseded 1 api1"]);
});

test("a text that a rejected one has overwritten is signalled: a run ends it", async () => {
  const w = world({ versioned: false });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("nothing was signalled");
  await w.ledger.beginRun(signal.documentId, "api1", 1, 1, "run");
  await intakeObjectEvent(w, w.store.put("a.json", BROKEN));
  expect(await later(w)).toMatchObject({ signalsSent: 1 });
  await drain(w);
  expect(told(w.published)).toContain("SpecSuperseded 1 api1");
});
