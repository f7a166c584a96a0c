export {
  type Acceptance,
  type AcceptDependencies,
  acceptDocument,
  type DocumentChange,
  type DocumentText,
  withdrawDocument,
} from "./accept.ts";
export { type AllowedApis, isAllowed, parseAllowedApis } from "./allowed-apis.ts";
export { heldWithdrawals, isHoldable } from "./breaker.ts";
export {
  type BreakerLimits,
  DEFAULT_BREAKER_LIMITS,
  isMassWithdrawal,
  parseBreakerLimits,
  tallyOf,
  type WithdrawalTally,
} from "./breaker-limits.ts";
export { deletionsOf } from "./change-set.ts";
export { convergePart, type Part, type PartOutcome } from "./converge-part.ts";
export { type DriftFinding, type FindDriftDependencies, findDrift, isConverged } from "./drift.ts";
export { type Envelope, parseEnvelope } from "./envelope.ts";
export { type GivenUp, type GiveUpDependencies, giveUp } from "./give-up.ts";
export { DEFAULT_GRACE_MS } from "./grace.ts";
export { documentIdOf } from "./identity.ts";
export { type Intake, type IntakeDependencies, intakeObjectEvent } from "./intake-object.ts";
export { intakeSubmitted, intakeWithdrawn, type Submission, type SubmissionDependencies } from "./intake-submission.ts";
export { RunInterruptedError } from "./interrupted.ts";
export { DEFAULT_LEASE_TTL_MS, type Every, LeaseHeldError } from "./lease.ts";
export { announce, type NotifyDependencies, notify } from "./notify.ts";
export { type ObjectEvent, parseObjectEvent } from "./object-event.ts";
export { type DocumentPlan, type PlanDependencies, planDocument } from "./plan-document.ts";
export * from "./ports.ts";
export { type ReconcileDependencies, type Reconciliation, type RunBudget, reconcile } from "./reconcile.ts";
export { type Delivery, deliveriesOf, judgeDelivery, MAX_DELIVERIES, redeliverySeconds } from "./redelivery.ts";
export { renameDocument } from "./rename.ts";
export { readDeclared } from "./revision-text.ts";
export { suspensionIn, tellSuspension } from "./suspension.ts";
export { type ResignalDependencies, type Resignalled, resignal } from "./sweep/resignal.ts";
export { type SweepDependencies, type Swept, sweep } from "./sweep.ts";
