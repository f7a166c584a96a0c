import { planDocument } from "@specdrop/service/documents";
import { acceptDocument, type ObjectEvent, withdrawDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import {
  API,
  at,
  deletions,
  eventsOf,
  type HandingOver,
  handingOver,
  owners,
  put,
  remove,
  rest,
  run,
  sweepLater,
  take,
  text,
  toldOf,
  WITHDRAW_AFTER_MS,
} from "../handing-over.ts";

const KEYS = ["/200/", "/404/"];

/** A world where `old.json` owns its responses. */
async function owning(keys: readonly string[] = KEYS, given: Parameters<typeof handingOver>[0] = {}) {
  const w = handingOver(given);
  await take(w, put(w, "old.json", text(keys)));
  await rest(w);
  expect(Object.keys(await owners(w))).toEqual(keys);
  return w;
}

const both = { "/200/": "new.json", "/404/": "new.json" };

async function expectHandedOver(w: HandingOver): Promise<void> {
  expect(await owners(w)).toEqual(both);
  expect(deletions(w)).toBe(0);
  expect(toldOf(w, "new.json").at(-1)).toBe("ApplySucceeded");
  const last = eventsOf(w, "old.json").at(-1)?.detail.data;
  expect(last?.mode).toBe("withdraw");
  expect(last?.summary).toMatchObject({ forget: 2, delete: 0, failed: 0 });
  expect(await w.ledger.listBids(API)).toEqual([]);
}

/** The events of a rename, in whatever order and however often they come, with runs in between or not. */
const orders: readonly (readonly [string, (created: ObjectEvent, removed: ObjectEvent) => readonly ObjectEvent[]])[] = [
  ["in order", (created, removed) => [created, removed]],
  ["the other way round", (created, removed) => [removed, created]],
  ["each twice, in order", (created, removed) => [created, created, removed, removed]],
  ["each twice, the other way round", (created, removed) => [removed, removed, created, created]],
  ["each twice, in turns", (created, removed) => [removed, created, removed, created]],
];

test("a repeat of the event that comes late does not forget what a run of the revision met", async () => {
  const w = await owning();
  const created = put(w, "new.json", text(KEYS));
  const gate = Promise.withResolvers<void>();
  const putBid: HandingOver["ledger"]["putBid"] = async (...args) => {
    await gate.promise;
    return w.ledger.putBid(...args);
  };
  const repeat = take({ ...w, ledger: { ...w.ledger, putBid } }, created);
  await take(w, created);
  await rest(w);
  expect(toldOf(w, "new.json").at(-1)).toBe("ApplyFailed");
  gate.resolve();
  await repeat;
  await rest(w);
  await take(w, remove(w, "old.json"));
  await rest(w);
  await expectHandedOver(w);
});

test.each(orders.flatMap(([name, order]) => [true, false].map((runs) => ({ name, order, runs }))))(
  "a rename deletes nothing: $name (runs in between: $runs)",
  async ({ order, runs }) => {
    const w = await owning();
    const events = order(put(w, "new.json", text(KEYS)), remove(w, "old.json"));
    for (const event of events) {
      await take(w, event);
      if (runs) await run(w);
      w.clock.time += 1_000;
    }
    await rest(w);
    await expectHandedOver(w);
  },
);

test("the one who gets it is told to have adopted it, and dropping it again changes nothing", async () => {
  const w = await owning();
  await take(w, remove(w, "old.json"));
  await take(w, put(w, "new.json", text(KEYS)));
  await rest(w);
  expect(eventsOf(w, "new.json").map(({ detail }) => detail.data.changes.map(({ action }) => action))).toEqual([
    ["adopt", "adopt"],
  ]);
  expect(eventsOf(w, "old.json").at(-1)?.detail.data.changes).toMatchObject([
    { action: "forget", status: "succeeded", handedTo: "s3://specs/new.json" },
    { action: "forget", status: "succeeded", handedTo: "s3://specs/new.json" },
  ]);
  await take(w, put(w, "new.json", text(KEYS)));
  await rest(w);
  expect(toldOf(w, "new.json")).toEqual(["ApplySucceeded", "ApplyUnchanged"]);
});

test("a bidder that failed first runs again, and its second result is another", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(KEYS)));
  await run(w);
  expect(toldOf(w, "new.json")).toEqual(["ApplyFailed"]);
  expect(eventsOf(w, "new.json")[0]?.detail.data.changes[0]?.error?.help).toContain("passes to this document");
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(toldOf(w, "new.json")).toEqual(["ApplyFailed", "ApplySucceeded"]);
  expect(new Set(w.published.map(({ detail }) => detail.metadata.id)).size).toBe(w.published.length);
  await expectHandedOver(w);
});

