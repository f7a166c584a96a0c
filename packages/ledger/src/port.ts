import type { OwnedResource, OwnershipLedger, Removed } from "@specdrop/engine";
import type { DocumentSource, ResultEvent } from "@specdrop/events";
import type { DeletionPolicy } from "@specdrop/spec";
import type { HistoryEntry, Origin } from "./history-entry.ts";
import type { Lease } from "./lease.ts";
import type { SubmissionRecord } from "./submissions.ts";

/** One accepted, rejected or withdrawn state of a document. */
export interface Revision {
  /** Counts the revisions of a document, from 1. */
  readonly sequence: number;
  readonly kind: "accepted" | "rejected" | "withdrawn";
  readonly source: DocumentSource;
  /** S3's, where an S3 event brought the revision: orders the events of one key. */
  readonly sequencer?: string;
  readonly correlationId: string;
  /** Epoch milliseconds. */
  readonly seenAt: number;
  /** Random: tells the revision from one that a lost or restored ledger gave the same number. Absent in older records. */
  readonly uid?: string;
  /**
   * Found by comparing the bucket with the ledger, when so many revisions were numbered: no event told of it. It is
   * recorded only where none was numbered since.
   */
  readonly foundAfter?: number;
  /** Every API the revision has to converge: those it names, and those where the document still owns something. */
  readonly apiIds: readonly string[];
  /** Epoch milliseconds before which nothing is deleted or forgotten: a document that takes over may be on its way. */
  readonly appliesFrom?: number;
  /** Properties that specdrop does not know, of the event that sent the revision; absent where there are none. */
  readonly unknownProperties?: readonly string[];
  /** Absent in records of before it was kept. */
  readonly origin?: Origin;
}

/**
 * What a document wants on an API and may not have yet: remembered from its acceptance until it converges without a conflict;
 * and which routes it wants to be two-way, for as long as it does.
 */
export interface Bid {
  readonly documentId: string;
  readonly apiId: string;
  /** Of the revision that wants it. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly wishes: readonly Wish[];
  /** Which wishes were found to belong to whom, by the run that ended or waits because of it; absent before. */
  readonly met?: string;
}

/** A response that a document declares; or, where it is `twoWay`, those of the routes to an integration. */
export interface Wish {
  /** `wishKey` of its natural key, `twoWayWishKey` of the integration. */
  readonly key: string;
  readonly deletionPolicy?: DeletionPolicy;
  /** It stays for as long as the document asks: documents share the responses of routes. */
  readonly twoWay?: true;
}

/** How far the comparison of the bucket with the ledger has come. */
export interface BucketComparison {
  /** The key it goes on after; absent where it begins from the start. */
  readonly after?: string;
  /** Keys of documents in force that a listing did not have, and since when: epoch milliseconds of the bucket's clock. */
  readonly missing: readonly MissingObject[];
}

export interface MissingObject {
  readonly key: string;
  readonly since: number;
}

/** What the ledger knows of a document. */
export interface DocumentRecord {
  readonly documentId: string;
  /** How many revisions were numbered so far. */
  readonly count: number;
  /** The newest revision of any kind, by sequencer. */
  readonly head: Revision;
  /** The one in force: the newest accepted or withdrawn one. Absent where every one so far was rejected. */
  readonly current?: Revision;
  /** Revisions that others took the place of and that may still owe their terminal event. */
  readonly overtaken: readonly Revision[];
  /** The sequencers of the revisions last numbered, the latest last: a late repeat of one is known by it. */
  readonly recent: readonly NumberedSequencer[];
  /** Under which id it is found from now on, or was before: absent unless a rename is under way, or was cut off. */
  readonly renaming?: Renaming;
}

export interface NumberedSequencer {
  readonly sequencer: string;
  readonly sequence: number;
}

/** A revision before the ledger has numbered it. */
export type NewRevision = Omit<Revision, "sequence">;

/** What became of a revision that was offered to the ledger. */
export type RecordOutcome =
  | { readonly outcome: "recorded"; readonly sequence: number; readonly record: DocumentRecord }
  /** The same revision (equal sequencer) was numbered before: carry on as if it had just been. */
  | { readonly outcome: "repeated"; readonly sequence: number; readonly record: DocumentRecord }
  /** A newer one is there already, and this one was never numbered. */
  | { readonly outcome: "stale"; readonly record: DocumentRecord };

