import { ControlPlaneError, LeaseLostError } from "@specdrop/engine";
import { describe, expect, test } from "vitest";
import { refusedByAws, throttled } from "./fake-control-plane.ts";
import { desired, lines, model, world } from "./world.ts";

const THREE_DAYS = 72 * 3600 * 1000;
const died = () => new Error("the process died");
const WISH = [desired("$default", { TemplateSelectionExpression: "a" })];

/** A run that dies at its first create: before AWS got it, or after it took effect. */
async function runThatDies(when: "before" | "after") {
  const all = world();
  if (when === "before") all.plane.faults.create = [died()];
  else all.ledger.claim = dieAfter(all.ledger.claim, 1);
  await expect(all.run(WISH)).rejects.toThrow("died");
  return all;
}

function dieAfter<Args extends unknown[], R>(method: (...args: Args) => Promise<R>, calls: number) {
  let left = calls;
  return async (...args: Args): Promise<R> => {
    if (left === 0) {
      left -= 1;
      throw died();
    }
    left -= 1;
    return await method(...args);
  };
}

test.each(["before", "after"] as const)(
  "a run that died %s its create took effect is finished by the next",
  async (when) => {
    const { run, plane, owned } = await runThatDies(when);
    const outcome = await run(WISH, { epoch: 0, resumed: true });
    expect(lines(outcome)).toEqual(["create $default succeeded"]);
    expect(outcome.summary.create).toBe(1);
    expect(plane.live.size).toBe(1);
    expect((await owned())[0]).toMatchObject({ origin: "created", identifier: [...plane.live.keys()][0] });
  },
);

test("what was done before the run died is not done again", async () => {
  const { run, plane, owned } = world();
  plane.faults.create = [undefined, died()];
  const wishes = [desired("/200/"), desired("/404/"), desired("/500/")];
  await expect(run(wishes)).rejects.toThrow("died");
  expect(lines(await run(wishes, { epoch: 0, resumed: true }))).toEqual([
    "create /500/ succeeded",
    "create /200/ succeeded",
    "create /404/ succeeded",
  ]);
  expect(plane.writes()).toHaveLength(4);
  expect(plane.live.size).toBe(3);
  expect(await owned()).toHaveLength(3);
});

test("a later revision finishes what an earlier one began, and goes on from there", async () => {
  const { run, plane } = await runThatDies("after");
  const wish = [desired("$default", { TemplateSelectionExpression: "b" })];
  expect(lines(await run(wish, { sequence: 2 }))).toEqual(["update $default succeeded"]);
  expect(plane.live.size).toBe(1);
});

test("a withdrawal finishes it too: the response is found, and deleted", async () => {
  const { run, plane, owned } = await runThatDies("after");
  expect(lines(await run([], { mode: "withdraw" }))).toEqual(["delete $default succeeded"]);
  expect(plane.live.size).toBe(0);
  expect(await owned()).toEqual([]);
});

test("what somebody else created meanwhile is a conflict, even if it looks the same", async () => {
  const { run, plane, owned } = await runThatDies("before");
  plane.put(model("$default", { TemplateSelectionExpression: "a" }));
  expect(lines(await run(WISH, { epoch: 0, resumed: true }))).toEqual(["create $default failed SD5001"]);
  expect(await owned()).toEqual([]);
});

test("three days later AWS has forgotten the token: a response as we asked for is ours", async () => {
  const { run, plane, time } = await runThatDies("after");
  time.now += THREE_DAYS;
  plane.forgetTokens();
  expect(lines(await run(WISH, { epoch: 0, resumed: true }))).toEqual(["create $default succeeded"]);
  expect((await run(WISH, { sequence: 2 })).status).toBe("unchanged");
  expect(plane.live.size).toBe(1);
});

test("three days later, another's response is another's, and where there is none it is created", async () => {
  const first = await runThatDies("before");
  first.time.now += THREE_DAYS;
  first.plane.put(model("$default", { TemplateSelectionExpression: "theirs" }));
  expect(lines(await first.run(WISH, { resumed: true }))).toEqual(["create $default failed SD5001"]);

  const second = await runThatDies("before");
  second.time.now += THREE_DAYS;
  expect(lines(await second.run(WISH, { resumed: true }))).toEqual(["create $default succeeded"]);
});

