import { LeaseLostError } from "@specdrop/engine";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { LeaseHeldError, reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import {
  BROKEN,
  drain,
  heldByAnother,
  outcomeOf,
  ownedKeys,
  spec,
  takeOver,
  told,
  type World,
  world,
} from "../builders.ts";

const KEY = "a.json";
const ID = `s3://specs/${KEY}`;
const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run-1" };

const signalOf = (rest: Partial<Signal> = {}): Signal => ({
  documentId: ID,
  apiId: "api1",
  sequence: 1,
  cause: "accepted",
  invocation: 0,
  correlationId: "c-1",
  ...rest,
});

async function dropped(text = spec({ api1: ["/200/"] }), given: Partial<World> = {}): Promise<World> {
  const w = world(given);
  await intakeObjectEvent(w, w.store.put(KEY, text));
  w.signals.length = 0;
  return w;
}

test("converges, writes the result, publishes it and marks it published", async () => {
  const w = await dropped();
  w.clock.time += 4180;
  const reconciliation = await reconcile(w, signalOf(), BUDGET);

  expect(reconciliation).toEqual({ outcome: "settled", event: w.published[0] });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(w.published[0]?.detail).toMatchObject({
    metadata: { documentId: ID, sequence: 1, correlationId: "request-1", version: "1" },
    data: { apiId: "api1", mode: "apply", summary: { create: 1, failed: 0 }, durationMs: 4180 },
  });
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({ settledSequence: 1, result: { published: true } });
  expect(await w.ledger.acquireLease("api1", "another", 1, w.clock.now())).toBeDefined();
});

test("the engine gets the resources of the API, the budget's deadline and the lease's fence", async () => {
  const text = spec(
    { api1: ["/200/", "/404/"], api2: ["$default"] },
    { Deploy: { StageName: "prod" }, AllowDeletions: 12 },
  );
  const w = await dropped(text);
  await reconcile(w, signalOf(), { deadline: Number.MAX_SAFE_INTEGER, owner: "run-1" });
  expect(w.runs).toHaveLength(1);
  expect(w.runs[0]).toMatchObject({
    documentId: ID,
    apiId: "api1",
    sequence: 1,
    epoch: 0,
    resumed: false,
    mode: "apply",
    file: ID,
    deploy: { stageName: "prod" },
    allowDeletions: 12,
    elsewhere: { owned: 0, deletions: 0, sharesIds: false },
  });
  expect(w.runs[0]?.desired.map((resource) => resource.IntegrationResponseKey)).toEqual(["/200/", "/404/"]);
});

test("what the document drops on its other APIs counts against the same budget", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"], api2: ["/200/", "/404/", "/500/"] })));
  await drain(w);
  const adopted = { ApiId: "api2", IntegrationId: "int9", IntegrationResponseKey: "/1/", logicalId: "x", applied: {} };
  await w.ledger.claim({ ...adopted, documentId: ID, origin: "adopted" }, 99);
  await w.ledger.claim({ ...adopted, IntegrationId: "int8", documentId: "s3://specs/b.json", origin: "created" }, 99);
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/"], api2: ["/200/"] })));
  await reconcile(w, signalOf({ sequence: 2 }), BUDGET);
  expect(w.runs.at(-1)?.elsewhere).toEqual({ owned: 4, deletions: 2, sharesIds: true });
});

test.each([
  ["planned", "plan", "PlanProduced"],
  ["succeeded", "apply", "ApplySucceeded"],
  ["unchanged", "apply", "ApplyUnchanged"],
  ["failed", "apply", "ApplyFailed"],
  ["succeeded", "withdraw", "ApplySucceeded"],
  ["unchanged", "withdraw", "ApplySucceeded"],
  ["failed", "withdraw", "ApplyFailed"],
] as const)("a run that %s in a revision to %s ends in %s", async (status, mode, detailType) => {
  const w = await dropped(spec({ api1: ["/200/"] }, { DryRun: status === "planned" }));
  if (mode === "withdraw") await intakeObjectEvent(w, w.store.remove(KEY));
  w.published.length = 0;
  await reconcile({ ...w, converge: async () => outcomeOf(status) }, signalOf(), BUDGET);
  expect(w.published.map((event) => [event.detailType, event.detail.data.mode])).toEqual([[detailType, mode]]);
});

test("a dry run is planned, and told as one", async () => {
  const w = await dropped(spec({ api1: ["/200/"] }, { DryRun: true }));
  await reconcile(w, signalOf(), BUDGET);
  expect(w.plans).toHaveLength(1);
  expect(told(w.published)).toEqual(["PlanProduced 1 api1"]);
  expect(w.published[0]?.detail.data.mode).toBe("plan");
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
});

