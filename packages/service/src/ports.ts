import type { OperationsEvent, ResultEvent } from "@specdrop/events";

export type {
  BucketComparison,
  ChangeSetRecord,
  CountedWithdrawal,
  DocumentRecord,
  DriftRecord,
  Lease,
  Ledger,
  ListedObject,
  NewRevision,
  ObjectRef,
  RecordOutcome,
  Revision,
  RunProgress,
  Signal,
  SignalQueue,
  SpecContent,
  SpecListing,
  SpecStore,
  StoreAnswer,
  StoredResult,
  StoredSpec,
  SubmissionMark,
  SubmissionRecord,
  SubmissionStore,
  SubmissionWrite,
  Suspension,
  SuspensionScope,
  SwitchOutcome,
} from "@specdrop/engine";

/** The event bus. Throws if even one event was not taken. */
export interface ResultBus {
  publish(events: readonly ResultEvent[]): Promise<void>;
}

/** The same bus, for what concerns the pipeline itself. Throws if even one notice was not taken. */
export interface OperationsBus {
  announce(notices: readonly OperationsEvent[]): Promise<void>;
}

/** The people's channel. */
export interface Notifier {
  notify(event: ResultEvent): Promise<void>;
  /** About the pipeline itself. */
  announce(notice: OperationsEvent): Promise<void>;
}

/** Structured log, without property values. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
