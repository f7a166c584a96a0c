import { type Bidder, type HandOver, handedOver, type OwnedResource } from "@specdrop/engine";
import { expect, test } from "vitest";
import { API, DOCUMENT, desired, INTEGRATION, lines, model, ownershipOf, world } from "./world.ts";

const OTHER = "s3://specs/other.yaml";

/** Somebody who wants these keys, and takes them in the ledger. */
function wanting(w: ReturnType<typeof world>, keys: readonly string[], more: Partial<HandOver> = {}): HandOver {
  const bidder = (key: string): Bidder => ({ documentId: OTHER, sequence: 1, logicalId: `theirs ${key}` });
  return {
    bidderFor: async ({ IntegrationResponseKey: key = "" }) => (keys.includes(key) ? bidder(key) : undefined),
    isLeaving: async () => false,
    pass: async (owned, to) => {
      await w.ledger.release(owned, 1);
      await w.ledger.claim(handedOver(owned, to), 1);
      return true;
    },
    ...more,
  };
}

async function ownersOf(w: ReturnType<typeof world>): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await w.owned()).map((one) => [one.IntegrationResponseKey, one.documentId]));
}

const theirs = (w: ReturnType<typeof world>, key: string): OwnedResource =>
  ownershipOf(w.plane.put(model(key)), { documentId: OTHER, logicalId: "theirs" });

test("what somebody wants passes to them, and the rest is deleted", async () => {
  const w = world();
  await w.run([desired("/1/"), desired("/2/")]);
  const outcome = await w.run([], {}, { handOver: wanting(w, ["/1/"]) });
  expect(lines(outcome)).toEqual(["delete /2/ succeeded", "forget /1/ succeeded"]);
  expect(outcome.changes[1]).toMatchObject({ handedTo: OTHER });
  expect(await ownersOf(w)).toEqual({ "/1/": OTHER });
  expect(w.plane.live.size).toBe(1);
});

test("a plan shows who would get it", async () => {
  const w = world();
  await w.run([desired("/1/")]);
  const outcome = await w.run([], { mode: "plan" }, { handOver: wanting(w, ["/1/"]) });
  expect(outcome.changes).toMatchObject([{ action: "forget", status: "planned", handedTo: OTHER }]);
  expect(await ownersOf(w)).toEqual({ "/1/": DOCUMENT });
});

test("the new owner is told to have adopted it, once", async () => {
  const w = world();
  await w.ledger.claim({ ...theirs(w, "/1/"), documentId: DOCUMENT, takenFrom: OTHER, deletionPolicy: "Retain" }, 1);
  const outcome = await w.run([desired("/1/")]);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.changes).toMatchObject([{ action: "adopt", changedProperties: [] }]);
  const [owned] = await w.owned();
  expect(owned?.takenFrom).toBeUndefined();
  expect(owned?.deletionPolicy).toBeUndefined();
  expect((await w.run([desired("/1/")])).status).toBe("unchanged");
});

test("what is taken over is counted, one after the other", async () => {
  const w = world();
  for (const key of ["/1/", "/2/"]) {
    await w.ledger.claim({ ...theirs(w, key), documentId: DOCUMENT, takenFrom: OTHER }, 1);
  }
  const counted: string[] = [];
  await w.run(
    [desired("/1/"), desired("/2/")],
    {},
    {
      onChange: ({ action }, { ended, total }) => void counted.push(`${action} ${ended}/${total}`),
    },
  );
  expect(counted).toEqual(["adopt 1/2", "adopt 2/2"]);
});

test("a run that resumes one that died after it took something over tells the same", async () => {
  const w = world();
  await w.ledger.claim({ ...theirs(w, "/1/"), documentId: DOCUMENT, takenFrom: OTHER }, 1);
  await w.run([desired("/1/")], { epoch: 7 });
  const resumed = await w.run([desired("/1/")], { epoch: 7, resumed: true });
  expect(resumed.changes).toMatchObject([{ action: "adopt" }]);
});

test("where things stand otherwise by then, the run ends, and another plans anew", async () => {
  const w = world();
  await w.run([desired("/1/")]);
  const refusing = wanting(w, ["/1/"], { pass: async () => false });
  expect((await w.run([], {}, { handOver: refusing })).status).toBe("interrupted");
  await w.ledger.claim(theirs(w, "/2/"), 1);
  expect((await w.run([desired("/2/")], {}, { handOver: refusing })).status).toBe("interrupted");
  expect(await ownersOf(w)).toEqual({ "/1/": DOCUMENT, "/2/": OTHER });
});

