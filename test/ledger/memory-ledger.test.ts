import { memoryLedger } from "@specdrop/ledger/memory";
import { expect, test } from "vitest";
import { ledgerContract, owned, resultEvent, revision } from "../contract/ledger.ts";

ledgerContract("memory", async () => ({ ledger: memoryLedger(), close: async () => {} }));

async function filled() {
  const ledger = memoryLedger();
  await ledger.recordRevision("s3://specs/b.yaml", revision());
  await ledger.recordRevision("s3://specs/a.yaml", revision());
  await ledger.beginRun("s3://specs/a.yaml", "api1", 1, 4, "run");
  await ledger.settle("s3://specs/a.yaml", "api1", 1, resultEvent(1));
  await ledger.claim(owned(), 4);
  await ledger.acquireLease("api1", "one", 100, 1000);
  return ledger;
}

test("a state survives JSON, and starts another ledger", async () => {
  const ledger = await filled();
  const copy = memoryLedger(JSON.parse(JSON.stringify(ledger.state())));
  expect(copy.state()).toEqual(ledger.state());
  expect(await copy.acquireLease("api1", "two", 100, 1050)).toBeUndefined();
});

test("a state is a copy: what happens later does not show in it, nor in the ledger it came from", async () => {
  const ledger = await filled();
  const before = ledger.state();
  const text = JSON.stringify(before);
  await memoryLedger(before).release(owned(), 4);
  await ledger.clearSuperseded("s3://specs/a.yaml", 1);
  await ledger.markPublished("s3://specs/a.yaml", "api1", 1);
  expect(JSON.stringify(before)).toBe(text);
  expect(ledger.state().owned).toHaveLength(1);
});

test("callers cannot change what the ledger holds", async () => {
  const ledger = memoryLedger();
  const apiIds = ["api1"];
  await ledger.recordRevision("s3://specs/a.yaml", revision({ apiIds }));
  apiIds.push("api2");
  const held = await ledger.readDocument("s3://specs/a.yaml");
  expect(held?.head.apiIds).toEqual(["api1"]);
  expect(Object.isFrozen(held?.head.apiIds)).toBe(true);
});

test("a state with two records of one key is refused", async () => {
  const { leases, ...rest } = (await filled()).state();
  expect(() => memoryLedger({ ...rest, leases: [...leases, ...leases] })).toThrow("two records of api1 in leases");
});