test("without another document a withdrawal deletes once its time has come, and not before", async () => {
  const w = await owning();
  const began = w.clock.now();
  await take(w, remove(w, "old.json"));
  await run(w);
  expect(deletions(w)).toBe(0);
  expect(toldOf(w, "old.json")).toEqual(["ApplySucceeded"]);
  await rest(w);
  expect(w.clock.now()).toBeGreaterThanOrEqual(began + WITHDRAW_AFTER_MS);
  expect(await owners(w)).toEqual({});
  expect(toldOf(w, "old.json")).toEqual(["ApplySucceeded", "ApplySucceeded"]);
});

test("a withdrawal that waits holds up nobody else on its API", async () => {
  const w = await owning();
  await take(w, remove(w, "old.json"));
  await take(w, put(w, "other.json", text(["/500/"])));
  await run(w);
  expect(toldOf(w, "other.json")).toEqual(["ApplySucceeded"]);
  expect(w.signals).toEqual([]);
});

test("a new place that comes too late makes its own responses", async () => {
  const w = await owning();
  await take(w, remove(w, "old.json"));
  await rest(w);
  await take(w, put(w, "new.json", text(KEYS)));
  await rest(w);
  expect(deletions(w)).toBe(2);
  expect(await owners(w)).toEqual(both);
});

test("an event's time counts, and one in the future counts as now", async () => {
  const w = await owning();
  await take(w, { ...remove(w, "old.json"), time: w.clock.now() + 3_600_000 });
  await run(w);
  const [waiting] = w.later;
  expect((waiting?.at ?? 0) - w.clock.now()).toBe(WITHDRAW_AFTER_MS);
});

test.each(["in order", "the other way round"])("one response moves to another document: events %s", async (order) => {
  const w = await owning();
  await take(w, put(w, "new.json", text(["/500/"])));
  await rest(w);
  const gains = put(w, "new.json", text(["/500/", "/404/"]));
  const loses = put(w, "old.json", text(["/200/"]));
  for (const event of order === "in order" ? [gains, loses] : [loses, gains]) {
    await take(w, event);
    await run(w);
    w.clock.time += 5_000;
  }
  await rest(w);
  expect(await owners(w)).toEqual({ "/200/": "old.json", "/404/": "new.json", "/500/": "new.json" });
  expect(deletions(w)).toBe(0);
  expect(toldOf(w, "new.json").at(-1)).toBe("ApplySucceeded");
  expect(toldOf(w, "old.json").at(-1)).toBe("ApplySucceeded");
});

test("two documents that swap their responses delete nothing", async () => {
  const w = await owning(["/200/"]);
  await take(w, put(w, "new.json", text(["/404/"])));
  await rest(w);
  await take(w, put(w, "old.json", text(["/404/"])));
  await run(w);
  await take(w, put(w, "new.json", text(["/200/"])));
  await rest(w);
  expect(await owners(w)).toEqual({ "/200/": "new.json", "/404/": "old.json" });
  expect(deletions(w)).toBe(0);
  expect([toldOf(w, "old.json").at(-1), toldOf(w, "new.json").at(-1)]).toEqual(["ApplySucceeded", "ApplySucceeded"]);
});

test("three documents pass their responses round", async () => {
  const w = handingOver();
  const names = ["a.json", "b.json", "c.json"];
  const keys = ["/1/", "/2/", "/3/"];
  for (const [index, name] of names.entries()) await take(w, put(w, name, text([keys[index] ?? ""])));
  await rest(w);
  for (const [index, name] of names.entries()) {
    await take(w, put(w, name, text([keys[(index + 1) % 3] ?? ""])));
    await run(w);
  }
  await rest(w);
  expect(await owners(w)).toEqual({ "/1/": "c.json", "/2/": "a.json", "/3/": "b.json" });
  expect(deletions(w)).toBe(0);
  for (const name of names) expect(toldOf(w, name).at(-1)).toBe("ApplySucceeded");
});

