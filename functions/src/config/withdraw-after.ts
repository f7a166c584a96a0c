const VARIABLE = "SPECDROP_WITHDRAW_AFTER_SECONDS";
const DEFAULT_SECONDS = 20;
/** The most that SQS delays a message by. */
const MOST_SECONDS = 900;

/**
 * How long after its event a change deletes nothing, in milliseconds: the other half of a rename or a move may be on its
 * way. Throws an Error where the environment has no whole number of seconds from 0 to 900.
 */
export function readWithdrawAfter(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[VARIABLE];
  if (text === undefined) return DEFAULT_SECONDS * 1_000;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MOST_SECONDS) return seconds * 1_000;
  throw new Error(`${VARIABLE} cannot be used: it must be a whole number of seconds from 0 to ${MOST_SECONDS}.`);
}