describe("how old a create is, AWS's clock says", () => {
  /** A run that died after its create took effect, on a machine; AWS has a clock of its own. */
  async function onItsOwnClock() {
    const all = world();
    const aws = { now: all.time.now };
    all.plane.time = () => aws.now;
    all.ledger.claim = dieAfter(all.ledger.claim, 1);
    await expect(all.run(WISH)).rejects.toThrow("died");
    return { ...all, aws };
  }

  test("to a machine whose clock was set back, a response as we asked for is ours once AWS has forgotten", async () => {
    const { run, plane, aws, time } = await onItsOwnClock();
    aws.now += THREE_DAYS;
    time.now -= 60_000;
    plane.forgetTokens();
    expect(lines(await run(WISH, { epoch: 0, resumed: true }))).toEqual(["create $default succeeded"]);
    expect(plane.writes()).toHaveLength(1);
  });

  test("a machine whose clock is days ahead asks AWS still", async () => {
    const { run, plane, time } = await onItsOwnClock();
    time.now += THREE_DAYS;
    plane.live.clear();
    plane.forgetTokens();
    plane.put(model("$default", { TemplateSelectionExpression: "a" }));
    expect(lines(await run(WISH, { epoch: 0, resumed: true }))).toEqual(["create $default failed SD5001"]);
  });
});

test("a run that lost its lease cannot replace the create that its successor finishes", async () => {
  const { run, plane, ledger, owned } = await runThatDies("before");
  const [begun] = await owned();
  if (begun === undefined) throw new Error("nothing was begun");
  plane.faults.create = [
    async () => {
      await expect(ledger.claim({ ...begun, logicalId: "late" }, 1)).rejects.toThrow(LeaseLostError);
    },
  ];
  await run(WISH, { epoch: 0, resumed: true }, { fence: 2 });
  expect(await owned()).toMatchObject([{ logicalId: "$default", identifier: [...plane.live.keys()][0] }]);
});

test("a create that failed for good after the run died is let go; one whose fate stays unknown is not", async () => {
  const failed = await runThatDies("before");
  failed.plane.faults.create = [throttled()];
  expect(lines(await failed.run(WISH, { resumed: true }))).toEqual(["create $default succeeded"]);

  const unknown = await runThatDies("before");
  unknown.plane.faults.create = Array.from(
    { length: 8 },
    () => new ControlPlaneError("Throttling", "", { retryable: true }),
  );
  await expect(unknown.run(WISH, { resumed: true })).rejects.toThrow(ControlPlaneError);
  expect((await unknown.owned())[0]?.pending).toBeDefined();
});

test("only the failed create is let go, and it is not asked for again and again", async () => {
  const { run, plane, owned, time } = world();
  await run([desired("/kept/")]);
  plane.faults.create = [died()];
  await expect(run([desired("/kept/"), ...WISH])).rejects.toThrow("died");
  plane.faults.create = [throttled()];
  time.slept = 0;
  const before = plane.writes().length;
  await run([desired("/kept/")], { sequence: 2 });
  expect(plane.writes()).toHaveLength(before + 1);
  expect(time.slept).toBe(0);
  expect((await owned()).map((one) => one.IntegrationResponseKey)).toEqual(["/kept/"]);
});

test("a create that failed after the run died, and left its response behind, is ours", async () => {
  const { run, plane, owned } = await runThatDies("before");
  plane.faults.create = [
    () => {
      const { identifier } = plane.put(model("$default", { TemplateSelectionExpression: "a" }));
      throw new ControlPlaneError("NotStabilized", "", { retryable: false, completed: true, identifier });
    },
  ];
  expect(lines(await run(WISH, { resumed: true }))).toEqual(["create $default succeeded"]);
  expect(plane.live.size).toBe(1);
  expect((await owned())[0]?.pending).toBeUndefined();
});

