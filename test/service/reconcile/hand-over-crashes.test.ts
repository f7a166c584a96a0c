import { intakeObjectEvent, type ObjectEvent } from "@specdrop/service/intake";
import { reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import {
  API,
  deletions,
  eventsOf,
  type HandingOver,
  handingOver,
  owners,
  put,
  remove,
  rest,
  sweepLater,
  take,
  text,
  toldOf,
} from "../handing-over.ts";

type Port = Record<string, unknown>;

/** The same world for processes that die at a call: just before it takes effect, or just after. */
function mortal(w: HandingOver, diesAt: number, when: "before" | "after") {
  let calls = 0;
  let isDead = false;
  const died = () => new Error("the process died");
  const wrap = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const method = (target as Port)[name as string];
        if (typeof method !== "function") return method;
        return async (...args: readonly unknown[]) => {
          if (isDead) throw died();
          calls += 1;
          isDead = calls === diesAt;
          if (isDead && when === "before") throw died();
          const answer = await method.apply(target, args);
          if (isDead) throw died();
          return answer;
        };
      },
    });
  return {
    calls: () => calls,
    /** Does something until it is done; a process that dies is followed by another. */
    async until(work: (w: HandingOver) => Promise<unknown>): Promise<void> {
      const mortals = {
        ...w,
        ledger: wrap(w.ledger),
        controlPlane: wrap(w.aws),
        queue: wrap(w.queue),
        delayedQueue: wrap(w.delayedQueue),
        bus: wrap(w.bus),
        store: wrap(w.store),
      } as HandingOver;
      await work(mortals).catch(async (error: Error) => {
        if (!isDead) throw error;
        isDead = false;
        await work(mortals);
      });
    },
  };
}

const KEYS = ["/200/", "/404/"];
const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run" };

async function play(
  events: (w: HandingOver) => readonly ObjectEvent[],
  diesAt: number,
  when: "before" | "after",
): Promise<{ readonly w: HandingOver; readonly calls: number }> {
  const w = handingOver();
  await take(w, put(w, "old.json", text(KEYS)));
  await take(w, put(w, "new.json", text(["/500/"])));
  await rest(w);
  const life = mortal(w, diesAt, when);
  const runAll = async () => {
    for (let signal = w.signals.shift(); signal !== undefined; signal = w.signals.shift()) {
      const received = signal;
      await life.until((mortals) => reconcile(mortals, received, BUDGET));
    }
  };
  for (const event of events(w)) {
    await life.until((mortals) => intakeObjectEvent(mortals, event));
    await runAll();
  }
  for (let next = w.later.shift(); next !== undefined; next = w.later.shift()) {
    w.clock.time = Math.max(w.clock.time, next.at);
    w.signals.push(next.signal);
    await runAll();
  }
  const calls = life.calls();
  await sweepLater(w);
  await sweepLater(w);
  return { w, calls };
}

const renamed = (w: HandingOver) => [put(w, "sub.json", text(KEYS)), remove(w, "old.json")];
const moved = (w: HandingOver) => [put(w, "new.json", text(["/500/", "/404/"])), put(w, "old.json", text(["/200/"]))];
const reversed = (events: typeof moved) => (w: HandingOver) => events(w).toReversed();

const afterRename = { "/200/": "sub.json", "/404/": "sub.json", "/500/": "new.json" };
const afterMove = { "/200/": "old.json", "/404/": "new.json", "/500/": "new.json" };

test.each([
  ["a rename", renamed, afterRename, "sub.json"],
  ["a rename, the other way round", reversed(renamed), afterRename, "sub.json"],
  ["a move", moved, afterMove, "new.json"],
  ["a move, the other way round", reversed(moved), afterMove, "new.json"],
] as const)("%s survives a crash at any call", { timeout: 120_000 }, async (_, events, expected, taker) => {
  const { calls } = await play(events, Number.POSITIVE_INFINITY, "before");
  expect(calls).toBeGreaterThan(40);
  for (let diesAt = 1; diesAt <= calls; diesAt++) {
    for (const when of ["before", "after"] as const) {
      const { w } = await play(events, diesAt, when);
      const seen = {
        owners: await owners(w),
        deletions: deletions(w),
        told: toldOf(w, taker).at(-1),
        left: (await w.ledger.listBids(API)).length,
        unsettled: eventsOf(w, "old.json").length > 0,
      };
      expect({ diesAt, when, ...seen }).toEqual({
        ...{ diesAt, when, owners: expected, deletions: 0, told: "ApplySucceeded", left: 0, unsettled: true },
      });
    }
  }
});
