import type { ResultEvent } from "@specdrop/events";
import { intakeObjectEvent, type ObjectEvent } from "@specdrop/service/intake";
import { reconcile } from "@specdrop/service/reconcile";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BROKEN, drain, ownedKeys, spec, type World, world } from "../builders.ts";

const KEY = "a.json";
const ID = `s3://specs/${KEY}`;

type Step = "one" | "two" | "moved" | "broken" | "empty" | "removed";

const TEXTS: Readonly<Record<Exclude<Step, "removed">, string>> = {
  one: spec({ api1: ["/200/"] }),
  two: spec({ api1: ["/200/", "/404/"], api2: ["$default"] }),
  moved: spec({ api3: ["/200/"] }),
  broken: BROKEN,
  empty: spec({}),
};

const WANTED: Readonly<Record<Step, Readonly<Record<string, readonly string[]>> | undefined>> = {
  one: { api1: ["/200/"] },
  two: { api1: ["/200/", "/404/"], api2: ["$default"] },
  moved: { api3: ["/200/"] },
  broken: undefined,
  empty: {},
  removed: {},
};

const steps = fc.array(fc.constantFrom<Step[]>("one", "two", "moved", "broken", "empty", "removed"), {
  minLength: 1,
  maxLength: 5,
});

function happen(w: World, history: readonly Step[]): readonly ObjectEvent[] {
  return history.map((step) => (step === "removed" ? w.store.remove(KEY) : w.store.put(KEY, TEXTS[step])));
}

async function owned(w: World): Promise<Readonly<Record<string, readonly string[]>>> {
  const apis = ["api1", "api2", "api3"];
  const keys = await Promise.all(apis.map((apiId) => ownedKeys(w.ledger, ID, apiId)));
  return Object.fromEntries(apis.map((apiId, index) => [apiId, keys[index] ?? []]).filter(([, held]) => held?.length));
}

/** Every result id, by the revision and API it is the end of. */
function endings(published: readonly ResultEvent[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { detail } of published) {
    if (detail.metadata.sequence === 0) continue;
    const place = `${detail.metadata.sequence} ${detail.data.apiId ?? ""}`;
    ids.set(place, (ids.get(place) ?? new Set()).add(detail.metadata.id));
  }
  return ids;
}

async function expectEveryRevisionEndedOnce(w: World): Promise<void> {
  const record = await w.ledger.readDocument(ID);
  const ends = endings(w.published);
  for (const [place, ids] of ends) expect([place, ids.size]).toEqual([place, 1]);
  const ended = new Set([...ends.keys()].map((place) => Number(place.split(" ")[0])));
  for (let sequence = 1; sequence <= (record?.head.sequence ?? 0); sequence++) {
    const isTombstone = sequence === 1 && !ended.has(1) && record !== undefined && ends.size === 0;
    if (!isTombstone) expect(ended).toContain(sequence);
  }
  expect(record?.overtaken ?? []).toEqual([]);
}

test.each([true, false])("in order, with runs in between or not (versioned: %s)", async (versioned) => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), async (history, pauses) => {
      const w = world({ versioned });
      for (const [index, step] of history.entries()) {
        for (const event of happen(w, [step])) await intakeObjectEvent(w, event);
        if (pauses[index]) await drain(w);
      }
      await drain(w);
      const last = history.findLastIndex((step) => step !== "broken");
      const isText = last !== -1 && history[last] !== "removed";
      const isOverwritten = !versioned && isText && last < history.length - 1 && !pauses[last];
      if (!isOverwritten) expect(await owned(w)).toEqual(last === -1 ? {} : WANTED[history[last] as Step]);
      await expectEveryRevisionEndedOnceUnlessUnknown(w, history);
    }),
    { numRuns: 100 },
  );
});

