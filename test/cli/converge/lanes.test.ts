import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapSideBySide, openLanes } from "../../../packages/cli/src/converge/lanes.ts";

/** Tasks that end when they are told to. */
function workshop(limit: number) {
  const lanes = openLanes(limit);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const add = (lane: string, name: string) =>
    lanes.add(lane, async () => {
      begun.push(name);
      await new Promise<void>((done, fail) => ends.set(name, (error) => (error ? fail(error) : done())));
    });
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await setImmediate();
  };
  return { lanes, begun, add, end };
}

test("a lane does one task after the other, lanes go side by side, and no more of them than the limit", async () => {
  const { lanes, begun, add, end } = workshop(2);
  for (const name of ["a1", "a2", "b1", "c1"]) add(name[0] ?? "", name);
  await setImmediate();
  expect(begun).toEqual(["a1", "b1"]);
  await end("b1");
  expect(begun).toEqual(["a1", "b1", "c1"]);
  await end("a1");
  expect(begun).toEqual(["a1", "b1", "c1", "a2"]);
  await end("c1");
  await end("a2");
  await lanes.idle();
});

test("what a task adds is waited for", async () => {
  const lanes = openLanes(1);
  const done: string[] = [];
  lanes.add("a", async () => {
    done.push("first");
    lanes.add("a", async () => void done.push("second"));
  });
  await lanes.idle();
  expect(done).toEqual(["first", "second"]);
});

test("after a failure nothing else begins, and what is under way is waited for", async () => {
  const { lanes, begun, add, end } = workshop(2);
  for (const name of ["a1", "a2", "b1"]) add(name[0] ?? "", name);
  await setImmediate();
  let isIdle = false;
  const idle = lanes.idle().finally(() => {
    isIdle = true;
  });
  idle.catch(() => {});
  await end("a1", new Error("broken"));
  expect(isIdle).toBe(false);
  add("d", "d1");
  await end("b1");
  await expect(idle).rejects.toThrow("broken");
  expect(begun).toEqual(["a1", "b1"]);
});

test("results keep the order of the values, whichever ends first", async () => {
  const ends: (() => void)[] = [];
  const mapped = mapSideBySide(["x", "y", "z"], 3, async (value) => {
    await new Promise<void>((done) => ends.unshift(done));
    return value.toUpperCase();
  });
  await setImmediate();
  for (const end of ends) {
    end();
    await setImmediate();
  }
  expect(await mapped).toEqual(["X", "Y", "Z"]);
  expect(await mapSideBySide([], 3, async () => 1)).toEqual([]);
});
