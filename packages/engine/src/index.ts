export * from "./change-set.ts";
export { converge } from "./converge.ts";
export { digestProperties } from "./digest.ts";
export * from "./gateway.ts";
export * from "./hand-over.ts";
export * from "./ledger.ts";
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
export { compareSequencers, withConfirmed, withoutOvertaken, withRevision } from "./revisions.ts";
export { randomId, runIdOf } from "./run-id.ts";
export type * from "./signal.ts";
export type * from "./spec-store.ts";
export * from "./submissions.ts";
