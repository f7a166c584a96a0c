import { DeadlineReachedError } from "@specdrop/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emulatedPorts } from "../emulated-ports.ts";

const MODEL = { ApiId: "api0000001", IntegrationId: "int0001", IntegrationResponseKey: "/200/" };
const IMPLIED = { quirks: { impliedParents: true } };

test("an operation that outlasts the deadline is left pending then, and the same token gets its end later", async () => {
  const { controlPlane, clock, emulator } = emulatedPorts({ settleMs: 100_000, ...IMPLIED });
  const deadline = clock.now() + 30_000;
  await expect(controlPlane.create(MODEL, "token", deadline)).rejects.toThrow(DeadlineReachedError);
  expect(clock.now()).toBe(deadline);
  const settled = await controlPlane.create(MODEL, "token", deadline + 100_000);
  expect(clock.now()).toBeLessThan(deadline + 75_000);
  expect(emulator.resources().map(({ Identifier }) => Identifier)).toContain(settled.identifier);
});

test("what AWS asks to wait for is not waited for beyond the deadline", async () => {
  const { controlPlane, clock } = emulatedPorts({ settleMs: 1_000, retryAfterMs: 3_600_000, ...IMPLIED });
  const deadline = clock.now() + 30_000;
  await expect(controlPlane.create(MODEL, "token", deadline)).rejects.toThrow(DeadlineReachedError);
  expect(clock.now()).toBe(deadline);
});

test("no call ends after its deadline, throttled or failing, and whatever is called", async () => {
  const faults = fc.record({
    settleMs: fc.constantFrom(0, 400, 20_000),
    rps: fc.constantFrom(null, 1),
    errorRate: fc.constantFrom(0, 0.5, 1),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(faults, fc.integer({ min: 1, max: 40_000 }), async (given, budgetMs) => {
      const { controlPlane, gateway, clock } = emulatedPorts({ ...given, ...IMPLIED });
      for (const call of [
        (deadline: number) => controlPlane.create(MODEL, "token", deadline),
        (deadline: number) => controlPlane.list(MODEL, deadline),
        (deadline: number) => controlPlane.get("api0000001|int0001|r1", deadline),
        (deadline: number) => controlPlane.update("api0000001|int0001|r1", [], "update", deadline),
        (deadline: number) => controlPlane.delete("api0000001|int0001|r1", "delete", deadline),
        (deadline: number) => gateway.listRoutes("api0000001", deadline),
        (deadline: number) => gateway.getStage("api0000001", "prod", deadline),
        (deadline: number) => gateway.createDeployment("api0000001", "prod", "deploy", deadline),
      ]) {
        const deadline = clock.now() + budgetMs;
        await call(deadline).catch(() => undefined);
        expect(clock.now()).toBeLessThanOrEqual(deadline);
      }
    }),
    { numRuns: 50 },
  );
});

test("turns at the account's rate are not waited for beyond it either: pages, and what a list leaves out", async () => {
  const rate = { book: async () => 20_000, throttled: async () => {} };
  const { clock, controlPlane } = emulatedPorts(
    { quirks: { impliedParents: true, partialLists: true } },
    { requestRate: rate },
  );
  await controlPlane.create(MODEL, "one");
  const deadline = clock.now() + 15_000;
  await expect(controlPlane.list(MODEL, deadline)).rejects.toThrow(DeadlineReachedError);
  expect(clock.now()).toBe(deadline);
});
