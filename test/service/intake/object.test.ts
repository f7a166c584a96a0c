import { intakeObjectEvent, type ObjectEvent, withdrawDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { BROKEN, BUCKET, drain, ownedKeys, spec, told, type World, world } from "../builders.ts";

const KEY = "team/a.json";
const ID = `s3://specs/${KEY}`;

test("a new document is recorded and signals one run for each of its APIs", async () => {
  const w = world();
  const event = w.store.put(KEY, spec({ api1: ["/200/"], api2: ["$default"] }));
  const intake = await intakeObjectEvent(w, event);

  expect(intake).toMatchObject({ outcome: "accepted", sequence: 1, omitted: 0 });
  expect(w.signals).toEqual([
    { documentId: ID, apiId: "api1", sequence: 1, cause: "accepted", invocation: 0, correlationId: "request-1" },
    { documentId: ID, apiId: "api2", sequence: 1, cause: "accepted", invocation: 0, correlationId: "request-1" },
  ]);
  const record = await w.ledger.readDocument(ID);
  expect(record?.current).toMatchObject({ source: { bucket: "specs", key: KEY, versionId: "v1", etag: "etag1" } });
});

test.each([["results/abc/1/api1.json"], ["notes.txt"], ["folder.yaml/"], ["events/"], ["yaml"]])(
  "%s is not a spec",
  async (key) => {
    const w = world();
    expect(await intakeObjectEvent(w, w.store.put(key, spec({ api1: ["/200/"] })))).toEqual({ outcome: "ignored" });
    expect(await intakeObjectEvent(w, w.store.remove(key))).toEqual({ outcome: "ignored" });
    expect(await w.ledger.readDocument(`s3://specs/${key}`)).toBeUndefined();
    expect(w.published).toEqual([]);
  },
);

test.each(["a.yaml", "a.YML", "a b+c%20d#é.json", "../a.json", "events/111122223333/orders/chat"])(
  "%s is a spec, and its key is taken as it is",
  async (key) => {
    const w = world();
    await intakeObjectEvent(w, w.store.put(key, spec({ api1: ["/200/"] })));
    expect((await w.ledger.readDocument(`s3://specs/${key}`))?.current?.source.key).toBe(key);
  },
);

test("the correlation id is the object's, else the request's, else the event's", async () => {
  const w = world();
  const given = w.store.put("a.json", spec({ api1: ["/200/"] }), { "correlation-id": "order-7" });
  const { requestId: _, ...withoutRequest } = w.store.put("c.json", spec({ api3: ["/200/"] }));
  await intakeObjectEvent(w, given);
  await intakeObjectEvent(w, w.store.put("b.json", spec({ api2: ["/200/"] }), { "correlation-id": "" }));
  await intakeObjectEvent(w, withoutRequest);
  expect(w.signals.map((signal) => signal.correlationId)).toEqual(["order-7", "request-3", "event-2"]);
});

test("a document with errors is rejected with every problem, once however often it is delivered", async () => {
  const w = world();
  const event = w.store.put(KEY, BROKEN);
  const intake = await intakeObjectEvent(w, event);
  await intakeObjectEvent(w, event);

  expect(intake).toMatchObject({ outcome: "rejected", sequence: 1 });
  expect(told(w.published)).toEqual(["SpecRejected 1"]);
  const diagnostics = w.published[0]?.detail.data.diagnostics ?? [];
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(diagnostics.every((diagnostic) => diagnostic.file === ID)).toBe(true);
  expect(w.signals).toEqual([]);
});

test("a rejected revision leaves the one before in force", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  await drain(w);
  expect(told(w.published)).toEqual(["SpecRejected 2", "ApplySucceeded 1 api1"]);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
});

test("a body larger than a document may be is rejected", async () => {
  const w = world();
  const event = w.store.put(KEY, `${spec({ api1: ["/200/"] })}${" ".repeat(1_048_577)}`);
  expect(await intakeObjectEvent(w, event)).toMatchObject({ outcome: "rejected" });
  expect(w.published[0]?.detail.data.diagnostics[0]?.code).toMatch(/^SD1/);
});