test("resources that change places between APIs do not wake each other while nothing may be deleted", async () => {
  const w = handingOver();
  const on = (one: string, other: string) => {
    const entry = (ApiId: string) => ({ ApiId, IntegrationId: "int0001", IntegrationResponseKey: "/200/" });
    return JSON.stringify({ IntegrationResponses: { one: entry(one), other: entry(other), more: entry("api3") } });
  };
  await take(w, put(w, "old.json", on("api1", "api2")));
  await rest(w);
  const moved = JSON.parse(on("api2", "api1")) as { IntegrationResponses: { one: object; other: object } };
  moved.IntegrationResponses.one = { ...moved.IntegrationResponses.one, IntegrationId: "int0002" };
  moved.IntegrationResponses.other = { ...moved.IntegrationResponses.other, IntegrationId: "int0002" };
  await take(w, put(w, "old.json", JSON.stringify(moved)));
  await rest(w);
  expect([...w.aws.live.values()].map(({ IntegrationId }) => IntegrationId).sort()).toEqual([
    "int0001",
    "int0002",
    "int0002",
  ]);
});

test("moving most of a document needs no permission to delete", async () => {
  const keys = Array.from({ length: 15 }, (_, index) => `/${index}/`);
  const w = await owning(keys);
  await take(w, put(w, "new.json", text(keys.slice(1))));
  await take(w, put(w, "old.json", text(keys.slice(0, 1))));
  await rest(w);
  expect(deletions(w)).toBe(0);
  expect(toldOf(w, "old.json").at(-1)).toBe("ApplySucceeded");
  expect(Object.values(await owners(w)).filter((owner) => owner === "new.json")).toHaveLength(14);
});

test("what moves away on one API does not count against the budget of another", async () => {
  const w = handingOver();
  const keys = Array.from({ length: 12 }, (_, index) => `/${index}/`);
  const on = (given: Readonly<Record<string, readonly string[]>>) => {
    const entries = Object.entries(given).flatMap(([ApiId, all]) =>
      all.map((key) => [
        `${ApiId}x${key.replaceAll(/\W/g, "")}`,
        { ApiId, IntegrationId: "int0001", IntegrationResponseKey: key },
      ]),
    );
    return JSON.stringify({ IntegrationResponses: Object.fromEntries(entries) });
  };
  await take(w, put(w, "old.json", on({ api1: ["/a/", "/b/"], api2: keys })));
  await rest(w);
  await take(w, put(w, "new.json", on({ api2: keys })));
  await take(w, put(w, "old.json", on({ api1: ["/a/"] })));
  await rest(w);
  expect(toldOf(w, "old.json").slice(-2)).toEqual(["ApplySucceeded", "ApplySucceeded"]);
  expect(deletions(w)).toBe(1);
});

test("a plan on the command line says who gets what it lets go of", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(["/404/"])));
  await run(w);
  const source = { bucket: "specs", key: "old.json" };
  const change = { documentId: "s3://specs/old.json", source, correlationId: "c", body: text(["/200/"]) };
  const { results = [] } = await planDocument(w, change);
  expect(results[0]?.detail.data.changes).toContainEqual(
    expect.objectContaining({ action: "forget", status: "planned", handedTo: "s3://specs/new.json" }),
  );
});

test("an owner that keeps the response under another key hands nothing over, and the bidder makes its own", async () => {
  const w = await owning(["/200/"]);
  await take(w, put(w, "new.json", text(["/200/"])));
  await run(w);
  const renamed = JSON.parse(text(["/200/"])) as { IntegrationResponses: { on200: object } };
  renamed.IntegrationResponses.on200 = { IntegrationResponseKey: "/201/", ResponseTemplates: { $default: "x" } };
  await take(w, put(w, "old.json", JSON.stringify(renamed)));
  await rest(w);
  expect(await owners(w)).toEqual({ "/200/": "new.json", "/201/": "old.json" });
  expect(toldOf(w, "new.json")).toEqual(["ApplyFailed", "ApplySucceeded"]);
  expect(eventsOf(w, "old.json").at(-1)?.detail.data.summary).toMatchObject({ replace: 1, forget: 0 });
});

