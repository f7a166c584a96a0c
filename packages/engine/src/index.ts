export * from "./change-set.ts";
export { converge } from "./converge.ts";
export { sleepWithin } from "./deadline.ts";
export { isOverBudget } from "./deletion-budget.ts";
export { digestProperties } from "./digest.ts";
export * from "./errors.ts";
export { DeadlineReachedError } from "./errors.ts";
export * from "./gateway.ts";
export * from "./hand-over.ts";
export { explainStatusKey } from "./live-finding.ts";
export * from "./model.ts";
export * from "./outcome.ts";
export * from "./patch.ts";
export { planChanges } from "./plan-changes.ts";
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

export { plannedDeletion } from "./report.ts";
export { questionsAbout } from "./resume.ts";
export { sha256Hex } from "./sha256.ts";
