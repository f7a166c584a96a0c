import type { Swept } from "@specdrop/service/sweep";
import { allowedApis } from "./allowed.ts";
import { type Content, createLibrary, NO_CONTENT } from "./content.ts";
import { inForce, lastResults, reasonToDropAgain } from "./in-force.ts";
import { checkAtRest, checkRepairs } from "./invariants.ts";
import { watchLosses } from "./losses.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { checkResults } from "./results.ts";
import { watchRoutes } from "./routes.ts";
import { judgeResult } from "./truth.ts";
import { createWorkload, type Workload } from "./workload.ts";
import { createWorld, type World } from "./world.ts";

export interface SeedResult {
  readonly seed: number;
  /** In words; empty where every invariant held. */
  readonly violations: readonly string[];
  readonly schedule: readonly string[];
  readonly steps: number;
  readonly world: World;
}

const MAX_ROUNDS = 20;
/** The sweep leaves others five minutes to finish what they are at. */
const BETWEEN_SWEEPS_MS = 6 * 60_000;
/** A repair that meets a conflict is asked for again with every sweep. */
const ROUNDS_FOR_REPAIRS = 3;
/** A repair that came to nothing is asked for again after six hours, and a text that is gone is given up after 31. */
const LONGEST_WAIT_MS = 31 * 3_600_000;