test("of three bidders the one accepted first gets it, and the others name it", async () => {
  const w = await owning();
  for (const name of ["z.json", "a.json", "m.json"]) {
    await take(w, put(w, name, text(KEYS)));
    w.clock.time += 1_000;
  }
  await run(w);
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(await owners(w)).toEqual({ "/200/": "z.json", "/404/": "z.json" });
  for (const name of ["a.json", "m.json"]) {
    const last = eventsOf(w, name).at(-1);
    expect(last?.detailType).toBe("ApplyFailed");
    expect(last?.detail.data.changes[0]?.error?.message).toContain("belongs to s3://specs/z.json");
  }
  // Nobody runs them for ever.
  const before = w.published.length;
  await sweepLater(w);
  await sweepLater(w);
  expect(w.published).toHaveLength(before);
});

test.each([
  ["that declares it still gets it", text(KEYS, { OnDrift: "report" }), both],
  ["that no longer declares all of it gets the rest", text(["/404/"]), { "/404/": "new.json" }],
])("a bidder edited meanwhile %s", async (_, edited, expected) => {
  const w = await owning();
  await take(w, put(w, "new.json", text(KEYS)));
  await run(w);
  await take(w, put(w, "new.json", edited));
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(await owners(w)).toEqual(expected);
  expect(toldOf(w, "new.json").at(-1)).toBe("ApplySucceeded");
});

test("a bidder withdrawn meanwhile gets nothing, and leaves nothing behind", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(KEYS)));
  await run(w);
  await take(w, remove(w, "new.json"));
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(await owners(w)).toEqual({});
  expect(await w.ledger.listOwned(API)).toEqual([]);
  expect(await w.ledger.listBids(API)).toEqual([]);
});

test.each([true, false])(
  "a bidder whose later revision is rejected keeps its bid (versioned: %s)",
  async (versioned) => {
    const w = await owning(KEYS, { versioned });
    await take(w, put(w, "new.json", text(KEYS)));
    await run(w);
    await take(w, put(w, "new.json", '{"IntegrationResponses": 1}'));
    await take(w, remove(w, "old.json"));
    await rest(w);
    expect(await owners(w)).toEqual(both);
    expect(deletions(w)).toBe(0);
  },
);

test("a dry run is no bid", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(KEYS)));
  await run(w);
  await take(w, put(w, "new.json", text(KEYS, { DryRun: true })));
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(await owners(w)).toEqual({});
  expect(await w.ledger.listBids(API)).toEqual([]);
});

test("an API that is not allowed to it any more is not handed to it", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(KEYS)));
  await run(w);
  await take(w, remove(w, "old.json"));
  const allowedApis = { prefixes: new Map([["old", ["*"]]]), accounts: new Map() };
  await rest({ ...w, allowedApis });
  expect(await owners(w)).toEqual({});
});

test("the owner's policy ends with its ownership, and the new owner's counts", async () => {
  const w = handingOver();
  await take(w, put(w, "old.json", text(KEYS, {}, { DeletionPolicy: "Retain" })));
  await rest(w);
  await take(w, put(w, "new.json", text(KEYS)));
  await take(w, remove(w, "old.json"));
  await rest(w);
  await expectHandedOver(w);
  await take(w, remove(w, "new.json"));
  await rest(w);
  expect(await owners(w)).toEqual({});
});

test("what was adopted is handed over as adopted", async () => {
  const w = handingOver();
  for (const key of KEYS) {
    w.aws.put({ ApiId: API, IntegrationId: "int0001", IntegrationResponseKey: key, ResponseTemplates: { a: "b" } });
  }
  await take(w, put(w, "old.json", text(KEYS, {}, { adopt: true })));
  await rest(w);
  await take(w, put(w, "new.json", text(KEYS)));
  await take(w, remove(w, "old.json"));
  await rest(w);
  await expectHandedOver(w);
  expect((await w.ledger.listOwned(API)).map(({ origin }) => origin)).toEqual(["adopted", "adopted"]);
});

