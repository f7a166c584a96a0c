import type { OperationsEvent } from "@specdrop/events";
import { parseOperationsEvent } from "@specdrop/events";
import { documentIdOf } from "@specdrop/service/documents";
import { intakeObjectEvent, withdrawDocument } from "@specdrop/service/intake";
import { DEFAULT_BREAKER_LIMITS, tellSuspension } from "@specdrop/service/policy";
import { reconcile } from "@specdrop/service/reconcile";
import { resignal, sweep } from "@specdrop/service/sweep";
import { describe, expect, test } from "vitest";
import { BUCKET, drain, ownedKeys, spec, told, type World, world } from "../builders.ts";
import { handingOver, owners, put, remove, rest, run, sweepLater, take, text } from "../handing-over.ts";

const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run-1" };

type Watched = World & {
  readonly notices: OperationsEvent[];
  readonly operations: { announce(notices: readonly OperationsEvent[]): Promise<void> };
  readonly breaker: typeof DEFAULT_BREAKER_LIMITS;
};

/** A deployment with its breaker, and what it announces. */
function deployment(given: Partial<World> = {}): Watched {
  const notices: OperationsEvent[] = [];
  const announce = async (more: readonly OperationsEvent[]) => {
    for (const { detailType, detail } of more) {
      const received = { source: "specdrop.operations", "detail-type": detailType, detail };
      expect(parseOperationsEvent(received)).toMatchObject({ ok: true });
    }
    notices.push(...more);
  };
  return { ...world(given), notices, operations: { announce }, breaker: DEFAULT_BREAKER_LIMITS };
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}.json`);
const keys = (count: number) => names(count).map((_, index) => `/2${`${index}`.padStart(2, "0")}/`);

/** Each on an API of its own, with that many responses. */
async function dropAll(w: World, documents: readonly string[], responses = 1): Promise<void> {
  for (const name of documents) {
    const event = w.store.put(name, spec({ [`api${name.replace(".json", "")}`]: keys(responses) }));
    await intakeObjectEvent(w, event);
  }
  await drain(w);
  w.published.length = 0;
}

async function deleteAll(w: World, documents: readonly string[]): Promise<void> {
  for (const name of documents) await intakeObjectEvent(w, w.store.remove(name));
}

async function live(w: World, documents: readonly string[]): Promise<number> {
  let count = 0;
  for (const name of documents) {
    count += (await ownedKeys(w.ledger, documentIdOf(BUCKET, name), `api${name.replace(".json", "")}`)).length;
  }
  return count;
}

const letGo = (w: World) =>
  w.ledger.switchSuspension({ scope: "withdrawals", suspended: false, by: "ada", since: w.clock.now() });

test("more than 20 documents of at most four times as many are held, all of them, and nothing is deleted", async () => {
  const w = deployment();
  const all = names(80);
  await dropAll(w, all);
  await deleteAll(w, all.slice(0, 20));
  expect(await w.ledger.readSuspension("withdrawals")).toBeUndefined();
  await deleteAll(w, all.slice(20, 30));
  expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({
    suspended: true,
    by: "specdrop",
    reason: "21 documents with 21 of 80 responses were withdrawn within 10 minutes",
  });
  await drain(w);
  expect(await live(w, all)).toBe(80);
  expect(w.published).toEqual([]);

  // One notice, of all that wait by then.
  expect(w.notices).toMatchObject([
    { detailType: "WithdrawalsHeld", detail: { data: { by: "specdrop", documents: 30, responses: 30 } } },
  ]);
  const [notice] = w.notices;
  expect(notice?.detailType === "WithdrawalsHeld" && notice.detail.data.documentIds).toEqual(
    [...names(30)]
      .sort()
      .slice(0, 10)
      .map((name) => documentIdOf(BUCKET, name)),
  );

  // Other documents go on, and what is withdrawn later is held too.
  await dropAll(w, ["more.json"]);
  expect(await live(w, ["more.json"])).toBe(1);
  await deleteAll(w, ["more.json"]);
  await drain(w);
  expect(await live(w, ["more.json"])).toBe(1);

  await letGo(w);
  await resignal(w, BUDGET);
  await drain(w);
  expect(await live(w, all)).toBe(50);
  expect(await live(w, ["more.json"])).toBe(0);
  expect(told(w.published).filter((line) => line.startsWith("ApplySucceeded"))).toHaveLength(31);
  await sweep(w, BUDGET);
  expect(w.notices.map(({ detailType }) => detailType)).toEqual(["WithdrawalsHeld", "WithdrawalsReleased"]);
});

test("no more than a quarter goes at once: that is ordinary work in a large ledger", async () => {
  const w = deployment();
  const all = names(100);
  await dropAll(w, all);
  await deleteAll(w, all.slice(0, 25));
  await drain(w);
  expect(await live(w, all)).toBe(75);
  expect(w.notices).toEqual([]);
});

test("one document of more than 50 responses is enough", async () => {
  const w = deployment();
  await dropAll(w, ["0.json"], 51);
  await dropAll(w, ["1.json"], 50);
  await deleteAll(w, ["1.json"]);
  await drain(w);
  expect(await live(w, ["1.json"])).toBe(0);
  await deleteAll(w, ["0.json"]);
  await drain(w);
  expect(await live(w, ["0.json"])).toBe(51);
});

test("one document is held in the singular", async () => {
  const w = deployment();
  await dropAll(w, ["0.json"], 51);
  await deleteAll(w, ["0.json"]);
  const { reason } = (await w.ledger.readSuspension("withdrawals")) ?? {};
  expect(reason).toBe("1 document with 51 of 51 responses was withdrawn within 10 minutes");
});

test("what is withdrawn over hours, or comes twice, is not many", async () => {
  const w = deployment();
  const all = names(40);
  await dropAll(w, all);
  for (const part of [all.slice(0, 20), all.slice(20)]) {
    const events = part.map((name) => w.store.remove(name));
    for (const event of [...events, ...events]) await intakeObjectEvent(w, event);
    w.clock.time += 10 * 60_000 + 1;
  }
  await drain(w);
  expect(await live(w, all)).toBe(0);
});

test("dropping a document again cancels its withdrawal, held or not, and it counts no more", async () => {
  const w = deployment();
  const all = names(30);
  await dropAll(w, all);
  await deleteAll(w, all);
  await drain(w);
  await dropAll(w, all.slice(0, 29));
  expect(await live(w, all)).toBe(30);
  await letGo(w);
  await resignal(w, BUDGET);
  await drain(w);
  expect(await live(w, all)).toBe(29);

  // Deleted and dropped again, over and over: nothing is held.
  for (const name of all.slice(0, 25)) {
    await deleteAll(w, [name]);
    await intakeObjectEvent(w, w.store.put(name, spec({ [`api${name.replace(".json", "")}`]: keys(1) })));
  }
  expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({ suspended: false });
});

test("let go, they are counted from the start", async () => {
  const w = deployment();
  const all = names(30);
  await dropAll(w, all);
  await deleteAll(w, all.slice(0, 21));
  await letGo(w);
  await deleteAll(w, all.slice(21));
  await drain(w);
  expect(await live(w, all)).toBe(0);
});

test("what cannot be counted is not recorded; what is counted and never recorded counts", async () => {
  const w = deployment();
  const all = names(21);
  await dropAll(w, all);
  await deleteAll(w, all.slice(0, 19));
  const [last = ""] = all.slice(20);
  const broken = { noteWithdrawal: () => Promise.reject(new Error("throttled")) };
  const event = w.store.remove(last);
  await expect(intakeObjectEvent({ ...w, ledger: { ...w.ledger, ...broken } }, event)).rejects.toThrow("throttled");
  expect((await w.ledger.readDocument(documentIdOf(BUCKET, last)))?.current?.kind).toBe("accepted");

  const died = { recordRevision: () => Promise.reject(new Error("killed")) };
  await expect(intakeObjectEvent({ ...w, ledger: { ...w.ledger, ...died } }, event)).rejects.toThrow("killed");
  await deleteAll(w, all.slice(19, 20));
  await drain(w);
  expect(await live(w, all)).toBe(21);
});

test("a run that has begun ends early once withdrawals are held", async () => {
  const w = deployment();
  await dropAll(w, ["0.json"], 40);
  await deleteAll(w, ["0.json"]);
  const hold = { scope: "withdrawals", suspended: true, by: "specdrop", since: w.clock.now() } as const;
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("intake sent no signal");
  let changes = 0;
  const claim = w.ledger.release;
  const ledger: World["ledger"] = {
    ...w.ledger,
    async release(...args) {
      changes += 1;
      w.clock.time += 2_000;
      if (changes === 5) await w.ledger.switchSuspension(hold);
      return claim(...args);
    },
  };
  expect(await reconcile({ ...w, ledger }, signal, BUDGET)).toEqual({ outcome: "interrupted" });
  expect(await live(w, ["0.json"])).toBeGreaterThan(30);
  await drain(w);
  expect(await live(w, ["0.json"])).toBeGreaterThan(30);
});

test("the sweep signals nothing that is held, and sends the notice that could not be sent", async () => {
  const w = deployment();
  const all = names(21);
  await dropAll(w, all);
  await deleteAll(w, all);
  const operations = { announce: () => Promise.reject(new Error("the bus is away")) };
  for (const signal of w.signals.splice(0)) {
    expect(await reconcile({ ...w, operations }, signal, BUDGET)).toEqual({ outcome: "idle", reason: "held" });
  }
  w.clock.time += 3_600_000;
  expect(await sweep(w, BUDGET)).toMatchObject({ holding: true, signalsSent: 0 });
  expect(await sweep(w, BUDGET)).toMatchObject({ holding: true, signalsSent: 0 });
  expect(w.notices).toMatchObject([{ detailType: "WithdrawalsHeld", detail: { data: { documents: 21 } } }]);

  await letGo(w);
  expect(await sweep(w, BUDGET)).toMatchObject({ signalsSent: 21 });
  await drain(w);
  expect(await live(w, all)).toBe(0);
});

test("what the command line withdraws is neither counted nor held", async () => {
  const { breaker: _, ...w } = deployment();
  const all = names(30);
  await dropAll(w, all);
  const change = (name: string) => ({
    documentId: documentIdOf(BUCKET, name),
    source: { bucket: BUCKET, key: name },
    correlationId: "c-1",
  });
  for (const name of all) await withdrawDocument(w, change(name));
  expect(await w.ledger.listWithdrawals(0, 0)).toEqual([]);

  await w.ledger.switchSuspension({ scope: "withdrawals", suspended: true, by: "specdrop", since: 1 });
  const file = { documentId: "file:a.json", source: { bucket: "", key: "a.json" }, correlationId: "c-2" };
  const fence = (await w.ledger.acquireLease("api1", "test", 1, 0))?.fence ?? 0;
  await w.ledger.recordRevision(file.documentId, { ...file, kind: "accepted", seenAt: 1, apiIds: ["api1"] });
  const key = { ApiId: "api1", IntegrationId: "int0001", IntegrationResponseKey: "/200/" };
  const owned = { ...key, documentId: file.documentId, logicalId: "one", origin: "created", applied: {} } as const;
  await w.ledger.claim(owned, fence);
  w.signals.length = 0;
  await withdrawDocument(w, file);
  await drain(w);
  expect(await ownedKeys(w.ledger, file.documentId, "api1")).toEqual([]);
});

test("the notice of a hold that is over before it was sent is that of its end", async () => {
  const w = deployment();
  await w.ledger.switchSuspension({ scope: "withdrawals", suspended: true, by: "specdrop", since: 1 });
  await letGo(w);
  expect(await tellSuspension(w, "withdrawals")).toBeUndefined();
  expect(w.notices.map(({ detailType }) => detailType)).toEqual(["WithdrawalsReleased"]);
});

describe("with what S3 announced waiting for others to take over", () => {
  function waiting() {
    const { notices, operations, breaker } = deployment();
    return { ...handingOver(), notices, operations, breaker };
  }
  const all = names(24).map((name) => `old/${name}`);

  /** Runs what is queued, and what was to come by now. */
  async function runDue(w: ReturnType<typeof waiting>): Promise<void> {
    const due = w.later.filter(({ at }) => at <= w.clock.time);
    w.later.splice(0, w.later.length, ...w.later.filter(({ at }) => at > w.clock.time));
    w.signals.push(...due.map(({ signal }) => signal));
    await run(w);
  }
  const moved = (name: string) => name.replace("old/", "new/");
  const textFor = (name: string) => text([`/${name.replace("old/", "")}/`]);

  async function dropThem(w: ReturnType<typeof waiting>): Promise<void> {
    for (const name of all) await take(w, put(w, name, textFor(name)));
    await rest(w);
    expect(w.aws.live.size).toBe(24);
    w.clock.time += 3_600_000;
  }

  test("the notice is sent once, when the first of them could be applied, and knows of all", async () => {
    const w = waiting();
    await dropThem(w);
    for (const name of all) {
      await take(w, remove(w, name));
      await run(w);
      w.clock.time += 100;
    }
    expect(w.notices).toEqual([]);
    await rest(w);
    expect(w.notices).toMatchObject([{ detailType: "WithdrawalsHeld", detail: { data: { documents: 24 } } }]);
    expect(w.aws.live.size).toBe(24);
  });

  test("however long a burst lasts, it is counted as a whole before its first deletion", async () => {
    const w = waiting();
    await dropThem(w);
    // As by a slow machine: the first could be applied long before the last is deleted.
    for (const name of all) {
      await take(w, remove(w, name));
      await runDue(w);
      w.clock.time += 4_000;
    }
    await rest(w);
    expect(w.aws.live.size).toBe(24);
    expect(w.notices).toMatchObject([{ detailType: "WithdrawalsHeld", detail: { data: { documents: 24 } } }]);
  });

  test("no withdrawal waits for others for longer than two minutes", async () => {
    const w = waiting();
    await dropThem(w);
    const begun = w.clock.time;
    await take(w, remove(w, all[0] ?? ""));
    while (w.aws.live.size === 24) {
      w.clock.time += 10_000;
      await take(w, put(w, all[1] ?? "", textFor(all[1] ?? "")));
      await take(w, remove(w, all[1] ?? ""));
      await runDue(w);
    }
    expect(w.clock.time - begun).toBeLessThanOrEqual(150_000);
    expect(w.clock.time - begun).toBeGreaterThan(130_000);
  });

  test("one document that is too much is told of without a sweep", async () => {
    const w = waiting();
    await take(w, put(w, "a.json", text(keys(60))));
    await rest(w);
    await take(w, remove(w, "a.json"));
    await rest(w);
    expect(w.notices).toMatchObject([{ detailType: "WithdrawalsHeld", detail: { data: { responses: 60 } } }]);
    expect(w.aws.live.size).toBe(60);
  });

  test("renaming a whole folder holds nothing", async () => {
    const w = waiting();
    await dropThem(w);
    for (const name of all) {
      await take(w, put(w, moved(name), textFor(name)));
      await take(w, remove(w, name));
      await run(w);
    }
    await rest(w);
    expect(await w.ledger.readSuspension("withdrawals")).toBeUndefined();
    expect(Object.values(await owners(w)).sort()).toEqual(all.map(moved).sort());
    expect(w.aws.live.size).toBe(24);
  });

  test("renamed in the other order it is held, handed over all the same, and over without a word", async () => {
    const w = waiting();
    await dropThem(w);
    for (const name of all) await take(w, remove(w, name));
    expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({ suspended: true });
    await run(w);
    for (const name of all) await take(w, put(w, moved(name), textFor(name)));
    await rest(w);
    expect(Object.values(await owners(w)).sort()).toEqual(all.map(moved).sort());
    await sweepLater(w);
    expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({ suspended: false, told: true });
    expect(w.notices).toEqual([]);

    await take(w, remove(w, moved(all[0] ?? "")));
    await rest(w);
    expect(w.aws.live.size).toBe(23);
  });

  test("once everything was dropped again the hold ends by itself, and the end is told", async () => {
    const w = waiting();
    await dropThem(w);
    for (const name of all) await take(w, remove(w, name));
    await rest(w);
    for (const name of all) await take(w, put(w, name, textFor(name)));
    await rest(w);
    expect(await w.ledger.readSuspension("withdrawals")).toMatchObject({ suspended: true });
    await sweepLater(w);
    await sweepLater(w);
    expect(w.notices).toMatchObject([
      { detailType: "WithdrawalsHeld" },
      {
        detailType: "WithdrawalsReleased",
        detail: { data: { by: "specdrop", reason: "no withdrawal is waiting any more" } },
      },
    ]);
    expect(w.aws.live.size).toBe(24);
  });
});
