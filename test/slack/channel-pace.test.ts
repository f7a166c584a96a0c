import { admit, book, type ChannelState, SLACK_PACE } from "@specdrop/slack";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pause, told } from "../../packages/slack/src/channel-pace.ts";

/** A delivery that is under way, or waits to come back. */
interface Delivery {
  readonly id: string;
  readonly at: number;
}

test("whenever results come, each is told once, and no more than six in any ten seconds by themselves", () => {
  const gaps = fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 900, max: 8_000 })),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(gaps, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (waits, repeats) => {
      let at = 1_000_000;
      const waiting: Delivery[] = waits.flatMap((gap, index) => {
        at += gap;
        const delivery = { id: `e${index}`, at };
        // SQS may deliver twice; a digest is asked twice about the same, too.
        return repeats[index] ? [delivery, { ...delivery, at: at + 50 }] : [delivery];
      });
      let state: ChannelState | undefined;
      const alone: { id: string; at: number }[] = [];
      const together: string[] = [];
      const done = new Set<string>();
      while (waiting.length > 0) {
        waiting.sort((one, other) => one.at - other.at);
        const { id, at: now } = waiting.shift() as Delivery;
        if (done.has(id)) continue;
        const admission = admit(state, { id, title: "✅ Applied" }, now, SLACK_PACE);
        state = admission.state;
        const { outcome } = admission;
        if (outcome.kind === "post") alone.push({ id, at: now + outcome.waitMs });
        if (outcome.kind === "carry") waiting.push({ id, at: now + outcome.waitMs });
        else if (outcome.kind === "digest") {
          together.push(...outcome.digest.ids);
          expect(Object.values(outcome.digest.counts).reduce((sum, count) => sum + count, 0)).toBe(
            outcome.digest.ids.length,
          );
          const ended = told(state, outcome.digest, now);
          state = ended.state;
          expect(ended.outcome).toBe(false);
          done.add(id);
        } else done.add(id);
      }
      const ids = waits.map((_, index) => `e${index}`);
      expect([...alone.map(({ id }) => id), ...together].sort()).toEqual([...ids].sort());
      for (const { at: from } of alone) {
        expect(alone.filter(({ at }) => at >= from && at < from + 10_000).length).toBeLessThanOrEqual(6);
      }
      const times = alone.map(({ at }) => at).sort((one, other) => one - other);
      for (const [index, time] of times.slice(1).entries())
        expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect(state?.digest).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("a result by itself is posted at once", () => {
  expect(admit(undefined, { id: "a", title: "✅ Applied" }, 5_000, SLACK_PACE).outcome).toEqual({
    kind: "post",
    waitMs: 0,
  });
});

test("a digest whose carrier does not come back is taken over", () => {
  let state: ChannelState | undefined;
  const bring = (id: string, now: number) => {
    const admission = admit(state, { id, title: "❌ Failed", failure: `❌ Failed ${id}` }, now, SLACK_PACE);
    state = admission.state;
    return admission.outcome;
  };
  for (const id of ["a", "b", "c", "d", "e"]) bring(id, 0);
  expect(bring("f", 0)).toEqual({ kind: "carry", waitMs: 10_000 });
  expect(bring("g", 60_000)).toEqual({ kind: "joined" });
  const taken = bring("h", 400_000);
  expect(taken).toMatchObject({ kind: "digest", digest: { carrier: "h", ids: ["f", "g", "h"], failed: 3 } });
  if (taken.kind !== "digest") throw new Error("not reached");
  state = told(state, taken.digest, 400_000).state;
  // The old carrier comes after all.
  expect(bring("f", 500_000)).toEqual({ kind: "joined" });
});

test("a digest that is being posted is not taken over", () => {
  let state: ChannelState | undefined;
  const bring = (id: string, now: number) => {
    const admission = admit(state, { id, title: "✅ Applied" }, now, SLACK_PACE);
    state = admission.state;
    return admission.outcome;
  };
  for (const id of ["a", "b", "c", "d", "e", "f"]) bring(id, 0);
  // After an outage.
  const carried = bring("f", 900_000);
  expect(carried).toMatchObject({ kind: "digest", digest: { ids: ["f"] } });
  expect(bring("g", 900_500)).toEqual({ kind: "joined" });
});

test("a digest names the first failures, and counts the rest", () => {
  let state: ChannelState | undefined;
  for (let index = 0; index < 40; index++) {
    const entry = { id: `e${index}`, title: "❌ Failed", failure: `line ${index}` };
    state = admit(state, entry, 0, SLACK_PACE).state;
  }
  expect(state?.digest).toMatchObject({ failed: 35, counts: { "❌ Failed": 35 } });
  expect(state?.digest?.failures).toEqual(["line 5", "line 6", "line 7", "line 8", "line 9"]);
});

test("places are booked a second apart", () => {
  const first = book(undefined, 10_000, SLACK_PACE);
  const second = book(first.state, 10_300, SLACK_PACE);
  expect([first.outcome, second.outcome]).toEqual([0, 700]);
});

test("many that wait for a pause to end get their turn one after another: a place too far away is not booked", () => {
  let { state } = pause(undefined, 30_000);
  const waiting = [...Array(12).keys()].map((at) => at * 100);
  const posted: number[] = [];
  for (let asked = 0; waiting.length > 0; asked++) {
    expect(asked).toBeLessThan(100);
    waiting.sort((one, other) => one - other);
    const now = waiting.shift() as number;
    const booked = book(state, now, SLACK_PACE);
    state = booked.state;
    (booked.outcome > SLACK_PACE.longestWaitMs ? waiting : posted).push(now + booked.outcome);
  }
  expect(posted).toEqual([...Array(12).keys()].map((turn) => 30_000 + turn * 1_000));
});
