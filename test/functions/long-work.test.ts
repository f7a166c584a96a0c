import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatSignal } from "@specdrop/aws/signal-message";
import { converge, processRequestRate } from "@specdrop/engine";
import { createReconcile } from "@specdrop/functions/reconcile";
import { silence } from "@specdrop/functions/runtime/lambda";
import { readStatus } from "@specdrop/inspect/status";
import { formatLedger } from "@specdrop/ledger/file/format";
import { memoryLedger } from "@specdrop/ledger/memory";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { emulatedPorts } from "../aws/emulated-ports.ts";
import { emptyFolder, runCli } from "../cli/run-cli.ts";
import { told, world } from "../service/builders.ts";
import { contextOf, sqsEvent } from "./samples.ts";

const RESOURCES = 2_000;
const API = "api0000001";
/** What Lambda allows each run; a minute of it is kept back. */
const INVOCATION_MS = 180_000;

const KEYS = Array.from({ length: RESOURCES }, (_, index) => `/${1_000 + index}/`);

const DOCUMENT = JSON.stringify({
  ApiId: API,
  IntegrationResponses: Object.fromEntries(
    KEYS.map((IntegrationResponseKey, index) => [
      `r${index}`,
      { IntegrationId: `int000${index % 4}`, IntegrationResponseKey, ResponseTemplates: { $default: `${index}` } },
    ]),
  ),
});

test("2,000 resources on one API at 10 requests a second are done over several runs", {
  timeout: 120_000,
}, async () => {
  const ports = emulatedPorts({ rps: 10, burst: 40, settleMs: 400, quirks: { impliedParents: true } });
  const { emulator, clock } = ports;
  const ledger = memoryLedger();
  const w = world({ ledger, clock: clock as never, converge });
  const { controlPlane } = ports;
  const requestRate = processRequestRate(clock);
  const call = createReconcile({ ...w, controlPlane, requestRate }, silence);
  const live = () => emulator.resources().filter(({ TypeName }) => TypeName.endsWith("::IntegrationResponse"));
  const begunAt = clock.now();

  await intakeObjectEvent(w, w.store.put("large.json", DOCUMENT));
  const documentId = "s3://specs/large.json";
  const ends: number[] = [];
  for (let signal = w.signals.shift(); signal !== undefined; signal = w.signals.shift()) {
    expect(signal).toMatchObject({ documentId, apiId: API, sequence: 1, invocation: ends.length });
    const startedAt = clock.now();
    const message = { id: "m", group: API, body: formatSignal(signal) };
    expect(await call(sqsEvent([message]), contextOf(INVOCATION_MS))).toEqual({ batchItemFailures: [] });
    expect(clock.now() - startedAt).toBeLessThan(INVOCATION_MS);
    expect(await ledger.readLease(API)).toBeUndefined();

    const owned = await ledger.listOwned(API);
    const changeSet = await ledger.readChangeSet(documentId, API);
    if (w.signals.length === 0) break;
    // Between two runs the ledger says how far the work is, and owns just what is live, but for the one under way.
    expect(changeSet).toMatchObject({
      settledSequence: 0,
      runningSequence: 1,
      progress: { sequence: 1, total: RESOURCES },
    });
    const underWay = owned.filter(({ pending }) => pending !== undefined).length;
    expect(underWay).toBeLessThanOrEqual(1);
    const ended = owned.length - underWay;
    expect([ended, owned.length]).toContain(live().length);
    const status = await readStatus(ledger, clock.now());
    expect(status.documents[0]?.apis).toMatchObject([
      { apiId: API, settled: false, owned: owned.length, progress: changeSet?.progress && { ended } },
    ]);
    expect(owned.length).toBeGreaterThan(ends.at(-1) ?? 0);
    ends.push(owned.length);
    // People see the same.
    if (ends.length === 1)
      expect(await statusOf(formatLedger({ state: ledger.state(), others: {} }))).toContain(
        `${ended} of 2000 changes ended`,
      );
  }

  expect(ends.length).toBeGreaterThan(1);
  expect(told(w.published)).toEqual([`ApplySucceeded 1 ${API}`]);
  expect(w.published[0]?.detail.data).toMatchObject({ summary: { create: RESOURCES, failed: 0 } });
  expect(await ledger.readChangeSet(documentId, API)).toMatchObject({ settledSequence: 1 });
  // No duplicate, no orphan.
  const owned = await ledger.listOwned(API);
  expect(owned.map(({ IntegrationResponseKey }) => IntegrationResponseKey).sort()).toEqual(KEYS);
  expect(
    live()
      .map(({ Identifier }) => Identifier)
      .sort(),
  ).toEqual(owned.map(({ identifier }) => identifier).sort());
  // 2,000 creates at the account's rate take more than three minutes, whatever else they wait for.
  expect(clock.now() - begunAt).toBeGreaterThan((RESOURCES / 10) * 1_000 - 4_000);
});

async function statusOf(ledger: string): Promise<string> {
  const folder = emptyFolder();
  writeFileSync(join(folder, "ledger.json"), ledger);
  const { stdout } = await runCli(["status", "--ledger", "ledger.json"], { cwd: folder });
  return stdout;
}
