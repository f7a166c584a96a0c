import type { Ledger } from "@specdrop/ledger/port";
import { describe, expect, test } from "vitest";
import {
  fullBid,
  fullChangeSet,
  fullComparison,
  fullOwned,
  fullOwnedRouteResponse,
  fullRevision,
  fullSubmissions,
  fullSuspension,
  fullWithdrawal,
} from "./records.ts";

/** What is written with all it may have comes back with all of it: a field that a ledger does not carry fails here. */
export function fullRecordsContract(current: () => Ledger): void {
  describe("with all that a record may have", () => {
    test("a revision, and its entry in the history", async () => {
      const ledger = current();
      const { sequence: _, ...revision } = { ...fullRevision, foundAfter: 0 };
      const { record } = await ledger.recordRevision("s3://specs/team/chat.yaml", revision);
      const head = { ...revision, sequence: 1 };
      expect(record).toMatchObject({ head, current: head });
      expect(await ledger.readDocument("s3://specs/team/chat.yaml")).toEqual(record);
      await ledger.noteRevision("s3://specs/team/chat.yaml", head);
      expect(await ledger.readHistory("s3://specs/team/chat.yaml")).toEqual([
        {
          documentId: "s3://specs/team/chat.yaml",
          sequence: 1,
          kind: revision.kind,
          at: revision.seenAt,
          correlationId: revision.correlationId,
          versionId: revision.source.versionId,
          origin: revision.origin,
          outcomes: Object.fromEntries(revision.apiIds.map((apiId) => [apiId, ""])),
        },
      ]);
    });

    test("a change set: its progress, its result and its drift", async () => {
      const ledger = current();
      const { documentId, apiId, runId, progress, result, drift } = fullChangeSet;
      await ledger.settle(documentId, apiId, result.sequence, result.event);
      await ledger.markPublished(documentId, apiId, result.sequence);
      const { published: _, repair: __, ...noted } = drift;
      await ledger.noteDrift(documentId, apiId, result.sequence, noted);
      await ledger.noteRepair(documentId, apiId, noted.count, drift.repair?.at ?? 0);
      await ledger.beginRun(documentId, apiId, progress.sequence, 1, runId);
      await ledger.checkpoint(documentId, apiId, progress, 1);
      const expected = { ...fullChangeSet, epoch: 2 };
      expect(await ledger.readChangeSet(documentId, apiId)).toEqual(expected);
      for await (const listed of ledger.listChangeSets()) expect(listed).toEqual(expected);
    });

    test.each([fullOwned, fullOwnedRouteResponse])("a response that is owned", async (owned) => {
      const ledger = current();
      expect(await ledger.claim(owned, 1)).toEqual({ claimed: true });
      expect(await ledger.listOwned(owned.ApiId)).toEqual([owned]);
    });

    test("a bid", async () => {
      await current().putBid(fullBid);
      expect(await current().listBids(fullBid.apiId)).toEqual([fullBid]);
    });

    test("submissions", async () => {
      expect(await current().writeSubmissions(fullSubmissions)).toBe(true);
      expect(await current().readSubmissions(fullSubmissions.documentId)).toEqual(fullSubmissions);
    });

    test("a suspension, and the answer to its switch", async () => {
      const { count: _, told: __, ...change } = fullSuspension;
      expect(await current().switchSuspension(change)).toEqual({ switched: true, suspension: fullSuspension });
      expect(await current().readSuspension(fullSuspension.scope)).toEqual(fullSuspension);
    });

    test("a counted withdrawal", async () => {
      await current().noteWithdrawal(fullWithdrawal);
      expect(await current().listWithdrawals(fullWithdrawal.period, 0)).toEqual([fullWithdrawal]);
    });

    test("a comparison of the bucket", async () => {
      await current().writeComparison(fullComparison);
      expect(await current().readComparison()).toEqual(fullComparison);
    });
  });
}
