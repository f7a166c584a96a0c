import type { DocumentSource, ResultEvent } from "@specdrop/events";

export type {
  ChangeSetRecord,
  DocumentRecord,
  DriftRecord,
  Lease,
  Ledger,
  NewRevision,
  RecordOutcome,
  Revision,
  RunProgress,
  StoredResult,
} from "@specdrop/engine";

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
  /** The number of the drift that is to be repaired; part of the deduplication id. Absent where a revision is to be converged. */
  readonly repair?: number;
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
