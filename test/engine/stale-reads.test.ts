import { ControlPlaneError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { desired, lines, model, world } from "./world.ts";

/** Reads do not see anything until so many reads have been made. */
function blind(all: ReturnType<typeof world>, reads: { list?: number; get?: number }) {
  const { plane } = all;
  const list = plane.list.bind(plane);
  const get = plane.get.bind(plane);
  let lists = reads.list ?? 0;
  let gets = reads.get ?? 0;
  plane.list = async (parent) => {
    lists -= 1;
    return lists >= 0 ? [] : await list(parent);
  };
  plane.get = async (identifier) => {
    gets -= 1;
    return gets >= 0 ? undefined : await get(identifier);
  };
}

const WISH = [desired("$default", { TemplateSelectionExpression: "a" })];

test("a response that no read shows is not created twice: found at last, it is left alone", async () => {
  const all = world();
  await all.run(WISH);
  blind(all, { list: 1, get: 1 });
  expect(lines(await all.run(WISH, { sequence: 2 }))).toEqual(["create $default succeeded"]);
  expect(all.plane.live.size).toBe(1);
  expect((await all.owned())[0]).toMatchObject({ origin: "created", identifier: [...all.plane.live.keys()][0] });
});

test("found at last and not as asked, it is updated", async () => {
  const all = world();
  await all.run(WISH);
  blind(all, { list: 2, get: 1 });
  const wish = [desired("$default", { TemplateSelectionExpression: "b" })];
  expect(lines(await all.run(wish, { sequence: 2 }))).toEqual(["create $default succeeded"]);
  expect(all.plane.at(model("$default"))?.properties).toEqual({ TemplateSelectionExpression: "b" });
  expect(all.plane.live.size).toBe(1);
});

test("never found, it stays on record, and the run says so", async () => {
  const all = world();
  await all.run(WISH);
  blind(all, { list: 99, get: 99 });
  const outcome = await all.run(WISH, { sequence: 2 });
  expect(lines(outcome)).toEqual(["create $default failed NotConverged"]);
  expect(outcome.changes[0]?.error).toMatchObject({ retryable: true, help: expect.stringContaining("again") });
  expect((await all.owned())[0]?.identifier).toBe([...all.plane.live.keys()][0]);
  expect((await all.owned())[0]?.pending).toBeUndefined();
});

test("a refused create in place of what no read showed leaves that on record", async () => {
  const all = world();
  await all.run(WISH);
  blind(all, { list: 1, get: 1 });
  all.plane.faults.create = [new ControlPlaneError("AccessDenied", "no", { retryable: false, completed: true })];
  expect(lines(await all.run(WISH, { sequence: 2 }))).toEqual(["create $default failed AccessDenied"]);
  expect(await all.owned()).toHaveLength(1);
  expect(lines(await all.run([], { sequence: 3 }))).toEqual(["delete $default succeeded"]);
});

test("somebody else's in its place is somebody else's", async () => {
  const all = world();
  await all.run(WISH);
  const [ours] = [...all.plane.live.keys()];
  all.plane.live.clear();
  all.plane.put(model("$default"));
  blind(all, { list: 2, get: 2 });
  expect(lines(await all.run(WISH, { sequence: 2 }))).toEqual(["create $default failed NotConverged"]);
  expect((await all.owned())[0]?.identifier).toBe(ours);
  expect(lines(await all.run(WISH, { sequence: 3 }))).toEqual(["create $default failed SD5004"]);
});

test("and where a read shows it at last, the run names it", async () => {
  const all = world();
  await all.run(WISH);
  all.plane.live.clear();
  all.plane.put(model("$default"));
  blind(all, { list: 1, get: 1 });
  expect(lines(await all.run(WISH, { sequence: 2 }))).toEqual(["create $default failed SD5001"]);
  expect(await all.owned()).toEqual([]);
});

test("one that is dropped and that no read shows is deleted all the same", async () => {
  const all = world();
  await all.run(WISH);
  blind(all, { list: 1, get: 1 });
  expect(lines(await all.run([], { sequence: 2 }))).toEqual(["forget $default succeeded"]);
  expect(all.plane.live.size).toBe(0);
  expect(await all.owned()).toEqual([]);
});

test("what a dead run created is ours, though no read shows it yet", async () => {
  const all = world();
  all.plane.lostReplies.create = 1;
  all.plane.faults.create = [undefined, new Error("the process died")];
  await expect(all.run(WISH)).rejects.toThrow("died");
  blind(all, { list: 1, get: 5 });
  all.time.now += 1000;
  expect((await all.run(WISH, { epoch: 0, resumed: true })).status).toBe("succeeded");
  expect(all.plane.live.size).toBe(1);
});

test("an interrupted replacement keeps its former record when the new create failed for good", async () => {
  const all = world();
  await all.run(WISH);
  const [ours] = [...all.plane.live.keys()];
  all.plane.live.clear();
  all.plane.faults.create = [new Error("the process died")];
  await expect(all.run(WISH, { sequence: 2 })).rejects.toThrow("died");
  expect((await all.owned())[0]).toMatchObject({ identifier: ours, pending: expect.anything() });
  all.plane.faults.create = [new ControlPlaneError("InvalidRequest", "no", { retryable: false, completed: true })];
  expect(lines(await all.run(WISH, { sequence: 2, resumed: true }))).toEqual(["create $default succeeded"]);
  expect(all.plane.live.size).toBe(1);
});