/** Plays one seed: people work while everything fails, then all comes to rest, and what must hold is checked. */
export async function runSeed(seed: number, { trace = false } = {}): Promise<SeedResult> {
  const world = createWorld(seed, trace);
  const { scheduler } = world;
  let workload: Workload | undefined;
  const library = createLibrary();
  const pipeline = createPipeline(world, library, (settlement) => {
    if (workload !== undefined) judgeResult(world, pipeline, workload, settlement);
  });
  workload = createWorkload(world, pipeline, library);
  watchLosses(world, pipeline, workload);
  watchRoutes(world, pipeline, workload);
  world.trace.write("seed", JSON.stringify(world.faults.profile));
  try {
    await playTroubledTimes(world, pipeline, workload);
    await comeToRest(world, pipeline);
    const excepted = new Set(
      inForce(world, pipeline, workload)
        .filter((document) => reasonToDropAgain(world, document) !== undefined)
        .map(({ documentId }) => documentId),
    );
    world.trace.write("rest", `checks all but ${[...excepted].join(", ") || "nothing"}`);
    await checkAtRest(world, pipeline, workload, excepted);
    // Whoever operates it allows what people need.
    world.allowedApis = undefined;
    await dropAgain(world, pipeline, workload);
    if (world.faults.profile.foreignActs > 0 && world.workload.chance(0.5)) {
      for (let act = 0; act < 2; act += 1) workload.interfere();
      await comeToRest(world, pipeline);
      await checkRepairs(world, pipeline, workload);
      await dropAgain(world, pipeline, workload);
    }
    world.trace.write("rest", "checks everything");
    await checkAtRest(world, pipeline, workload, new Set());
    checkResults(world, pipeline);
  } catch (error) {
    world.violate(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const violations = [...new Set(world.book.violations)];
  return { seed, violations, schedule: world.trace.lines, steps: scheduler.steps(), world };
}

async function playTroubledTimes(world: World, pipeline: Pipeline, { act, interfere }: Workload): Promise<void> {
  const { scheduler, faults, workload: random } = world;
  const { operations, foreignActs, gaps, outageMs, suspensions, amnesia, patrols, freedLeases } = faults.profile;
  const [first = "all", second = first] = faults.profile.allowed;
  world.allowedApis = allowedApis(first);
  const early = random.int(foreignActs + 1);
  for (let count = 0; count < early; count += 1) interfere();
  let at = 0;
  for (let count = 0; count < operations; count += 1) {
    if (count === Math.ceil(operations / 2)) {
      scheduler.after(at, () => {
        world.allowedApis = allowedApis(second);
      });
    }
    scheduler.after(at, act);
    if (random.chance(0.3))
      scheduler.after(at + random.pick([60_000, 400_000, 4_000_000]), () => pipeline.sweep(() => {}));
    if (count < foreignActs - early) scheduler.after(at + random.pick([0, 30, 1_000, 20_000, 300_000]), interfere);
    if (outageMs > 0 && count === 1) {
      scheduler.after(at + random.pick([0, 30, 1_000]), () => {
        world.trace.write("lambda", "invokes nothing", `for ${outageMs / 1000} s`);
        pipeline.breakDown(outageMs);
      });
    }
    at += random.pick(gaps);
  }
  for (let count = 0; count < suspensions; count += 1) {
    const from = random.between(0, at + 60_000);
    scheduler.after(from, () => pipeline.suspend(true));
    scheduler.after(from + random.pick([1_000, 60_000, 900_000, 7_200_000]), () => pipeline.suspend(false));
  }
  for (let count = 0; count < patrols; count += 1) {
    const from = random.between(0, at + 60_000);
    scheduler.after(from, interfere);
    for (let look = 0; look < 3; look += 1) {
      scheduler.after(from + random.pick([100, 1_000, 3_000]), () => pipeline.sweep(() => {}));
    }
  }
  let toBeFreed = freedLeases;
  world.onLease = (apiId) => {
    if (!faults.active || toBeFreed === 0 || random.chance(0.5)) return;
    toBeFreed -= 1;
    scheduler.after(random.pick([100, 1_000, 5_000, 20_000]), () => pipeline.freeLease(apiId));
  };
  let putBack: (() => void) | undefined;
  if (amnesia !== null) {
    const copiedAt = random.between(0, at);
    scheduler.after(copiedAt, () => {
      const whenAsked = pipeline.backUp(amnesia);
      putBack = () => {
        whenAsked();
        putBack = undefined;
      };
      scheduler.after(random.pick([100, 30_000, 1_800_000, 40 * 3_600_000]), () => putBack?.());
    });
  }
  await scheduler.run(scheduler.now() + at + random.pick([0, 60_000, 3_600_000]));
  putBack?.();
  faults.active = false;
  pipeline.cloud.calmDown();
  pipeline.suspend(false);
  world.trace.write("rest", "nothing fails any more");
}

/** Delivers everything, dead letters too, and has the sweep find what is unfinished, until nothing is left. */
async function comeToRest(world: World, pipeline: Pipeline): Promise<void> {
  let quiet = 0;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    await world.scheduler.run();
    // A command that was slow may have suspended applying after the last one that ended it.
    if (world.suspendedAt !== undefined) {
      pipeline.suspend(false);
      continue;
    }
    const redriven = pipeline.lambda.redrive();
    if (redriven > 0) continue;
    await world.scheduler.run(world.scheduler.now() + BETWEEN_SWEEPS_MS);
    const before = pipeline.queue.sent();
    let done: Swept | undefined;
    pipeline.sweep((swept) => {
      done = swept;
    });
    await world.scheduler.run();
    const signals = round > ROUNDS_FOR_REPAIRS ? pipeline.queue.sent() - before : (done?.signalsSent ?? 1);
    if (done === undefined || done.failed + done.unreached > 0) world.violate("A sweep failed though nothing else did");
    else if (signals + done.republished + done.ended + done.driftDetected + done.driftResolved + done.found > 0)
      quiet = 0;
    else if (++quiet === 2 || !(await isAwaited(pipeline))) return;
    else await world.scheduler.run(world.scheduler.now() + LONGEST_WAIT_MS);
  }
  world.violate("It does not come to rest: the sweep finds something unfinished again and again");
}

/** There is something that the sweep takes its time with. */
async function isAwaited({ ledger, bucket }: Pipeline): Promise<boolean> {
  if (bucket.untold.size > 0) return true;
  const { changeSets, documents } = await ledger.contents();
  const settled = new Map(changeSets.map((one) => [`${one.documentId} ${one.apiId}`, one.settledSequence]));
  const isUnsettled = documents.some(({ documentId, current }) =>
    current?.apiIds.some((apiId) => (settled.get(`${documentId} ${apiId}`) ?? 0) < current.sequence),
  );
  return isUnsettled || changeSets.some(({ drift }) => drift?.fingerprint !== undefined);
}

/** Where the ledger has forgotten what is live, documents say that they take it over. */
function asOperatorsSay({ faults }: World, content: Content): Content {
  if (faults.profile.amnesia === null) return content;
  return { ...content, responses: content.responses.map((one) => ({ ...one, adopt: true })) };
}

/** As people do: a document whose last result was a failure, or that somebody tampered with, is dropped once more. */
async function dropAgain(world: World, pipeline: Pipeline, workload: Workload): Promise<void> {
  for (let round = 1; round <= 3; round += 1) {
    for (const document of inForce(world, pipeline, workload)) {
      const { key, content, documentId } = document;
      const isFailed = [...lastResults(world, documentId).values()].some(
        ({ event }) => event.detailType === "ApplyFailed",
      );
      const reason = round === 1 ? reasonToDropAgain(world, document) : isFailed ? "it failed again" : undefined;
      if (reason === undefined) continue;
      world.trace.write("author", `drops ${key} again: ${reason}`);
      workload.drop(key, asOperatorsSay(world, content ?? NO_CONTENT));
      if (content === undefined) {
        await comeToRest(world, pipeline);
        workload.drop(key, undefined);
      }
      await comeToRest(world, pipeline);
    }
  }
}
