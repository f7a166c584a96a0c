import {
  compareSubmissions,
  type SubmissionMark,
  type SubmissionRecord,
  type SubmissionStep,
  sentAt,
  submissionBehind,
  submissionStep,
  unanswered,
  withDeletion,
  withEnded,
  writerBehind,
} from "@specdrop/ledger/submissions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const DOCUMENT = "s3://specs/events/111122223333/orders/chat";

const mark = (id: string, over: Partial<SubmissionMark> = {}): SubmissionMark => ({
  id,
  kind: "submitted",
  sentAt: 100,
  arrivedAt: 100_000,
  correlationId: `c-${id}`,
  ...over,
});

const step = (held: SubmissionRecord | undefined, one: SubmissionMark, turn = `turn of ${one.id}`, expired?: string) =>
  submissionStep(held, DOCUMENT, one, turn, expired);

function acted(taken: SubmissionStep): SubmissionRecord {
  if (taken.step !== "act") throw new Error(`not to act: ${taken.step}`);
  return taken.record;
}

/** Takes it up and ends it at once. */
const done = (held: SubmissionRecord | undefined, one: SubmissionMark) => withEnded(acted(step(held, one)), one.id);

describe("order", () => {
  test.each<[string, Partial<SubmissionMark>, Partial<SubmissionMark>]>([
    ["the sequence, whatever the time says", { sequence: 1, sentAt: 200 }, { sequence: 2, sentAt: 100 }],
    ["the time, where only one has a sequence", { sequence: 9, sentAt: 100 }, { sentAt: 101 }],
    ["the time, where sequences are equal", { sequence: 1, sentAt: 100 }, { sequence: 1, sentAt: 101 }],
    ["the arrival, where times are equal", { arrivedAt: 5 }, { arrivedAt: 5.001 }],
    ["the arrival, where sequence and time are equal", { sequence: 0, arrivedAt: 5 }, { sequence: 0, arrivedAt: 6 }],
  ])("goes by %s", (_, older, newer) => {
    expect(compareSubmissions(mark("a", older), mark("b", newer))).toBeLessThan(0);
    expect(compareSubmissions(mark("b", newer), mark("a", older))).toBeGreaterThan(0);
    expect(step(done(undefined, mark("b", newer)), mark("a", older))).toMatchObject({ step: "supersede" });
    expect(step(done(undefined, mark("a", older)), mark("b", newer)).step).toBe("act");
  });

  test("one that is equal in all is taken as the newer: it came later", () => {
    expect(step(done(undefined, mark("a")), mark("b")).step).toBe("act");
  });

  test.each([
    ["2026-11-30T10:00:00Z", "2026-11-30T10:00:00Z"],
    ["2026-11-30T09:59:59.999Z", "2026-11-30T09:59:59Z"],
    ["2027-01-01T00:00:00Z", "2026-11-30T10:00:00Z"],
    [undefined, "2026-11-30T10:00:00Z"],
  ])("%s counts as %s", (time, counted) => {
    expect(sentAt(time === undefined ? undefined : Date.parse(time), Date.parse("2026-11-30T10:00:00.700Z"))).toBe(
      Date.parse(counted) / 1000,
    );
  });

  const marks = fc
    .uniqueArray(
      fc.record(
        { id: fc.uuid(), sentAt: fc.integer({ min: 0, max: 3 }), sequence: fc.integer({ min: 0, max: 3 }) },
        { requiredKeys: ["id", "sentAt"] },
      ),
      { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
    )
    .map((list) => list.map((over, arrivedAt) => mark(over.id, { ...over, arrivedAt })));
  const isUniform = (list: readonly SubmissionMark[]) =>
    new Set(list.map(({ sequence }) => sequence === undefined)).size === 1;

  test("whatever order they are taken in, the newest ends up as the latest", () => {
    const orders = marks
      .filter(isUniform)
      .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }).map((order) => ({ list, order })));
    fc.assert(
      fc.property(orders, ({ list, order }) => {
        let held: SubmissionRecord | undefined;
        for (const one of order) {
          const taken = step(held, one);
          held = taken.step === "act" ? withEnded(taken.record, one.id) : withEnded(held as SubmissionRecord, one.id);
        }
        expect(held?.latest).toEqual(list.toSorted(compareSubmissions).at(-1));
      }),
    );
  });

  test("a repeat does nothing, whatever came since; nothing that ended is taken up again", () => {
    fc.assert(
      fc.property(marks, fc.array(fc.nat()), (list, picks) => {
        let held: SubmissionRecord | undefined;
        const seen = new Set<string>();
        for (const pick of picks) {
          const one = { ...(list[pick % list.length] as SubmissionMark), arrivedAt: 1_000 + seen.size };
          const taken = step(held, one);
          if (seen.has(one.id)) expect(taken).toEqual({ step: "none" });
          else if (taken.step === "act") held = withEnded(taken.record, one.id);
          else held = withEnded(held as SubmissionRecord, one.id);
          seen.add(one.id);
        }
      }),
    );
  });

  test("ids are remembered 200 deep; an older repeat is superseded, and changes nothing", () => {
    let held = done(undefined, mark("first", { sentAt: 0 }));
    for (let nth = 1; nth <= 199; nth += 1) held = done(held, mark(`e${nth}`, { sentAt: nth }));
    expect(step(held, mark("first", { sentAt: 0 }))).toEqual({ step: "none" });
    held = done(held, mark("e200", { sentAt: 200 }));
    expect(step(held, mark("first", { sentAt: 0 }))).toMatchObject({ step: "supersede" });
  });
});

