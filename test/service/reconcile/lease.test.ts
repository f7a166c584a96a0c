import { LeaseLostError } from "@specdrop/engine";
import type { Lease } from "@specdrop/ledger/lease";
import { memoryLedger } from "@specdrop/ledger/memory";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { LeaseHeldError, reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import { underLease } from "../../../packages/service/src/reconcile/lease.ts";
import { spec, takeOver, told, type World, world } from "../builders.ts";

const MINUTE = 60_000;

/** A world in which AWS takes its time over the first write, while beats come as on a clock of their own. */
function slowWorld(during: (w: World, beat: () => Promise<void>) => Promise<void>) {
  const beats: (() => Promise<void>)[] = [];
  const stopped: number[] = [];
  const every = (milliseconds: number, beat: () => Promise<void>) => {
    beats.push(beat);
    expect(milliseconds).toBe(MINUTE / 3);
    return () => void stopped.push(milliseconds);
  };
  const base = world();
  const converge: World["converge"] = async (changeSet, ports, options) => {
    await options.holdLease();
    await during(base, () => beats[0]?.() ?? Promise.resolve());
    await options.holdLease();
    return base.converge(changeSet, ports, options);
  };
  const w = { ...base, every, converge };
  return { w, stopped, run: () => runOn(w) };
}

async function runOn(w: World) {
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("nothing was signalled");
  return await reconcile(w, signal, { deadline: w.clock.now() + 60 * MINUTE, owner: "slow" });
}

test("a change that takes minutes keeps the lease: nobody else gets the API meanwhile", async () => {
  const { w, run, stopped } = slowWorld(async (base, beat) => {
    for (let third = 0; third < 15; third += 1) {
      base.clock.time += MINUTE / 3;
      await beat();
      expect(await base.ledger.acquireLease("api1", "another", MINUTE, base.clock.now())).toBeUndefined();
    }
  });
  expect(await run()).toMatchObject({ outcome: "settled" });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(stopped).toEqual([MINUTE / 3]);
  expect(await w.ledger.readLease("api1")).toBeUndefined();
});

test("a run that was held up until another had its lease writes nothing more, and takes nothing back", async () => {
  const { w, run } = slowWorld(async (base, beat) => {
    base.clock.time += 2 * MINUTE;
    await takeOver(base.ledger, "api1", "another", MINUTE, base.clock.now());
    await beat();
  });
  await expect(run()).rejects.toThrow(LeaseLostError);
  expect(w.published).toEqual([]);
  expect(await w.ledger.listOwned("api1")).toEqual([]);
  expect(await w.ledger.readLease("api1")).toMatchObject({ owner: "another", fence: 2 });
});

test("a beat that fails is made up for by the next", async () => {
  const base = world();
  let refused = 0;
  const ledger: World["ledger"] = {
    ...base.ledger,
    async renewLease(...args) {
      refused += 1;
      if (refused === 1) throw new Error("throttled");
      return base.ledger.renewLease(...args);
    },
  };
  const { w, run } = slowWorld(async (_, beat) => {
    await beat();
    w.clock.time += MINUTE / 3;
    await beat();
    w.clock.time += MINUTE - 1;
    expect(await w.ledger.acquireLease("api1", "another", MINUTE, w.clock.now())).toBeUndefined();
  });
  Object.assign(w, { ledger });
  expect(await run()).toMatchObject({ outcome: "settled" });
});

test("a run that lost its lease cannot settle what a later one has begun on", async () => {
  const w = world();
  const overtaken: World["converge"] = async (changeSet, ports, options) => {
    const outcome = await w.converge(changeSet, ports, options);
    w.clock.time += 2 * MINUTE;
    const later = await takeOver(w.ledger, "api1", "another", MINUTE, w.clock.now());
    await w.ledger.beginRun(changeSet.documentId, "api1", changeSet.sequence, later?.fence ?? 0, "run");
    return outcome;
  };
  await expect(runOn({ ...w, converge: overtaken })).rejects.toThrow(LeaseLostError);
  expect(w.published).toEqual([]);
  expect(await w.ledger.readChangeSet("s3://specs/a.json", "api1")).toMatchObject({
    settledSequence: 0,
    runningSequence: 1,
  });
});

/** Somebody who wants an API that was taken; the clocks of the two have nothing to do with each other. */
async function taker(skewMs: number, over: Partial<Parameters<typeof underLease>[1]> = {}) {
  const ledger = memoryLedger();
  const time = { now: 1_800_000_000_000, waited: 0 };
  const during: (() => Promise<unknown>)[] = [];
  const clock = {
    now: () => time.now + skewMs,
    async sleep(milliseconds: number) {
      time.now += milliseconds;
      time.waited += milliseconds;
      await during.shift()?.();
    },
  };
  const logged: string[] = [];
  const log = { info() {}, error() {}, warn: (message: string) => void logged.push(message) };
  const held = (await ledger.acquireLease("api1", "holder", MINUTE, time.now)) as Lease;
  const take = () =>
    underLease(
      { ledger, clock, log },
      { apiId: "api1", owner: "taker", ttlMs: MINUTE, ...over },
      async ({ fence }) => fence,
    );
  return { ledger, time, during, held, take, logged };
}

const DAY = 1_440 * MINUTE;

test.each([-DAY, -20 * MINUTE, 0, 20 * MINUTE, DAY])(
  "a lease whose holder died is taken after a minute, by a clock that is %i ms off",
  async (skewMs) => {
    const { time, take, ledger, logged } = await taker(skewMs);
    expect(await take()).toBe(2);
    expect(time.waited).toBe(MINUTE);
    expect(logged).toEqual(["Took over an abandoned lease"]);
    expect(await ledger.readLease("api1")).toBeUndefined();
  },
);

test.each([-DAY, 0, DAY])(
  "a holder that lives keeps it, and that is seen soon, by a clock %i ms off",
  async (skewMs) => {
    const { time, take, during, held, ledger } = await taker(skewMs);
    during.push(
      async () => {},
      async () => {},
      async () => {},
      () => ledger.renewLease(held, MINUTE, time.now),
    );
    await expect(take()).rejects.toThrow("Another run is writing to API api1 (holder, fence 1)");
    expect(time.waited).toBe(MINUTE / 3);
    expect(await ledger.readLease("api1")).toMatchObject({ owner: "holder", renewals: 1 });
  },
);

test("a holder that extends it at the last moment keeps it, and so does one whose clock stands still", async () => {
  const { take, during, held, ledger } = await taker(0);
  const nothing = async () => {};
  during.push(...Array.from({ length: 11 }, () => nothing), () =>
    ledger.renewLease(held, MINUTE, held.expiresAt - MINUTE),
  );
  await expect(take()).rejects.toThrow(LeaseHeldError);
});

test("what is let go meanwhile is taken at the next look; what another takes is that one's", async () => {
  const freed = await taker(0);
  freed.during.push(() => freed.ledger.releaseLease(freed.held));
  expect(await freed.take()).toBe(2);
  expect(freed.time.waited).toBe(MINUTE / 12);

  const { take, during, held, ledger, time } = await taker(0);
  during.push(() => ledger.acquireLease("api1", "third", MINUTE, time.now, held));
  await expect(take()).rejects.toThrow("(third, fence 2)");
});

test("who has no time to find out leaves it at once, and so does who is asked to stop", async () => {
  const short = await taker(0, { deadline: 1_800_000_000_000 + MINUTE - 1 });
  await expect(short.take()).rejects.toThrow(LeaseHeldError);
  expect(short.time.waited).toBe(0);
  const long = await taker(0, { deadline: 1_800_000_000_000 + MINUTE });
  expect(await long.take()).toBe(2);

  let asked = 0;
  const stopped = await taker(0, { stop: () => ++asked > 2 });
  await expect(stopped.take()).rejects.toThrow(LeaseHeldError);
  expect(stopped.time.waited).toBe((2 * MINUTE) / 12);
});

test("a lease that is let go each time that somebody looks is not asked for without end", async () => {
  const { ledger, time } = await taker(0);
  const clock = { now: () => time.now, sleep: async () => {} };
  const odd = { ...ledger, readLease: async () => undefined };
  const request = { apiId: "api1", owner: "taker", ttlMs: MINUTE };
  const log = { info() {}, error() {}, warn() {} };
  await expect(underLease({ ledger: odd, clock, log }, request, async () => 1)).rejects.toThrow(LeaseHeldError);
});
