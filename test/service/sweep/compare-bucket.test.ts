import { documentIdOf } from "@specdrop/service/documents";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { DEFAULT_BREAKER_LIMITS } from "@specdrop/service/policy";
import { type SweepPorts, sweep } from "@specdrop/service/sweep";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BROKEN, BUCKET, drain, ownedKeys, spec, told, type World, world } from "../builders.ts";

const MINUTE = 60_000;

/** A world whose sweep compares the bucket with the ledger. */
function compared(given: Parameters<typeof world>[0] = {}) {
  const w = world(given);
  return { ...w, listing: w.store };
}

async function sweepAfter(w: World & Pick<SweepPorts, "listing">, minutes: number, budgetMs = 3_600_000) {
  w.clock.time += minutes * MINUTE;
  const swept = await sweep(w, { deadline: w.clock.now() + budgetMs });
  await drain(w);
  return swept;
}

/** The store, as it would be if every object had the same text. */
function withTag(store: World["store"], etag = ""): World["store"] {
  return {
    ...store,
    async read({ etag: _, ...ref }) {
      const found = await store.read(ref);
      return found && { ...found, source: { ...found.source, etag } };
    },
  };
}

const ownedBy = (w: World, name: string, api = "api1") => ownedKeys(w.ledger, documentIdOf(BUCKET, name), api);

