import type { Clock } from "@specdrop/engine";
import { memoryLedger } from "@specdrop/ledger/memory";
import { acceptDocument } from "@specdrop/service/intake";
import { convergeSlice, LeaseHeldError, reconcile } from "@specdrop/service/reconcile";
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import type { Signal } from "../../../packages/service/src/ports/signals.ts";
import { FakeControlPlane } from "../../engine/fake-control-plane.ts";
import { heldByAnother } from "../builders.ts";

const ID = "file:program.ts";
const BUDGET = { deadline: Number.POSITIVE_INFINITY, owner: "run" };

type Wanted = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function textOf(wanted: Wanted, rest: Readonly<Record<string, unknown>> = {}): string {
  const entries = Object.entries(wanted).map(([id, own]) => [id, { ApiId: "api1", IntegrationId: "int1", ...own }]);
  return JSON.stringify({ ...rest, IntegrationResponses: Object.fromEntries(entries) });
}

/** A program's document on a ledger and an AWS of its own. */
function program() {
  const ledger = memoryLedger();
  const controlPlane = new FakeControlPlane();
  const clock: Clock = { now: () => 1_000_000, sleep: async () => {} };
  const log = { info() {}, warn() {}, error() {} };
  const queue = { send: async () => {} };
  const bus = { publish: async () => {} };
  let text = "";
  const deps = {
    ledger,
    controlPlane,
    clock,
    log,
    queue,
    bus,
    random: () => 0,
    store: {
      read: async (source: { readonly key: string }) => ({
        source: { bucket: "", key: source.key },
        body: new TextEncoder().encode(text),
        metadata: {},
        truncated: false,
      }),
      write: async () => ({ bucket: "", key: "" }),
      delete: async () => {},
    },
  };
  const change = { documentId: ID, source: { bucket: "", key: "program.ts" }, correlationId: "c" };
  return {
    ledger,
    controlPlane,
    deps,
    async open(wanted: Wanted): Promise<number> {
      const acceptance = await acceptDocument(deps, { ...change, body: textOf(wanted) });
      if (acceptance.outcome !== "accepted") throw new Error(`It was ${acceptance.outcome}`);
      return acceptance.sequence;
    },
    declare(sequence: number, wanted: Wanted) {
      const resources = parse(textOf(wanted), ID).document?.resources ?? [];
      return convergeSlice(deps, { documentId: ID, apiId: "api1", sequence, resources }, BUDGET);
    },
    async end(sequence: number, wanted: Wanted, rest?: Readonly<Record<string, unknown>>) {
      text = textOf(wanted, rest);
      const signal: Signal = {
        documentId: ID,
        apiId: "api1",
        sequence,
        cause: "accepted",
        invocation: 0,
        correlationId: "c",
      };
      const outcome = await reconcile(deps, signal, BUDGET);
      if (outcome.outcome !== "settled") throw new Error(`It is ${JSON.stringify(outcome)}`);
      return outcome.event;
    },
    keys: () => [...controlPlane.live.values()].map(({ IntegrationResponseKey }) => IntegrationResponseKey).sort(),
  };
}

const ONE = { one: { IntegrationResponseKey: "/1/", TemplateSelectionExpression: "x" } };
const TWO = { two: { IntegrationResponseKey: "/2/", TemplateSelectionExpression: "x" } };

test("the last run of the revision tells what its parts have made, and writes none of it again", async () => {
  const p = program();
  const sequence = await p.open(ONE);
  expect(await p.declare(sequence, ONE)).toMatchObject({ status: "succeeded", summary: { create: 1 } });
  expect(await p.declare(sequence, TWO)).toMatchObject({ status: "succeeded", summary: { create: 1 } });
  const writes = p.controlPlane.writes().length;

  const event = await p.end(sequence, { ...ONE, ...TWO });
  expect(event.detailType).toBe("ApplySucceeded");
  expect(event.detail.data).toMatchObject({ summary: { create: 2, unchanged: 0 }, mode: "apply" });
  expect(p.controlPlane.writes()).toHaveLength(writes);
});

test("a part never deletes, whatever it leaves out; the end does", async () => {
  const p = program();
  const first = await p.open(ONE);
  await p.declare(first, { ...ONE, ...TWO });
  await p.end(first, { ...ONE, ...TWO });

  const second = await p.open(ONE);
  expect(await p.declare(second, ONE)).toMatchObject({ status: "unchanged" });
  expect(p.keys()).toEqual(["/1/", "/2/"]);
  const event = await p.end(second, ONE);
  expect(event.detail.data.summary).toMatchObject({ delete: 1, unchanged: 1 });
  expect(p.keys()).toEqual(["/1/"]);
});

test("parts that change nothing leave a revision that is unchanged", async () => {
  const p = program();
  const first = await p.open(ONE);
  await p.declare(first, { ...ONE, ...TWO });
  await p.end(first, { ...ONE, ...TWO });
  const writes = p.controlPlane.writes().length;

  const second = await p.open(ONE);
  await p.declare(second, ONE);
  await p.declare(second, TWO);
  expect((await p.end(second, { ...ONE, ...TWO })).detailType).toBe("ApplyUnchanged");
  expect(p.controlPlane.writes()).toHaveLength(writes);
});

