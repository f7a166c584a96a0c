import { setTimeout as sleep } from "node:timers/promises";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import { processRequestRate } from "@specdrop/engine";
import { memoryLedger } from "@specdrop/ledger/memory";
import { convergeAll, type Size } from "../lib/desired.ts";
import type { AccountSeen } from "../lib/server.ts";
import { order } from "./order.ts";

/** Converges so many new responses on so many APIs, all APIs at once as functions would; then once more, to change nothing. */
const size = await order<Size>();
const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) };
const client = cloudControlClient();
const requestRate = processRequestRate(clock);
const options = { clock, requestRate };
const ports = {
  controlPlane: cloudControl(client, options),
  gateway: gateway(client, options),
  ledger: memoryLedger(),
  clock,
  random: Math.random,
  requestRate,
};

async function calls() {
  const { calls, writes, firstAt, lastAt } = (await (
    await fetch(process.env["AWS_ENDPOINT_URL"] ?? "")
  ).json()) as AccountSeen;
  const { ListResources = 0, GetResource = 0 } = calls;
  return { reads: ListResources + GetResource, writes: writes.length, seconds: (lastAt - firstAt) / 1_000 };
}

const outcomes = await convergeAll(size, ports, 1);
const before = await calls();
await convergeAll(size, ports, 2);
const after = await calls();
const results = outcomes.flatMap(({ changes }) => changes);
const known = results.filter(({ status }) => status === "succeeded").length;
const again = { reads: after.reads - before.reads, writes: after.writes - before.writes };
const { seconds } = before;
process.send?.({ seconds, failures: size.creates - known, known, again }, () => process.exit(0));