test("the deployment and the engine's diagnostics are told, after the parser's", async () => {
  const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  const finding = { code: "SD5001", severity: "error", message: "Taken.", file: ID, range, pointer: "" } as const;
  const w = await dropped();
  const deployment = { status: "pending", stageName: "prod" } as const;
  const converge = async () => ({ ...outcomeOf("failed"), deployment, diagnostics: Array(120).fill(finding) });
  await reconcile({ ...w, converge }, signalOf(), BUDGET);
  const { data } = w.published[0]?.detail ?? {};
  expect(data?.deployment).toEqual(deployment);
  expect(data?.diagnostics).toHaveLength(100);
  expect(data?.diagnostics.at(-1)).toEqual(finding);
  expect(data?.omittedDiagnostics).toBeGreaterThanOrEqual(20);
});

test.each([
  ["a document nobody knows", signalOf({ documentId: "s3://specs/other.json" }), "unknown"],
  ["an API the document has nothing to do with", signalOf({ apiId: "api9" }), "unconcerned"],
] as const)("a signal for %s is done", async (_, signal, reason) => {
  const w = await dropped();
  expect(await reconcile(w, signal, BUDGET)).toEqual({ outcome: "idle", reason });
  expect(w.runs).toEqual([]);
  expect(w.published).toEqual([]);
});

test("a repeat, a late and an early signal lead to one result", async () => {
  const w = await dropped();
  await reconcile(w, signalOf({ sequence: 7 }), BUDGET);
  expect(await reconcile(w, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "settled" });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
});

test("a rejected document has nothing to converge", async () => {
  const w = await dropped(BROKEN);
  expect(await reconcile(w, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "unknown" });
});

test("a result that a crash left unpublished goes out first", async () => {
  const w = await dropped();
  const refusing = { ...w, bus: { publish: () => Promise.reject(new Error("The bus is away")) } };
  await expect(reconcile(refusing, signalOf(), BUDGET)).rejects.toThrow("The bus is away");
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({ settledSequence: 1, result: { published: false } });

  expect(await reconcile(w, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "settled" });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(w.runs).toHaveLength(1);
});

test("while another run holds the API, the signal is to come again", async () => {
  const w = await dropped();
  const other = await heldByAnother(w, "api1");
  await expect(reconcile(w, signalOf(), BUDGET)).rejects.toThrow(LeaseHeldError);
  await other.release();
  expect(await reconcile(w, signalOf(), BUDGET)).toMatchObject({ outcome: "settled" });
});

test("the lease is extended as the run goes on, and a run that lost it writes nothing more", async () => {
  const w = await dropped(spec({ api1: ["/200/", "/404/"] }));
  const engine = w.converge;
  const slow =
    (stolen: boolean): World["converge"] =>
    (changeSet, ports, options) =>
      engine(changeSet, ports, {
        ...options,
        holdLease: async () => {
          w.clock.time += 50_000;
          if (stolen) await takeOver(w.ledger, "api1", "thief", 60_000, w.clock.now());
          await options.holdLease();
        },
      });
  await expect(reconcile({ ...w, converge: slow(true) }, signalOf(), BUDGET)).rejects.toThrow(LeaseLostError);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(w.published).toEqual([]);

  w.clock.time += 200_000;
  expect(await reconcile({ ...w, converge: slow(false) }, signalOf(), BUDGET)).toMatchObject({ outcome: "settled" });
  expect(w.runs.map((run) => run.resumed)).toEqual([false, true]);
});

test("a lease that cannot be released does not undo the run", async () => {
  const w = await dropped();
  const ledger = { ...w.ledger, releaseLease: () => Promise.reject(new Error("away")) };
  expect(await reconcile({ ...w, ledger }, signalOf(), BUDGET)).toMatchObject({ outcome: "settled" });
  expect(w.logged.join("\n")).toContain("Could not release the lease");
});

test("a run whose time is up goes on with another signal, and ends in one result", async () => {
  const keys = ["/1/", "/2/", "/3/", "/4/", "/5/"];
  const w = await dropped(spec({ api1: keys }));
  const claim = w.ledger.claim;
  const ledger: World["ledger"] = {
    ...w.ledger,
    claim: async (resource, fence) => {
      w.clock.time += 10;
      return claim(resource, fence);
    },
  };
  let signal: Signal | undefined = signalOf();
  const parts: number[] = [];
  while (signal !== undefined) {
    parts.push(signal.invocation);
    await reconcile({ ...w, ledger }, signal, { deadline: w.clock.time + 20, owner: "run" });
    signal = w.signals.shift();
  }
  expect(parts).toEqual([0, 1, 2]);
  expect(w.runs.map((run) => [run.epoch, run.resumed])).toEqual([
    [0, false],
    [0, true],
    [0, true],
  ]);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual(keys);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
});

