import { isUnchanged, type Lease, leaseOf, newLease, untilAbandoned, watchLease } from "@specdrop/ledger/lease";
import fc from "fast-check";
import { expect, test } from "vitest";

const TTL_MS = 60_000;
const first = newLease("api1", "one", 1, TTL_MS, 1_800_000_000_000);

test("a watch counts what was waited without a change, and begins anew with each", () => {
  const step = fc.record({ waitedMs: fc.nat({ max: 20_000 }), changes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let lease = first;
      let watch = watchLease(undefined, lease, 99_999);
      expect(watch).toEqual({ lease, unchangedMs: 0 });
      let sinceMs = 0;
      for (const { waitedMs, changes } of steps) {
        if (changes) lease = { ...lease, renewals: lease.renewals + 1 };
        watch = watchLease(watch, lease, waitedMs);
        sinceMs = changes ? 0 : sinceMs + waitedMs;
        expect(untilAbandoned(watch)).toBe(Math.max(0, TTL_MS - sinceMs));
      }
    }),
  );
});

test.each<Partial<Lease>>([{ fence: 2 }, { renewals: 1 }, { expiresAt: 0 }])("%o is a change", (change) => {
  expect(isUnchanged(first, { ...first })).toBe(true);
  expect(isUnchanged(first, { ...first, ...change })).toBe(false);
});

test("a lease that an older version wrote has a minute, and one that was let go is none", () => {
  expect(leaseOf({ apiId: "api1", fence: 3, owner: "one", expiresAt: 7 })).toEqual({
    apiId: "api1",
    fence: 3,
    owner: "one",
    expiresAt: 7,
    renewals: 0,
    ttlMs: TTL_MS,
  });
  expect(leaseOf({ apiId: "api1", fence: 3, owner: "one", expiresAt: 7, renewals: 2, ttlMs: 5 })).toMatchObject({
    renewals: 2,
    ttlMs: 5,
  });
  expect(leaseOf({ apiId: "api1", fence: 3 })).toBeUndefined();
  expect(leaseOf({ apiId: "api1", fence: 3, owner: "one" })).toBeUndefined();
});