test("keys that two resources swap are written in place", async () => {
  const p = program();
  const first = await p.open(ONE);
  await p.declare(first, { ...ONE, ...TWO });
  await p.end(first, { ...ONE, ...TWO });
  const identifiers = [...p.controlPlane.live.keys()];

  const swapped = {
    one: { ...ONE.one, IntegrationResponseKey: "/2/" },
    two: { ...TWO.two, IntegrationResponseKey: "/1/" },
  };
  const second = await p.open({ one: swapped.one });
  await p.declare(second, { one: swapped.one });
  await p.declare(second, { two: swapped.two });
  expect((await p.end(second, swapped)).detail.data.summary).toMatchObject({ delete: 0, create: 0, unchanged: 2 });
  expect([...p.controlPlane.live.keys()]).toEqual(identifiers);
  expect(
    (await p.ledger.listOwned("api1")).map(({ logicalId, IntegrationResponseKey: key }) => logicalId + key),
  ).toEqual(["two/1/", "one/2/"]);
});

test.each([
  ["deleted", undefined, ["/3/"]],
  ["kept, where its policy now says so", "Retain", ["/1/", "/3/"]],
])("a key that was left is there until the end, and then %s", async (_, DeletionPolicy, left) => {
  const p = program();
  const first = await p.open(ONE);
  await p.declare(first, ONE);
  await p.end(first, ONE);

  const moved = { one: { ...ONE.one, IntegrationResponseKey: "/3/", DeletionPolicy } };
  const second = await p.open(moved);
  await p.declare(second, moved);
  expect(p.keys()).toEqual(["/1/", "/3/"]);
  await p.end(second, moved);
  expect(p.keys()).toEqual(left);
});

test("a run that died is taken up by the next, with what it had begun", async () => {
  const p = program();
  const first = await p.open(ONE);
  p.controlPlane.lostReplies.create = 1;
  p.controlPlane.faults.create = [undefined, ...Array.from({ length: 8 }, () => new Error("killed"))];
  await expect(p.declare(first, ONE)).rejects.toThrow();
  expect(p.keys()).toEqual(["/1/"]);
  expect((await p.ledger.listOwned("api1"))[0]).toHaveProperty("pending");
  p.controlPlane.faults.create = [];

  const second = await p.open(ONE);
  expect(await p.declare(second, ONE)).toMatchObject({ status: expect.stringMatching("succeeded|unchanged") });
  await p.end(second, ONE);
  expect(p.keys()).toEqual(["/1/"]);
  expect((await p.ledger.listOwned("api1"))[0]).not.toHaveProperty("pending");
});

test("a conflict touches nothing, and another try gets tokens of its own", async () => {
  const p = program();
  p.controlPlane.put({ ApiId: "api1", IntegrationId: "int1", IntegrationResponseKey: "/1/" });
  const sequence = await p.open(ONE);
  expect(await p.declare(sequence, ONE)).toMatchObject({ status: "failed", diagnostics: [{ code: "SD5001" }] });
  expect(p.controlPlane.writes()).toEqual([]);
  expect(await p.ledger.readChangeSet(ID, "api1")).toMatchObject({ epoch: 1 });

  const adopting = { one: { ...ONE.one, adopt: true } };
  expect(await p.declare(sequence, adopting)).toMatchObject({ status: "succeeded", summary: { adopt: 1 } });
});

test("a revision that is no longer in force, or over, is not touched", async () => {
  const p = program();
  const first = await p.open(ONE);
  const second = await p.open(ONE);
  expect(await p.declare(first, ONE)).toEqual({ status: "superseded" });
  await p.declare(second, ONE);
  await p.end(second, ONE);
  expect(await p.declare(second, TWO)).toEqual({ status: "superseded" });
  expect(p.keys()).toEqual(["/1/"]);
});

test("an API that another run writes to is left alone", async () => {
  const p = program();
  const sequence = await p.open(ONE);
  const other = await heldByAnother(p.deps, "api1");
  await expect(p.declare(sequence, ONE)).rejects.toThrow(LeaseHeldError);
  expect(p.keys()).toEqual([]);
  await other.release();
  await p.declare(sequence, ONE);
  expect(p.keys()).toEqual(["/1/"]);
});

test("the deletion budget holds at the end, and AllowDeletions lifts it", async () => {
  const p = program();
  const many = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`r${at}`, { IntegrationResponseKey: `/${at}/` }]),
  );
  const first = await p.open(many);
  await p.declare(first, many);
  await p.end(first, many);

  const { r0 } = many;
  const few: Wanted = { r0: r0 ?? {} };
  const second = await p.open(few);
  await p.declare(second, few);
  const stopped = await p.end(second, few);
  expect(stopped.detailType).toBe("ApplyFailed");
  expect(stopped.detail.data.diagnostics.map(({ code }) => code)).toContain("SD5003");
  expect(p.keys()).toHaveLength(12);

  const third = await p.open(few);
  expect((await p.end(third, few, { AllowDeletions: 11 })).detail.data.summary).toMatchObject({ delete: 11 });
});
