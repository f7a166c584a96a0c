import type { DocumentRecord, NewRevision } from "@specdrop/ledger/port";
import { compareSequencers, withConfirmed, withoutSuperseded, withRevision } from "@specdrop/ledger/revisions";
import fc from "fast-check";
import { expect, test } from "vitest";

const DOCUMENT = "s3://specs/chat.yaml";

function revision(kind: NewRevision["kind"], sequencer?: string): NewRevision {
  const ordered = sequencer === undefined ? {} : { sequencer };
  return { kind, source: { bucket: "specs", key: "chat.yaml" }, correlationId: "c", seenAt: 0, apiIds: [], ...ordered };
}

function after(revisions: readonly NewRevision[]): DocumentRecord | undefined {
  return revisions.reduce<DocumentRecord | undefined>(
    (held, one) => withRevision(held, DOCUMENT, one).record,
    undefined,
  );
}

test("the shorter sequencer is padded with zeros on the right", () => {
  expect(compareSequencers("0055AED6", "0055AED600")).toBe(0);
  expect(compareSequencers("0055AED6", "0055AED601")).toBeLessThan(0);
  expect(compareSequencers("0055AED7", "0055AED601")).toBeGreaterThan(0);
});

const kinds = fc.array(fc.constantFrom("accepted" as const, "rejected" as const, "withdrawn" as const), {
  minLength: 1,
  maxLength: 8,
});

test("in whatever order and however often they come, the newest accepted or withdrawn revision is in force", () => {
  fc.assert(
    fc.property(
      kinds.chain((list) => {
        const revisions = list.map((kind, index) => revision(kind, `0${index + 1}`));
        const doubled = [...revisions, ...revisions];
        return fc.record({
          revisions: fc.constant(revisions),
          delivered: fc.shuffledSubarray(doubled, { minLength: doubled.length }),
        });
      }),
      ({ revisions, delivered }) => {
        const record = after(delivered);
        const inForce = revisions.filter((one) => one.kind !== "rejected").at(-1);
        expect(record?.current?.sequencer).toBe(inForce?.sequencer);
        expect(record?.head.sequencer).toBe(revisions.at(-1)?.sequencer);
        expect(record?.recent).toHaveLength(record?.count ?? 0);
      },
    ),
  );
});

test("every numbered revision is in force, the newest, or overtaken", () => {
  fc.assert(
    fc.property(kinds, (list) => {
      const record = after(list.map((kind) => revision(kind)));
      const kept = [record?.head, record?.current, ...(record?.overtaken ?? [])].map((one) => one?.sequence);
      for (let sequence = 1; sequence <= list.length; sequence++) expect(kept).toContain(sequence);
    }),
  );
});

test("a record keeps the last 32 sequencers", () => {
  const sequencers = Array.from({ length: 40 }, (_, index) => `${100 + index}`);
  const record = after(sequencers.map((sequencer) => revision("accepted", sequencer)));
  expect(record?.recent.map((one) => one.sequencer)).toEqual(sequencers.slice(-32));
});

test("the overtaken revisions that are named are dropped, and the record is the same if there are none", () => {
  const record = after([revision("accepted"), revision("accepted"), revision("accepted")]) as DocumentRecord;
  expect(withoutSuperseded(record, 1).overtaken.map((one) => one.sequence)).toEqual([2]);
  expect(withoutSuperseded(record, 0)).toBe(record);
});

test("the outcome of each revision, in so many words", () => {
  const first = withRevision(undefined, DOCUMENT, revision("accepted", "05"));
  expect(first).toMatchObject({ outcome: "recorded", sequence: 1 });
  const held = first.record;
  expect(withRevision(held, DOCUMENT, revision("accepted", "050"))).toEqual({
    outcome: "repeated",
    sequence: 1,
    record: held,
  });
  expect(withRevision(held, DOCUMENT, revision("rejected", "04"))).toEqual({ outcome: "stale", record: held });
  expect(withRevision(held, DOCUMENT, revision("accepted"))).toMatchObject({ outcome: "recorded", sequence: 2 });
  expect(withRevision(held, DOCUMENT, revision("accepted")).record.recent).toEqual(held.recent);
});

test("overtaken revisions stand in order, and a rejected one alone is in force nowhere", () => {
  const late = after([
    revision("accepted", "01"),
    revision("rejected", "05"),
    revision("accepted", "03"),
    revision("accepted", "07"),
  ]);
  expect(late?.overtaken.map((one) => one.sequence)).toEqual([1, 2, 3]);
  const rejected = after([revision("rejected")]);
  expect(rejected).not.toHaveProperty("current");
  expect(rejected?.recent).toEqual([]);
});

