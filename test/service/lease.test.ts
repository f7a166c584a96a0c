import { LeaseLostError } from "@specdrop/engine";
import { intakeObjectEvent, reconcile } from "@specdrop/service";
import { expect, test } from "vitest";
import { spec, told, type World, world } from "./builders.ts";

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
    await base.ledger.acquireLease("api1", "another", MINUTE, base.clock.now());
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
    const later = await w.ledger.acquireLease("api1", "another", MINUTE, w.clock.now());
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
