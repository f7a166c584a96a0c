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