test("a suspension in between loses nothing", async () => {
  const w = await owning();
  await w.ledger.switchSuspension({ suspended: true, by: "me", since: 1 });
  await take(w, put(w, "new.json", text(KEYS)));
  await take(w, remove(w, "old.json"));
  await rest(w);
  w.clock.time += 3_600_000;
  await w.ledger.switchSuspension({ suspended: false, by: "me", since: 2 });
  await sweepLater(w);
  await expectHandedOver(w);
});

test("a new owner that then fails keeps the response live", async () => {
  const w = await owning(["/200/"]);
  await take(w, put(w, "new.json", text(["/200/"], {}, { ResponseTemplates: { $default: "changed" } })));
  await take(w, remove(w, "old.json"));
  w.aws.faults.update = [new Error("away")];
  await rest(w).catch(() => undefined);
  expect(await owners(w)).toEqual({ "/200/": "new.json" });
  expect(deletions(w)).toBe(0);
});

test("a bidder that the command line applies owns it at once, and its next apply converges it", async () => {
  const w = await owning();
  const documentId = "file:team/new.json";
  const source = { bucket: "", key: "new.json" };
  const body = text(KEYS, {}, { DeletionPolicy: "Retain" });
  await acceptDocument({ ...w, queue: { send: async () => {} } }, { documentId, source, body, correlationId: "c" });
  await take(w, remove(w, "old.json"));
  await rest(w);
  const owned = await w.ledger.listOwned(API);
  expect(owned.map((one) => [one.documentId, one.takenFrom, one.deletionPolicy])).toEqual([
    [documentId, "s3://specs/old.json", "Retain"],
    [documentId, "s3://specs/old.json", "Retain"],
  ]);
  expect(deletions(w)).toBe(0);
  expect(w.signals).toEqual([]);
});

test("a bidder whose next apply has begun, and is not recorded yet, gets what it wants still", async () => {
  const w = await owning(["/200/"]);
  const change = { documentId: "file:team/new.json", source: { bucket: "", key: "new.json" }, body: text(["/200/"]) };
  const quiet = { ...w, queue: { send: async () => {} } };
  await acceptDocument(quiet, { ...change, correlationId: "first" });
  const stopped = { ...w.ledger, recordRevision: () => Promise.reject(new Error("killed")) };
  await expect(acceptDocument({ ...quiet, ledger: stopped }, { ...change, correlationId: "next" })).rejects.toThrow(
    "killed",
  );
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect((await w.ledger.listOwned(API)).map(({ documentId }) => documentId)).toEqual([change.documentId]);
  expect(deletions(w)).toBe(0);
});

test("a withdrawal that no event announced does not wait, and hands over all the same", async () => {
  const w = await owning();
  await take(w, put(w, "new.json", text(["/404/"])));
  await run(w);
  const source = { bucket: "specs", key: "old.json" };
  await withdrawDocument(w, { documentId: "s3://specs/old.json", source, correlationId: "c" });
  await run(w);
  expect(await owners(w)).toEqual({ "/404/": "new.json" });
  expect(w.later).toEqual([]);
});

test("a response that no read shows yet is handed over rather than deleted", async () => {
  const w = handingOver();
  w.aws.staleReads = 3;
  await take(w, put(w, "old.json", text(["/200/"])));
  await rest(w);
  w.aws.staleReads = 0;
  await take(w, put(w, "new.json", text(["/200/"])));
  await take(w, remove(w, "old.json"));
  await rest(w);
  expect(await owners(w)).toEqual({ "/200/": "new.json" });
});

test("what a document no longer declares and AWS no longer has is told to be gone", async () => {
  const w = await owning();
  w.aws.live.clear();
  await take(w, at(w, w.store.put("old.json", text([]))));
  await rest(w);
  const changes = eventsOf(w, "old.json").at(-1)?.detail.data.changes;
  expect(changes).toMatchObject([
    { action: "forget", gone: true },
    { action: "forget", gone: true },
  ]);
});