describe("one after the other", () => {
  test("whoever comes while another writes to the bucket waits, unless it is the older", () => {
    const held = acted(step(undefined, mark("a"), "one"));
    expect(held).toMatchObject({ version: 1, turn: "one", ended: [] });
    expect(step(held, mark("b"), "two")).toEqual({ step: "wait", turn: "one" });
    expect(step(held, mark("a"), "two")).toEqual({ step: "wait", turn: "one" });
    expect(step(held, mark("z", { sentAt: 1 }), "two")).toMatchObject({ step: "supersede" });
  });

  test("an invocation knows its own turn", () => {
    const held = acted(step(undefined, mark("a"), "one"));
    expect(step(held, mark("a"), "one")).toEqual({ step: "act", record: { ...held, version: 2 } });
  });

  test("a turn whose holder has stopped passes on: to a repeat of the same, or to a newer one", () => {
    const held = acted(step(undefined, mark("a"), "one"));
    expect(acted(step(held, mark("a"), "two", "one"))).toMatchObject({
      turn: "two",
      latest: { id: "a" },
      displaced: [],
    });
    const newer = acted(step(held, mark("b"), "two", "one"));
    expect(newer).toMatchObject({ turn: "two", latest: { id: "b" }, displaced: ["a"] });
    // What had begun and was overtaken is never taken for a new one, though it arrives again and later.
    expect(step(newer, mark("a", { arrivedAt: 200_000 }), "three")).toMatchObject({ step: "supersede" });
    const told = withEnded(newer, "a");
    expect(told).toMatchObject({ displaced: [], ended: ["a"], turn: "two" });
    expect(step(told, mark("a", { arrivedAt: 200_000 }))).toEqual({ step: "none" });
  });

  test("a deletion that has begun is not the next one's", () => {
    const held = withDeletion(acted(step(undefined, mark("w", { kind: "withdrawn" }))));
    expect(held).toMatchObject({ version: 2, deletes: true });
    expect(acted(step(held, mark("w", { kind: "withdrawn" })))).toMatchObject({ deletes: true });
    expect(acted(step(withEnded(held, "w"), mark("b")))).not.toHaveProperty("deletes");
  });
});

describe("the submission behind an S3 event", () => {
  const withdrawn = mark("w", { kind: "withdrawn" });

  test("is known by the request", () => {
    const first = acted(step(undefined, mark("a")));
    const held = withEnded(first, "a", { requestId: "r1", id: "a", correlationId: "c-a" });
    const both = withEnded(withDeletion(acted(step(held, withdrawn))), "w", {
      requestId: "r2",
      id: "w",
      correlationId: "c-w",
    });
    expect(submissionBehind(both, "submitted", "r1")?.correlationId).toBe("c-a");
    expect(submissionBehind(both, "withdrawn", "r2")?.correlationId).toBe("c-w");
    expect(submissionBehind(both, "withdrawn", "r3")?.correlationId).toBeUndefined();
    expect(submissionBehind(both, "withdrawn", undefined)?.correlationId).toBeUndefined();
    expect(submissionBehind(undefined, "withdrawn", "r1")?.correlationId).toBeUndefined();
  });

  test("is the latest where the answer to its request is not on record", () => {
    const first = acted(step(undefined, mark("a")));
    expect(submissionBehind(first, "submitted", "r1")?.correlationId).toBe("c-a");
    expect(submissionBehind(first, "withdrawn", "r1")?.correlationId).toBeUndefined();
    const second = acted(step(withEnded(first, "a"), withdrawn));
    // It may find nothing to delete.
    expect(submissionBehind(second, "withdrawn", "r2")?.correlationId).toBeUndefined();
    expect(submissionBehind(withDeletion(second), "withdrawn", "r2")?.correlationId).toBe("c-w");
    expect(submissionBehind(withEnded(withDeletion(second), "w"), "withdrawn", "r2")?.correlationId).toBe("c-w");
  });

  test("is that of an earlier one whose own answer nobody noted, where the latest has its own", () => {
    const first = withEnded(acted(step(undefined, mark("a"))), "a", {
      requestId: unanswered("submitted"),
      id: "a",
      correlationId: "c-a",
    });
    const second = acted(step(first, mark("b", { sentAt: 101 })));
    const both = withEnded(second, "b", { requestId: "r2", id: "b", correlationId: "c-b" });
    expect(submissionBehind(both, "submitted", "r1")?.correlationId).toBe("c-a");
    expect(submissionBehind(both, "submitted", "r2")?.correlationId).toBe("c-b");
    expect(submissionBehind(both, "withdrawn", "r1")?.correlationId).toBeUndefined();
  });

  test("of an object that was read without a version is another's than its metadata say, where that is on record", () => {
    const first = withEnded(acted(step(undefined, mark("a"))), "a", {
      requestId: unanswered("submitted"),
      id: "a",
      correlationId: "c-a",
    });
    const second = acted(step(first, mark("b", { sentAt: 101 })));
    const both = withEnded(second, "b", { requestId: "r2", id: "b", correlationId: "c-b" });
    expect(writerBehind(both, "r2", "c-b")).toBe("c-b");
    expect(writerBehind(both, "r1", "c-b")).toBe("c-a");
    expect(writerBehind(both, "r1", "c-a")).toBeUndefined();
    expect(writerBehind(undefined, "r1", "c-a")).toBeUndefined();
  });

  test("the last 16 requests are kept", () => {
    let held = acted(step(undefined, mark("a")));
    for (let nth = 0; nth < 17; nth += 1) {
      held = withEnded(held, `e${nth}`, { requestId: `r${nth}`, id: `e${nth}`, correlationId: `c${nth}` });
    }
    expect(held.writes).toHaveLength(16);
    expect(submissionBehind(held, "withdrawn", "r0")?.correlationId).toBeUndefined();
    expect(submissionBehind(held, "withdrawn", "r16")?.correlationId).toBe("c16");
  });
});
