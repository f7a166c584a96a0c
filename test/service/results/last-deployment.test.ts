import type { ChangeSet } from "@specdrop/engine";
import type { ResultData } from "@specdrop/events";
import { memoryLedger } from "@specdrop/ledger/memory";
import { documentIdOf } from "@specdrop/service/documents";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import { BUCKET, outcomeOf, spec, type World, world } from "../builders.ts";

const ID = documentIdOf(BUCKET, "chat.json");
const LIVE = { status: "live", stageName: "prod" } as const;
const TEXT = spec({ api1: ["$default"] }, { Deploy: { StageName: "prod" } });

/** Drops the document, and runs the engine as told; returns what the engine was told of the last deployment. */
async function dropped(w: World, outcome: Partial<Awaited<ReturnType<World["converge"]>>>, text = TEXT) {
  await intakeObjectEvent(w, w.store.put("chat.json", text));
  let seen: unknown;
  const engine = async (changeSet: ChangeSet) => {
    seen = changeSet.lastDeployment;
    return { ...outcomeOf(outcome.status ?? "succeeded"), ...outcome };
  };
  const signal = w.signals.shift() as Signal;
  await reconcile({ ...w, converge: engine, plan: engine }, signal, {
    deadline: Number.POSITIVE_INFINITY,
    owner: "run",
  });
  return seen as ResultData["deployment"];
}

test("a run is told what the last result said of deployments", async () => {
  const w = world();
  expect(await dropped(w, { deployment: LIVE })).toBeUndefined();
  expect(await dropped(w, { status: "failed" })).toEqual(LIVE);
  expect(await dropped(w, {})).toBeUndefined();
});

test("after a run that died, nothing counts for live", async () => {
  const w = world();
  await dropped(w, { deployment: LIVE });
  await w.ledger.beginRun(ID, "api1", 2, 2, "run");
  expect(await dropped(w, { deployment: LIVE })).toEqual({ ...LIVE, status: "pending" });
});

test("a repair's word is newer than the revision's", async () => {
  const ledger = memoryLedger();
  const w = world({ ledger });
  await dropped(w, { deployment: LIVE });
  const event = w.published.at(-1);
  if (event === undefined) throw new Error("no result");
  const failed = { ...LIVE, status: "failed" } as const;
  const told = { ...event, detail: { ...event.detail, data: { ...event.detail.data, deployment: failed } } };
  await ledger.noteDrift(ID, "api1", 1, {
    count: 1,
    fingerprint: "f",
    event: { ...told, detailType: "DriftResolved" },
  });
  await ledger.markDriftPublished(ID, "api1", 1);
  expect(await dropped(w, { deployment: LIVE })).toEqual(failed);
  expect(await dropped(w, {})).toEqual(LIVE);
});

test("what a dry run would deploy was not deployed", async () => {
  const w = world();
  await dropped(w, { deployment: LIVE });
  const dryRun = spec({ api1: ["$default"] }, { Deploy: { StageName: "prod" }, DryRun: true });
  const planned = { status: "planned", deployment: { ...LIVE, status: "pending" } } as const;
  expect(await dropped(w, planned, dryRun)).toEqual(LIVE);
  expect(await dropped(w, {})).toBeUndefined();
});