test("what a run changed before it died is not told as unchanged", async () => {
  const w = await dropped();
  const dying: World["converge"] = async (...args) => {
    await w.converge(...args);
    throw new Error("out of memory");
  };
  await expect(reconcile({ ...w, converge: dying }, signalOf(), BUDGET)).rejects.toThrow("out of memory");
  await reconcile(w, signalOf(), BUDGET);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
});

test("a run that was overtaken under way keeps its result to itself", async () => {
  const w = await dropped();
  const engine = w.converge;
  const converge: World["converge"] = async (...args) => {
    const outcome = await engine(...args);
    await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/404/"] })));
    return outcome;
  };
  expect(await reconcile({ ...w, converge }, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "superseded" });
  await drain(w);
  expect(told(w.published)).toEqual(["SpecSuperseded 1 api1", "ApplySucceeded 2 api1"]);
});

test("what a run leaves on an API that the intake of the next revision did not know of is cleared away", async () => {
  const w = world();
  const first = w.store.put(KEY, spec({ api1: ["/200/"] }));
  const second = w.store.put(KEY, spec({ api2: ["/200/"] }));
  // Both intakes read the ledger before either writes it: the second does not see the first one's API.
  const before = w.ledger.readDocument;
  await intakeObjectEvent(w, first);
  await intakeObjectEvent({ ...w, ledger: { ...w.ledger, readDocument: async () => undefined } }, second);
  expect((await before(ID))?.current?.apiIds).toEqual(["api2", "api1"]);
  await w.ledger.claim(
    {
      ApiId: "api1",
      IntegrationId: "int0001",
      IntegrationResponseKey: "/200/",
      documentId: ID,
      logicalId: "one",
      origin: "created",
      applied: {},
    },
    0,
  );
  await drain(w);
  expect(await ownedKeys(w.ledger, ID, "api1")).toEqual([]);
  expect(await ownedKeys(w.ledger, ID, "api2")).toEqual(["/200/"]);
});

test("a text that is gone is left to the event that is on its way", async () => {
  const w = await dropped(undefined, { ...world({ versioned: false }) });
  w.store.put(KEY, spec({ api1: ["/404/"] }));
  expect(await reconcile(w, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "gone" });
  expect(await w.ledger.readChangeSet(ID, "api1")).toBeUndefined();
});

test("a text that a rejected one has overwritten ends as superseded, a run that died on it too", async () => {
  const w = await dropped(undefined, { ...world({ versioned: false }) });
  const dying = { ...w, converge: () => Promise.reject(new Error("AWS is away")) };
  await expect(reconcile(dying, signalOf(), BUDGET)).rejects.toThrow("AWS is away");
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  expect(told(w.published)).toEqual(["SpecRejected 2"]);
  expect(await reconcile(w, signalOf(), BUDGET)).toEqual({ outcome: "idle", reason: "gone" });
  expect(told(w.published)).toEqual(["SpecRejected 2", "SpecSuperseded 1 api1"]);
});

test("an accepted document that no longer parses fails with its diagnostics", async () => {
  const w = await dropped();
  const read = async () => ({
    source: { bucket: "specs", key: KEY },
    body: new TextEncoder().encode(BROKEN),
    metadata: {},
    truncated: false,
  });
  await reconcile({ ...w, store: { ...w.store, read } }, signalOf(), BUDGET);
  expect(told(w.published)).toEqual(["ApplyFailed 1 api1"]);
  expect(w.published[0]?.detail.data.diagnostics.length).toBeGreaterThan(0);
});

test("a result too long for the bus is cut there and stored whole", async () => {
  const w = await dropped(spec({ api1: Array.from({ length: 1500 }, (_, index) => `/status ${index}/`) }));
  await reconcile(w, signalOf(), BUDGET);
  const event = w.published[0];
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200_000);
  const { resultLocation, omittedChanges = 0, changes, summary } = event?.detail.data ?? {};
  expect(resultLocation).toMatch(/^s3:\/\/specs\/results\/[0-9a-f]{32}\/1\/api1\.json$/);
  expect(summary?.create).toBe(1500);
  expect(omittedChanges + (changes?.length ?? 0)).toBe(1500);
  const whole = JSON.parse(w.store.textOf(resultLocation?.slice("s3://specs/".length) ?? "") ?? "{}");
  expect(whole.detail.data.changes).toHaveLength(1500);
  expect(whole.detail.metadata.id).toBe(event?.detail.metadata.id);
});
