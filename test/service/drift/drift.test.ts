import { converge, planChanges } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { parseAllowedApis } from "@specdrop/service/policy";
import { reconcile } from "@specdrop/service/reconcile";
import { sweep } from "@specdrop/service/sweep";
import { expect, test } from "vitest";
import { FakeControlPlane, refusedByAws } from "../../engine/fake-control-plane.ts";
import { drain, spec, told, world } from "../builders.ts";

const KEY = "a.json";
const ID = `s3://specs/${KEY}`;
const RESPONSE = { ApiId: "api1", IntegrationId: "int0001", IntegrationResponseKey: "/200/" };
const ENDLESS = { deadline: Number.POSITIVE_INFINITY };

/** A document that is live, on an API of its own, with the real engine. */
async function live(rest: Readonly<Record<string, unknown>> = {}, text = spec({ api1: ["/200/", "$default"] }, rest)) {
  const aws = new FakeControlPlane();
  const w = world({ controlPlane: aws, converge, plan: planChanges });
  await intakeObjectEvent(w, w.store.put(KEY, text));
  await drain(w);
  w.published.length = 0;
  aws.calls.length = 0;
  return { w, aws, sweep: (given: object = {}) => sweep({ ...w, graceMs: 0, ...given }, ENDLESS) };
}

/** Changes the live response as somebody at the console would. */
function tamper(aws: FakeControlPlane, template: string): void {
  const found = aws.at(RESPONSE);
  if (found === undefined) throw new Error("there is no response to change");
  aws.live.set(found.identifier, { ...found, properties: { ResponseTemplates: { "application/json": template } } });
}

function remove(aws: FakeControlPlane): void {
  aws.live.delete(aws.at(RESPONSE)?.identifier ?? "");
}

function idsOf(events: readonly ResultEvent[]): readonly string[] {
  return events.map(({ detail }) => detail.metadata.id);
}

test("drift is told once, and told again when it has changed or gone", async () => {
  const { w, aws, sweep } = await live();
  expect(await sweep()).toMatchObject({ driftDetected: 0 });

  tamper(aws, "changed by hand");
  w.clock.time += 500;
  expect(await sweep()).toMatchObject({ driftDetected: 1, driftResolved: 0, signalsSent: 0 });
  expect(await sweep()).toMatchObject({ driftDetected: 0 });
  expect(told(w.published)).toEqual(["DriftDetected 1 api1"]);
  expect(w.published[0]?.detail).toMatchObject({
    metadata: { documentId: ID, sequence: 1, correlationId: w.published[0]?.detail.metadata.id },
    data: {
      mode: "drift",
      summary: { update: 1, unchanged: 1 },
      changes: [
        { logicalId: "onapi1200", action: "update", status: "planned", changedProperties: ["ResponseTemplates"] },
        { action: "none", status: "planned" },
      ],
    },
  });

  remove(aws);
  expect(await sweep()).toMatchObject({ driftDetected: 1 });
  expect(w.published.at(-1)?.detail.data.changes).toContainEqual(expect.objectContaining({ action: "create" }));
  expect(aws.writes()).toEqual([]);

  const event = w.store.put(KEY, spec({ api1: ["/200/", "$default"] }));
  await intakeObjectEvent(w, event);
  await drain(w);
  expect(await sweep()).toMatchObject({ driftDetected: 0, driftResolved: 1 });
  expect(told(w.published)).toEqual([
    "DriftDetected 1 api1",
    "DriftDetected 1 api1",
    "ApplySucceeded 2 api1",
    "DriftResolved 2 api1",
  ]);
  expect(new Set(idsOf(w.published)).size).toBe(4);
  expect(await sweep()).toMatchObject({ driftDetected: 0, driftResolved: 0 });
});

test("a response that somebody created anew is a conflict, with its error", async () => {
  const { w, aws, sweep } = await live();
  remove(aws);
  aws.put(RESPONSE);
  await sweep();
  expect(w.published[0]?.detail.data).toMatchObject({
    summary: { failed: 1 },
    changes: [{ status: "failed", error: { code: "SD5004" } }, { action: "none" }],
    diagnostics: [{ code: "SD5004" }],
  });
});

test.each([
  ["was only planned", { DryRun: true }, {}],
  ["is not allowed there any more", {}, { allowedApis: parseAllowedApis("{}") }],
])("a document that %s has no drift", async (_, rest, given) => {
  const { w, aws, sweep } = await live(rest);
  const found = aws.at(RESPONSE);
  if (found !== undefined) remove(aws);
  expect(await sweep(given)).toMatchObject({ driftDetected: 0, failed: 0 });
  expect(w.published).toEqual([]);
});

