import { converge, planChanges } from "@specdrop/engine";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { RunInterruptedError, reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import { emulatedPorts } from "../../aws/emulated-ports.ts";
import { spec, told, world } from "../builders.ts";

const ID = "s3://specs/a.json";
const RUN_MS = 195_000;

/** A document on an AWS of its own, in time that passes only while somebody waits. */
async function dropped(keys: readonly string[], faults: object) {
  const ports = emulatedPorts({ ...faults, quirks: { impliedParents: true } });
  const { controlPlane, clock, emulator } = ports;
  const w = world({ converge, plan: planChanges, controlPlane, clock: clock as never });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: keys })));
  const [first] = w.signals.splice(0);
  if (first === undefined) throw new Error("nothing was signalled");
  const run = (signal: Signal) => reconcile(w, signal, { deadline: clock.now() + RUN_MS, owner: `run ${clock.now()}` });
  const live = () => emulator.resources().filter(({ TypeName }) => TypeName.endsWith("::IntegrationResponse"));
  return { w, first, run, live, clock, emulator };
}

test("a run whose time is up goes on with another signal, and what is under way is finished, not repeated", async () => {
  const { w, first, run, live, clock } = await dropped(["/1/", "/2/", "/3/", "/4/"], { settleMs: 120_000 });
  const begunAt = clock.now();
  expect(await run(first)).toEqual({ outcome: "interrupted" });
  expect(clock.now()).toBe(begunAt + RUN_MS);
  expect(w.signals).toEqual([{ ...first, cause: "continued", invocation: 1 }]);
  expect(await w.ledger.readChangeSet(ID, "api1")).toMatchObject({ progress: { ended: 1, total: 4 } });
  expect((await w.ledger.listOwned("api1")).filter(({ pending }) => pending !== undefined)).toHaveLength(1);
  expect(await w.ledger.readLease("api1")).toBeUndefined();

  const [second] = w.signals.splice(0) as [Signal];
  expect(await run(second)).toEqual({ outcome: "interrupted" });
  const [third] = w.signals.splice(0) as [Signal];
  expect(await run(third)).toMatchObject({ outcome: "settled" });
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api1"]);
  expect(w.published[0]?.detail.data.summary).toMatchObject({ create: 4, failed: 0 });
  expect(live()).toHaveLength(4);
});

test("a run that gets nowhere in its time is delivered again and counted, and does not signal itself", async () => {
  const { w, first, run, live, clock } = await dropped(["/1/"], { settleMs: 300_000 });
  const begunAt = clock.now();
  await expect(run(first)).rejects.toThrow(RunInterruptedError);
  expect(clock.now()).toBe(begunAt + RUN_MS);
  expect(w.signals).toEqual([]);
  const [owned] = await w.ledger.listOwned("api1");
  expect(owned?.pending).toBeDefined();

  expect(await run(first)).toMatchObject({ outcome: "settled", event: { detailType: "ApplySucceeded" } });
  expect(live()).toHaveLength(1);
});

test.each([
  ["update", spec({ api1: ["/1/"] }, { DryRun: false }).replaceAll("{}", "{ }")],
  ["delete", spec({ api1: ["/2/"] })],
] as const)(
  "an accepted %s that outlasts its run is asked for by its request, and not sent again",
  async (operation, text) => {
    const { w, first, run, emulator } = await dropped(["/1/"], { settleMs: 0 });
    await run(first);
    emulator.changeFaults({ settleMs: 300_000 });
    await intakeObjectEvent(w, w.store.put("a.json", text));
    const [second] = w.signals.splice(0) as [Signal];
    const outcome = await run(second).catch((error: unknown) => error);
    const requests = () => emulator.listResourceRequests({}).ResourceRequestStatusSummaries.length;
    const sent = requests();
    const unfinished = (await w.ledger.listOwned("api1")).flatMap((owned) => owned.unfinished ?? owned.pending ?? []);
    expect(unfinished.at(0)).toMatchObject({ requestToken: expect.any(String) });
    if (operation === "update") {
      expect(outcome).toBeInstanceOf(RunInterruptedError);
      expect(unfinished[0]).toMatchObject({ operation });
    }
    for (let runs = 0; w.published.length < 2; runs += 1) {
      expect(runs).toBeLessThan(5);
      await run(w.signals.shift() ?? second).catch(() => undefined);
    }
    expect(told(w.published)).toEqual(["ApplySucceeded 1 api1", "ApplySucceeded 2 api1"]);
    expect(w.published[1]?.detail.data.summary).toMatchObject({ failed: 0 });
    expect(requests() - sent).toBe(operation === "update" ? 0 : 1);
  },
);