test("a document that asks nothing has its result at once", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({})));
  expect(w.signals).toEqual([]);
  expect(told(w.published)).toEqual(["ApplyUnchanged 1"]);
});

test("an API that a document names no more is still converged", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"], api2: ["/200/"] })));
  await drain(w);
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api2: ["/200/"] })));
  expect(w.signals.map((signal) => signal.apiId)).toEqual(["api2", "api1"]);
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(told(w.published).slice(2)).toEqual(["ApplyUnchanged 2 api2", "ApplySucceeded 2 api1"]);

  await intakeObjectEvent(w, w.store.put(KEY, spec({ api2: ["/404/"] })));
  await drain(w);
  expect(told(w.published).slice(4)).toEqual(["ApplySucceeded 3 api2"]);
});

test("an overtaken revision is settled as superseded before the next is signalled", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1"]);
  expect((await w.ledger.readDocument(ID))?.overtaken).toEqual([]);
  await drain(w);
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1", "ApplySucceeded 2 api1"]);
  expect(w.runs.map((run) => run.sequence)).toEqual([2]);
});

test("an event that comes late is superseded, on its repeat under the same id", async () => {
  const w = world();
  const first = w.store.put(KEY, spec({ api1: ["/200/"] }));
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
  expect(await intakeObjectEvent(w, first)).toMatchObject({ outcome: "superseded" });
  await intakeObjectEvent(w, first);

  expect(told(w.published)).toEqual(["SpecSuperseded 0", "SpecSuperseded 0"]);
  expect(w.published[0]?.detail.metadata.id).toBe(w.published[1]?.detail.metadata.id);
  expect(w.published[0]?.detail.data.document).toEqual({ bucket: "specs", key: KEY, versionId: "v1", etag: "etag1" });
});

test("an object that was overwritten before it was read is superseded, unless it is a repeat", async () => {
  const w = world({ versioned: false });
  const first = w.store.put(KEY, spec({ api1: ["/200/"] }));
  const second = w.store.put(KEY, spec({ api1: ["/404/"] }));
  await intakeObjectEvent(w, first);
  expect(told(w.published)).toEqual(["SpecSuperseded 0"]);
  await intakeObjectEvent(w, second);
  await drain(w);

  w.store.put(KEY, spec({ api1: ["/500/"] }));
  expect(await intakeObjectEvent(w, second)).toEqual({ outcome: "ignored" });
  expect(told(w.published)).toEqual(["SpecSuperseded 0", "ApplySucceeded 1 api1"]);
});

test("a late repeat of the revision in force, behind a rejected one, is still carried out", async () => {
  const w = world();
  const first = w.store.put(KEY, spec({ api1: ["/200/"] }));
  await intakeObjectEvent(w, first);
  w.signals.length = 0;
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  expect(await intakeObjectEvent(w, first)).toMatchObject({ outcome: "accepted", sequence: 1 });
  expect(w.signals).toHaveLength(1);
});

test.each([true, false])("a deleted object is withdrawn (versioned: %s)", async (versioned) => {
  const w = world({ versioned });
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"], api2: ["/200/"] })));
  await drain(w);
  await intakeObjectEvent(w, w.store.remove(KEY));
  await drain(w);
  expect(told(w.published).slice(2)).toEqual(["ApplySucceeded 2 api1", "ApplySucceeded 2 api2"]);
  expect(w.published.at(-1)?.detail.data.mode).toBe("withdraw");
  expect(w.runs.at(-1)).toMatchObject({ mode: "withdraw", desired: [] });
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
});

test("a document that never did anything is withdrawn with a result", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  await intakeObjectEvent(w, w.store.remove(KEY));
  expect(told(w.published)).toEqual(["SpecRejected 1", "ApplySucceeded 2"]);
  expect(w.published[1]?.detail.data.mode).toBe("withdraw");
});