/** A result event and whether it has been sent. */
export interface StoredResult {
  readonly sequence: number;
  readonly event: ResultEvent;
  readonly published: boolean;
}

/** How far a run that takes several Lambda invocations has come. */
/** Why a run failed: whoever is on call does something different for each. */
export type FailureCause = "throttled" | "aws" | "credentials" | "busy" | "other";

/** How runs over a revision that has not settled have failed. */
export interface RunFailure {
  /** How many runs have failed. */
  readonly tries: number;
  readonly cause: FailureCause;
  /** When the first of them failed for that cause, and when the last did: epoch milliseconds. */
  readonly since: number;
  readonly at: number;
  /** The last error's. */
  readonly code: string;
  readonly message: string;
}

export interface RunProgress {
  readonly sequence: number;
  /** Changes that have ended, in this invocation or before, of all the revision asks for. */
  readonly ended: number;
  readonly total: number;
  /** What was deleted or forgotten since the run began: the ledger has no other trace of it. */
  readonly removed: Removed;
  /** Absent where no run has failed, and in older records. */
  readonly failure?: RunFailure;
}

/** What was last told of how live state differs from the settled revision. */
export interface DriftRecord {
  /** Counts what was told of the change set's drift, its end included, from 1. */
  readonly count: number;
  /** Tells one drift from another; absent once there is none any more. */
  readonly fingerprint?: string;
  readonly event: ResultEvent;
  readonly published: boolean;
  /** Absent until a repair of it was asked for. */
  readonly repair?: RepairRequests;
}

/** How often a repair of one drift was asked for, and when last (epoch milliseconds). */
export interface RepairRequests {
  readonly asked: number;
  readonly at: number;
}

/** A revision that came to something, and when: ISO 8601, the time of its result. */
export interface Milestone {
  readonly sequence: number;
  readonly at: string;
}

/** One that clients got. */
export interface LiveMilestone extends Milestone {
  /** The stage that it was deployed to; absent where its result names none. */
  readonly stageName?: string;
}

/** How far one change set (a document's part on one API) has come. `apiId` is `""` for results that concern no API. */
export interface ChangeSetState {
  readonly documentId: string;
  readonly apiId: string;
  /** The last revision with a terminal result here; 0 before the first. */
  readonly settledSequence: number;
  /** How many runs have ended: sets the ClientTokens of one run apart from those of the next. */
  readonly epoch: number;
  /** The revision a run has begun on and not ended: its presence tells the next run that one died. */
  readonly runningSequence?: number;
  /** Random, and part of each ClientToken of that run. Absent in the mark of an older version. */
  readonly runId?: string;
  readonly progress?: RunProgress;
  readonly result?: StoredResult;
  /** The last revision that was applied here, whatever failed since. Absent before the first, and in older records. */
  readonly applied?: Milestone;
  /** The last that was applied and deployed. Absent before the first, and in older records. */
  readonly live?: LiveMilestone;
  /** Absent where there never was any. */
  readonly drift?: DriftRecord;
}

/** What a suspension stops: all applying, or withdrawals only (the breaker's hold). */
export type SuspensionScope = "applying" | "withdrawals";

/** The last word on whether documents are applied: a switch that stops applying and keeps accepting. */
export interface Suspension {
  /** Absent where it is about all applying. */
  readonly scope?: "withdrawals";
  readonly suspended: boolean;
  /** Who switched. */
  readonly by: string;
  /** When: epoch milliseconds. */
  readonly since: number;
  readonly reason?: string;
  /** Counts the switches, from 1. */
  readonly count: number;
  /** People have been told of it. */
  readonly told: boolean;
}

/** A withdrawal as the breaker counts it. */
export interface CountedWithdrawal {
  readonly documentId: string;
  /** How many responses it would take away. Without any it does not count. */
  readonly responses: number;
  /** When it was counted: epoch milliseconds. */
  readonly at: number;
  /** It is not applied before: epoch milliseconds; absent where S3 did not announce it. */
  readonly until?: number;
  /** How often withdrawals were let go before: what was counted before the last time counts no more. */
  readonly period: number;
}

