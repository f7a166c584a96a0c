export * from "./change-set.ts";
export { converge } from "./converge.ts";
export * from "./gateway.ts";
export * from "./ledger.ts";
export * from "./model.ts";
export * from "./patch.ts";
export * from "./ports.ts";
export {
  API_GATEWAY_LIMITS,
  book,
  DEPLOYMENT_LIMITS,
  processRequestRate,
  type RateLimits,
  type RateState,
  slowDown,
} from "./rate-limit.ts";
export { compareSequencers, withoutOvertaken, withRevision } from "./revisions.ts";
