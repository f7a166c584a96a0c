import {
  API_GATEWAY_LIMITS,
  believed,
  book,
  DEPLOYMENT_LIMITS,
  processRequestRate,
  type RateState,
  slowDown,
  statusCounts,
} from "@specdrop/engine";
import fc from "fast-check";
import { expect, test } from "vitest";

const LIMITS = { rate: 10, burst: 40 };
const NOW = 1_800_000_000_000;

/** Books one request at a time, each asked for `gapMs` after the one before; returns when each may go out. */
function departures(gapsMs: readonly number[], throttleAt: readonly number[] = []): number[] {
  let state: RateState | undefined;
  let now = NOW;
  return gapsMs.map((gap, index) => {
    now += gap;
    if (throttleAt.includes(index)) state = slowDown(state, LIMITS, now);
    const booked = book(state, 1, LIMITS, now);
    state = booked.state;
    return now + booked.waitMs;
  });
}

test("the default leaves a little of the account's quota to others", () => {
  expect(API_GATEWAY_LIMITS.rate).toBeLessThan(10);
  expect(API_GATEWAY_LIMITS.burst).toBeLessThan(40);
});

test("a burst goes out at once, the rest at the rate", () => {
  const sent = departures(Array.from({ length: 60 }, () => 0)).map((at) => at - NOW);
  expect(sent.slice(0, 40).every((at) => at === 0)).toBe(true);
  expect(sent[40]).toBeCloseTo(100);
  expect(sent[59]).toBeCloseTo(2000);
});

test("in no span of time do more go out than the burst and the rate allow, throttled or not", () => {
  const gaps = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(gaps, fc.array(fc.nat({ max: 119 })), (asked, throttles) => {
      const sent = departures(asked, throttles).sort((a, b) => a - b);
      for (let last = 40; last < sent.length; last++) {
        const span = (sent[last] ?? 0) - (sent[last - 40] ?? 0);
        expect(span).toBeGreaterThanOrEqual(100 - 1e-6);
      }
    }),
  );
});

test("the first throttling spends the burst and has questions about a status count; the rate stays", () => {
  const { state } = book(undefined, 1, LIMITS, NOW);
  expect(statusCounts(undefined, NOW)).toBe(false);
  expect(statusCounts(state, NOW)).toBe(false);
  const told = slowDown(state, LIMITS, NOW);
  expect(told.rate).toBe(10);
  expect(book(told, 1, LIMITS, NOW).waitMs).toBeCloseTo(100);
  expect(statusCounts(told, NOW + 599_999)).toBe(true);
  expect(statusCounts(told, NOW + 600_000)).toBe(false);
  expect(slowDown(undefined, LIMITS, NOW).rate).toBe(10);
});

test("throttling after that halves the rate for everybody, once per overload; it recovers by itself", () => {
  const first = slowDown(undefined, LIMITS, NOW);
  const slower = slowDown(book(first, 1, LIMITS, NOW + 500).state, LIMITS, NOW + 1000);
  expect(slower.rate).toBe(5);
  expect(slowDown(slower, LIMITS, NOW + 1500)).toBe(slower);
  expect(book(slower, 1, LIMITS, NOW + 1000).waitMs).toBeCloseTo(200);

  const again = slowDown(slower, LIMITS, NOW + 2000);
  expect(again.rate).toBeCloseTo(2.55);
  expect(book(again, 1, LIMITS, NOW + 2000 + 500_000).state.rate).toBe(10);
});

test("a process counts questions about a status only after it was throttled", async () => {
  const time = { now: NOW };
  const rate = processRequestRate({ now: () => time.now }, LIMITS);
  for (let question = 0; question < 100; question++) expect(await rate.bookStatus?.()).toBe(0);
  expect(await rate.book(1)).toBe(0);
  await rate.throttled();
  expect(await rate.bookStatus?.()).toBeCloseTo(100);
  expect(await rate.book(1)).toBeCloseTo(200);
  time.now += 600_000;
  expect(await rate.bookStatus?.()).toBe(0);
});

test("it never stops altogether", () => {
  let state: RateState | undefined;
  for (let n = 0; n < 50; n++) state = slowDown(state, LIMITS, NOW + n * 2000);
  expect(state?.rate).toBe(0.5);
});