/** What became of a switch. */
export interface SwitchOutcome {
  /** `false` where it stood that way already, and nothing was written. */
  readonly switched: boolean;
  /** As it stands now; absent where nobody has ever switched. */
  readonly suspension?: Suspension;
}

/**
 * Which document owns which resource, the accepted revision of each document, and what was started and not yet
 * settled. Every method is atomic; a refused write throws only where said.
 */
export interface Ledger extends OwnershipLedger {
  readDocument(documentId: string): Promise<DocumentRecord | undefined>;
  /**
   * Numbers and writes a revision, unless its sequencer says it is stale or a repeat: `withRevision` has the rules.
   * `basedOn` is the sequence of the revision that was in force when `apiIds` was made up.
   */
  recordRevision(documentId: string, revision: NewRevision, basedOn?: number): Promise<RecordOutcome>;
  /**
   * Notes that an event of that sequencer has shown revision `sequence` to be the object's state still, so that no event
   * before it is recorded any more: `withConfirmed` has the rules. `false`, and nothing written, unless `count` revisions
   * were numbered so far.
   */
  confirmRevision(documentId: string, sequence: number, sequencer: string, count: number): Promise<boolean>;
  /** Puts a revision into its document's history. `false` where it, or a later one in its place, is there already. */
  noteRevision(documentId: string, revision: Revision): Promise<boolean>;
  /** Keeps what became of a revision on an API (`formatOutcome`). `false` where the history does not have the revision. */
  noteOutcome(documentId: string, apiId: string, sequence: number, outcome: string): Promise<boolean>;
  /** What is kept of the document's last `HISTORY_LENGTH` revisions, in no particular order. */
  readHistory(documentId: string): Promise<readonly HistoryEntry[]>;
  /** Drops these overtaken revisions, and no earlier one: what was in force may have been overtaken meanwhile. */
  clearSuperseded(documentId: string, ...sequences: readonly number[]): Promise<void>;
  /**
   * Gives a document another id: its record, its change sets, what it owns and its bids. `key` is its file's path from then
   * on, `fences` has the lease of every API that any of that is about, and no run may be at work. A rename that was cut
   * off goes on where it is called again. Throws `LeaseLostError` as `claim` does.
   */
  renameDocument(renaming: Renaming, key: string, fences: ReadonlyMap<string, number>): Promise<RenameOutcome>;
  /** Every document, in no particular order. */
  listDocuments(): AsyncIterable<DocumentRecord>;

  /** What was sent under a document's name; `undefined` where nothing ever was. */
  readSubmissions(documentId: string): Promise<SubmissionRecord | undefined>;
  /** `false`, and nothing written, unless its `version` is the one after that of the record there is (1 where there is none). */
  writeSubmissions(record: SubmissionRecord): Promise<boolean>;

  readChangeSet(documentId: string, apiId: string): Promise<ChangeSetState | undefined>;
  /**
   * Marks that a run begins; returns the record as it was before. The run's id is `runId`, unless a run over the same
   * revision has begun and not ended: then it is that one's (`runIdOf`). Nothing is marked on a revision that has its
   * result and has not drifted since. Throws `LeaseLostError` if `fence` is behind.
   */
  beginRun(documentId: string, apiId: string, sequence: number, fence: number, runId: string): Promise<ChangeSetState>;
  /** Notes how far the run has come. Throws `LeaseLostError` if `fence` is behind. */
  checkpoint(documentId: string, apiId: string, progress: RunProgress, fence: number): Promise<void>;
  /**
   * Writes the terminal result of a revision, clears the run mark and its progress, and counts the epoch up. `false`, and nothing
   * written, if the revision (or a later one) is settled already, or an earlier result is not published yet. Throws
   * `LeaseLostError` if the `fence` of the run that tells it is behind; what no run tells has none.
   */
  settle(documentId: string, apiId: string, sequence: number, event: ResultEvent, fence?: number): Promise<boolean>;
  /** Marks the stored result of `sequence` as published; does nothing if another has taken its place. */
  markPublished(documentId: string, apiId: string, sequence: number): Promise<void>;
  /**
   * Notes a new drift from the settled revision, or that there is none any more, and with it the event to tell; clears
   * the run mark and the progress, and counts the epoch up. `false`, and nothing written, unless `sequence` is the one
   * that is settled, `count` follows the last one noted, that one is published, and it has another fingerprint.
   */
  noteDrift(
    documentId: string,
    apiId: string,
    sequence: number,
    drift: Omit<DriftRecord, "published" | "repair">,
  ): Promise<boolean>;
  /** Notes that a repair of the drift is asked for, at `now`; does nothing if another has taken its place. */
  noteRepair(documentId: string, apiId: string, count: number, now: number): Promise<void>;
  /** Marks the drift's event as published; does nothing if another has taken its place. */
  markDriftPublished(documentId: string, apiId: string, count: number): Promise<void>;
  /**
   * Ends a run that leaves no result behind: clears the run mark and the progress, and counts the epoch up. Does
   * nothing where a later run has begun, or this one has ended.
   */
  endRun(documentId: string, apiId: string, sequence: number, fence: number): Promise<void>;
  /**
   * Has a revision that has its result run again: it counts as not settled. `false`, and nothing written, unless it is
   * the one that is settled, and its result is published.
   */
  reopen(documentId: string, apiId: string, sequence: number): Promise<boolean>;
  /** Every change set, in no particular order. */
  listChangeSets(): AsyncIterable<ChangeSetState>;

