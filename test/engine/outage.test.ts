import { ControlPlaneError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { isOutage } from "../../packages/engine/src/outage.ts";
import { desired, lines, world } from "./world.ts";

const keys = (count: number) => Array.from({ length: count }, (_, at) => desired(`/${at}/`));
const expired = () => new ControlPlaneError("ExpiredToken", "The security token is expired", { retryable: false });
const refused = () =>
  new ControlPlaneError("NetworkFailure", "connect ECONNREFUSED 127.0.0.1:4566", { retryable: true });
const invalid = () => new ControlPlaneError("InvalidRequest", "bad template", { retryable: false });
const denied = () => new ControlPlaneError("AccessDenied", "no", { retryable: false });
const times = <T>(count: number, one: () => T) => Array.from({ length: count }, one);

test.each([
  ["nobody answers", refused, 8],
  ["nobody knows us", expired, 1],
] as const)(
  "three changes in a row that fail since %s end the run, and the next one goes on",
  async (_, error, tries) => {
    const w = world();
    w.plane.faults.create = [undefined, undefined, ...times(1_000, error)];
    const told: string[] = [];
    const onChange = ({ logicalId, status }: { logicalId: string; status: string }) =>
      void told.push(`${logicalId} ${status}`);
    const outcome = await w.run(keys(20), {}, { onChange });
    expect(outcome).toMatchObject({
      status: "interrupted",
      interruption: { cause: "outage", ended: 2, left: 18, error: { code: error().code, help: expect.any(String) } },
      diagnostics: [],
    });
    expect(lines(outcome)).toEqual(["create /0/ succeeded", "create /1/ succeeded"]);
    expect(told).toEqual(["/0/ succeeded", "/1/ succeeded", "/2/ failed", "/3/ failed"]);
    expect(w.plane.writes()).toHaveLength(2 + 3 * tries);

    w.plane.faults.create = [];
    const next = await w.run(keys(20), { resumed: true, epoch: 0 });
    expect(next).toMatchObject({ status: "succeeded", summary: { create: 20, failed: 0 } });
    expect(w.plane.live.size).toBe(20);
  },
);

test.each([
  ["changes that fail for reasons of their own", [invalid, invalid, invalid, invalid]],
  ["changes that may not be made", [denied, denied, denied, denied]],
  ["a success in between", [expired, expired, undefined, expired, expired]],
  ["a failure of its own in between", [expired, expired, invalid, expired, expired]],
] as const)("%s end no run", async (_, faults) => {
  const w = world();
  w.plane.faults.create = faults.map((fault) => fault?.());
  const outcome = await w.run(keys(6));
  expect(outcome).toMatchObject({
    status: "failed",
    summary: { failed: faults.filter((fault) => fault !== undefined).length },
  });
  expect(outcome.interruption).toBeUndefined();
});

test("a handful that is left is enough, and what needed nothing is no part of it", async () => {
  const w = world();
  const all = keys(6);
  await w.run(all.slice(0, 3));
  w.plane.faults.create = times(9, expired);
  const outcome = await w.run(all);
  expect(outcome).toMatchObject({ status: "interrupted", interruption: { ended: 0, left: 3 }, diagnostics: [] });
  expect(outcome.changes.filter(({ status }) => status === "failed")).toEqual([]);
});

test("a request that ran and failed is about its change; so is whatever is no failure of the control plane", () => {
  expect(isOutage(refused())).toBe(true);
  expect(isOutage(new ControlPlaneError("ServiceInternalError", "x", { retryable: true, completed: true }))).toBe(
    false,
  );
  expect(isOutage(denied())).toBe(false);
  expect(isOutage(new Error("x"))).toBe(false);
});
