export * from "./change-set.ts";
export { converge } from "./converge.ts";
export { DeadlineReachedError, sleepWithin } from "./deadline.ts";
export { digestProperties } from "./digest.ts";
export * from "./gateway.ts";
export * from "./hand-over.ts";
export * from "./lease.ts";
export * from "./ledger.ts";
export { explainStatusKey } from "./live-finding.ts";
export * from "./model.ts";
export * from "./patch.ts";
export * from "./ports.ts";
export {
  API_GATEWAY_LIMITS,
  believed,
  book,
  DEPLOYMENT_LIMITS,
  processRequestRate,
  type RateLimits,
  type RateState,
  slowDown,
  statusCounts,
} from "./rate-limit.ts";
export {
  assertFormat,
  checked,
  DamagedLedgerError,
  knownOf,
  LEDGER_FORMAT,
  NewerLedgerError,
  RecordTooLargeError,
  unknownOf,
} from "./records/checked.ts";
export {
  BID,
  CHANGE_SET,
  COMPARISON,
  COUNTED_WITHDRAWAL,
  DOCUMENT,
  LEASE,
  OWNED,
  SUBMISSIONS,
  SUSPENSION,
} from "./records/records.ts";
export { count, type Fields } from "./records/shape.ts";
export * from "./rename.ts";
export { questionsAbout } from "./resume.ts";
export { compareSequencers, withConfirmed, withoutOvertaken, withRevision } from "./revisions.ts";
export { randomId, runIdOf } from "./run-id.ts";
export type * from "./signal.ts";
export type * from "./spec-store.ts";
export * from "./submissions.ts";