test("what others own does not keep a document from letting go of what they want", async () => {
  const w = world();
  await w.run([desired("/1/"), desired("/3/")]);
  await w.ledger.claim(theirs(w, "/2/"), 1);
  const ended: number[] = [];
  const outcome = await w.run(
    [desired("/2/")],
    {},
    { handOver: wanting(w, ["/1/"]), onChange: (_, progress) => void ended.push(progress.ended) },
  );
  expect(lines(outcome)).toEqual(["create /2/ failed SD5002", "delete /3/ skipped", "forget /1/ succeeded"]);
  expect(outcome.status).toBe("failed");
  expect(outcome.summary).toMatchObject({ forget: 1, failed: 1, delete: 0 });
  expect(ended).toEqual([1]);
});

test("an owner that is about to let go is waited for", async () => {
  const w = world();
  await w.ledger.claim(theirs(w, "/2/"), 1);
  const leaving = wanting(w, [], { isLeaving: async () => true });
  expect(await w.run([desired("/2/")], {}, { handOver: leaving })).toMatchObject({ status: "waiting", changes: [] });
  expect(lines(await w.run([desired("/2/")]))).toEqual(["create /2/ failed SD5002"]);
});

test("a conflict of another kind hands nothing over", async () => {
  const w = world();
  await w.run([desired("/1/")]);
  w.plane.put(model("/2/"));
  const outcome = await w.run([desired("/2/")], {}, { handOver: wanting(w, ["/1/"]) });
  expect(lines(outcome)).toEqual(["create /2/ failed SD5001", "forget /1/ skipped"]);
  expect(await ownersOf(w)).toEqual({ "/1/": DOCUMENT });
});

test("while removals are held, what somebody wants passes on, and the rest waits", async () => {
  const w = world();
  await w.run([desired("/1/"), desired("/2/"), desired("/3/", {}, { deletionPolicy: "Retain" })]);
  const held = { handOver: wanting(w, ["/1/"]), holdsRemovals: true };
  const outcome = await w.run([desired("/4/")], {}, held);
  expect(outcome.status).toBe("waiting");
  expect(lines(outcome)).toEqual(["create /4/ succeeded", "forget /1/ succeeded"]);
  expect(w.plane.live.size).toBe(4);
  expect((await w.run([desired("/4/")])).summary).toMatchObject({ delete: 1, forget: 1 });
});

test("a response under another key of the same resource is replaced, whoever wants the old one", async () => {
  const w = world();
  await w.run([desired("/1/", {}, { logicalId: "one" })]);
  const outcome = await w.run([desired("/2/", {}, { logicalId: "one" })], {}, { handOver: wanting(w, ["/1/"]) });
  expect(lines(outcome)).toEqual(["replace one succeeded"]);
});

test("one that is kept under its old key too passes on, and the new one is created", async () => {
  const w = world();
  const kept = { logicalId: "one", deletionPolicy: "Retain" } as const;
  await w.run([desired("/1/", {}, kept)]);
  const outcome = await w.run([desired("/2/", {}, kept)], {}, { handOver: wanting(w, ["/1/"]) });
  expect(lines(outcome)).toEqual(["create one succeeded", "forget one succeeded"]);
  expect(await ownersOf(w)).toEqual({ "/1/": OTHER, "/2/": DOCUMENT });
});

test("what somebody else put in its place is not handed over", async () => {
  const w = world();
  await w.run([desired("/1/")]);
  w.plane.live.clear();
  w.plane.put(model("/1/"));
  const outcome = await w.run([], {}, { handOver: wanting(w, ["/1/"]) });
  expect(outcome.changes).toMatchObject([{ action: "forget", gone: true }]);
  expect(outcome.changes[0]?.handedTo).toBeUndefined();
});

test("what is there under another key by now is forgotten, and not gone", async () => {
  const w = world();
  await w.run([desired("/1/")]);
  const [live] = w.plane.live.values();
  if (live === undefined) throw new Error("nothing was made");
  w.plane.live.set(live.identifier, { ...live, IntegrationResponseKey: "/9/" });
  const outcome = await w.run([]);
  expect(outcome.changes).toMatchObject([{ action: "forget", status: "succeeded" }]);
  expect(outcome.changes[0]?.gone).toBeUndefined();
  expect(w.plane.live.size).toBe(1);
});

test("a policy of the new owner takes the place of the old one's", () => {
  const owned: OwnedResource = {
    ...{ documentId: DOCUMENT, logicalId: "mine", ApiId: API, IntegrationId: INTEGRATION, applied: {} },
    ...{ IntegrationResponseKey: "/1/", origin: "adopted", deletionPolicy: "Retain", identifier: "i" },
  };
  const to: Bidder = { documentId: OTHER, sequence: 3, logicalId: "theirs", deletionPolicy: "Delete" };
  expect(handedOver(owned, to)).toEqual({
    ...owned,
    ...{ documentId: OTHER, logicalId: "theirs", deletionPolicy: "Delete", takenFrom: DOCUMENT },
  });
  const { deletionPolicy: _, ...unsaid } = to;
  expect(handedOver(owned, unsaid)).not.toHaveProperty("deletionPolicy");
});