test("another document's create under way is none of our business", async () => {
  const { run, plane, owned } = await runThatDies("after");
  const other = { documentId: "s3://specs/other.yaml" };
  const before = plane.writes().length;
  await run([desired("/200/")], other);
  expect(plane.writes()).toHaveLength(before + 1);
  expect((await owned("$default"))[0]?.pending).toBeDefined();
});

test("a bug on the way is not swallowed", async () => {
  const { run, plane } = await runThatDies("before");
  plane.faults.create = [new TypeError("a bug")];
  await expect(run(WISH, { resumed: true })).rejects.toThrow(TypeError);
});

test("created by the dead run, deleted by somebody since: created anew, with another token", async () => {
  const { run, plane } = world();
  await run(WISH);
  plane.live.clear();
  const outcome = await run(WISH, { epoch: 0, resumed: true });
  expect(lines(outcome)).toEqual(["create $default succeeded"]);
  expect(plane.live.size).toBe(1);
});

test("updated by the dead run, undone by somebody since: updated again", async () => {
  const { run, plane } = world();
  await run(WISH);
  const wish = [desired("$default", { TemplateSelectionExpression: "b" })];
  await run(wish, { epoch: 7 });
  const live = plane.at(model("$default")) as NonNullable<ReturnType<typeof plane.at>>;
  plane.live.set(live.identifier, { ...live, properties: { TemplateSelectionExpression: "a" } });
  const outcome = await run(wish, { epoch: 7, resumed: true });
  expect(outcome.status).toBe("succeeded");
  expect(plane.at(model("$default"))?.properties).toEqual({ TemplateSelectionExpression: "b" });
  expect(plane.live.size).toBe(1);
});

test("a plan assumes that a create under way is ours if it is there as asked, and says nothing of it otherwise", async () => {
  const done = await runThatDies("after");
  expect(lines(await done.run(WISH, { mode: "plan" }))).toEqual(["none $default planned"]);
  const open = await runThatDies("before");
  expect(lines(await open.run(WISH, { mode: "plan" }))).toEqual(["create $default planned"]);
  await done.run([desired("/200/")], { documentId: "s3://specs/other.yaml" });
  const plan = await done.run([...WISH, desired("/200/")], { mode: "plan" });
  expect(lines(plan)).toEqual(["create /200/ failed SD5002", "none $default planned"]);
});

test("a run that goes on where another's time was up counts all that was done, also what is gone", async () => {
  const { run, time } = world();
  await run([desired("/200/"), desired("/404/"), desired("/500/")]);
  const deadline = time.now + 2;
  let removed = { delete: 0, forget: 0 };
  const wish = [desired("/200/", {}, { logicalId: "ok" }), desired("/new/")];
  const first = await run(
    wish,
    { sequence: 2, epoch: 5 },
    {
      deadline,
      onChange: (_change, progress) => {
        removed = { ...progress.removed };
        time.now += progress.ended === 3 ? 2 : 0;
      },
    },
  );
  expect(first.status).toBe("interrupted");
  expect(removed).toEqual({ delete: 1, forget: 0 });

  const second = await run(wish, { sequence: 2, epoch: 5, resumed: true, removedBefore: removed });
  expect(lines(second)).toEqual(
    ["create /new/ succeeded", "none ok succeeded", "delete /500/ succeeded"].sort(byAction),
  );
  expect(second.summary).toMatchObject({ create: 1, delete: 2, unchanged: 1 });
  expect(second.omittedChanges).toBe(1);
  expect(second.status).toBe("succeeded");

  const last = await run(wish, { sequence: 3, removedBefore: { delete: 0, forget: 1 } });
  expect(last.status).toBe("succeeded");
});

/** `none` stands where the plan had it, though it is told as the change it was. */
function byAction(a: string, b: string): number {
  const order = ["none", "create", "delete"];
  return order.indexOf(a.split(" ")[0] ?? "") - order.indexOf(b.split(" ")[0] ?? "");
}

