import { parseProgressEvent, type RunProgressDetail } from "@specdrop/events";
import type { RunProgress } from "@specdrop/ledger/port";
import type { Signal } from "@specdrop/service/ports";
import { expect, test } from "vitest";
import { progressReports, reportFailure } from "../../../packages/service/src/reconcile/progress.ts";

const revision = {
  sequence: 7,
  kind: "accepted",
  source: { bucket: "specs", key: "a.yaml", versionId: "v1", etag: "e1" },
  correlationId: "order-7",
  seenAt: 1_000_000,
  apiIds: ["api1"],
} as const;
const signalOf = (invocation: number): Signal => ({
  documentId: "s3://specs/a.yaml",
  apiId: "api1",
  sequence: 7,
  cause: "accepted",
  invocation,
  correlationId: "order-7",
});

function world(part = 0, fails = false) {
  let now = 1_000_000;
  const told: RunProgressDetail[] = [];
  const warnings: string[] = [];
  const progress = {
    report: async (detail: RunProgressDetail) => {
      if (fails) throw new Error("the bus is away");
      told.push(detail);
    },
  };
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} };
  let beat = async () => {};
  let beating = true;
  const every = (_: number, next: () => Promise<void>) => {
    beat = next;
    return () => {
      beating = false;
    };
  };
  const reports = progressReports({ progress, clock: { now: () => now }, log, every }, signalOf(part), revision);
  return {
    stop: reports.stop,
    isBeating: () => beating,
    /** Time passes, and no change ends. */
    async wait(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        now += 1_000;
        if (second % 5 === 4) await beat();
      }
    },
    told,
    warnings,
    /** So many changes, one every so many milliseconds. */
    async run(changes: number, everyMs: number, failing = 0) {
      for (let ended = 1; ended <= changes; ended++) {
        now += everyMs;
        await reports.changed(ended <= failing ? "failed" : "succeeded", {
          ended,
          total: changes,
        });
      }
    },
  };
}

test("what takes less than ten seconds is not told of", async () => {
  const { run, told } = world();
  await run(99, 100);
  expect(told).toEqual([]);
});

test("it is told of after ten seconds, and then every five", async () => {
  const { run, told } = world();
  await run(300, 100, 2);
  expect(told.map(({ ended, elapsedMs }) => [ended, elapsedMs])).toEqual([
    [100, 10_000],
    [150, 15_000],
    [200, 20_000],
    [250, 25_000],
    [300, 30_000],
  ]);
  const [first] = told;
  expect(first).toMatchObject({ total: 300, failed: 2, part: 0, sequence: 7, document: revision.source });
  const event = { source: "specdrop.progress", "detail-type": "RunProgress", detail: first };
  expect(parseProgressEvent(event)).toEqual({ ok: true, value: first });
});

test("one change that takes its time is told of as well, until the run ends", async () => {
  const { run, wait, told, stop, isBeating } = world();
  await run(1, 100);
  await wait(21);
  expect(told.map(({ ended, elapsedMs }) => [ended, elapsedMs])).toEqual([
    [1, 10_100],
    [1, 15_100],
    [1, 20_100],
  ]);
  await stop();
  expect(isBeating()).toBe(false);
});

test("a run that goes on is told of sooner", async () => {
  const { run, told } = world(1);
  await run(60, 100);
  expect(told.map(({ ended }) => ended)).toEqual([50]);
});

test("a bus that is away fails no run, and is asked once a minute", async () => {
  const { run, told, warnings } = world(0, true);
  await run(699, 100);
  expect(warnings).toHaveLength(1);
  await run(1, 100);
  expect(warnings).toHaveLength(2);
  expect(told).toEqual([]);
});

test.each([
  [undefined, "It must be an object"],
  [{ source: "specdrop", "detail-type": "RunProgress", detail: {} }, '/source must be "specdrop.progress"'],
  [{ source: "specdrop.progress", "detail-type": "Other", detail: {} }, '/detail-type must be "RunProgress"'],
  [{ source: "specdrop.progress", "detail-type": "RunProgress", detail: {} }, "/detail"],
])("%j is no progress", (event, problem) => {
  const parsed = parseProgressEvent(event);
  expect(parsed.ok ? [] : parsed.problems.join("; ")).toContain(problem);
});

const failure = {
  tries: 3,
  cause: "throttled",
  since: 1_002_000,
  at: 1_100_000,
  code: "Throttling",
  message: "m",
} as const;
const told = (known: RunProgress | undefined) => {
  const reported: RunProgressDetail[] = [];
  const bus = { report: async (detail: RunProgressDetail) => void reported.push(detail) };
  let now = 1_000_000;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const reports = progressReports({ progress: bus, clock: { now: () => now }, log }, signalOf(1), revision, known);
  return {
    reported,
    async change(ended: number, total: number) {
      now += 6_000;
      await reports.changed("succeeded", { ended, total });
    },
  };
};

test("a run that begins again goes on from what was shown, and does not forget failures", async () => {
  const known = { sequence: 7, ended: 120, total: 400, removed: { delete: 0, forget: 0 }, failure };
  const { reported, change } = told(known);
  await change(1, 400);
  await change(130, 400);
  expect(reported.map(({ ended, total }) => [ended, total])).toEqual([
    [120, 400],
    [130, 400],
  ]);
  const shown = { tries: 3, cause: "throttled", since: "1970-01-01T00:16:42.000Z", code: "Throttling" };
  expect(reported.map((each) => each.failure)).toEqual([shown, shown]);
  const event = { source: "specdrop.progress", "detail-type": "RunProgress", detail: reported[0] };
  expect(parseProgressEvent(event)).toEqual({ ok: true, value: reported[0] });
});

test("a failure is told at once, unless the document was accepted a moment ago", async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const known = { sequence: 7, ended: 120, total: 400, removed: { delete: 0, forget: 0 }, failure };
  const at = async (now: number) => {
    const reported: RunProgressDetail[] = [];
    const progress = { report: async (detail: RunProgressDetail) => void reported.push(detail) };
    await reportFailure({ progress, clock: { now: () => now }, log }, signalOf(0), revision, known);
    return reported;
  };
  expect(await at(1_009_999)).toEqual([]);
  expect(await at(1_010_000)).toMatchObject([{ ended: 120, total: 400, failure: { cause: "throttled" } }]);
});
