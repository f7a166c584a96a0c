export type { FailureCause } from "@specdrop/ledger/port";
export { subjectOf } from "./ports/log.ts";
export { convergeSlice, type Slice, type SliceOutcome } from "./reconcile/converge-slice.ts";
export { failureCause } from "./reconcile/failure-cause.ts";
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
export { describeFailure } from "./reconcile/run-failure.ts";
