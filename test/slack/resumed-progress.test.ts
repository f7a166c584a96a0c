import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { slackPosts } from "@specdrop/aws/dynamodb/slack-posts";
import type { RunProgressDetail } from "@specdrop/events";
import { intakeObjectEvent } from "@specdrop/service/intake";
import type { Signal } from "@specdrop/service/ports";
import { resignal, sweep } from "@specdrop/service/sweep";
import { afterAll, beforeAll, expect, test } from "vitest";
import { progressReports } from "../../packages/service/src/reconcile/progress.ts";
import { startDynalite } from "../aws/dynalite.ts";
import { spec, type World, world } from "../service/builders.ts";
import { titles } from "./deliveries.ts";
import { slackWorld } from "./world.ts";

const TABLE = "ledger";
let dynalite: Awaited<ReturnType<typeof startDynalite>>;
beforeAll(async () => {
  dynalite = await startDynalite();
  await createLedgerTable(dynalite.client, TABLE);
});
afterAll(() => dynalite.close());

/** What a run of the signal tells when a change ends, so many seconds after it began. */
async function progressAfter(signal: Signal, startedAt: number, ended: number): Promise<RunProgressDetail> {
  const told: RunProgressDetail[] = [];
  let now = startedAt;
  const progress = { report: async (detail: RunProgressDetail) => void told.push(detail) };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const source = { bucket: "specs", key: "a.yaml", versionId: "v1", etag: "e1" };
  const about = { sequence: 1, kind: "accepted", source, correlationId: "c", seenAt: 0, apiIds: ["api1"] } as const;
  const reports = progressReports({ progress, clock: { now: () => now }, log }, signal, about);
  now += 30_000;
  await reports.changed("succeeded", { ended, total: 400 });
  const [detail] = told;
  if (detail === undefined) throw new Error("nothing was told");
  return detail;
}

test.each([
  ["resumed", (w: World) => resignal(w, { deadline: Number.POSITIVE_INFINITY })],
  ["swept", (w: World) => sweep(w, { deadline: Number.POSITIVE_INFINITY })],
] as const)("a table holds how far a run is that was %s, and a bot shows it", async (cause, signalAgain) => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  const [first] = w.signals.splice(0);
  if (first === undefined) throw new Error("no signal");
  const clock = { now: () => w.clock.time };
  const { notifier, posted } = slackWorld({ posts: slackPosts(dynalite.client, TABLE, clock), start: w.clock.time });
  const before = await progressAfter(first, w.clock.time, 100);
  expect(await notifier.progress({ ...before, operationId: cause })).toBe(true);
  w.clock.time += 3_600_000;
  await signalAgain(w);
  const [again] = w.signals;
  if (again === undefined) throw new Error("no signal");
  const after = await progressAfter(again, w.clock.time, 120);
  expect(await notifier.progress({ ...after, operationId: cause })).toBe(true);
  expect(titles(posted)).toEqual(["⏳ Applying"]);
  expect(posted[0]?.message.text).toContain("120 of 400");

  w.clock.time += 60_000;
  // What was left of the first run goes on too.
  const left = await progressAfter({ ...first, cause: "continued", invocation: 1 }, w.clock.time, 130);
  expect(await notifier.progress({ ...left, operationId: cause })).toBe(true);
  expect(posted[0]?.message.text).toContain("130 of 400");
});
