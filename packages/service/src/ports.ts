import type { OwnershipLedger } from "@specdrop/engine";
import type { DocumentSource, ResultEvent } from "@specdrop/events";

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
  /** Every API the revision has to converge: those it names, and those where the document still owns something. */
  readonly apiIds: readonly string[];
}

/** What the ledger knows of a document. `head` may be a rejected revision; `current` is the one in force. */
export interface DocumentRecord {
  readonly documentId: string;
  readonly head: Revision;
  /** The latest accepted or withdrawn revision. Absent where every one so far was rejected. */
  readonly current?: Revision;
  /** Revisions overtaken by `current` whose change sets may still owe a `SpecSuperseded`. */
  readonly overtaken: readonly Revision[];
}

/** A revision before the ledger has numbered it. */
export type NewRevision = Omit<Revision, "sequence">;

export type RecordOutcome =
  /** Written; `record` holds the revision, numbered. */
  | { readonly outcome: "recorded"; readonly record: DocumentRecord }
  /** The same revision (equal sequencer) was written before: carry on as if it had just been. */
  | { readonly outcome: "repeated"; readonly record: DocumentRecord }
  /** A newer one (greater sequencer) is there already. */
  | { readonly outcome: "stale"; readonly record: DocumentRecord };

/** A result event and whether it has been sent. */
export interface StoredResult {
  readonly sequence: number;
  readonly event: ResultEvent;
  readonly published: boolean;
}

/** How far one change set (a document's part on one API) has come. */
export interface ChangeSetRecord {
  readonly documentId: string;
  readonly apiId: string;
  /** The last revision with a terminal result here; 0 before the first. */
  readonly settledSequence: number;
  /** How many runs have settled: sets the ClientTokens of one run apart from those of the next. */
  readonly epoch: number;
  /** The revision a run has begun on and not settled: its presence tells the next run that one died. */
  readonly runningSequence?: number;
  readonly result?: StoredResult;
}

/** The right to be the only writer of an API. */
export interface Lease {
  readonly apiId: string;
  readonly owner: string;
  /** Grows with every new holder; writes that carry a smaller one are refused. */
  readonly fence: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Which document owns which resource, the accepted revision of each document, and what was started and not yet
 * settled. Every method is atomic; a refused write throws only where said.
 */
export interface Ledger extends OwnershipLedger {
  readDocument(documentId: string): Promise<DocumentRecord | undefined>;
  /**
   * Numbers and writes a revision, unless its sequencer says it is stale or a repeat. A revision without a sequencer is
   * always newer. An accepted or withdrawn one becomes `current`, and pushes the one before to `overtaken`.
   */
  recordRevision(documentId: string, revision: NewRevision): Promise<RecordOutcome>;
  /** Drops overtaken revisions up to and including `sequence`. */
  clearOvertaken(documentId: string, sequence: number): Promise<void>;
  /** Every document, in no particular order. */
  listDocuments(): AsyncIterable<DocumentRecord>;

  readChangeSet(documentId: string, apiId: string): Promise<ChangeSetRecord | undefined>;
  /** Marks that a run begins; returns the record as it was before. Throws `LeaseLostError` if `fence` is behind. */
  beginRun(documentId: string, apiId: string, sequence: number, fence: number): Promise<ChangeSetRecord>;
  /**
   * Writes the terminal result of a revision, clears the run mark and counts the epoch up. `false`, and nothing
   * written, if the revision (or a later one) is settled already, or an earlier result is not published yet.
   */
  settle(documentId: string, apiId: string, sequence: number, event: ResultEvent): Promise<boolean>;
  /** Marks the stored result of `sequence` as published; does nothing if another has taken its place. */
  markPublished(documentId: string, apiId: string, sequence: number): Promise<void>;
  /** Every change set, in no particular order. */
  listChangeSets(): AsyncIterable<ChangeSetRecord>;

  /** `undefined` while another owner's lease is unexpired. The same owner gets its lease again, with a new fence. */
  acquireLease(apiId: string, owner: string, ttlMs: number, now: number): Promise<Lease | undefined>;
  /** Extends it. Throws `LeaseLostError` if somebody else has taken it. */
  renewLease(lease: Lease, ttlMs: number, now: number): Promise<Lease>;
  /** Lets go, if still held; the fence goes on counting. */
  releaseLease(lease: Lease): Promise<void>;
}

/** An object's place in the specs bucket. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
}

export interface StoredSpec {
  readonly source: DocumentSource;
  /** As stored: decoding is the parser's, which reports bytes that are not UTF-8. */
  readonly body: Uint8Array;
  /** Object metadata, lower-case names, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The object is larger than the limit, and `body` holds only its beginning. */
  readonly truncated: boolean;
}

/** The bucket specs are dropped in. */
export interface SpecStore {
  /**
   * Reads by version id, else by key with its ETag, else whatever is there now. `undefined` where that revision is gone
   * or has been overwritten: a newer event is on its way.
   */
  read(ref: ObjectRef): Promise<StoredSpec | undefined>;
  write(
    key: string,
    body: string,
    contentType: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<DocumentSource>;
  /** Fine if there is none. */
  delete(key: string): Promise<void>;
}

/** Which change set to converge; never what to do. */
export interface Signal {
  readonly documentId: string;
  readonly apiId: string;
  /** The revision that caused it; part of the deduplication id. */
  readonly sequence: number;
  /** Which continuation of the run this is, from 0; part of the deduplication id. */
  readonly part: number;
  readonly correlationId: string;
}

/** The FIFO queue: one group per API. */
export interface SignalQueue {
  send(signal: Signal): Promise<void>;
}

/** The event bus. Throws if even one event was not taken. */
export interface ResultBus {
  publish(events: readonly ResultEvent[]): Promise<void>;
}

/** The people's channel. */
export interface Notifier {
  notify(event: ResultEvent): Promise<void>;
}

/** Structured log, without property values. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
