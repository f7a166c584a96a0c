import { ControlPlaneError, type ConvergePorts, DeadlineReachedError, sleepWithin } from "@specdrop/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { desired, lines, model, world } from "./world.ts";

const START = 1_800_000_000_000;
const throttled = () => new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true });
const keys = (count: number) => Array.from({ length: count }, (_, at) => desired(`/${at}/`));
const always = (error: () => Error) => new Proxy([], { get: (_, name) => (name === "shift" ? error : undefined) });

test("a sleep ends with the deadline, and says so; one that fits does not", async () => {
  const w = world();
  await sleepWithin(w.clock, 500, START + 501);
  expect(w.time.slept).toBe(500);
  await sleepWithin(w.clock, 0, START + 501);
  await expect(sleepWithin(w.clock, 1, START + 501)).rejects.toThrow(DeadlineReachedError);
  expect(w.time.slept).toBe(501);
  await expect(sleepWithin(w.clock, 0, START + 501)).rejects.toThrow(DeadlineReachedError);
  await expect(sleepWithin(w.clock, 1_000, START)).rejects.toThrow(DeadlineReachedError);
  expect(w.time.slept).toBe(501);
});

test.each(["list", "create", "get"] as const)(
  "a run that is throttled at every %s ends as interrupted, at its deadline",
  async (operation) => {
    const w = world();
    w.plane.withoutModels = true;
    w.plane.faults[operation] = always(throttled);
    const outcome = await w.run(keys(3), {}, { deadline: START + 2_000 });
    const error = { code: "Throttling", message: "Rate exceeded" };
    expect(outcome).toMatchObject({ status: "interrupted", interruption: { cause: "deadline", ended: 0, error } });
    expect(w.time.now).toBe(START + 2_000);
  },
);

test("a read that is given up because somebody asked to stop is no deadline", async () => {
  const w = world();
  w.plane.faults.list = always(() => new DeadlineReachedError());
  for (const mode of ["apply", "plan"] as const) {
    const outcome = await w.run(keys(1), { mode }, { stop: () => true });
    expect(outcome.status).toBe("interrupted");
    expect(outcome.interruption).toBeUndefined();
  }
});

test("a plan ends as interrupted, at its deadline", async () => {
  const w = world();
  w.plane.faults.list = always(throttled);
  const outcome = await w.run(keys(1), { mode: "plan" }, { deadline: START + 2_000 });
  expect(outcome).toMatchObject({ status: "interrupted", interruption: { cause: "deadline", ended: 0, left: 0 } });
  expect(w.time.now).toBe(START + 2_000);
});

test("a run whose time is up without a failure names none", async () => {
  const w = world();
  w.plane.faults.list = always(() => new DeadlineReachedError());
  for (const mode of ["apply", "plan"] as const) {
    const { interruption } = await w.run(keys(1), { mode });
    expect(interruption).toEqual({ cause: "deadline", ended: 0, left: 0 });
  }
});

test("a plan throws what keeps it from reading", async () => {
  const w = world();
  w.plane.faults.list = always(() => new Error("AWS is away"));
  await expect(w.run(keys(1), { mode: "plan" })).rejects.toThrow("AWS is away");
});