test("a withdrawal of what nobody knows says nothing, and keeps a late creation from undoing it", async () => {
  const w = world();
  const created = w.store.put(KEY, spec({ api1: ["/200/"] }));
  const removed = w.store.remove(KEY);
  expect(await intakeObjectEvent(w, removed)).toEqual({ outcome: "unknown" });
  expect(await intakeObjectEvent(w, removed)).toEqual({ outcome: "unknown" });
  expect(w.published).toEqual([]);

  expect(await intakeObjectEvent(w, created)).toMatchObject({ outcome: "superseded" });
  expect(w.signals).toEqual([]);
});

test("a withdrawal without a sequencer of what nobody knows is not recorded", async () => {
  const w = world();
  const source = { bucket: "", key: "a.yaml" };
  expect(await withdrawDocument(w, { documentId: "file:a.yaml", source, correlationId: "c" })).toEqual({
    outcome: "unknown",
  });
  expect(await w.ledger.readDocument("file:a.yaml")).toBeUndefined();
});

test("withdrawn and created again ends as the last write says, whichever event comes first", async () => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
  ]) {
    const w = world();
    const events = [
      w.store.put(KEY, spec({ api1: ["/200/"] })),
      w.store.remove(KEY),
      w.store.put(KEY, spec({ api1: ["/404/"] })),
    ];
    for (const index of order) {
      await intakeObjectEvent(w, events[index] as ObjectEvent);
      await drain(w);
    }
    expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/404/"]);
  }
});

test("removing an old version for good changes nothing", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
  await drain(w);
  const before = w.published.length;
  expect(await intakeObjectEvent(w, w.store.removeVersion(KEY, "v1"))).toEqual({ outcome: "ignored" });
  expect(w.published).toHaveLength(before);
});

test("removing the newest version for good brings back the one before", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
  await drain(w);
  const removed = w.store.removeVersion(KEY, "v2");
  expect(await intakeObjectEvent(w, removed)).toMatchObject({ outcome: "accepted", sequence: 3 });
  w.signals.length = 0;
  expect(await intakeObjectEvent(w, removed)).toMatchObject({ outcome: "accepted", sequence: 3 });
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
});

test("removing the only version for good withdraws; removing a delete marker brings back", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await intakeObjectEvent(w, w.store.remove(KEY));
  await intakeObjectEvent(w, w.store.removeVersion(KEY, "v2"));
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);

  await intakeObjectEvent(w, w.store.removeVersion(KEY, "v1"));
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(await intakeObjectEvent(w, w.store.removeVersion(KEY, "v1"))).toEqual({ outcome: "ignored" });
});

test("removing the last version of what nobody knows keeps its creation, which may have been read already, from it", async () => {
  const w = world();
  const created = w.store.put(KEY, spec({ api1: ["/200/"] }));
  const text = await w.store.read({ bucket: BUCKET, key: KEY });
  expect(await intakeObjectEvent(w, w.store.removeVersion(KEY, "v1"))).toEqual({ outcome: "unknown" });
  const store = { ...w.store, read: async () => text };
  expect(await intakeObjectEvent({ ...w, store }, created)).toMatchObject({ outcome: "superseded" });
  expect(w.signals).toEqual([]);
});

/** Takes an event in, and just before it is recorded has something else happen. */
function takeWith(w: World, event: ObjectEvent, meanwhile: () => Promise<unknown>) {
  const recordRevision: World["ledger"]["recordRevision"] = async (...args) => {
    await meanwhile();
    return w.ledger.recordRevision(...args);
  };
  return intakeObjectEvent({ ...w, ledger: { ...w.ledger, recordRevision } }, event);
}

const ONE = spec({ api1: ["/200/"] });
const TWO = spec({ api1: ["/404/"] });