  /**
   * Writes a bid in the place of the document's last one on the API, unless that is of a later revision; with `unlessMet`, nor
   * where a run of the same revision has noted what it met.
   */
  putBid(bid: Bid, options?: { readonly unlessMet?: boolean }): Promise<void>;
  /** Removes the document's bid on an API, unless it is of a revision after `sequence`. */
  removeBid(documentId: string, apiId: string, sequence: number): Promise<void>;
  /** Every document's bid on an API. */
  listBids(apiId: string): Promise<readonly Bid[]>;
  /**
   * Writes a response's record for its new owner (`resource.documentId`). `false`, and nothing written, unless `from`
   * owns it and revision `sequence` of the new owner is in force, and accepted. Atomic. Throws `LeaseLostError` as
   * `claim` does.
   */
  handOver(resource: OwnedResource, from: string, sequence: number, fence: number): Promise<boolean>;

  /**
   * `undefined` while another owner holds it, whatever the clock says; unless it still is `abandoned`, a lease that the
   * caller has seen unchanged for its time to live. The same owner gets its lease again, with a new fence.
   */
  acquireLease(apiId: string, owner: string, ttlMs: number, now: number, abandoned?: Lease): Promise<Lease | undefined>;
  /** Extends it. Throws `LeaseLostError` if somebody else has taken it. */
  renewLease(lease: Lease, ttlMs: number, now: number): Promise<Lease>;
  /** Lets go, if still held; the fence goes on counting. */
  releaseLease(lease: Lease): Promise<void>;
  /** The lease that was acquired and not released, abandoned or not. */
  readLease(apiId: string): Promise<Lease | undefined>;

  /** `undefined` where nobody has ever suspended anything. All applying is meant without a scope. */
  readSuspension(scope?: SuspensionScope): Promise<Suspension | undefined>;
  /** Suspends or resumes, unless it stands that way already: the first word stays. */
  switchSuspension(change: Omit<Suspension, "count" | "told">): Promise<SwitchOutcome>;
  /** Marks the switch of this count as told; does nothing if there was another since. */
  markSuspensionAnnounced(count: number, scope?: SuspensionScope): Promise<void>;

  /** `undefined` before the first. */
  readComparison(): Promise<BucketComparison | undefined>;
  /** The last word stays: of two sweeps at once, one begins where it need not. */
  writeComparison(comparison: BucketComparison): Promise<void>;

  /** Counts a withdrawal, in the place of what was counted of the document in that period. */
  noteWithdrawal(withdrawal: CountedWithdrawal): Promise<void>;
  /** The withdrawals counted in a period at `since` (epoch milliseconds) or later, in no particular order. */
  listWithdrawals(period: number, since: number): Promise<readonly CountedWithdrawal[]>;
  /** How many responses all documents own; counted at `now`, or up to ten minutes before. */
  countOwned(now: number): Promise<number>;
}

/** A document that gets another id. Both records say so until all that belongs to it has moved. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/**
 * What became of it. `taken`: there is a document of the new id. `unknown`: there is none of the old one, and no rename
 * that was cut off.
 */
export type RenameOutcome = "renamed" | "taken" | "unknown";