test("the APIs of revisions that came in between are not forgotten", () => {
  const on = (kind: NewRevision["kind"], apiIds: readonly string[]) => ({ ...revision(kind), apiIds });
  const held = after([on("accepted", ["a"]), on("accepted", ["b"])]) as DocumentRecord;
  expect(withRevision(held, DOCUMENT, on("accepted", ["c"]), 2).record.current?.apiIds).toEqual(["c"]);
  expect(withRevision(held, DOCUMENT, on("accepted", ["c"]), 1).record.current?.apiIds).toEqual(["c", "b"]);
  expect(withRevision(held, DOCUMENT, on("withdrawn", []), 0).record.current?.apiIds).toEqual(["b", "a"]);
  expect(withRevision(held, DOCUMENT, on("rejected", []), 0).record.head.apiIds).toEqual([]);
});

test("what was recorded since the list of APIs was made up adds its own", () => {
  const on = (apiIds: readonly string[], sequencer: string) => ({ ...revision("accepted", sequencer), apiIds });
  const held = after([on(["api1"], "01"), on(["api1", "api2"], "02")]);
  expect(withRevision(held, DOCUMENT, on(["api3"], "03"), 0).record.current?.apiIds).toEqual(["api3", "api1", "api2"]);
  expect(withRevision(held, DOCUMENT, on(["api3"], "03"), 1).record.current?.apiIds).toEqual(["api3", "api1", "api2"]);
  expect(withRevision(held, DOCUMENT, on(["api3"], "03"), 2).record.current?.apiIds).toEqual(["api3"]);
  const rejected = { ...revision("rejected", "03"), apiIds: [] };
  expect(withRevision(held, DOCUMENT, rejected, 0).record.head.apiIds).toEqual([]);
});

test("what an event has shown to be there still is not displaced by what happened before", () => {
  const held = after([revision("accepted", "01")]) as DocumentRecord;
  const confirmed = withConfirmed(held, 1, "05");
  expect(withRevision(confirmed, DOCUMENT, revision("accepted", "03")).outcome).toBe("stale");
  expect(withRevision(confirmed, DOCUMENT, revision("rejected", "03")).outcome).toBe("stale");
  expect(withRevision(confirmed, DOCUMENT, revision("accepted", "01"))).toMatchObject({
    outcome: "repeated",
    sequence: 1,
  });
  expect(withRevision(confirmed, DOCUMENT, revision("accepted", "06")).outcome).toBe("recorded");
  expect(withConfirmed(confirmed, 1, "05")).toBe(confirmed);
  expect(withConfirmed(confirmed, 1, "04")).toBe(confirmed);
  const unordered = after([revision("accepted")]) as DocumentRecord;
  expect(withConfirmed(unordered, 1, "05")).toBe(unordered);
});

test("a rejected text that is there still says nothing of what may be in force", () => {
  const held = after([revision("accepted", "01"), revision("rejected", "04")]) as DocumentRecord;
  const confirmed = withConfirmed(held, 2, "05");
  expect(confirmed).toMatchObject({ head: { sequencer: "05" }, current: { sequencer: "01" } });
  expect(withRevision(confirmed, DOCUMENT, revision("accepted", "03")).outcome).toBe("recorded");
  expect(withConfirmed(held, 1, "05")).toMatchObject({ head: { sequencer: "05" }, current: { sequencer: "05" } });
  expect(withConfirmed(held, 1, "02")).toMatchObject({ head: { sequencer: "04" }, current: { sequencer: "02" } });
  const rejected = after([revision("rejected", "04")]) as DocumentRecord;
  expect(withConfirmed(rejected, 1, "05")).toEqual({ ...rejected, head: { ...rejected.head, sequencer: "05" } });
});

test("what was found without an event is recorded only where nothing was numbered since", () => {
  const found = (foundAfter: number): NewRevision => ({ ...revision("accepted"), foundAfter });
  const first = withRevision(undefined, DOCUMENT, found(0));
  expect(first).toMatchObject({ outcome: "recorded", record: { head: { foundAfter: 0 } } });
  expect(withRevision(first.record, DOCUMENT, found(0))).toEqual({ outcome: "stale", record: first.record });
  expect(withRevision(first.record, DOCUMENT, found(1))).toMatchObject({ outcome: "recorded", sequence: 2 });
});