test("what was created and no read shows yet stays ours, whatever the next revision asks", async () => {
  const { run, plane, owned } = world();
  await run(WISH);
  const [identifier] = plane.live.keys();
  plane.list = async () => [];
  const get = plane.get.bind(plane);
  plane.get = async () => undefined;
  const changed = [desired("$default", { TemplateSelectionExpression: "b" })];
  expect(lines(await run(changed, { sequence: 2 }))).toEqual(["create $default failed NotConverged"]);
  expect(await owned()).toMatchObject([{ identifier, origin: "created" }]);
  expect((await owned())[0]?.pending).toBeUndefined();

  let reads = 0;
  plane.get = async (id) => (++reads > 2 ? get(id) : undefined);
  expect(lines(await run(changed, { sequence: 3 }))).toEqual(["create $default succeeded"]);
  expect(plane.live.get(identifier ?? "")?.properties).toEqual({ TemplateSelectionExpression: "b" });
  reads = 0;
  expect(lines(await run(changed, { sequence: 4 }))).toEqual(["create $default succeeded"]);
  expect(await owned()).toMatchObject([{ identifier }]);
});

test("what was created and no read shows yet is deleted when it is dropped", async () => {
  const { run, plane, owned } = world();
  await run(WISH);
  plane.list = async () => [];
  plane.get = async () => undefined;
  expect(lines(await run([], { sequence: 2 }))).toEqual(["forget $default succeeded"]);
  expect(plane.live.size).toBe(0);
  expect(await owned()).toEqual([]);
});

test("a create that is finished later and cannot be read yet is ours", async () => {
  const { run, plane, owned } = await runThatDies("after");
  plane.list = async () => [];
  plane.get = async () => undefined;
  await run(WISH, { epoch: 0, resumed: true });
  expect(await owned()).toMatchObject([{ origin: "created", identifier: [...plane.live.keys()][0] }]);
});

test("a create in the place of ours that dies or fails does not lose ours", async () => {
  const { run, plane, owned, ledger } = world();
  await run(WISH);
  const [identifier] = plane.live.keys();
  const list = plane.list.bind(plane);
  const get = plane.get.bind(plane);
  plane.list = async () => [];
  plane.get = async () => undefined;
  plane.faults.create = [died()];
  await expect(run(WISH, { sequence: 2, epoch: 1 })).rejects.toThrow("died");
  expect(await owned()).toMatchObject([{ identifier, pending: {} }]);

  plane.list = list;
  plane.get = get;
  expect((await run(WISH, { sequence: 2, epoch: 1, resumed: true })).status).toBe("unchanged");
  expect(await owned()).toMatchObject([{ identifier, origin: "created" }]);
  expect((await ledger.listOwned((await owned())[0]?.ApiId ?? ""))[0]?.pending).toBeUndefined();

  plane.list = async () => [];
  plane.get = async () => undefined;
  plane.faults.create = [refusedByAws()];
  expect(lines(await run(WISH, { sequence: 3 }))).toEqual(["create $default failed InvalidRequest"]);
  expect(await owned()).toMatchObject([{ identifier }]);
});

test("the token of a create does not bring back what was created with it before, and is gone", async () => {
  const { run, plane, owned } = world();
  const resumed = { sequence: 1, epoch: 0, resumed: true };
  await run(WISH, resumed);
  plane.live.clear();
  await run(WISH, resumed);
  const [second] = plane.live.keys();
  expect(await owned()).toMatchObject([{ identifier: second }]);
  const get = plane.get.bind(plane);
  plane.list = async () => [];
  plane.get = async (id) => (id === second ? undefined : get(id));
  expect(lines(await run(WISH, resumed))).toEqual(["create $default failed NotConverged"]);
  expect(await owned()).toMatchObject([{ identifier: second }]);
});

test("three days later an empty property is no difference", async () => {
  const wish = [desired("$default", { TemplateSelectionExpression: "", ResponseTemplates: {} })];
  const all = world();
  all.ledger.claim = dieAfter(all.ledger.claim, 1);
  await expect(all.run(wish)).rejects.toThrow("died");
  const [identifier] = all.plane.live.keys();
  const live = all.plane.live.get(identifier ?? "");
  if (live !== undefined) all.plane.live.set(live.identifier, { ...live, properties: {} });
  all.time.now += THREE_DAYS;
  all.plane.forgetTokens();
  await all.run(wish, { epoch: 0, resumed: true });
  expect(await all.owned()).toMatchObject([{ identifier, origin: "created" }]);
});
