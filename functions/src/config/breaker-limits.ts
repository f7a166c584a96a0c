import { type BreakerLimits, DEFAULT_BREAKER_LIMITS, parseBreakerLimits } from "@specdrop/service/policy";

const VARIABLE = "SPECDROP_WITHDRAWAL_LIMITS";

/** How many withdrawals are too many. Throws an Error that says what is wrong with what the environment says of it. */
export function readBreakerLimits(env: Readonly<Record<string, string | undefined>>): {
  readonly breaker: BreakerLimits;
} {
  const text = env[VARIABLE];
  if (text === undefined) return { breaker: DEFAULT_BREAKER_LIMITS };
  try {
    return { breaker: parseBreakerLimits(text) };
  } catch (cause) {
    throw new Error(`${VARIABLE} cannot be used: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
