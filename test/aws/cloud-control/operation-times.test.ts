import { type OperationTimes, sharedPace } from "@specdrop/aws/cloud-control/operation-times";
import type { Learnt, Pace } from "@specdrop/aws/cloud-control/pace";
import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { sharedOperationTimes } from "@specdrop/aws/dynamodb/operation-times";
import { expect, test } from "vitest";
import { startDynalite } from "../dynalite.ts";
import { virtualClock } from "../virtual-clock.ts";

function store(held?: Learnt) {
  const written: Learnt[] = [];
  const times: OperationTimes = { read: async () => held, write: async (learnt) => void written.push(learnt) };
  return { written, times };
}

function learn(pace: Pace, operation: "CREATE" | "DELETE", byMs: number): void {
  const following = pace.follow(operation);
  following.unfinished(byMs * 0.95);
  following.ended(byMs);
}

test("what others have found is where it begins", async () => {
  const { times } = store({ CREATE: { afterMs: 7_800, byMs: 8_100 } });
  const pace = await sharedPace(virtualClock(), times).known();
  expect(pace.follow("CREATE").nextMs()).toBe(1_950);
  expect(pace.follow("DELETE").nextMs()).toBe(130);
});

test("what is no time is as good as nothing", async () => {
  const { times } = store({ CREATE: { afterMs: "soon", byMs: 8_100 }, UPDATE: null, DELETE: 5 } as unknown as Learnt);
  const pace = await sharedPace(virtualClock(), times).known();
  for (const operation of ["CREATE", "UPDATE", "DELETE"] as const) expect(pace.follow(operation).nextMs()).toBe(130);
});

test("the first of each kind is told at once; afterwards only what has changed, once a minute", async () => {
  const { written, times } = store();
  const clock = virtualClock();
  const shared = sharedPace(clock, times);
  const pace = await shared.known();
  await shared.tell();
  expect(written).toEqual([]);
  learn(pace, "CREATE", 8_000);
  await shared.tell();
  learn(pace, "DELETE", 1_000);
  await shared.tell();
  expect(written).toEqual([
    { CREATE: { afterMs: 7_600, byMs: 8_000 } },
    { CREATE: { afterMs: 7_600, byMs: 8_000 }, DELETE: { afterMs: 950, byMs: 1_000 } },
  ]);
  for (let operation = 0; operation < 20; operation++) learn(pace, "DELETE", 3_000);
  await shared.tell();
  expect(written).toHaveLength(2);
  clock.advance(60_000);
  await shared.tell();
  clock.advance(60_000);
  await shared.tell();
  expect(written).toHaveLength(3);
  expect(written[2]?.DELETE?.byMs).toBe(3_000);
});

test("a store that is out of reach holds nobody up, and none is needed", async () => {
  const broken: OperationTimes = {
    read: () => Promise.reject(new Error("out of reach")),
    write: () => Promise.reject(new Error("out of reach")),
  };
  for (const times of [broken, undefined]) {
    const shared = sharedPace(virtualClock(), times);
    learn(await shared.known(), "CREATE", 500);
    await expect(shared.tell()).resolves.toBeUndefined();
  }
});

test("the ledger's table keeps them, and the last to write wins", async () => {
  const dynamo = await startDynalite();
  try {
    await createLedgerTable(dynamo.client, "times");
    const [one, other] = [sharedOperationTimes(dynamo.client, "times"), sharedOperationTimes(dynamo.client, "times")];
    expect(await one.read()).toBeUndefined();
    await one.write({ CREATE: { afterMs: 1, byMs: 2 } });
    await other.write({ CREATE: { afterMs: 3, byMs: 4 } });
    expect(await one.read()).toEqual({ CREATE: { afterMs: 3, byMs: 4 } });
  } finally {
    await dynamo.close();
  }
});
