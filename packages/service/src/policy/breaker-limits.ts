import type { CountedWithdrawal } from "@specdrop/ledger/port";

/** How many withdrawals within how long are more than ordinary work. */
export interface BreakerLimits {
  /** More documents than this, or more responses, within that time, … */
  readonly documents: number;
  readonly responses: number;
  readonly minutes: number;
  /** … and more of all responses that the ledger owns. */
  readonly percent: number;
}

export const DEFAULT_BREAKER_LIMITS: BreakerLimits = { documents: 20, responses: 50, minutes: 10, percent: 25 };

export interface WithdrawalTally {
  readonly documents: number;
  readonly responses: number;
}

/** What withdraws nothing, or was taken back, counts as nothing. */
export function tallyOf(withdrawals: readonly CountedWithdrawal[]): WithdrawalTally {
  const counted = withdrawals.filter(({ responses }) => responses > 0);
  return { documents: counted.length, responses: counted.reduce((sum, { responses }) => sum + responses, 0) };
}

/** Whether so many are worth a look at how much the ledger owns. */
export function isMany({ documents, responses }: WithdrawalTally, limits: BreakerLimits): boolean {
  return documents > limits.documents || responses > limits.responses;
}

/** `owned`: how many responses all documents owned before. */
export function isMassWithdrawal(tally: WithdrawalTally, owned: number, limits: BreakerLimits): boolean {
  return isMany(tally, limits) && tally.responses * 100 > owned * limits.percent;
}

/**
 * Reads the limits from JSON, `{"documents": 20, "responses": 50, "minutes": 10, "percent": 25}`; what it leaves out has
 * its default. Throws an Error that says what is wrong, and where.
 */
export function parseBreakerLimits(text: string): BreakerLimits {
  const given = parseJson(text);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_BREAKER_LIMITS, name)) {
      const known = Object.keys(DEFAULT_BREAKER_LIMITS).join(", ");
      throw new Error(`it has ${JSON.stringify(name)}; valid names are ${known}`);
    }
    const least = name === "minutes" ? 1 : 0;
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw new Error(`${name} must be a whole number of ${least} or more`);
    }
  }
  return { ...DEFAULT_BREAKER_LIMITS, ...given };
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`it is not JSON (${cause instanceof Error ? cause.message : cause})`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error("it is not a JSON object");
}