test("however a run is cut off, it ends by its deadline, and the next ones finish its work with the same tokens", async () => {
  const faults = fc.array(fc.constantFrom("ok", "throttled", "slow"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(faults, fc.integer({ min: 1, max: 8_000 }), async (schedule, budgetMs) => {
      const w = world();
      const upcoming = schedule.map((fault) => () => {
        if (fault === "throttled") throw throttled();
        if (fault === "slow")
          throw new ControlPlaneError("NetworkFailure", "reset", { retryable: true, retryAfterMs: 3_000 });
      });
      for (const operation of ["list", "get", "create", "update", "delete"] as const)
        w.plane.faults[operation] = upcoming;
      let outcome = await w.run(keys(4), {}, { deadline: START + budgetMs });
      for (let runs = 1; outcome.status === "interrupted"; runs += 1) {
        expect(runs).toBeLessThan(200);
        expect(outcome.interruption).toBeDefined();
        const begunAt = w.time.now;
        outcome = await w.run(keys(4), { resumed: true, epoch: 0 }, { deadline: begunAt + budgetMs });
        expect(w.time.now).toBeLessThanOrEqual(begunAt + budgetMs);
      }
      expect(outcome.summary).toMatchObject({ failed: 0 });
      expect(w.plane.live.size).toBe(4);
      expect((await w.owned()).every(({ pending }) => pending === undefined)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("what was made before the time was up is told, and what was begun stays on record", async () => {
  const w = world();
  w.plane.faults.create = [undefined, undefined, ...Array.from({ length: 30 }, () => throttled())];
  const outcome = await w.run(keys(4), {}, { deadline: START + 3_000 });
  expect(lines(outcome)).toEqual(["create /0/ succeeded", "create /1/ succeeded"]);
  expect(outcome.interruption).toMatchObject({ cause: "deadline", ended: 2, left: 2 });
  const [begun] = await w.owned("/2/");
  expect(begun?.pending).toMatchObject({ model: model("/2/") });
  const tokens = w.plane.calls.flatMap(({ token }) => token ?? []);

  w.plane.faults.create = [];
  const rest = await w.run(keys(4), { resumed: true, epoch: 0 });
  expect(rest.status).toBe("succeeded");
  expect(w.plane.calls.flatMap(({ token }) => token ?? [])).toContain(tokens.at(-1));
  expect(w.plane.live.size).toBe(4);
});

test("a wait for the account's rate, or for deployments, does not outlast the run", async () => {
  const rate = (waitMs: number): NonNullable<ConvergePorts["requestRate"]> => ({
    book: async () => waitMs,
    throttled: async () => {},
  });
  const w = world();
  const slow = await w.run(keys(1), {}, { deadline: START + 60_000 }, { requestRate: rate(3_600_000) });
  expect(slow).toMatchObject({
    status: "interrupted",
    changes: [],
    interruption: { cause: "deadline", ended: 0, left: 0 },
  });
  expect(w.time.slept).toBe(60_000);
  expect(w.plane.calls).toEqual([]);

  const asked: (number | undefined)[] = [];
  const see = async <T>(deadline: number | undefined, value: T) => {
    asked.push(deadline);
    return value;
  };
  const gateway = {
    getApi: (ApiId: string, deadline?: number) => see(deadline, { ApiId }),
    getIntegration: (ref: { ApiId: string; IntegrationId: string }, deadline?: number) =>
      see(deadline, { ...ref, IntegrationType: "MOCK" }),
    listIntegrations: (_: string, deadline?: number) => see(deadline, []),
    listRoutes: (_: string, deadline?: number) =>
      see(deadline, [{ RouteId: "r", RouteKey: "x", Target: "integrations/abc1234" }]),
    listRouteResponses: (_: string, __: string, deadline?: number) => see(deadline, []),
    getStage: (_: string, StageName: string, deadline?: number) => see(deadline, { StageName }),
    listStages: (_: string, deadline?: number) => see(deadline, []),
    createDeployment: (_: string, __: string, ___: string, deadline?: number) => see(deadline, { deploymentId: "d1" }),
  };
  const deploy = { stageName: "prod", range: desired("x").range };
  const deadline = w.time.now + 5_000;
  const outcome = await w.run(keys(1), { deploy }, { deadline }, { gateway, deploymentRate: rate(5_000) });
  expect(outcome).toMatchObject({ status: "interrupted", interruption: { ended: 1, left: 0 } });
  expect(lines(outcome)).toEqual(["create /0/ succeeded"]);
  expect(asked.length).toBeGreaterThanOrEqual(5);
  expect(new Set(asked)).toEqual(new Set([deadline]));
});

test("a run that is asked to stop ends after the change it is at, also before a deployment", async () => {
  const w = world();
  const stop = () => w.plane.live.size >= 2;
  const outcome = await w.run(keys(4), {}, { stop });
  expect(outcome.status).toBe("interrupted");
  expect(outcome.interruption).toBeUndefined();
  expect(lines(outcome)).toEqual(["create /0/ succeeded", "create /1/ succeeded"]);
  expect(await w.owned()).toHaveLength(2);

  let asked = 0;
  const last = await w.run(
    keys(2),
    { deploy: { stageName: "prod", range: desired("x").range }, resumed: true },
    { stop: () => ++asked > 2 },
    {
      gateway: { getStage: () => Promise.reject(new Error("nobody asks")) } as never,
    },
  );
  expect(last.status).toBe("interrupted");
  expect(lines(last)).toEqual(["none /0/ succeeded", "none /1/ succeeded"]);
});
