/** Periods of five minutes that the graphs show: three hours. */
export const PERIODS = 36;

/** When Cloud Control answers with errors: for 40 minutes, from 00:15 on. */
const BEGIN = 15;
const END = 23;
const during = (period: number) => period >= BEGIN && period < END;
const drained = (period: number) => Math.max(0, 1 - (period - END) / 4);
/** Something that varies, and is the same each time. */
const wobble = (period: number, most: number) => (period * 7) % (most + 1);

/** What each metric would show, by its name or the label of its line. All others are at zero. */
const STORY: Readonly<Record<string, (period: number) => number>> = {
  ApplySucceeded: (period) => (during(period) ? 0 : period >= END && period < END + 4 ? 9 : 2 + wobble(period, 3)),
  ApplyUnchanged: (period) => wobble(period, 2),
  SpecAccepted: (period) => 3 + wobble(period, 2),
  SpecRejected: (period) => (period === 6 ? 1 : 0),
  QueuedAgain: (period) => (during(period) ? 4 : 0),
  SignalFailedInAws: (period) => (during(period) ? 3 + wobble(period, 4) : 0),
  SignalThrottled: (period) => (period === 9 || period === END ? 1 : 0),
  Signals: (period) =>
    during(period) ? 3 * (period - BEGIN + 1) : period >= END ? Math.round(24 * drained(period)) : 1,
  SignalsDeadLetters: (period) => (period === BEGIN + 5 ? 2 : 0),
  "Signals age": (period) =>
    during(period) ? 300 * (period - BEGIN + 1) : period >= END ? 2_400 * drained(period) : 4,
  Duration: (period) =>
    during(period) ? 0 : 3_800 + 400 * wobble(period, 4) + (period < END + 4 && period >= END ? 9_000 : 0),
  DeploymentPending: (period) => (period === END + 1 ? 1 : 0),
  DriftDetected: (period) => (period === 11 ? 1 : 0),
  DriftResolved: (period) => (period === 13 ? 1 : 0),
  Sweeps: () => 1,
  "specdrop-sweep ApplyFailed": (period) => (period === BEGIN + 5 ? 2 : 0),
  RevisionsEnded: (period) => (period === BEGIN + 6 ? 2 : 0),
  Notified: (period) => (during(period) ? 0 : 2 + wobble(period, 3)),
  ProgressShown: (period) => (during(period) ? 5 : wobble(period, 2)),
};

/** The values of a line, oldest first. `from` is the service that counts it, or the queue or function that it is about. */
export function valuesOf(metric: string, label: string, from: string): readonly number[] {
  const age = metric === "ApproximateAgeOfOldestMessage" ? `${label} age` : label;
  const isLambdas = metric === "Errors" || metric === "Throttles";
  const story = isLambdas ? undefined : (STORY[`${from} ${age}`] ?? STORY[age]);
  return Array.from({ length: PERIODS }, (_, period) => story?.(period) ?? 0);
}

/** The alarms that ring at the end. */
export const RINGING: ReadonlySet<string> = new Set(["AwsFailing", "GivenUp"]);

/** Time, document, API, message. */
export const LAST_ERRORS: readonly (readonly [string, string, string, string])[] = [
  ["00:42:11", "s3://specs/team-a/chat.yaml", "a1b2c3d4e5", "The signal will be retried (aws): ServiceUnavailable"],
  ["00:41:03", "s3://specs/team-b/orders.json", "f6g7h8i9j0", "Gave up on a signal"],
  ["00:38:20", "s3://specs/team-b/orders.json", "f6g7h8i9j0", "The signal will be retried (aws): InternalFailure"],
  ["00:37:54", "s3://specs/team-a/chat.yaml", "a1b2c3d4e5", "The signal will be retried (aws): ServiceUnavailable"],
  ["00:33:47", "s3://specs/team-a/chat.yaml", "a1b2c3d4e5", "The signal will be retried (aws): ServiceUnavailable"],
];
