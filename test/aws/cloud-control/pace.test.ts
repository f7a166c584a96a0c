import { adaptivePace, nextQuestionMs, type Observation, observe, type Pace } from "@specdrop/aws/cloud-control/pace";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Follows an operation that takes `durationMs`; returns the questions it took, and by how much the last was late. */
function follow(pace: Pace, durationMs: number, hadToWait = false) {
  const following = pace.follow("CREATE");
  for (let questions = 1; ; questions++) {
    const at = following.nextMs();
    following.asks(at, hadToWait);
    if (at >= durationMs) {
      following.ended(at);
      return { questions, lateMs: at - durationMs };
    }
    following.unfinished(at);
  }
}

const allowed = (durationMs: number) => Math.max(150, durationMs / 10);
const quiet = { unfinishedMs: 0, frontierMs: 0, isScarce: false };
const seen = (afterMs: number, byMs: number, isEarly = false): Observation => ({ afterMs, byMs, isEarly });

test("time goes on from question to question, whatever has been seen before", () => {
  const observation = fc.record({ afterMs: fc.nat(60_000), byMs: fc.nat(60_000), isEarly: fc.boolean() });
  const underway = fc.record({ unfinishedMs: fc.nat(900_000), frontierMs: fc.nat(900_000), isScarce: fc.boolean() });
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 16 }), underway, (history, under) => {
      expect(nextQuestionMs(history, under)).toBeGreaterThan(under.unfinishedMs);
    }),
  );
});

test("the first of its kind is seen in time however long it takes, for no more questions than that needs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30_000 }), (durationMs) => {
      const { questions, lateMs } = follow(adaptivePace(), durationMs);
      expect(lateMs).toBeLessThanOrEqual(allowed(durationMs));
      expect(questions).toBeLessThanOrEqual(50);
    }),
  );
});

test.each([300, 1_500, 3_500, 8_000, 20_000])("%d ms, known: seen in time, in at most five calls", (durationMs) => {
  const pace = adaptivePace();
  follow(pace, durationMs);
  for (let operation = 0; operation < 100; operation++) {
    const { questions, lateMs } = follow(pace, durationMs * (1 + 0.01 * Math.sin(operation)));
    expect(questions + 1).toBeLessThanOrEqual(5);
    expect(lateMs).toBeLessThanOrEqual(allowed(durationMs));
  }
});

test.each([50, 100, 300, 700])(
  "%d ms, known: what is unknown of it is halved until next to none is left",
  (durationMs) => {
    const pace = adaptivePace();
    for (let operation = 0; operation < 10; operation++) follow(pace, durationMs);
    const later = Array.from({ length: 40 }, () => follow(pace, durationMs));
    const late = later.reduce((sum, { lateMs }) => sum + lateMs, 0) / later.length;
    expect(late).toBeLessThanOrEqual(durationMs * 0.1);
    for (const { questions } of later) expect(questions + 1).toBeLessThanOrEqual(4);
  },
);

test("where questions are scarce, most operations get one", () => {
  const pace = adaptivePace();
  follow(pace, 1_500, true);
  const all = Array.from({ length: 20 }, () => follow(pace, 1_500, true).questions);
  expect(all.filter((questions) => questions === 1).length).toBeGreaterThanOrEqual(14);
});

test("one exception among many changes little", () => {
  const usual = Array.from({ length: 12 }, () => seen(7_800, 8_200));
  expect(nextQuestionMs([...usual, seen(3_000, 3_200), seen(7_800, 8_200)], quiet)).toBe(7_800 * 0.25);
  expect(nextQuestionMs([seen(3_000, 3_200), seen(7_800, 8_200)], quiet)).toBe(3_000 * 0.25);
});

test("what has become quicker is noticed at once, and looked at closely the next time", () => {
  const pace = adaptivePace();
  for (let operation = 0; operation < 10; operation++) follow(pace, 8_000);
  expect(follow(pace, 400).lateMs).toBeLessThan(2_000);
  expect(follow(pace, 400).lateMs).toBeLessThanOrEqual(150);
});

test.each([700, 1_000, 1_400])("%d ms seen once, a quarter of it is noticed in time", (durationMs) => {
  const pace = adaptivePace();
  follow(pace, durationMs);
  expect(follow(pace, durationMs / 4).lateMs).toBeLessThanOrEqual(durationMs / 2);
});

test("what has become a little quicker is followed", () => {
  const pace = adaptivePace();
  for (let operation = 0; operation < 20; operation++) follow(pace, 250);
  for (let operation = 0; operation < 200; operation++) follow(pace, 200);
  expect(follow(pace, 200).lateMs).toBeLessThan(60);
});

test("what has become slower is seen in time all the while", () => {
  const pace = adaptivePace();
  for (let operation = 0; operation < 20; operation++) follow(pace, 1_000);
  for (let operation = 0; operation < 20; operation++) expect(follow(pace, 5_000).lateMs).toBeLessThanOrEqual(500);
  expect(follow(pace, 5_000).questions).toBeLessThanOrEqual(5);
});

test("of many that begin together and unknown, one is asked about at a time", () => {
  const pace = adaptivePace();
  const all = Array.from({ length: 20 }, () => pace.follow("CREATE"));
  let questions = 0;
  for (let now = 1; now < 1_500; now++) {
    for (const one of all) {
      if (one.nextMs() > now) continue;
      one.asks(now, false);
      one.unfinished(now);
      questions++;
    }
  }
  expect(questions).toBeLessThan(15);
});

test("but none is left alone for long", () => {
  expect(nextQuestionMs([], { unfinishedMs: 0, frontierMs: 60_000, isScarce: false })).toBe(2_000);
  expect(nextQuestionMs([], { unfinishedMs: 2_000, frontierMs: 60_000, isScarce: false })).toBe(8_000);
  expect(nextQuestionMs([], { unfinishedMs: 500, frontierMs: 500, isScarce: false })).toBe(630);
});

test("one that failed leaves no trace", () => {
  const pace = adaptivePace();
  const failing = pace.follow("CREATE");
  failing.asks(9_000, false);
  failing.unfinished(9_000);
  failing.ended();
  expect(pace.follow("CREATE").nextMs()).toBe(130);
  expect(pace.learnt()).toEqual({});
});

test("what one process has learnt, another begins with", () => {
  const pace = adaptivePace();
  for (let operation = 0; operation < 5; operation++) follow(pace, 8_000);
  const { questions, lateMs } = follow(adaptivePace(pace.learnt()), 8_000);
  expect(questions + 1).toBeLessThanOrEqual(6);
  expect(lateMs).toBeLessThanOrEqual(800);
});

test("only the latest observations count", () => {
  let history: readonly Observation[] = [];
  for (let operation = 0; operation < 40; operation++) history = observe(history, 900, 1_000);
  expect(history).toHaveLength(16);
});