test("a document whose last run failed has no drift", async () => {
  const { w, aws, sweep } = await live();
  aws.faults.update = [refusedByAws()];
  await intakeObjectEvent(w, w.store.put(KEY, spec({ api1: ["/200/", "$default"] }).replaceAll("{}", "other")));
  await drain(w);
  expect(told(w.published)).toEqual(["ApplyFailed 2 api1"]);
  expect(await sweep()).toMatchObject({ driftDetected: 0 });
});

test("what is withdrawn, or dry-run from now on, has drifted from nothing any more", async () => {
  for (const change of ["withdraw", "plan"] as const) {
    const { w, aws, sweep } = await live();
    tamper(aws, "changed by hand");
    await sweep();
    const event =
      change === "withdraw" ? w.store.remove(KEY) : w.store.put(KEY, spec({ api1: ["/200/"] }, { DryRun: true }));
    await intakeObjectEvent(w, event);
    await drain(w);
    expect(await sweep()).toMatchObject({ driftResolved: 1 });
    expect(await sweep()).toMatchObject({ driftResolved: 0 });
    expect(told(w.published).at(-1)).toBe("DriftResolved 2 api1");
  }
});

test("what a run of ours changes meanwhile is not drift", async () => {
  const { w, aws, sweep } = await live();
  tamper(aws, "changed by hand");
  const ledger = {
    ...w.ledger,
    async readDocument(documentId: string) {
      const record = await w.ledger.readDocument(documentId);
      if (aws.calls.length > 0) await w.ledger.beginRun(ID, "api1", 2, 99, "run");
      return record;
    },
  };
  expect(await sweep({ ledger })).toMatchObject({ driftDetected: 0 });
  expect(w.published).toEqual([]);
});

test("the mark of a run that died does not hide drift, once its lease is over", async () => {
  const { w, aws, sweep } = await live();
  tamper(aws, "changed by hand");
  const lease = await w.ledger.acquireLease("api1", "dead", 1_000, w.clock.now());
  await w.ledger.beginRun(ID, "api1", 2, lease?.fence ?? 0, "run");
  expect(await sweep()).toMatchObject({ driftDetected: 0 });
  w.clock.time += 1_000;
  expect(await sweep()).toMatchObject({ driftDetected: 1 });
  expect((await w.ledger.readChangeSet(ID, "api1"))?.runningSequence).toBeUndefined();
});

test("a drift that a crash left unpublished is published by the next sweep, under the same id", async () => {
  const { w, aws, sweep } = await live();
  tamper(aws, "changed by hand");
  const lost: ResultEvent[] = [];
  const bus = {
    publish: async (events: readonly ResultEvent[]) => {
      lost.push(...events);
      throw new Error("the bus is away");
    },
  };
  expect(await sweep({ bus })).toMatchObject({ failed: 1, driftDetected: 0 });
  expect(await sweep()).toMatchObject({ republished: 1, driftDetected: 0 });
  expect(idsOf(w.published)).toEqual(idsOf(lost));
  expect(await sweep()).toMatchObject({ republished: 0 });
});

test("an API that AWS does not let be read is no drift", async () => {
  const { w, aws, sweep } = await live();
  aws.faults.list = [refusedByAws()];
  expect(await sweep()).toMatchObject({ driftDetected: 0, failed: 0 });
  expect(w.logged.join()).toContain("AWS denied access to the API");
});

test("drift of many responses is stored whole beside the result of the revision", async () => {
  const keys = Array.from({ length: 900 }, (_, n) => `/${"x".repeat(150)}${n}/`);
  const { w, aws, sweep } = await live({}, spec({ api1: keys }));
  aws.live.clear();
  await sweep();
  const { resultLocation, omittedChanges } = w.published[0]?.detail.data ?? {};
  expect(omittedChanges).toBeGreaterThan(0);
  expect(resultLocation).toMatch(/\/1\/api1\.drift-1\.json$/);
  const whole = JSON.parse(w.store.textOf(resultLocation?.replace("s3://specs/", "") ?? "") ?? "");
  expect(whole.detail.data.changes).toHaveLength(900);
});

const REPAIR = { OnDrift: "repair" };

test("a document that asks for it is repaired, and told what that took", async () => {
  const { w, aws, sweep } = await live(REPAIR);
  remove(aws);
  expect(await sweep()).toMatchObject({ driftDetected: 1, signalsSent: 1 });
  expect(w.signals).toMatchObject([{ documentId: ID, apiId: "api1", sequence: 1, repair: 1 }]);
  w.clock.time += 100;
  await drain(w);
  expect(told(w.published)).toEqual(["DriftDetected 1 api1", "DriftResolved 1 api1"]);
  expect(w.published[1]?.detail.data).toMatchObject({
    mode: "drift",
    summary: { create: 1, unchanged: 1 },
    changes: [{ action: "create", status: "succeeded" }, { action: "none" }],
    deployment: { status: "unknown" },
  });
  expect(aws.at(RESPONSE)).toBeDefined();
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({
    settledSequence: 1,
    epoch: 3,
    result: { event: { detailType: "ApplySucceeded" } },
    drift: { count: 2, published: true },
  });
  expect(await sweep()).toMatchObject({ driftDetected: 0, signalsSent: 0 });

  remove(aws);
  await sweep();
  await drain(w);
  const tokens = aws.calls.flatMap(({ operation, token = "" }) => (operation === "create" ? [token] : []));
  expect(new Set(tokens).size).toBe(2);
  expect(new Set(idsOf(w.published)).size).toBe(4);
});

