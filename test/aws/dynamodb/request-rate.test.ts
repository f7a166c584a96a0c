import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { sharedRequestRate } from "@specdrop/aws/dynamodb/request-rate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDynalite } from "../dynalite.ts";

const LIMITS = { rate: 10, burst: 5 };

let dynamo: Awaited<ReturnType<typeof startDynalite>>;
let tables = 0;

beforeAll(async () => {
  dynamo = await startDynalite();
});
afterAll(() => dynamo.close());

/** Several processes with one table and one standing clock. */
async function processes(count: number) {
  tables += 1;
  await createLedgerTable(dynamo.client, `rate-${tables}`);
  const time = { now: 1_800_000_000_000 };
  const clock = { now: () => time.now };
  return {
    time,
    rates: Array.from({ length: count }, () => sharedRequestRate(dynamo.client, `rate-${tables}`, clock, LIMITS)),
  };
}

test("many processes together stay within one account's limits", async () => {
  const { rates } = await processes(5);
  const waits = (await Promise.all(rates.flatMap((rate) => [rate.book(1), rate.book(1), rate.book(1)]))).sort(
    (a, b) => a - b,
  );
  expect(waits).toHaveLength(15);
  waits.forEach((waitMs, place) => {
    expect(waitMs).toBeCloseTo(Math.max(0, place + 1 - LIMITS.burst) * 100);
  });
});

test("when one is throttled, all slow down, and recover", async () => {
  const { rates, time } = await processes(2);
  const [one, other] = rates;
  await one?.book(1);
  await one?.throttled();
  time.now += 1_000;
  await one?.throttled();
  expect(await other?.book(1)).toBeCloseTo(200);
  time.now += 3_600_000;
  expect(await other?.book(5)).toBe(0);
});

test("questions about a status count once one of them was throttled, for whoever has booked since", async () => {
  const { rates } = await processes(2);
  const [one, other] = rates;
  expect(await other?.book(1)).toBe(0);
  expect(await other?.bookStatus?.()).toBe(0);
  await one?.throttled();
  expect(await one?.bookStatus?.()).toBeCloseTo(100);
  expect(await other?.bookStatus?.()).toBe(0);
  expect(await other?.book(1)).toBeCloseTo(200);
  expect(await other?.bookStatus?.()).toBeCloseTo(300);
});

test("a process whose clock is fast keeps nobody waiting, and is not kept waiting by others", async () => {
  tables += 1;
  await createLedgerTable(dynamo.client, `rate-${tables}`);
  const now = 1_800_000_000_000;
  const rateAt = (skewMs: number) =>
    sharedRequestRate(dynamo.client, `rate-${tables}`, { now: () => now + skewMs }, LIMITS);
  const [right, fast, slow] = [rateAt(0), rateAt(20 * 60_000), rateAt(-86_400_000)];
  await fast.book(6);
  await fast.throttled();
  expect(await right.book(1)).toBeCloseTo(200);
  expect(await slow.book(1)).toBeCloseTo(300);
  expect(await right.book(1)).toBeLessThanOrEqual(400);
  expect(await fast.book(1)).toBeLessThanOrEqual(500);
});

test("rates of different names do not share", async () => {
  tables += 1;
  await createLedgerTable(dynamo.client, `rate-${tables}`);
  const clock = { now: () => 1_800_000_000_000 };
  const limits = { rate: 0.2, burst: 1 };
  const requests = sharedRequestRate(dynamo.client, `rate-${tables}`, clock, limits);
  const deployments = sharedRequestRate(dynamo.client, `rate-${tables}`, clock, limits, "apigateway-deployments");
  expect(await requests.book(1)).toBe(0);
  expect(await deployments.book(1)).toBe(0);
  expect(await deployments.book(1)).toBeCloseTo(5_000);
});