describe.each([true, false])("versioned: %s", (versioned) => {
  test("what no event told of is taken in once it is five minutes old, and once only", async () => {
    const w = compared({ versioned });
    w.store.put("a.json", spec({ api1: ["/200/"] }));
    w.store.put("broken.json", BROKEN);
    w.store.put("notes.txt", "no spec");
    w.store.put("folder/", "");
    w.store.put("results/abc/1/api1.json", "{}");
    expect(await sweepAfter(w, 4)).toMatchObject({ found: 0 });
    expect(w.published).toEqual([]);
    expect(await sweepAfter(w, 1)).toMatchObject({ found: 2 });
    expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
    expect([...told(w.published)].sort()).toEqual(["ApplySucceeded 1 api1", "SpecRejected 1"]);
    for (let round = 0; round < 3; round++) expect(await sweepAfter(w, 6)).toMatchObject({ found: 0 });
    expect(w.published).toHaveLength(2);
    expect(w.logged.filter((line) => line.includes("without an event"))).toHaveLength(2);
  });

  test("a late event of what was found is a repeat", async () => {
    const w = compared({ versioned });
    const created = w.store.put("a.json", spec({ api1: ["/200/"] }));
    const broken = w.store.put("b.json", BROKEN);
    await sweepAfter(w, 5);
    const before = told(w.published);
    for (const event of [created, broken, created]) await intakeObjectEvent(w, event);
    await drain(w);
    expect(told(w.published)).toEqual(before);
    expect((await w.ledger.readDocument(documentIdOf(BUCKET, "a.json")))?.count).toBe(1);

    const removed = w.store.remove("a.json");
    await sweepAfter(w, 5);
    await sweepAfter(w, 5);
    expect(await ownedBy(w, "a.json")).toEqual([]);
    const gone = told(w.published);
    expect(gone.at(-1)).toBe("ApplySucceeded 2 api1");
    for (const event of [removed, created]) await intakeObjectEvent(w, event);
    await drain(w);
    // The creation came too late. Nothing else is told.
    expect(told(w.published).slice(gone.length)).toEqual(["SpecSuperseded 0"]);
    expect(await ownedBy(w, "a.json")).toEqual([]);
  });

  test("the same text dropped once more after it was found is news", async () => {
    const w = compared({ versioned });
    const text = spec({ api1: ["/200/"] });
    const first = w.store.put("a.json", text);
    await sweepAfter(w, 5);
    const before = told(w.published);
    w.clock.time += 1_000;
    const again = w.store.put("a.json", text);
    // As S3 has it: an ETag is a digest of the text.
    const sameTag = { ...again, ...(first.etag && { etag: first.etag }) };
    const alike = { ...w, store: withTag(w.store, first.etag) };
    await intakeObjectEvent(alike, sameTag);
    await drain(alike);
    expect(told(w.published).slice(before.length)).toEqual(["ApplyUnchanged 2 api1"]);
  });

  test("a late event of the same text that was sent before what was found is answered", async () => {
    const w = compared({ versioned });
    const key = "events/111122223333/orders/chat";
    const text = spec({ api1: ["/200/"] });
    const first = w.store.put(key, text, { "correlation-id": "c-a" });
    const second = w.store.put(key, text, { "correlation-id": "c-b" });
    const alike = { ...w, store: withTag(w.store, first.etag), listing: withTag(w.store, first.etag) };
    const mark = { id: "b", kind: "submitted", sentAt: 0, arrivedAt: 0, correlationId: "c-b" } as const;
    const writes = [
      { requestId: first.requestId ?? "", id: "a", correlationId: "c-a" },
      { requestId: second.requestId ?? "", id: "b", correlationId: "c-b" },
    ];
    const ended = ["a", "b"];
    const documentId = documentIdOf(BUCKET, key);
    await w.ledger.writeSubmissions({ documentId, version: 1, latest: mark, displaced: [], ended, writes });
    await sweepAfter(alike, 5);
    for (const event of [first, second]) {
      await intakeObjectEvent(alike, { ...event, ...(first.etag && { etag: first.etag }) });
      await drain(alike);
    }
    const answered = w.published.map(({ detailType, detail }) => `${detailType} ${detail.metadata.correlationId}`);
    expect(answered).toEqual(["ApplySucceeded c-b", "SpecSuperseded c-a"]);
  });

  test("the same broken text dropped twice over what was found is answered twice", async () => {
    const w = compared({ versioned });
    w.store.put("a.json", spec({ api1: ["/200/"] }));
    await sweepAfter(w, 5);
    const first = w.store.put("a.json", BROKEN);
    const second = w.store.put("a.json", BROKEN);
    // Their text is the same, and so is its tag.
    const alike = { ...w, store: withTag(w.store, first.etag) };
    w.clock.time += MINUTE;
    for (const event of [first, second]) {
      await intakeObjectEvent(alike, { ...event, ...(first.etag && { etag: first.etag }) });
    }
    const answers = versioned ? ["SpecSuperseded 0", "SpecRejected 2"] : ["SpecRejected 2", "SpecRejected 3"];
    expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", ...answers]);
    expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
  });

  test("a late event of an earlier state does not undo what was found", async () => {
    const w = compared({ versioned });
    const first = w.store.put("a.json", spec({ api1: ["/100/"] }));
    const removed = w.store.remove("a.json");
    const second = w.store.put("a.json", spec({ api1: ["/200/"] }));
    await sweepAfter(w, 5);
    for (const event of [first, removed, second, first]) await intakeObjectEvent(w, event);
    await drain(w);
    expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
    const superseded = told(w.published).filter((line) => line.startsWith("SpecSuperseded"));
    expect(superseded).toEqual(["SpecSuperseded 0", "SpecSuperseded 0", "SpecSuperseded 0"]);
    expect((await w.ledger.readDocument(documentIdOf(BUCKET, "a.json")))?.count).toBe(1);
  });

  test("what comes after it is news, whatever brings it", async () => {
    const w = compared({ versioned });
    w.store.put("a.json", spec({ api1: ["/100/"] }));
    await sweepAfter(w, 5);
    await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
    await drain(w);
    expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
    await intakeObjectEvent(w, w.store.remove("a.json"));
    await drain(w);
    expect(await ownedBy(w, "a.json")).toEqual([]);
    // The same text as before its deletion.
    w.store.put("a.json", spec({ api1: ["/200/"] }));
    await sweepAfter(w, 5);
    expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
    w.store.put("a.json", spec({ api1: ["/300/"] }));
    await sweepAfter(w, 5);
    expect(await ownedBy(w, "a.json")).toEqual(["/300/"]);
    await intakeObjectEvent(w, w.store.remove("a.json"));
    await drain(w);
    expect(await ownedBy(w, "a.json")).toEqual([]);
  });

  test("whichever events are lost or late, the bucket's last state is in force in the end", {
    timeout: 60_000,
  }, async () => {
    const step = fc.record({
      what: fc.constantFrom("put", "put", "break", "remove"),
      event: fc.constantFrom("now", "late", "later", "never"),
      wait: fc.constantFrom(0, 3, 6),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const w = compared({ versioned });
        const late: { readonly after: number; readonly event: Parameters<typeof intakeObjectEvent>[1] }[] = [];
        let last: string | undefined;
        let isThere = false;
        for (const [index, { what, event, wait }] of steps.entries()) {
          if (what === "remove" && !isThere) continue;
          isThere = what !== "remove";
          if (what !== "break") last = isThere ? `/${index + 1}00/` : undefined;
          const text = what === "break" ? BROKEN : spec({ api1: [last ?? ""] });
          const made = isThere ? w.store.put("a.json", text) : w.store.remove("a.json");
          if (event === "now") await intakeObjectEvent(w, made);
          else if (event !== "never") late.push({ after: index + (event === "late" ? 1 : 3), event: made });
          for (const one of late.filter(({ after }) => after === index)) await intakeObjectEvent(w, one.event);
          if (wait > 0) await sweepAfter(w, wait);
        }
        for (const one of late.filter(({ after }) => after >= steps.length)) await intakeObjectEvent(w, one.event);
        for (let round = 0; round < 3; round++) await sweepAfter(w, 6);
        const shown = w.store.textOf("a.json");
        // A broken text leaves in force what was there before it, as far as that was ever seen.
        if (shown !== BROKEN) expect(await ownedBy(w, "a.json")).toEqual(last === undefined ? [] : [last]);
        const written = w.published.length;
        expect(await sweepAfter(w, 6)).toMatchObject({ found: 0, signalsSent: 0 });
        expect(w.published).toHaveLength(written);
      }),
      { numRuns: 150 },
    );
  });
});