test("a repair that fails leaves the drift open, and is asked for again with other tokens", async () => {
  const { w, aws, sweep } = await live(REPAIR);
  remove(aws);
  await sweep();
  aws.faults.create = [refusedByAws()];
  await drain(w);
  expect(told(w.published)).toEqual(["DriftDetected 1 api1"]);
  expect(w.logged.join()).toContain("The drift was not repaired");
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({
    epoch: 3,
    drift: { count: 1, fingerprint: expect.any(String) },
  });

  expect(await sweep()).toMatchObject({ driftDetected: 0, signalsSent: 1 });
  await drain(w);
  expect(told(w.published)).toEqual(["DriftDetected 1 api1", "DriftResolved 1 api1"]);
  const tokens = aws.calls.flatMap(({ operation, token = "" }) => (operation === "create" ? [token] : []));
  expect(new Set(tokens).size).toBe(2);
});

test("a repair that keeps failing is asked for less and less often, and other drift at once", async () => {
  const MINUTE = 60_000;
  const { w, aws, sweep } = await live(REPAIR);
  remove(aws);
  aws.faults.create = Array.from({ length: 20 }, refusedByAws);
  const begunAt = w.clock.time;
  const askedAfter: number[] = [];
  for (let minutes = 0; minutes <= 24 * 60; minutes += 5) {
    w.clock.time = begunAt + minutes * MINUTE;
    const { signalsSent } = await sweep({ graceMs: 5 * MINUTE });
    if (signalsSent > 0) askedAfter.push(minutes);
    await drain(w);
  }
  expect(askedAfter).toEqual([0, 5, 15, 35, 75, 155, 315, 635, 995, 1355]);
  expect(told(w.published)).toEqual(["DriftDetected 1 api1"]);

  aws.live.clear();
  expect(await sweep({ graceMs: 5 * MINUTE })).toMatchObject({ driftDetected: 1, signalsSent: 1 });
});

test("a repair that died is completed by the next, and is no drift to the sweep meanwhile", async () => {
  const { w, aws, sweep } = await live(REPAIR);
  remove(aws);
  await sweep();
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("nothing was signalled");
  const store = { ...w.store };
  const ledger = { ...w.ledger, noteDrift: () => Promise.reject(new Error("killed")) };
  await expect(reconcile({ ...w, store, ledger }, signal, { ...ENDLESS, owner: "one" })).rejects.toThrow("killed");
  expect((await w.ledger.readChangeSet(ID, "api1"))?.runningSequence).toBe(1);

  expect(await sweep()).toMatchObject({ driftDetected: 0, driftResolved: 0, signalsSent: 1 });
  await drain(w);
  expect(told(w.published)).toEqual(["DriftDetected 1 api1", "DriftResolved 1 api1"]);
  expect(w.published[1]?.detail.data.summary).toMatchObject({ create: 1 });
  expect(aws.writes().filter(({ operation }) => operation === "create")).toHaveLength(1);
});

test("a repair that runs out of time goes on with the next signal", async () => {
  const { w, aws, sweep } = await live(REPAIR);
  aws.live.clear();
  await sweep();
  const [signal] = w.signals.splice(0);
  if (signal === undefined) throw new Error("nothing was signalled");
  aws.faults.create = [
    () => {
      w.clock.time += 1_000;
    },
  ];
  const run = await reconcile(w, signal, { deadline: w.clock.now() + 1_000, owner: "one" });
  expect(run).toEqual({ outcome: "interrupted" });
  expect(w.signals).toEqual([{ ...signal, cause: "continued", invocation: 1 }]);
  await drain(w);
  expect(w.published.at(-1)?.detail.data.summary).toMatchObject({ create: 2 });
});

test("a late signal to repair what is repaired, or what a newer revision replaced, does nothing", async () => {
  const { w, aws, sweep } = await live(REPAIR);
  remove(aws);
  await sweep();
  const [signal] = w.signals;
  if (signal === undefined) throw new Error("nothing was signalled");
  await drain(w);
  const writes = aws.writes().length;
  const budget = { ...ENDLESS, owner: "late" };
  expect(await reconcile(w, signal, budget)).toEqual({ outcome: "idle", reason: "settled" });
  expect(await reconcile(w, { ...signal, repair: 2 }, budget)).toEqual({ outcome: "idle", reason: "settled" });
  expect(aws.writes()).toHaveLength(writes);
});
