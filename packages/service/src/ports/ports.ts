import type { OperationsEvent, ResultEvent } from "@specdrop/events";

export type { Lease } from "@specdrop/ledger/lease";
export type {
  BucketComparison,
  ChangeSetState,
  CountedWithdrawal,
  DocumentRecord,
  DriftRecord,
  Ledger,
  NewRevision,
  RecordOutcome,
  Revision,
  RunProgress,
  StoredResult,
  Suspension,
  SuspensionScope,
  SwitchOutcome,
} from "@specdrop/ledger/port";
export type { SubmissionMark, SubmissionRecord, SubmissionWrite } from "@specdrop/ledger/submissions";
export type * from "./signals.ts";
export type * from "./spec-store.ts";

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