test("an object is deleted only after a whole listing, five minutes, and a look at it alone", async () => {
  const w = compared();
  const names = Array.from({ length: 8 }, (_, index) => `${index}.json`);
  for (const name of names) await intakeObjectEvent(w, w.store.put(name, spec({ [`api${name[0]}`]: ["/200/"] })));
  await drain(w);
  w.store.remove("1.json");

  // A listing that leaves something out, and one that ends early.
  const short = { ...w.listing, list: async () => ({ objects: [], now: w.clock.now() }) };
  await sweepAfter({ ...w, listing: short }, 6);
  await sweepAfter({ ...w, listing: short }, 6);
  expect(await ownedBy(w, "0.json", "api0")).toEqual(["/200/"]);
  expect(await ownedBy(w, "1.json", "api1")).toEqual([]);

  w.store.remove("2.json");
  const broken = {
    ...w.listing,
    list: (after?: string) => (after === undefined ? w.listing.list() : Promise.reject(new Error("no answer"))),
  };
  for (let round = 0; round < 3; round++) await sweepAfter({ ...w, listing: broken }, 6);
  expect(await ownedBy(w, "2.json", "api2")).toEqual(["/200/"]);
  expect(w.logged.filter((line) => line.includes("Could not compare the bucket with the ledger"))).toHaveLength(3);

  await sweepAfter(w, 6);
  expect(await ownedBy(w, "2.json", "api2")).toEqual(["/200/"]);
  await sweepAfter(w, 6);
  expect(await ownedBy(w, "2.json", "api2")).toEqual([]);
});

test("a store that does not say whether an object is there deletes nothing", async () => {
  const w = compared();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await drain(w);
  w.store.remove("a.json");
  const listing = { ...w.listing, exists: () => Promise.reject(new Error("AccessDenied")) };
  for (let round = 0; round < 3; round++) await sweepAfter({ ...w, listing }, 6);
  expect(await ownedBy(w, "a.json")).toEqual(["/200/"]);
});

test("a large bucket is walked over several sweeps", async () => {
  const w = compared();
  const names = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, "0")}.json`);
  for (const name of names) w.store.put(name, spec({ [`api${name.slice(0, 2)}`]: ["/200/"] }));
  w.clock.time += 6 * MINUTE;
  const slow = {
    ...w.listing,
    list: async (after?: string) => {
      w.clock.time += 10_000;
      return w.listing.list(after);
    },
  };
  let sweeps = 0;
  let found = 0;
  for (; sweeps < 20 && found < 30; sweeps++) found += (await sweepAfter({ ...w, listing: slow }, 0, 80_000)).found;
  // A page and the first of the next one at a time.
  expect({ sweeps, found }).toEqual({ sweeps: 8, found: 30 });

  // What takes long is the intake: it goes on after the last that was taken in.
  for (const name of names) w.store.put(name, spec({ [`api${name.slice(0, 2)}`]: ["/300/"] }));
  const store = {
    ...w.store,
    read: async (ref: Parameters<World["store"]["read"]>[0]) => {
      w.clock.time += 30_000;
      return w.store.read(ref);
    },
  };
  w.clock.time += 6 * MINUTE;
  expect((await sweepAfter({ ...w, store }, 0, 80_000)).found).toBe(1);
  expect((await sweepAfter({ ...w, store }, 0, 80_000)).found).toBe(1);
  expect(await ownedBy(w, "01.json", "api01")).toEqual(["/300/"]);
});

test("results are not walked through", async () => {
  const w = compared();
  await w.store.write("a.json", spec({ api1: ["/200/"] }), "", {});
  for (let index = 0; index < 30; index++) await w.store.write(`results/${index}`, "{}", "", {});
  await w.store.write("z.json", spec({ api2: ["/200/"] }), "", {});
  let pages = 0;
  const listing = { ...w.listing, list: (after?: string) => w.listing.list(after).finally(() => void pages++) };
  expect(await sweepAfter({ ...w, listing }, 6)).toMatchObject({ found: 2 });
  expect(pages).toBe(2);
});

test("a bucket that was emptied without events is held by the breaker", async () => {
  const w = { ...compared(), breaker: DEFAULT_BREAKER_LIMITS };
  const names = Array.from({ length: 30 }, (_, index) => `${index}.json`);
  for (const name of names) await intakeObjectEvent(w, w.store.put(name, spec({ [`api${name}`]: ["/200/"] })));
  await drain(w);
  for (const name of names) w.store.remove(name);
  for (let round = 0; round < 3; round++) await sweepAfter(w, 6);
  expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({ suspended: true });
  for (const name of names) expect(await ownedBy(w, name, `api${name}`)).toEqual(["/200/"]);
});

test("another sweep, or an event, that was faster leaves nothing to tell", async () => {
  const w = compared();
  const created = w.store.put("a.json", spec({ api1: ["/200/"] }));
  w.clock.time += 6 * MINUTE;
  const read = w.store.read;
  let isFirst = true;
  const store = {
    ...w.store,
    async read(ref: Parameters<typeof read>[0]) {
      const stored = await read(ref);
      if (isFirst) {
        isFirst = false;
        await intakeObjectEvent(w, created);
      }
      return stored;
    },
  };
  expect(await sweepAfter({ ...w, store }, 0)).toMatchObject({ found: 0 });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
});