test.each<[before: string, earlier: readonly (string | undefined)[], wanted: readonly string[]]>([
  ["one that is in force", [ONE], ["/200/"]],
  ["one that is in force, behind a rejected one", [ONE, BROKEN], ["/200/"]],
  ["a withdrawal", [ONE, undefined], []],
  ["a withdrawal of what was never known", [undefined], []],
])("a version that is removed for good before its creation is recorded leaves %s", async (_, earlier, wanted) => {
  const w = world();
  for (const text of earlier) {
    await intakeObjectEvent(w, text === undefined ? w.store.remove(KEY) : w.store.put(KEY, text));
  }
  await drain(w);
  if (earlier.at(-1) === BROKEN) await intakeObjectEvent(w, w.store.removeVersion(KEY, "v2"));
  const created = w.store.put(KEY, TWO);
  let removed: ObjectEvent | undefined;
  const take = takeWith(w, created, async () => {
    removed ??= w.store.removeVersion(KEY, created.versionId ?? "");
    expect(await intakeObjectEvent(w, removed)).toEqual({ outcome: "ignored" });
  });
  expect(await take).toMatchObject({ outcome: "superseded" });
  // Repeats change nothing.
  for (const event of [removed, created] as ObjectEvent[]) await intakeObjectEvent(w, event);
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(wanted);
  expect(told(w.published)).toContain("SpecSuperseded 0");
});

test("a version that is removed for good, with the event of every other still under way, leaves the one before", async () => {
  const w = world();
  const [first, second] = [w.store.put(KEY, ONE), w.store.put(KEY, TWO)];
  await takeWith(w, second, () => intakeObjectEvent(w, w.store.removeVersion(KEY, "v2")));
  await intakeObjectEvent(w, first);
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
  expect((await w.ledger.readDocument(ID))?.count).toBe(1);
});

test("a delete marker that is removed before it is recorded withdraws nothing", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  await drain(w);
  const marked = w.store.remove(KEY);
  const take = takeWith(w, marked, () => intakeObjectEvent(w, w.store.removeVersion(KEY, marked.versionId ?? "")));
  expect(await take).toMatchObject({ outcome: "superseded" });
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
});

test("what is recorded while a removal is judged is judged again", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, ONE));
  const text = w.store.put(KEY, TWO);
  const stored = await w.store.read({ bucket: BUCKET, key: KEY });
  const removed = w.store.removeVersion(KEY, "v2");
  let isRecorded = false;
  const confirmRevision: World["ledger"]["confirmRevision"] = async (...args) => {
    if (!isRecorded) await intakeObjectEvent({ ...w, store: { ...w.store, read: async () => stored } }, text);
    isRecorded = true;
    return w.ledger.confirmRevision(...args);
  };
  const intake = await intakeObjectEvent({ ...w, ledger: { ...w.ledger, confirmRevision } }, removed);
  expect(intake).toMatchObject({ outcome: "accepted", sequence: 3 });
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
});

test("a delete marker that was removed again withdraws nothing, even if its event comes last", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await drain(w);
  const marked = w.store.remove(KEY);
  const restored = w.store.removeVersion(KEY, marked.versionId ?? "");
  expect(await intakeObjectEvent(w, restored)).toEqual({ outcome: "ignored" });
  expect(await intakeObjectEvent(w, marked)).toMatchObject({ outcome: "superseded" });
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", "SpecSuperseded 0"]);

  // In order, it is withdrawn and comes back.
  const again = w.store.remove(KEY);
  await intakeObjectEvent(w, again);
  await intakeObjectEvent(w, w.store.removeVersion(KEY, again.versionId ?? ""));
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(["/200/"]);
});

test("no line of the log holds a template's body", async () => {
  const w = world();
  const marker = "MARKER-4711";
  const text = spec({ api1: ["/200/"] }).replace("{}", `{\\"secret\\":\\"${marker}\\"}`);
  expect(text).toContain(marker);
  await intakeObjectEvent(w, w.store.put(KEY, text));
  await drain(w);
  await intakeObjectEvent(w, w.store.put(KEY, text.replace('"ApiId":"api1"', '"Apiid":"api1"')));
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", "SpecRejected 2"]);
  expect(w.logged.length).toBeGreaterThan(3);
  expect(w.logged.join("\n")).not.toContain(marker);
  expect(JSON.stringify(w.published)).not.toContain(marker);
});

test("a broken document put where one was withdrawn does not keep it from being withdrawn", async () => {
  const w = world({ versioned: false });
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"] })));
  await drain(w);
  await intakeObjectEvent(w, w.store.remove(KEY));
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  await drain(w);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", "SpecRejected 3", "ApplySucceeded 2 api1"]);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
});