/** A removal that comes first is of nothing, and has no result. */
async function expectEveryRevisionEndedOnceUnlessUnknown(w: World, history: readonly Step[]): Promise<void> {
  if (history[0] === "removed") {
    for (const [place, ids] of endings(w.published)) expect([place, ids.size]).toEqual([place, 1]);
  } else {
    await expectEveryRevisionEndedOnce(w);
  }
}

test.each([true, false])("late, repeated and in any order (versioned: %s)", async (versioned) => {
  await fc.assert(
    fc.asyncProperty(
      steps.filter((history) => !history.includes("broken")),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      async (history, picks, pauses) => {
        const w = world({ versioned });
        const events = happen(w, history);
        const repeats = events.filter((_, index) => (picks[index + 6] ?? 0) % 2 === 0);
        const deliveries = shuffle([...events, ...repeats], picks);
        for (const [index, event] of deliveries.entries()) {
          await intakeObjectEvent(w, event);
          if (pauses[index]) await drain(w);
        }
        await drain(w);
        expect(await owned(w)).toEqual(WANTED[history.at(-1) as Step]);
        for (const [place, ids] of endings(w.published)) expect([place, ids.size]).toEqual([place, 1]);
      },
    ),
    { numRuns: 200 },
  );
});

function shuffle<T>(items: readonly T[], picks: readonly number[]): readonly T[] {
  const left = [...items];
  return items.flatMap((_, index) => left.splice((picks[index] ?? 0) % left.length, 1));
}

/** Ports that count their calls, and fail one of them: before its effect, or after it. */
function crashing(w: World, at: number, after: boolean): { readonly world: World; readonly calls: () => number } {
  let calls = 0;
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls !== at) return method.apply(target, args);
          if (after) await method.apply(target, args);
          throw new Error("crash");
        };
      },
    });
  const { put, remove, removeVersion, textOf } = w.store;
  const store = { ...wrap(w.store), put, remove, removeVersion, textOf, read: wrap(w.store).read };
  return {
    world: { ...w, ledger: wrap(w.ledger), bus: wrap(w.bus), queue: wrap(w.queue), store },
    calls: () => calls,
  };
}

/** Delivers until it is taken, as EventBridge and SQS do; a signal the old one was kept until then. */
async function deliver(w: World, event: ObjectEvent): Promise<void> {
  await intakeObjectEvent(w, event).catch(() => intakeObjectEvent(w, event));
}

async function drainThroughCrash(w: World): Promise<void> {
  for (let signal = w.signals[0]; signal !== undefined; signal = w.signals[0]) {
    const owner = `run at ${w.clock.time}`;
    try {
      await reconcile(w, signal, { deadline: Number.POSITIVE_INFINITY, owner });
      w.signals.shift();
    } catch {
      w.clock.time += 60_001;
    }
  }
}

test.each([
  { moment: "before", after: false, pause: true },
  { moment: "before", after: false, pause: false },
  { moment: "after", after: true, pause: true },
  { moment: "after", after: true, pause: false },
])("a crash $moment any one call is made up for (runs in between: $pause)", async ({ after, pause }) => {
  const history: readonly Step[] = ["two", "moved", "removed", "two"];
  let reached = 0;
  for (let at = 1; at === 1 || reached >= at - 1; at++) {
    const base = world();
    const { world: w, calls } = crashing(base, at, after);
    for (const step of history) {
      for (const event of happen(w, [step])) await deliver(w, event);
      if (pause) await drainThroughCrash(w);
    }
    await drainThroughCrash(w);
    expect(await owned(base)).toEqual(WANTED["two"]);
    await expectEveryRevisionEndedOnce(base);
    for (const apiId of ["api1", "api2", "api3"]) {
      const changeSet = await base.ledger.readChangeSet(ID, apiId);
      expect(changeSet?.result?.published).toBe(true);
      expect(changeSet?.runningSequence).toBeUndefined();
    }
    reached = calls();
  }
  expect(reached).toBeGreaterThan(60);
});