test("deployments go out five seconds apart, throttled or not", () => {
  const first = book(undefined, 1, DEPLOYMENT_LIMITS, NOW);
  expect(first.waitMs).toBe(0);
  expect(book(first.state, 1, DEPLOYMENT_LIMITS, NOW).waitMs).toBeCloseTo(5000);
  const slower = slowDown(first.state, DEPLOYMENT_LIMITS, NOW + 1000);
  expect(slower.rate).toBe(0.2);
  expect(book(slower, 1, DEPLOYMENT_LIMITS, NOW + 1000).waitMs).toBeCloseTo(5000);
});

const skews = fc.integer({ min: -2 * 86_400_000, max: 2 * 86_400_000 });

test("however wrong the clocks of others are, nobody waits for longer than the burst takes, and half a minute", () => {
  const writer = fc.record({ skewMs: skews, requests: fc.integer({ min: 1, max: 10 }), throttles: fc.boolean() });
  fc.assert(
    fc.property(fc.array(writer, { maxLength: 60 }), fc.nat({ max: 5_000 }), (others, gapMs) => {
      let state: RateState | undefined;
      let now = NOW;
      for (const { skewMs, requests, throttles } of others) {
        now += gapMs;
        const theirs = state && believed(state, LIMITS, now + skewMs);
        state = book(throttles ? slowDown(theirs, LIMITS, now + skewMs) : theirs, requests, LIMITS, now + skewMs).state;
      }
      const mine = state && believed(state, LIMITS, now);
      const { waitMs, state: booked } = book(mine, 1, LIMITS, now);
      expect(waitMs).toBeLessThanOrEqual(((LIMITS.burst + 1) * 1000) / booked.rate + 30_000);
      expect(waitMs).toBeLessThanOrEqual(112_000);
    }),
  );
});

test("a day that an older version took over from a fast clock is not waited for", () => {
  const stuck: RateState = { bookedUntil: NOW + 86_400_000, rate: 10, since: NOW };
  const { waitMs, state } = book(believed(stuck, LIMITS, NOW), 1, LIMITS, NOW);
  expect(waitMs).toBe(4_000 + 30_000 + 100);
  // The time that is over by then is waited for once.
  expect(book(believed(state, LIMITS, NOW + waitMs), 1, LIMITS, NOW + waitMs).waitMs).toBeLessThan(4_200);
});

test("what a fast clock booked is waited for as long as it takes, and its throttling counts from now on", () => {
  const DAY = 86_400_000;
  const fast = slowDown(book(undefined, 41, LIMITS, NOW + DAY).state, LIMITS, NOW + DAY);
  const mine = believed(fast, LIMITS, NOW);
  expect(mine.throttledAt).toBe(NOW);
  expect(book(mine, 1, LIMITS, NOW).waitMs).toBeCloseTo(200);
  expect(statusCounts(mine, NOW + 599_999)).toBe(true);
  expect(statusCounts(mine, NOW + 600_000)).toBe(false);
});

test("honest clocks: what was booked is waited for in full, and what has gone out since is not", () => {
  const requests = fc.array(fc.record({ gapMs: fc.nat({ max: 4_000 }), requests: fc.integer({ min: 1, max: 10 }) }));
  fc.assert(
    fc.property(requests, (asked) => {
      let one: RateState | undefined;
      let shared: RateState | undefined;
      let now = NOW;
      for (const { gapMs, requests } of asked) {
        now += gapMs;
        const alone = book(one, requests, LIMITS, now);
        const together = book(shared && believed(shared, LIMITS, now), requests, LIMITS, now);
        one = alone.state;
        shared = together.state;
        if (alone.waitMs <= 30_000) expect(together.waitMs).toBeCloseTo(alone.waitMs, 3);
      }
    }),
  );
});

test("a clock that is set back keeps nobody waiting", async () => {
  const time = { now: NOW };
  const rate = processRequestRate({ now: () => time.now }, LIMITS);
  await rate.book(41);
  time.now -= 3_600_000;
  expect(await rate.book(1)).toBeCloseTo(200);
});
