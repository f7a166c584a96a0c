import type {
  IntegrationResponseModel,
  OwnedIntegrationResponse,
  OwnedResource,
  OwnedRouteResponse,
  PendingCreate,
} from "@specdrop/engine";
import { formatNaturalKey, LeaseLostError } from "@specdrop/engine";
import type { DeploymentResult, ResultEvent } from "@specdrop/events";
import type { Bid, Ledger, NewRevision } from "@specdrop/ledger/port";
import type { SubmissionRecord } from "@specdrop/ledger/submissions";
import type { WritableProperties } from "@specdrop/spec";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fullRecordsContract } from "./full-records.ts";

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** Has `act` done before request `nth` (from 1) that the ledger sends from now on. Absent where it sends none: a step is one. */
  readonly before?: (nth: number, act: () => Promise<unknown>) => void;
  close(): Promise<void>;
}

const DOCUMENT = "s3://specs/team/chat.yaml";
const OTHER = "s3://specs/team/other.yaml";
const API = "a1b2c3d4e5";

export function revision(over: Partial<NewRevision> = {}): NewRevision {
  return {
    kind: "accepted",
    source: { bucket: "specs", key: "team/chat.yaml", versionId: "v1", etag: "e1" },
    correlationId: "c-1",
    seenAt: 1_790_000_000_000,
    apiIds: [API],
    ...over,
  };
}

const RESULT_TIME = "2026-11-22T12:00:00.000Z";

export function resultEvent(sequence: number, over: { documentId?: string; apiId?: string; text?: string } = {}) {
  const event: ResultEvent = {
    detailType: "ApplySucceeded",
    detail: {
      metadata: {
        id: `event-${sequence}`,
        version: "1",
        time: RESULT_TIME,
        operationId: `operation-${sequence}`,
        correlationId: over.text ?? "c-1",
        documentId: over.documentId ?? DOCUMENT,
        sequence,
      },
      data: {
        document: { bucket: "specs", key: "team/chat.yaml" },
        apiId: over.apiId ?? API,
        mode: "apply",
        summary: { create: 1, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 },
        changes: [],
        diagnostics: [],
        durationMs: 4180,
      },
    },
  };
  return event;
}

/** A result of that kind, with what became of the deployment. */
function told(sequence: number, detailType: ResultEvent["detailType"], deployment?: DeploymentResult): ResultEvent {
  const { detail } = resultEvent(sequence);
  return { detailType, detail: { ...detail, data: { ...detail.data, ...(deployment && { deployment }) } } };
}

export function owned(over: Partial<OwnedIntegrationResponse> = {}): OwnedIntegrationResponse {
  return {
    ApiId: API,
    IntegrationId: "abc1234",
    IntegrationResponseKey: "/2\\d\\d|3\\d\\d/",
    documentId: DOCUMENT,
    logicalId: "chatOk",
    identifier: `${API}|abc1234|r1`,
    origin: "created",
    applied: { ResponseTemplates: "0f".repeat(32) },
    ...over,
  };
}

/** The response of a route. */
export function ownedRoute(over: Partial<OwnedRouteResponse> = {}): OwnedRouteResponse {
  return {
    ApiId: API,
    RouteId: "def5678",
    documentId: DOCUMENT,
    logicalId: "send",
    identifier: `${API}|def5678|r1`,
    origin: "created",
    applied: {},
    ...over,
  };
}

export function pendingCreate(
  properties: WritableProperties = { ResponseTemplates: { $default: "{}" } },
): PendingCreate & { readonly model: IntegrationResponseModel } {
  const { ApiId, IntegrationId, IntegrationResponseKey } = owned();
  return { clientToken: "t-1", model: { ApiId, IntegrationId, IntegrationResponseKey, ...properties }, startedAt: 5 };
}

/** Every property that a record may have. */
export function submissionRecord(over: Partial<SubmissionRecord> = {}): SubmissionRecord {
  return {
    documentId: DOCUMENT,
    version: 1,
    latest: { id: "e-2", kind: "withdrawn", sentAt: 5, arrivedAt: 5_000.001, sequence: 0, correlationId: "c-2" },
    deletes: true,
    turn: "run-1",
    displaced: ["e-1"],
    ended: [],
    writes: [{ requestId: "r-1", id: "e-0", correlationId: "" }],
    ...over,
  };
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const RUN = "0123456789abcdef0123456789abcdef";
const outcomes = <Outcome>(calls: readonly Promise<Outcome>[]) => Promise.all(calls);
const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, i) => make(i));

