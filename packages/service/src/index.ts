export {
  type Acceptance,
  type AcceptDependencies,
  acceptDocument,
  type DocumentChange,
  type DocumentText,
  withdrawDocument,
} from "./accept.ts";
export { type Envelope, parseEnvelope } from "./envelope.ts";
export { documentIdOf } from "./identity.ts";
export { type Intake, type IntakeDependencies, intakeObjectEvent } from "./intake-object.ts";
export { intakeSubmitted, intakeWithdrawn, type Submission, type SubmissionDependencies } from "./intake-submission.ts";
export { LeaseHeldError } from "./lease.ts";
export { type NotifyDependencies, notify } from "./notify.ts";
export { type ObjectEvent, parseObjectEvent } from "./object-event.ts";
export { type DocumentPlan, type PlanDependencies, planDocument } from "./plan-document.ts";
export * from "./ports.ts";
export { type ReconcileDependencies, type Reconciliation, type RunBudget, reconcile } from "./reconcile.ts";
