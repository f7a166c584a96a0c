export type { DocumentChange } from "./documents/change.ts";
export { deletionsOf } from "./documents/change-set.ts";
export { readDeclared } from "./documents/content.ts";
export { documentIdOf } from "./documents/identity.ts";
export {
  type DocumentPlan,
  type PlannedRevision,
  type PlanPorts,
  planDocument,
  planOnApi,
} from "./documents/plan-document.ts";
export { renameDocument } from "./documents/rename.ts";
export { type DriftFinding, type FindDriftPorts, findDrift, isConverged } from "./drift/drift.ts";
export {
  type Acceptance,
  type AcceptPorts,
  acceptDocument,
  type DocumentText,
  withdrawDocument,
} from "./intake/accept.ts";
export { type Envelope, parseEnvelope } from "./intake/envelope.ts";
export { type Intake, type IntakePorts, intakeObjectEvent } from "./intake/object.ts";
export { type ObjectEvent, parseObjectEvent } from "./intake/object-event.ts";
export { intakeSubmitted, intakeWithdrawn, type Submission, type SubmissionPorts } from "./intake/submission.ts";
export { announce, type NotifyPorts, notify } from "./notify.ts";
export { type AllowedApis, isAllowed, parseAllowedApis } from "./policy/allowed-apis.ts";
export { heldWithdrawals, isHoldable } from "./policy/breaker.ts";
export {
  type BreakerLimits,
  DEFAULT_BREAKER_LIMITS,
  isMassWithdrawal,
  parseBreakerLimits,
  tallyOf,
  type WithdrawalTally,
} from "./policy/breaker-limits.ts";
export { DEFAULT_GRACE_MS } from "./policy/grace.ts";
export { suspensionIn, tellSuspension } from "./policy/suspension.ts";
export * from "./ports/ports.ts";
export { convergeSlice, type Slice, type SliceOutcome } from "./reconcile/converge-slice.ts";
export { type FailureCause, failureCause } from "./reconcile/failure-cause.ts";
export { type GivenUp, type GiveUpPorts, giveUp } from "./reconcile/give-up.ts";
export { RunInterruptedError } from "./reconcile/interrupted.ts";
export { DEFAULT_LEASE_TTL_MS, type Every, LeaseHeldError } from "./reconcile/lease.ts";
export { type ReconcilePorts, type Reconciliation, type RunBudget, reconcile } from "./reconcile/reconcile.ts";
export {
  type Delivery,
  deliveriesOf,
  judgeDelivery,
  MAX_DELIVERIES,
  redeliverySeconds,
  triesOf,
} from "./reconcile/redelivery.ts";
export { lastDeployment } from "./results/last-deployment.ts";
export { failedUntouched } from "./results/results.ts";
export type { SweepPorts } from "./sweep/ports.ts";
export { type Resignalled, type ResignalPorts, resignal } from "./sweep/resignal.ts";
export { type Swept, sweep } from "./sweep/sweep.ts";