/** What every ledger promises. `open` gives an empty one. */
export function ledgerContract(name: string, open: () => Promise<OpenedLedger>): void {
  describe(`${name} as a ledger`, () => {
    let opened: OpenedLedger;
    let ledger: Ledger;

    beforeEach(async () => {
      opened = await open();
      ledger = opened.ledger;
    });
    afterEach(() => opened.close());

    fullRecordsContract(() => ledger);

    describe("history", () => {
      const noted = (sequence: number, over: Partial<NewRevision> = {}) =>
        ledger.noteRevision(DOCUMENT, { ...revision(over), sequence });
      const history = async () =>
        (await ledger.readHistory(DOCUMENT)).toSorted((one, other) => one.sequence - other.sequence);

      test("keeps a revision, who made it, and what became of it on each of its APIs", async () => {
        expect(await history()).toEqual([]);
        const by = { from: "metadata", actor: "ada", commit: "0f", runUrl: "https://ci.example.com/1" } as const;
        expect(await noted(1, { apiIds: [API, "other"], origin: { way: "submit", by } })).toBe(true);
        await ledger.noteRevision(OTHER, { ...revision(), sequence: 1 });
        expect(await ledger.noteOutcome(DOCUMENT, API, 1, "ApplySucceeded 1 0 0 0 0 0 0 0")).toBe(true);
        expect(await history()).toEqual([
          {
            documentId: DOCUMENT,
            sequence: 1,
            kind: "accepted",
            at: 1_790_000_000_000,
            correlationId: "c-1",
            versionId: "v1",
            origin: { way: "submit", by },
            outcomes: { [API]: "ApplySucceeded 1 0 0 0 0 0 0 0", other: "" },
          },
        ]);
        expect(await ledger.noteOutcome(DOCUMENT, API, 1, "ApplyFailed 0 0 0 0 0 0 0 1")).toBe(true);
        expect((await history())[0]?.outcomes[API]).toBe("ApplyFailed 0 0 0 0 0 0 0 1");
      });

      test("keeps what concerns no API, and nothing of who where that is not known", async () => {
        const { versionId: _, ...source } = revision().source;
        await noted(1, { apiIds: [], kind: "rejected", source });
        await ledger.noteOutcome(DOCUMENT, "", 1, "SpecRejected 0 0 0 0 0 0 0 0");
        const [entry] = await history();
        expect(entry).toMatchObject({ kind: "rejected", outcomes: { "-": "SpecRejected 0 0 0 0 0 0 0 0" } });
        expect(Object.keys(entry ?? {})).not.toContain("versionId");
        expect(Object.keys(entry ?? {})).not.toContain("origin");
      });

      test("a repeat changes nothing, and a result of an unknown revision is refused", async () => {
        await noted(1);
        await ledger.noteOutcome(DOCUMENT, API, 1, "ApplyUnchanged 0 0 0 0 0 0 1 0");
        const before = await history();
        expect(await noted(1, { correlationId: "another" })).toBe(false);
        expect(await ledger.noteOutcome(DOCUMENT, API, 2, "ApplyFailed 0 0 0 0 0 0 0 1")).toBe(false);
        expect(await ledger.noteOutcome(OTHER, API, 1, "ApplyFailed 0 0 0 0 0 0 0 1")).toBe(false);
        expect(await history()).toEqual(before);
      });

      test("keeps the last fifty, whatever comes late", async () => {
        for (let sequence = 1; sequence <= 53; sequence++) await noted(sequence);
        await noted(2);
        expect(await ledger.noteOutcome(DOCUMENT, API, 3, "ApplySucceeded 1 0 0 0 0 0 0 0")).toBe(false);
        expect((await history()).map(({ sequence }) => sequence)).toEqual(times(50, (index) => index + 4));
        expect((await history())[49]?.outcomes).toEqual({ [API]: "" });
      });
    });

    describe("documents", () => {
      test("nothing is known at first", async () => {
        expect(await ledger.readDocument(DOCUMENT)).toBeUndefined();
        expect(await all(ledger.listDocuments())).toEqual([]);
        expect(await all(ledger.listChangeSets())).toEqual([]);
      });

      test("revisions are numbered from 1, and the one before an accepted one is overtaken", async () => {
        const first = await ledger.recordRevision(DOCUMENT, revision());
        const head = { ...revision(), sequence: 1 };
        expect(first).toEqual({
          outcome: "recorded",
          sequence: 1,
          record: { documentId: DOCUMENT, count: 1, head, current: head, overtaken: [], recent: [] },
        });
        const second = await ledger.recordRevision(DOCUMENT, revision({ kind: "withdrawn", apiIds: [] }));
        const withdrawn = { ...revision({ kind: "withdrawn", apiIds: [] }), sequence: 2 };
        const record = {
          documentId: DOCUMENT,
          count: 2,
          head: withdrawn,
          current: withdrawn,
          overtaken: [head],
          recent: [],
        };
        expect(second).toEqual({ outcome: "recorded", sequence: 2, record });
        expect(await ledger.readDocument(DOCUMENT)).toEqual(record);
        expect(await all(ledger.listDocuments())).toEqual([record]);
      });

      test("a rejected revision only moves the head, until another takes its place", async () => {
        const rejected = await ledger.recordRevision(DOCUMENT, revision({ kind: "rejected" }));
        const head = { ...revision({ kind: "rejected" }), sequence: 1 };
        expect(rejected.record).toEqual({ documentId: DOCUMENT, count: 1, head, overtaken: [], recent: [] });
        await ledger.recordRevision(DOCUMENT, revision());
        const { record } = await ledger.recordRevision(DOCUMENT, revision({ kind: "rejected", correlationId: "c-3" }));
        expect(record.head).toMatchObject({ kind: "rejected", sequence: 3, correlationId: "c-3" });
        expect(record.current).toMatchObject({ kind: "accepted", sequence: 2 });
        expect(record.overtaken).toEqual([head]);
        expect(await ledger.readDocument(DOCUMENT)).toEqual(record);
      });

      test.each([
        ["0055AED6DCD90281E5", "0055AED6DCD90281E6", "recorded"],
        ["0055AED6DCD90281E5", "0055AED6DCD90281E5", "repeated"],
        ["0055AED6DCD90281E5", "0055AED6DCD90281E4", "stale"],
        ["0055AED6", "0055AED6DCD90281E5", "recorded"],
        ["0055AED6DCD90281E5", "0055AED6", "stale"],
        ["0055AED6", "0055AED600", "repeated"],
        ["0055AED6", "0055AED601", "recorded"],
        ["0055AED7", "0055AED6FF", "stale"],
        ["0055AED6", undefined, "recorded"],
        [undefined, "0055AED6", "recorded"],
        [undefined, undefined, "recorded"],
      ])("after sequencer %s, %s is %s", async (before, after, expected) => {
        const withSequencer = (sequencer: string | undefined) => revision(sequencer === undefined ? {} : { sequencer });
        const { record: held } = await ledger.recordRevision(DOCUMENT, withSequencer(before));
        const { outcome, record } = await ledger.recordRevision(DOCUMENT, withSequencer(after));
        expect(outcome).toBe(expected);
        if (outcome === "recorded") expect(record.head.sequence).toBe(2);
        else expect(record).toEqual(held);
        expect(await ledger.readDocument(DOCUMENT)).toEqual(record);
      });

      test("an accepted revision that comes behind a newer, rejected one is in force all the same", async () => {
        await ledger.recordRevision(DOCUMENT, revision({ sequencer: "05" }));
        await ledger.recordRevision(DOCUMENT, revision({ sequencer: "07", kind: "rejected" }));
        const { outcome, record } = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "06" }));
        expect(outcome).toBe("recorded");
        expect(record).toMatchObject({ count: 3, head: { sequence: 2 }, current: { sequence: 3 } });
        expect(record.overtaken.map(({ sequence }) => sequence)).toEqual([1]);
        const late = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "055", kind: "rejected" }));
        expect(late).toEqual({ outcome: "stale", record });
      });

      test("a late repeat is known by its sequencer, whatever came since", async () => {
        for (const sequencer of ["05", "06", "07"]) await ledger.recordRevision(DOCUMENT, revision({ sequencer }));
        const held = await ledger.readDocument(DOCUMENT);
        const repeat = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "060" }));
        expect(repeat).toEqual({ outcome: "repeated", sequence: 2, record: held });
      });

      test("what was found without an event is recorded, unless a revision was numbered since", async () => {
        expect(await ledger.recordRevision(DOCUMENT, revision({ foundAfter: 0 }))).toMatchObject({
          outcome: "recorded",
          sequence: 1,
          record: { head: { foundAfter: 0 } },
        });
        expect(await ledger.recordRevision(DOCUMENT, revision({ foundAfter: 0 }))).toMatchObject({ outcome: "stale" });
        await ledger.recordRevision(DOCUMENT, revision({ sequencer: "05" }));
        expect(await ledger.recordRevision(DOCUMENT, revision({ foundAfter: 1 }))).toMatchObject({ outcome: "stale" });
        const removed = await ledger.recordRevision(DOCUMENT, revision({ kind: "withdrawn", foundAfter: 2 }));
        expect(removed).toMatchObject({ outcome: "recorded", sequence: 3, record: { current: { kind: "withdrawn" } } });
      });

      test("what happened before a revision was seen to be there still is stale", async () => {
        const { record } = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "05" }));
        expect(await ledger.confirmRevision(DOCUMENT, 1, "08", 1)).toBe(true);
        const confirmed = { ...record.head, sequencer: "08" };
        const held = { ...record, head: confirmed, current: confirmed };
        expect(await ledger.readDocument(DOCUMENT)).toEqual(held);
        expect(await ledger.confirmRevision(DOCUMENT, 1, "07", 1)).toBe(true);
        const late = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "06" }));
        expect(late).toEqual({ outcome: "stale", record: held });
        expect(await ledger.readDocument(DOCUMENT)).toEqual(held);
      });

      test("nothing is confirmed once another revision was recorded, or before any was", async () => {
        expect(await ledger.confirmRevision(DOCUMENT, 1, "08", 1)).toBe(false);
        await ledger.recordRevision(DOCUMENT, revision({ sequencer: "05" }));
        const { record } = await ledger.recordRevision(DOCUMENT, revision({ sequencer: "06" }));
        expect(await ledger.confirmRevision(DOCUMENT, 1, "08", 1)).toBe(false);
        expect(await ledger.readDocument(DOCUMENT)).toEqual(record);
      });

      test("the overtaken revisions that are named are cleared, and no others", async () => {
        for (const correlationId of ["a", "b", "c", "d", "e"]) {
          await ledger.recordRevision(DOCUMENT, revision({ correlationId }));
        }
        const sequences = async () => (await ledger.readDocument(DOCUMENT))?.overtaken.map(({ sequence }) => sequence);
        expect(await sequences()).toEqual([1, 2, 3, 4]);
        await ledger.clearSuperseded(DOCUMENT, 1, 3);
        expect(await sequences()).toEqual([2, 4]);
        await ledger.clearSuperseded(DOCUMENT, 3);
        await ledger.clearSuperseded(DOCUMENT);
        expect(await sequences()).toEqual([2, 4]);
        await ledger.clearSuperseded(DOCUMENT, 2, 4, 9);
        expect(await sequences()).toEqual([]);
        expect((await ledger.readDocument(DOCUMENT))?.current?.sequence).toBe(5);
      });

      test("clearing what is not there does nothing", async () => {
        await ledger.clearSuperseded(DOCUMENT, 1);
        expect(await ledger.readDocument(DOCUMENT)).toBeUndefined();
      });

      test("revisions of one document written at once get one number each", async () => {
        const recorded = await outcomes(
          times(12, (i) => ledger.recordRevision(DOCUMENT, revision({ correlationId: `c-${i}` }))),
        );
        const sequences = recorded.map(({ record }) => record.head.sequence);
        expect(sequences.sort((a, b) => a - b)).toEqual(times(12, (i) => i + 1));
        const held = await ledger.readDocument(DOCUMENT);
        expect(held?.overtaken.map(({ sequence }) => sequence)).toEqual(times(11, (i) => i + 1));
      });

      test("of one revision delivered several times at once, one is recorded", async () => {
        const repeated = await outcomes(times(6, () => ledger.recordRevision(DOCUMENT, revision({ sequencer: "05" }))));
        expect(repeated.map(({ outcome }) => outcome).sort()).toEqual(["recorded", ...times(5, () => "repeated")]);
      });

      test("clearing and recording at once lose nothing", async () => {
        await ledger.recordRevision(DOCUMENT, revision());
        await ledger.recordRevision(DOCUMENT, revision());
        await outcomes<unknown>([
          ledger.clearSuperseded(DOCUMENT, 1),
          ledger.recordRevision(DOCUMENT, revision()),
          ledger.clearSuperseded(DOCUMENT, 1),
          ledger.recordRevision(DOCUMENT, revision()),
        ]);
        const held = await ledger.readDocument(DOCUMENT);
        expect(held?.head.sequence).toBe(4);
        expect(held?.overtaken.map(({ sequence }) => sequence)).toEqual([2, 3]);
      });

      test("keeps odd text as it is", async () => {
        const documentId = `s3://specs/${"ä".repeat(500)}/𝄞 +%"'|\\`;
        const odd = revision({ correlationId: "", source: { bucket: "specs", key: "__proto__", versionId: "" } });
        const { record } = await ledger.recordRevision(documentId, odd);
        expect(await ledger.readDocument(documentId)).toEqual(record);
        expect(record.head).toEqual({ ...odd, sequence: 1 });
      });
    });

    describe("submissions", () => {
      test("nothing is known at first, and what was written comes back whole", async () => {
        expect(await ledger.readSubmissions(DOCUMENT)).toBeUndefined();
        expect(await ledger.writeSubmissions(submissionRecord())).toBe(true);
        expect(await ledger.readSubmissions(DOCUMENT)).toEqual(submissionRecord());
        expect(await ledger.readSubmissions(OTHER)).toBeUndefined();
        expect(await ledger.readDocument(DOCUMENT)).toBeUndefined();
        expect(await all(ledger.listDocuments())).toEqual([]);
      });

      test("a record replaces the one before it, and no other", async () => {
        expect(await ledger.writeSubmissions(submissionRecord({ version: 2 }))).toBe(false);
        expect(await ledger.readSubmissions(DOCUMENT)).toBeUndefined();
        await ledger.writeSubmissions(submissionRecord());
        const { deletes: _, turn: __, ...rest } = submissionRecord({ version: 2, displaced: [], ended: ["e-2"] });
        expect(await ledger.writeSubmissions(rest)).toBe(true);
        for (const version of [1, 2, 4])
          expect(await ledger.writeSubmissions(submissionRecord({ version }))).toBe(false);
        expect(await ledger.readSubmissions(DOCUMENT)).toEqual(rest);
      });

      test("of several writes at once one succeeds", async () => {
        const first = await outcomes(times(6, (i) => ledger.writeSubmissions(submissionRecord({ turn: `run-${i}` }))));
        expect(first.filter(Boolean)).toHaveLength(1);
        const second = await outcomes(times(6, () => ledger.writeSubmissions(submissionRecord({ version: 2 }))));
        expect(second.filter(Boolean)).toHaveLength(1);
      });
    });

    describe("change sets", () => {
      const fresh = { documentId: DOCUMENT, apiId: API, settledSequence: 0, epoch: 0 };

      test("a run begins on a new record and leaves its mark", async () => {
        expect(await ledger.readChangeSet(DOCUMENT, API)).toBeUndefined();
        expect(await ledger.beginRun(DOCUMENT, API, 1, 1, RUN)).toEqual(fresh);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual({ ...fresh, runningSequence: 1, runId: RUN });
      });

      test("the next run sees the mark of one that died", async () => {
        await ledger.beginRun(DOCUMENT, API, 1, 1, RUN);
        expect(await ledger.beginRun(DOCUMENT, API, 2, 2, RUN)).toEqual({ ...fresh, runningSequence: 1, runId: RUN });
        expect(await ledger.beginRun(DOCUMENT, API, 2, 2, RUN)).toEqual({ ...fresh, runningSequence: 2, runId: RUN });
      });

      test("a run that goes on with another's work keeps its id; every other run has its own", async () => {
        const idOf = async () => (await ledger.readChangeSet(DOCUMENT, API))?.runId;
        await ledger.beginRun(DOCUMENT, API, 1, 1, "a");
        expect((await ledger.beginRun(DOCUMENT, API, 1, 2, "b")).runId).toBe("a");
        expect(await idOf()).toBe("a");
        // A newer revision is another run, whatever the one before it has left.
        expect((await ledger.beginRun(DOCUMENT, API, 2, 3, "c")).runId).toBe("a");
        expect(await idOf()).toBe("c");
        await ledger.endRun(DOCUMENT, API, 2, 3);
        expect(await idOf()).toBeUndefined();
        await ledger.beginRun(DOCUMENT, API, 2, 3, "d");
        expect(await idOf()).toBe("d");
        await ledger.settle(DOCUMENT, API, 2, resultEvent(2), 3);
        expect(await idOf()).toBeUndefined();
        expect((await ledger.beginRun(DOCUMENT, API, 2, 4, "e")).runId).toBeUndefined();
        expect(await idOf()).toBeUndefined();
        await ledger.beginRun(DOCUMENT, API, 3, 4, "f");
        expect(await idOf()).toBe("f");
      });

      test("of several that begin on one revision at once, all have the id of the first", async () => {
        await outcomes(times(6, (index) => ledger.beginRun(DOCUMENT, API, 1, 1, `run ${index}`)));
        const { runId } = (await ledger.readChangeSet(DOCUMENT, API)) ?? {};
        expect(runId).toMatch(/^run \d$/);
        expect((await ledger.beginRun(DOCUMENT, API, 1, 1, "late")).runId).toBe(runId);
      });

      test("what a run settles is refused once a later run has begun; what no run settles is not", async () => {
        await ledger.beginRun(DOCUMENT, API, 1, 2, RUN);
        await expect(ledger.settle(DOCUMENT, API, 1, resultEvent(1), 1)).rejects.toThrow(LeaseLostError);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toMatchObject({ settledSequence: 0, runningSequence: 1 });
        expect(await ledger.settle(DOCUMENT, API, 1, resultEvent(1), 2)).toBe(true);
        // Settled is settled, whoever asks.
        expect(await ledger.settle(DOCUMENT, API, 1, resultEvent(1), 1)).toBe(false);
        await ledger.markPublished(DOCUMENT, API, 1);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(true);
      });

      test("a run whose fence is behind is refused and leaves no mark", async () => {
        await ledger.beginRun(DOCUMENT, API, 1, 5, RUN);
        await expect(ledger.beginRun(DOCUMENT, API, 2, 4, RUN)).rejects.toThrow(LeaseLostError);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.runningSequence).toBe(1);
      });

      test("a run that begins too late, on a revision that has its result, leaves no mark", async () => {
        await ledger.settle(DOCUMENT, API, 3, resultEvent(3));
        const settled = await ledger.readChangeSet(DOCUMENT, API);
        expect(await ledger.beginRun(DOCUMENT, API, 3, 1, RUN)).toEqual(settled);
        expect(await ledger.beginRun(DOCUMENT, API, 2, 1, RUN)).toEqual(settled);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual(settled);
        expect(await ledger.beginRun(DOCUMENT, API, 4, 5, RUN)).toEqual(settled);
        await expect(ledger.beginRun(DOCUMENT, API, 3, 4, RUN)).rejects.toThrow(LeaseLostError);
      });

      test("a run notes how far it has come, unless its fence is behind", async () => {
        const progress = { sequence: 1, ended: 3, total: 9, removed: { delete: 1, forget: 2 } };
        await ledger.beginRun(DOCUMENT, API, 1, 5, RUN);
        await ledger.checkpoint(DOCUMENT, API, progress, 5);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual({
          ...fresh,
          runningSequence: 1,
          runId: RUN,
          progress,
        });
        await expect(ledger.checkpoint(DOCUMENT, API, { ...progress, ended: 4 }, 4)).rejects.toThrow(LeaseLostError);
        expect((await ledger.beginRun(DOCUMENT, API, 1, 6, RUN)).progress).toEqual(progress);
      });

      test("settling writes the result, clears the mark and the progress, and counts the epoch", async () => {
        await ledger.beginRun(DOCUMENT, API, 3, 1, RUN);
        const progress = { sequence: 3, ended: 3, total: 9, removed: { delete: 0, forget: 0 } };
        await ledger.checkpoint(DOCUMENT, API, progress, 1);
        expect(await ledger.settle(DOCUMENT, API, 3, resultEvent(3))).toBe(true);
        const settled = {
          ...fresh,
          settledSequence: 3,
          epoch: 1,
          result: { sequence: 3, event: resultEvent(3), published: false },
          applied: { sequence: 3, at: RESULT_TIME },
        };
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual(settled);
        expect(await all(ledger.listChangeSets())).toEqual([settled]);
        expect(await ledger.beginRun(DOCUMENT, API, 4, 1, RUN)).toEqual(settled);
      });

      test("what was applied last, and what clients got, outlives a failure", async () => {
        const milestones = async () => {
          const { applied, live } = (await ledger.readChangeSet(DOCUMENT, API)) ?? {};
          return { applied: applied?.sequence, live };
        };
        const settle = async (
          sequence: number,
          detailType: ResultEvent["detailType"],
          deployment?: DeploymentResult,
        ) => {
          await ledger.settle(DOCUMENT, API, sequence, told(sequence, detailType, deployment));
          await ledger.markPublished(DOCUMENT, API, sequence);
          return milestones();
        };
        expect(await settle(1, "ApplyFailed", { status: "pending", stageName: "prod" })).toEqual({});
        const live = { sequence: 2, at: RESULT_TIME, stageName: "prod" };
        expect(await settle(2, "ApplySucceeded", { status: "live", stageName: "prod" })).toEqual({ applied: 2, live });
        expect(await settle(3, "ApplyUnchanged", { status: "unknown" })).toEqual({ applied: 3, live });
        expect(await settle(4, "SpecSuperseded")).toEqual({ applied: 3, live });
        const failed = await settle(5, "ApplyFailed", { status: "failed", stageName: "prod" });
        expect(failed).toEqual({ applied: 3, live });

        const drift = (count: number, event: ResultEvent) => ({ count, event });
        const found = told(5, "DriftDetected", { status: "live", stageName: "prod" });
        await ledger.noteDrift(DOCUMENT, API, 5, { ...drift(1, found), fingerprint: "a" });
        expect(await milestones()).toEqual({ applied: 3, live });
        await ledger.markDriftPublished(DOCUMENT, API, 1);
        await ledger.noteDrift(DOCUMENT, API, 5, drift(2, told(5, "DriftResolved", { status: "live" })));
        expect(await milestones()).toEqual({ applied: 3, live: { sequence: 5, at: RESULT_TIME } });
      });

      test("a revision may settle before any run", async () => {
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(true);
        const held = await ledger.readChangeSet(DOCUMENT, API);
        expect(held).toMatchObject({ settledSequence: 2, epoch: 1 });
        expect(await ledger.beginRun(DOCUMENT, API, 3, 1, RUN)).toEqual(held);
      });

      test("what is settled stays settled, published or not", async () => {
        await ledger.settle(DOCUMENT, API, 2, resultEvent(2));
        const held = await ledger.readChangeSet(DOCUMENT, API);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(false);
        expect(await ledger.settle(DOCUMENT, API, 1, resultEvent(1))).toBe(false);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual(held);
        await ledger.markPublished(DOCUMENT, API, 2);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(false);
        expect(await ledger.settle(DOCUMENT, API, 1, resultEvent(1))).toBe(false);
        expect(await ledger.settle(DOCUMENT, API, 3, resultEvent(3))).toBe(true);
      });

      test("an unpublished result is not overwritten, and the run mark stays", async () => {
        await ledger.settle(DOCUMENT, API, 1, resultEvent(1));
        await ledger.beginRun(DOCUMENT, API, 2, 1, RUN);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(false);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toMatchObject({
          settledSequence: 1,
          epoch: 1,
          runningSequence: 2,
          result: { sequence: 1 },
        });
        await ledger.markPublished(DOCUMENT, API, 1);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(true);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.epoch).toBe(2);
      });

      test("only the result that was published is marked", async () => {
        await ledger.markPublished(DOCUMENT, API, 1);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toBeUndefined();
        await ledger.beginRun(DOCUMENT, API, 1, 1, RUN);
        await ledger.markPublished(DOCUMENT, API, 1);
        await ledger.settle(DOCUMENT, API, 2, resultEvent(2));
        await ledger.markPublished(DOCUMENT, API, 1);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.result?.published).toBe(false);
        await ledger.markPublished(DOCUMENT, API, 2);
        await ledger.markPublished(DOCUMENT, API, 2);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.result).toEqual({
          sequence: 2,
          event: resultEvent(2),
          published: true,
        });
      });

      test("of several that settle at once, one does", async () => {
        await ledger.beginRun(DOCUMENT, API, 1, 1, RUN);
        const settled = await outcomes(times(6, () => ledger.settle(DOCUMENT, API, 1, resultEvent(1))));
        expect(settled.filter(Boolean)).toHaveLength(1);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.epoch).toBe(1);
      });

      test("drift is noted once, changed and ended, each with its own number and epoch", async () => {
        const event = resultEvent(1);
        await ledger.settle(DOCUMENT, API, 1, event);
        await ledger.markPublished(DOCUMENT, API, 1);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 1, event })).toBe(false);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 2, fingerprint: "a", event })).toBe(false);

        await ledger.beginRun(DOCUMENT, API, 1, 1, RUN);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "a", event })).toBe(true);
        const held = await ledger.readChangeSet(DOCUMENT, API);
        const result = { sequence: 1, event, published: true };
        const applied = { sequence: 1, at: RESULT_TIME };
        expect(held).toEqual({
          ...fresh,
          settledSequence: 1,
          epoch: 2,
          result,
          applied,
          drift: { count: 1, fingerprint: "a", event, published: false },
        });
        expect(await all(ledger.listChangeSets())).toEqual([held]);

        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 2, fingerprint: "b", event })).toBe(false);
        await ledger.markDriftPublished(DOCUMENT, API, 2);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.drift?.published).toBe(false);
        await ledger.markDriftPublished(DOCUMENT, API, 1);
        await ledger.markDriftPublished(DOCUMENT, API, 1);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 2, fingerprint: "a", event })).toBe(false);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "b", event })).toBe(false);
        expect(await ledger.noteDrift(DOCUMENT, API, 2, { count: 2, fingerprint: "b", event })).toBe(false);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 2, fingerprint: "b", event })).toBe(true);
        await ledger.markDriftPublished(DOCUMENT, API, 2);

        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 3, event })).toBe(true);
        await ledger.markDriftPublished(DOCUMENT, API, 3);
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 4, event })).toBe(false);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual({
          ...fresh,
          settledSequence: 1,
          epoch: 4,
          result,
          applied,
          drift: { count: 3, event, published: true },
        });
        expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 4, fingerprint: "a", event })).toBe(true);
      });

      test("it is noted how often the repair of a drift was asked for; another drift starts anew", async () => {
        const event = resultEvent(1);
        await ledger.noteRepair(DOCUMENT, API, 1, 50);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toBeUndefined();
        await ledger.settle(DOCUMENT, API, 1, event);
        await ledger.noteRepair(DOCUMENT, API, 1, 60);
        await ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "a", event });
        const repair = async () => (await ledger.readChangeSet(DOCUMENT, API))?.drift?.repair;
        expect(await repair()).toBeUndefined();
        await ledger.noteRepair(DOCUMENT, API, 1, 70);
        await ledger.noteRepair(DOCUMENT, API, 1, 90);
        await ledger.noteRepair(DOCUMENT, API, 2, 95);
        expect(await repair()).toEqual({ asked: 2, at: 90 });
        await ledger.markDriftPublished(DOCUMENT, API, 1);
        expect(await repair()).toEqual({ asked: 2, at: 90 });
        await ledger.noteDrift(DOCUMENT, API, 1, { count: 2, fingerprint: "b", event });
        expect(await repair()).toBeUndefined();
      });

      test("no drift is noted of what is not settled, and a later revision keeps what was noted", async () => {
        const event = resultEvent(1);
        const drift = { count: 1, fingerprint: "a", event };
        expect(await ledger.noteDrift(DOCUMENT, API, 0, drift)).toBe(false);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toBeUndefined();
        await ledger.markDriftPublished(DOCUMENT, API, 1);
        await ledger.settle(DOCUMENT, API, 1, event);
        await ledger.noteDrift(DOCUMENT, API, 1, drift);
        await ledger.markPublished(DOCUMENT, API, 1);
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2))).toBe(true);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.drift).toEqual({ ...drift, published: false });
      });

      test("of several that note one drift at once, one does", async () => {
        const event = resultEvent(1);
        await ledger.settle(DOCUMENT, API, 1, event);
        const noted = await outcomes(
          times(6, () => ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "a", event })),
        );
        expect(noted.filter(Boolean)).toHaveLength(1);
      });

      test("a run that leaves no result ends, unless a later one has begun", async () => {
        await ledger.endRun(DOCUMENT, API, 1, 1);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toBeUndefined();
        await ledger.beginRun(DOCUMENT, API, 1, 2, RUN);
        await ledger.checkpoint(
          DOCUMENT,
          API,
          { sequence: 1, ended: 1, total: 2, removed: { delete: 0, forget: 0 } },
          2,
        );
        await ledger.endRun(DOCUMENT, API, 1, 1);
        await ledger.endRun(DOCUMENT, API, 2, 2);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.runningSequence).toBe(1);
        await ledger.endRun(DOCUMENT, API, 1, 2);
        await ledger.endRun(DOCUMENT, API, 1, 2);
        expect(await ledger.readChangeSet(DOCUMENT, API)).toEqual({ ...fresh, epoch: 1 });
        await expect(ledger.beginRun(DOCUMENT, API, 2, 1, RUN)).rejects.toThrow(LeaseLostError);
      });

      test("change sets are told apart by document and by API, and listed whole beyond one page", async () => {
        const text = "x".repeat(150_000);
        const expected = times(10, (i) => ({ documentId: i % 2 ? DOCUMENT : OTHER, apiId: `api${i >> 1}`, text }));
        for (const { documentId, apiId } of expected) {
          await ledger.settle(documentId, apiId, 1, resultEvent(1, { documentId, apiId, text }));
          await ledger.recordRevision(documentId, revision());
        }
        const listed = await all(ledger.listChangeSets());
        const names = (list: readonly { documentId: string; apiId: string }[]) =>
          list.map(({ documentId, apiId }) => `${documentId} ${apiId}`).sort();
        expect(names(listed)).toEqual(names(expected));
        expect(listed.map((changeSet) => changeSet.result?.event.detail.metadata.correlationId)).toEqual(
          times(10, () => text),
        );
        expect(await all(ledger.listDocuments())).toHaveLength(2);
      });
    });

    describe("ownership", () => {
      test("what is claimed is listed under its API, whole", async () => {
        const pending = owned({
          IntegrationResponseKey: "$default",
          deletionPolicy: "Retain",
          origin: "adopted",
          pending: pendingCreate(),
        });
        expect(await ledger.claim(owned(), 1)).toEqual({ claimed: true });
        expect(await ledger.claim(pending, 1)).toEqual({ claimed: true });
        expect(await ledger.claim(owned({ ApiId: "zzzz" }), 1)).toEqual({ claimed: true });
        expect(byKey(await ledger.listOwned(API))).toEqual(byKey([owned(), pending]));
        expect(await ledger.listOwned("unknown")).toEqual([]);
      });

      test("a claim replaces the owner's whole record", async () => {
        const { identifier: _, ...started } = owned({ pending: pendingCreate() });
        await ledger.claim(started, 1);
        await ledger.claim(owned({ logicalId: "renamed" }), 1);
        expect(await ledger.listOwned(API)).toEqual([owned({ logicalId: "renamed" })]);
      });

      test("a pending create keeps its model to the letter", async () => {
        const odd = '{"z":"1","":"","a":"ä\ud834\udd1e","__proto__":"2","10":"x","$default":""}';
        const pending = pendingCreate({ ResponseTemplates: JSON.parse(odd) });
        await ledger.claim(owned({ pending }), 1);
        const [held] = await ledger.listOwned(API);
        expect(JSON.stringify(held?.pending)).toBe(JSON.stringify(pending));
      });

      test("another document is refused and told the owner, whatever its fence", async () => {
        await ledger.claim(owned(), 3);
        for (const fence of [1, 3, 9]) {
          expect(await ledger.claim(owned({ documentId: OTHER }), fence)).toEqual({ claimed: false, owner: DOCUMENT });
        }
        expect(await ledger.listOwned(API)).toEqual([owned()]);
      });

      test("a smaller fence than the record's is refused", async () => {
        await ledger.claim(owned(), 3);
        await expect(ledger.claim(owned({ logicalId: "late" }), 2)).rejects.toThrow(LeaseLostError);
        await expect(ledger.release(owned(), 2)).rejects.toThrow(LeaseLostError);
        expect(await ledger.listOwned(API)).toEqual([owned()]);
        await ledger.claim(owned(), 4);
        await expect(ledger.claim(owned(), 3)).rejects.toThrow(LeaseLostError);
      });

      test("a run that lost its lease writes nothing, even where there is no record to stand in its way", async () => {
        const lost = await ledger.acquireLease(API, "one", 100, 1000);
        await ledger.claim(owned({ IntegrationResponseKey: "/1/" }), lost?.fence ?? 0);
        const later = await ledger.acquireLease(API, "two", 100, 1100, lost);
        expect([lost?.fence, later?.fence]).toEqual([1, 2]);
        await expect(ledger.claim(owned(), 1)).rejects.toThrow(LeaseLostError);
        await expect(ledger.claim(owned({ documentId: OTHER, IntegrationResponseKey: "/1/" }), 1)).rejects.toThrow(
          LeaseLostError,
        );
        await expect(ledger.release(owned({ IntegrationResponseKey: "/1/" }), 1)).rejects.toThrow(LeaseLostError);
        expect(await ledger.listOwned(API)).toEqual([owned({ IntegrationResponseKey: "/1/" })]);
        // Not even after the later run has let go: it may have seen that there was nothing.
        if (later !== undefined) await ledger.releaseLease(later);
        await expect(ledger.claim(owned(), 1)).rejects.toThrow(LeaseLostError);
        expect(await ledger.claim(owned({ ApiId: "another" }), 1)).toEqual({ claimed: true });
        expect(await ledger.claim(owned(), 2)).toEqual({ claimed: true });
      });

      const taking = {
        claim: () => ledger.claim(owned({ logicalId: "late" }), 1),
        "claim anew": () => ledger.claim(owned({ IntegrationResponseKey: "/new/", logicalId: "late" }), 1),
        release: () => ledger.release(owned(), 1),
        "hand over": () => ledger.handOver(owned({ documentId: OTHER, takenFrom: DOCUMENT }), DOCUMENT, 1, 1),
      };
      test.for(
        Object.entries(taking).flatMap(([name, write]) => times(4, (index) => ({ name, write, nth: index + 1 }))),
      )(
        "$name: whose lease goes to another before request $nth writes nothing from then on",
        async (given, context) => {
          const { write, nth } = given;
          context.skip(opened.before === undefined, "it sends no requests");
          const held = await ledger.acquireLease(API, "one", 100, 1000);
          await ledger.recordRevision(OTHER, revision());
          await ledger.claim(owned(), held?.fence ?? 0);
          let after: readonly OwnedResource[] | undefined;
          opened.before?.(nth, async () => {
            expect(await ledger.acquireLease(API, "two", 100, 1100, held)).toMatchObject({ fence: 2 });
            after = await ledger.listOwned(API);
          });
          const outcome = await write().then(
            () => "done",
            (error: Error) => error.name,
          );
          context.skip(after === undefined, "it sends fewer requests");
          expect(await ledger.listOwned(API)).toEqual(after);
          if (nth === 1) expect(outcome).toBe("LeaseLostError");
        },
      );

      test("what is released is free for others", async () => {
        await ledger.claim(owned(), 2);
        await ledger.release(owned({ documentId: OTHER }), 1);
        expect(await ledger.listOwned(API)).toEqual([owned()]);
        await ledger.release(owned(), 2);
        await ledger.release(owned(), 2);
        expect(await ledger.listOwned(API)).toEqual([]);
        expect(await ledger.claim(owned({ documentId: OTHER }), 1)).toEqual({ claimed: true });
      });

      test("of several documents that claim one key at once, one gets it", async () => {
        const documents = times(8, (i) => `s3://specs/${i}.yaml`);
        const claims = await outcomes(documents.map((documentId) => ledger.claim(owned({ documentId }), 1)));
        const winner = documents[claims.findIndex(({ claimed }) => claimed)];
        expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
        expect(claims.filter((claim) => !claim.claimed && claim.owner === winner)).toHaveLength(7);
        expect(await ledger.listOwned(API)).toEqual([owned({ documentId: winner ?? "" })]);
      });

      test("keys longer than DynamoDB's are told apart, and listed beyond one page", async () => {
        const long = times(12, (i) => owned({ IntegrationResponseKey: `/${"a".repeat(100_000)}${i}/` }));
        for (const resource of long) expect(await ledger.claim(resource, 1)).toEqual({ claimed: true });
        await ledger.acquireLease(API, "someone", 1000, 0);
        expect(byKey(await ledger.listOwned(API))).toEqual(byKey(long));
        await ledger.release(long[0] ?? owned(), 1);
        expect(byKey(await ledger.listOwned(API))).toEqual(byKey(long.slice(1)));
      });
    });

    describe("responses of routes", () => {
      const route = (over: Partial<OwnedRouteResponse> = {}) => ownedRoute({ ...over });

      test("they stand beside the responses of an integration that has the same id", async () => {
        const theirs = owned({ IntegrationId: "def5678", IntegrationResponseKey: "$default" });
        expect(await ledger.claim(theirs, 1)).toEqual({ claimed: true });
        expect(await ledger.claim(route(), 1)).toEqual({ claimed: true });
        expect(await ledger.claim(route({ ApiId: "zyxwvu9876" }), 1)).toEqual({ claimed: true });
        const both = await ledger.listOwned(API);
        expect(both).toHaveLength(2);
        expect(both).toEqual(expect.arrayContaining([theirs, route()]));
        await ledger.release(theirs, 1);
        expect(await ledger.listOwned(API)).toEqual([route()]);
      });

      test("one belongs to one document, under the lease, with all that a run has begun", async () => {
        const { model: _, ...pending } = pendingCreate();
        const begun = route({
          pending: { ...pending, model: { ApiId: API, RouteId: "def5678" } },
          unfinished: { operation: "delete", identifier: `${API}|def5678|r1`, requestToken: "r-2", startedAt: 6 },
        });
        await ledger.claim(begun, 2);
        expect(await ledger.listOwned(API)).toEqual([begun]);
        expect(await ledger.claim(route({ documentId: OTHER }), 2)).toEqual({ claimed: false, owner: DOCUMENT });
        await expect(ledger.claim(route(), 1)).rejects.toThrow(LeaseLostError);
        await expect(ledger.release(route(), 1)).rejects.toThrow(LeaseLostError);
        await ledger.release(route({ documentId: OTHER }), 2);
        await ledger.claim(route(), 2);
        expect(await ledger.listOwned(API)).toEqual([route()]);
        await ledger.release(route(), 2);
        expect(await ledger.listOwned(API)).toEqual([]);
      });

      test("one passes to the revision in force that asks for it, too", async () => {
        const passed = route({ documentId: OTHER, takenFrom: DOCUMENT });
        await ledger.claim(route(), 1);
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(false);
        await ledger.recordRevision(OTHER, revision());
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(true);
        expect(await ledger.listOwned(API)).toEqual([passed]);
      });

      test("they do not count as responses that the ledger owns", async () => {
        await ledger.claim(route(), 1);
        await ledger.claim(owned(), 1);
        expect(await ledger.countOwned(1_790_000_000_000)).toBe(1);
      });
    });

    describe("hand-over", () => {
      const bid = (over: Partial<Bid> = {}): Bid => ({
        documentId: OTHER,
        apiId: API,
        sequence: 1,
        at: 7,
        wishes: [{ key: "0f", deletionPolicy: "Retain" }, { key: "1f" }, { key: "2f", twoWay: true }],
        ...over,
      });
      const passed = owned({ documentId: OTHER, logicalId: "theirs", takenFrom: DOCUMENT });
      const acceptOther = (over: Partial<NewRevision> = {}) => ledger.recordRevision(OTHER, revision(over));

      test("ownership passes to the revision in force, with all that is known of the response", async () => {
        await acceptOther();
        await ledger.claim(owned(), 1);
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(true);
        expect(await ledger.listOwned(API)).toEqual([passed]);
        // A request that was sent twice.
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(true);
        expect(await ledger.claim(owned(), 1)).toEqual({ claimed: false, owner: OTHER });
      });

      test.each([
        ["that nobody has accepted", async () => {}],
        ["that was rejected", () => acceptOther({ kind: "rejected" })],
        ["that was withdrawn", () => acceptOther({ kind: "withdrawn" })],
        ["that another took the place of", () => acceptOther().then(() => acceptOther())],
      ])("nothing passes to a revision %s", async (_, accept) => {
        await accept();
        await ledger.claim(owned(), 1);
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(false);
        expect(await ledger.listOwned(API)).toEqual([owned()]);
      });

      test("nobody hands over what another owns, or nobody", async () => {
        await acceptOther();
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(false);
        await ledger.claim(owned({ documentId: "s3://specs/third.yaml" }), 1);
        expect(await ledger.handOver(passed, DOCUMENT, 1, 1)).toBe(false);
        expect(await ledger.listOwned(API)).toEqual([owned({ documentId: "s3://specs/third.yaml" })]);
      });

      test("a run that lost its lease hands nothing over", async () => {
        await acceptOther();
        await ledger.claim(owned(), 3);
        await expect(ledger.handOver(passed, DOCUMENT, 1, 2)).rejects.toThrow(LeaseLostError);
        const first = await ledger.acquireLease(API, "one", 10, 0);
        await ledger.acquireLease(API, "two", 10, 20);
        await ledger.release(owned(), 3);
        await ledger.claim(owned(), 3);
        await expect(ledger.handOver(passed, DOCUMENT, 1, first?.fence ?? 0)).rejects.toThrow(LeaseLostError);
        expect(await ledger.listOwned(API)).toEqual([owned()]);
      });

      test("a document has one bid on an API: that of the later revision", async () => {
        const theirs = bid({ documentId: `${OTHER}${"x".repeat(1_100)}`, met: "m" });
        await ledger.putBid(theirs);
        await ledger.putBid(bid());
        await ledger.putBid(bid({ apiId: "another" }));
        await ledger.putBid(bid({ sequence: 3 }));
        await ledger.putBid(bid({ sequence: 2 }));
        const inOrder = (await ledger.listBids(API)).toSorted((a, b) => a.documentId.length - b.documentId.length);
        expect(inOrder).toEqual([bid({ sequence: 3 }), theirs]);
        await ledger.putBid(bid({ sequence: 3, met: "n" }));
        expect(await ledger.listBids(API)).toContainEqual(bid({ sequence: 3, met: "n" }));
        await ledger.putBid(bid({ sequence: 3, at: 99 }), { unlessMet: true });
        expect(await ledger.listBids(API)).toContainEqual(bid({ sequence: 3, met: "n" }));
        await ledger.putBid(bid({ sequence: 4 }), { unlessMet: true });
        await ledger.putBid(bid({ sequence: 4, at: 99 }), { unlessMet: true });
        expect(await ledger.listBids(API)).toContainEqual(bid({ sequence: 4, at: 99 }));
        await ledger.putBid(bid({ sequence: 4, met: "n" }));
        await ledger.putBid(bid({ sequence: 4 }));
        expect(await ledger.listBids(API)).toContainEqual(bid({ sequence: 4 }));
      });

      test("a run removes no bid of a later revision", async () => {
        await ledger.putBid(bid({ sequence: 3 }));
        await ledger.removeBid(OTHER, API, 2);
        await ledger.removeBid(DOCUMENT, API, 9);
        expect(await ledger.listBids(API)).toEqual([bid({ sequence: 3 })]);
        await ledger.removeBid(OTHER, API, 3);
        await ledger.removeBid(OTHER, API, 3);
        expect(await ledger.listBids(API)).toEqual([]);
      });

      test("a revision that has its result runs again when it is reopened", async () => {
        expect(await ledger.reopen(DOCUMENT, API, 1)).toBe(false);
        await ledger.beginRun(DOCUMENT, API, 2, 1, "run a");
        await ledger.settle(DOCUMENT, API, 2, resultEvent(2), 1);
        expect(await ledger.reopen(DOCUMENT, API, 2)).toBe(false);
        await ledger.markPublished(DOCUMENT, API, 2);
        expect(await ledger.reopen(DOCUMENT, API, 1)).toBe(false);
        expect(await ledger.reopen(DOCUMENT, API, 2)).toBe(true);
        expect(await ledger.reopen(DOCUMENT, API, 2)).toBe(false);
        const { settledSequence, epoch, result } = (await ledger.readChangeSet(DOCUMENT, API)) ?? {};
        expect({ settledSequence, epoch, result: result?.sequence }).toEqual({
          settledSequence: 1,
          epoch: 1,
          result: 2,
        });
        await ledger.beginRun(DOCUMENT, API, 2, 2, "run b");
        expect(await ledger.settle(DOCUMENT, API, 2, resultEvent(2), 2)).toBe(true);
        expect((await ledger.readChangeSet(DOCUMENT, API))?.settledSequence).toBe(2);
      });
    });

    describe("leases", () => {
      test("one owner at a time, whatever its clock says", async () => {
        const first = { apiId: API, owner: "one", fence: 1, expiresAt: 1100, renewals: 0, ttlMs: 100 };
        expect(await ledger.acquireLease(API, "one", 100, 1000)).toEqual(first);
        for (const now of [0, 1099, 1100, 86_400_000]) {
          expect(await ledger.acquireLease(API, "two", 100, now)).toBeUndefined();
        }
        expect(await ledger.acquireLease("another", "two", 100, 1099)).toMatchObject({ fence: 1 });
        expect(await ledger.readLease(API)).toEqual(first);
      });

      test("who has seen it unchanged takes it, with a new fence; one that was extended meanwhile stays", async () => {
        const first = await lease("one", 1000);
        const renewed = await ledger.renewLease(first, 100, 1000);
        expect(renewed).toEqual({ ...first, renewals: 1 });
        expect(await ledger.acquireLease(API, "two", 100, 5000, first)).toBeUndefined();
        expect(await ledger.acquireLease(API, "two", 100, 5000, { ...renewed, expiresAt: 1 })).toBeUndefined();
        expect(await ledger.acquireLease(API, "two", 100, 5000, { ...renewed, fence: 2 })).toBeUndefined();
        const taken = { apiId: API, owner: "two", fence: 2, expiresAt: 1001, renewals: 0, ttlMs: 1 };
        expect(await ledger.acquireLease(API, "two", 1, 1000, renewed)).toEqual(taken);
        expect(await ledger.readLease(API)).toEqual(taken);
        await expect(ledger.renewLease(renewed, 100, 1010)).rejects.toThrow(LeaseLostError);
        expect(await ledger.acquireLease(API, "three", 100, 5000, renewed)).toBeUndefined();
        // One that was let go is anybody's, and gone with it is what was seen of it.
        await ledger.releaseLease(taken);
        expect(await ledger.acquireLease(API, "three", 100, 5000, renewed)).toMatchObject({ fence: 3, renewals: 0 });
      });

      test("it can be read until it is released, expired or not", async () => {
        expect(await ledger.readLease(API)).toBeUndefined();
        const first = await lease("one", 1000);
        expect(await ledger.readLease(API)).toEqual(first);
        const renewed = await ledger.renewLease(first, 500, 1050);
        expect(await ledger.readLease(API)).toEqual(renewed);
        await ledger.releaseLease(renewed);
        expect(await ledger.readLease(API)).toBeUndefined();
      });

      test("the same owner gets it again, with a new fence", async () => {
        const first = await lease("one", 1000);
        const second = await lease("one", 1010);
        expect(second).toEqual({ ...first, fence: 2, expiresAt: 1110 });
        await expect(ledger.renewLease(first, 100, 1020)).rejects.toThrow(LeaseLostError);
        expect(await ledger.acquireLease(API, "two", 100, 1109, first)).toBeUndefined();
      });

      test("the fence goes on counting after a release", async () => {
        await ledger.releaseLease(await lease("one", 1000));
        expect(await ledger.acquireLease(API, "two", 100, 1000)).toMatchObject({ fence: 2 });
      });

      test("renewing extends it under the same fence, however late, unless it was taken", async () => {
        const held = await lease("one", 1000);
        expect(await ledger.renewLease(held, 100, 1050)).toEqual({ ...held, expiresAt: 1150, renewals: 1 });
        expect(await ledger.acquireLease(API, "two", 100, 1149)).toBeUndefined();
        const late = { ...held, expiresAt: 2200, renewals: 2, ttlMs: 200 };
        expect(await ledger.renewLease(held, 200, 2000)).toEqual(late);
        expect(await ledger.acquireLease(API, "two", 100, 3000, late)).toBeDefined();
        await expect(ledger.renewLease(held, 100, 3000)).rejects.toThrow(LeaseLostError);
      });

      test("what was released, or never held, cannot be renewed", async () => {
        const held = await lease("one", 1000);
        await ledger.releaseLease(held);
        await expect(ledger.renewLease(held, 100, 1010)).rejects.toThrow(LeaseLostError);
        await expect(ledger.renewLease({ ...held, apiId: "another" }, 100, 1010)).rejects.toThrow(LeaseLostError);
        expect(await ledger.acquireLease("another", "one", 100, 1010)).toMatchObject({ fence: 1 });
      });

      test("releasing a lease that somebody else has taken does nothing", async () => {
        const held = await lease("one", 1000);
        await ledger.acquireLease(API, "two", 100, 2000, held);
        await ledger.releaseLease(held);
        await ledger.releaseLease({ ...held, fence: 2 });
        await ledger.releaseLease({ ...held, apiId: "another" });
        expect(await ledger.acquireLease(API, "three", 100, 2050)).toBeUndefined();
      });

      test("of several that try at once, one gets it", async () => {
        const leases = await outcomes(times(8, (i) => ledger.acquireLease(API, `owner ${i}`, 100, 1000)));
        expect(leases.filter((held) => held !== undefined)).toHaveLength(1);
      });

      async function lease(owner: string, now: number) {
        const held = await ledger.acquireLease(API, owner, 100, now);
        if (held === undefined) throw new Error(`${owner} did not get the lease.`);
        return held;
      }
    });

    describe.each([undefined, "withdrawals"] as const)("suspension of %s", (scope) => {
      const about = scope === undefined ? {} : { scope };
      const suspended = { ...about, suspended: true, by: "ada", since: 1_790_000_000_000, reason: "maintenance" };
      const resumed = { ...about, suspended: false, by: "grace", since: 1_790_000_060_000 };

      test("at first nobody has suspended anything, and there is nothing to resume", async () => {
        expect(await ledger.readSuspension(scope)).toBeUndefined();
        expect(await ledger.switchSuspension(resumed)).toEqual({ switched: false });
        await ledger.markSuspensionAnnounced(1, scope);
        expect(await ledger.readSuspension(scope)).toBeUndefined();
      });

      test("it is switched on and off, each switch with its number", async () => {
        const first = { ...suspended, count: 1, told: false };
        expect(await ledger.switchSuspension(suspended)).toEqual({ switched: true, suspension: first });
        expect(await ledger.readSuspension(scope)).toEqual(first);
        const second = { ...resumed, count: 2, told: false };
        expect(await ledger.switchSuspension(resumed)).toEqual({ switched: true, suspension: second });
        expect(await ledger.readSuspension(scope)).toEqual(second);
        expect(await ledger.switchSuspension(suspended)).toMatchObject({ switched: true, suspension: { count: 3 } });
      });

      test("the first word stays, but for a repeat of itself", async () => {
        const first = { ...suspended, count: 1, told: false };
        await ledger.switchSuspension(suspended);
        const later = { ...suspended, by: "grace", since: suspended.since + 1 };
        expect(await ledger.switchSuspension(later)).toEqual({ switched: false, suspension: first });
        expect(await ledger.switchSuspension(suspended)).toEqual({ switched: true, suspension: first });
        await ledger.switchSuspension(resumed);
        expect(await ledger.switchSuspension({ ...resumed, by: "ada" })).toMatchObject({
          switched: false,
          suspension: { by: "grace", count: 2 },
        });
      });

      test("only the switch that was told is marked, and the next one is to be told", async () => {
        await ledger.switchSuspension(suspended);
        await ledger.markSuspensionAnnounced(2, scope);
        expect(await ledger.readSuspension(scope)).toMatchObject({ told: false });
        await ledger.markSuspensionAnnounced(1, scope);
        expect(await ledger.readSuspension(scope)).toMatchObject({ ...suspended, told: true });
        await ledger.switchSuspension(resumed);
        await ledger.markSuspensionAnnounced(1, scope);
        expect(await ledger.readSuspension(scope)).toEqual({ ...resumed, count: 2, told: false });
      });

      test("what else may be suspended is not", async () => {
        const other = scope === undefined ? "withdrawals" : "applying";
        await ledger.switchSuspension(suspended);
        expect(await ledger.readSuspension(other)).toBeUndefined();
        await ledger.markSuspensionAnnounced(1, other);
        expect(await ledger.readSuspension(scope)).toMatchObject({ told: false });
      });

      test("of several that suspend at once, one does", async () => {
        const switches = await outcomes(
          times(8, (i) => ledger.switchSuspension({ ...suspended, by: `operator ${i}` })),
        );
        expect(switches.filter(({ switched }) => switched)).toHaveLength(1);
        expect((await ledger.readSuspension(scope))?.count).toBe(1);
      });
    });

    describe("comparison of the bucket", () => {
      test("the last word stays", async () => {
        expect(await ledger.readComparison()).toBeUndefined();
        const missing = [{ key: "team/chat.yaml", since: 5 }];
        await ledger.writeComparison({ after: "a", missing });
        expect(await ledger.readComparison()).toEqual({ after: "a", missing });
        await ledger.writeComparison({ missing: [] });
        expect(await ledger.readComparison()).toEqual({ missing: [] });
      });
    });

    describe("counted withdrawals", () => {
      const NOW = 1_790_000_000_000;
      const counted = (documentId: string, over: object = {}) => ({
        ...{ documentId, responses: 3, at: NOW, period: 0 },
        ...over,
      });
      const listed = async (period: number, since: number) =>
        [...(await ledger.listWithdrawals(period, since))].sort((a, b) => (a.documentId < b.documentId ? -1 : 1));

      test("those of a period are listed, from a time on", async () => {
        expect(await listed(0, 0)).toEqual([]);
        const long = `s3://specs/${"x".repeat(1_020)}`;
        for (const documentId of [DOCUMENT, OTHER, long]) await ledger.noteWithdrawal(counted(documentId));
        await ledger.noteWithdrawal(counted(OTHER, { period: 1 }));
        await ledger.noteWithdrawal(counted(OTHER, { at: NOW - 1 }));
        expect(await listed(0, NOW)).toEqual([counted(DOCUMENT), counted(long)]);
        expect(await listed(0, NOW - 1)).toHaveLength(3);
        expect(await listed(1, 0)).toEqual([counted(OTHER, { period: 1 })]);
      });

      test("of each document the last one counts", async () => {
        await ledger.noteWithdrawal(counted(DOCUMENT, { until: NOW + 20_000 }));
        expect(await listed(0, 0)).toEqual([counted(DOCUMENT, { until: NOW + 20_000 })]);
        await ledger.noteWithdrawal(counted(DOCUMENT, { responses: 0, at: NOW + 1 }));
        expect(await listed(0, 0)).toEqual([counted(DOCUMENT, { responses: 0, at: NOW + 1 })]);
      });

      test("a hundred at once are all listed", async () => {
        await outcomes(times(100, (i) => ledger.noteWithdrawal(counted(`s3://specs/${i}.yaml`))));
        expect(await listed(0, NOW)).toHaveLength(100);
      });

      test("what is owned is counted, at the latest after ten minutes", async () => {
        expect(await ledger.countOwned(NOW)).toBe(0);
        await ledger.claim(owned(), 1);
        await ledger.claim(owned({ documentId: OTHER, ApiId: "zyxwvu9876" }), 1);
        await ledger.noteWithdrawal(counted(DOCUMENT));
        expect(await ledger.countOwned(NOW + 600_000)).toBe(2);
      });
    });
  });
}

const byKey = (resources: readonly OwnedResource[]) =>
  Object.fromEntries(resources.map((resource) => [formatNaturalKey(resource), resource]));
