/** What an alarm looks at. */
export type Measure =
  /** Messages that wait in a queue, or the seconds that the oldest has waited. */
  | { readonly queue: string; readonly metric: "visible" | "age" }
  | { readonly function: string; readonly metric: "Errors" | "Throttles" | "Invocations" }
  /** What a function counts. */
  | { readonly service: "reconcile" | "notify" | "sweep"; readonly metric: string };

/**
 * When an alarm rings, by periods of five minutes.
 *
 * - `state`: something is so now. It rings while it is above `above`, and says OK when that is over.
 * - `counter`: something has happened, and stays so until a person has looked. It rings when it happened in `periods` of
 *   the last twelve, and stays silent while it goes on: a webhook that Slack refuses all night is one message. It never
 *   says OK, since nothing says that it was mended.
 * - `heartbeat`: something has not happened for `periods`. No data is an alarm.
 */
export type Ringing =
  | { readonly kind: "state"; readonly above: number }
  | { readonly kind: "counter"; readonly periods: number }
  | { readonly kind: "heartbeat"; readonly periods: number };

export interface Alarm {
  readonly measure: Measure;
  readonly ringing: Ringing;
  /** One sentence. */
  readonly happened: string;
  /** One sentence: are clients affected, and what is applied? */
  readonly clients: string;
  /** The first command to type. `{table}` stands for an output of the deployment, `{Reconcile}` for the function's log group. */
  readonly next: string;
}

const ONCE: Ringing = { kind: "counter", periods: 1 };
const AGAIN: Ringing = { kind: "counter", periods: 2 };
const AT_ALL: Ringing = { kind: "state", above: 0 };
const AN_HOUR: Ringing = { kind: "state", above: 3600 };

const NOT_AFFECTED = "Clients are not affected";
const ONLY_PEOPLE_MISS_IT = `${NOT_AFFECTED}: everything is applied, but people do not see it.`;
const status = "npx specdrop status --ledger dynamodb:{table}";
const errorsOf = (id: string) => `aws logs tail {${id}} --since 1h --filter-pattern '{ $.level = "ERROR" }'`;
const inQueue = (url: string) =>
  `aws sqs receive-message --queue-url {${url}} --max-number-of-messages 10 --visibility-timeout 0`;
const concurrency = "aws lambda get-account-settings --query AccountLimit";

/** The alarms. docs/operate.md has a section for each, with the same sentences. */
export const ALARMS: Readonly<Record<string, Alarm>> = {
  FailedResultsAlarm: {
    measure: { service: "reconcile", metric: "ApplyFailed" },
    ringing: ONCE,
    happened: "A document was accepted, and some or all of its changes failed.",
    clients: "Clients get the old responses where a change failed; changes that succeeded are live.",
    next: status,
  },
  DeploymentFailedAlarm: {
    measure: { service: "reconcile", metric: "DeploymentFailed" },
    ringing: ONCE,
    happened: "Changes were applied, and the deployment that makes them live failed.",
    clients: "Clients get the old responses, although all changes of the document are applied.",
    next: status,
  },
  GivenUpAlarm: {
    measure: { service: "sweep", metric: "ApplyFailed" },
    ringing: ONCE,
    happened: "A document was given up: its runs failed eight times (SD6004).",
    clients: "Clients get the old responses for its API, or a part of the new ones; nothing more is tried.",
    next: status,
  },
  SignalsThrottledAlarm: {
    measure: { service: "reconcile", metric: "SignalThrottled" },
    ringing: AGAIN,
    happened: "Runs fail because AWS throttles us.",
    clients: "Clients get the old responses until a retry succeeds; nothing is lost.",
    next: errorsOf("Reconcile"),
  },
  AwsFailingAlarm: {
    measure: { service: "reconcile", metric: "SignalFailedInAws" },
    ringing: AGAIN,
    happened: "Runs fail because AWS answers with errors, or does not answer.",
    clients: "Clients get the old responses until a retry succeeds; a document is given up after eight tries.",
    next: errorsOf("Reconcile"),
  },
  CredentialsAlarm: {
    measure: { service: "reconcile", metric: "SignalNotAllowed" },
    ringing: ONCE,
    happened: "Runs fail because AWS does not accept the function's credentials or permissions.",
    clients: "Clients get the old responses; nothing is applied until this is fixed.",
    next: errorsOf("Reconcile"),
  },
  SignalsFailingAlarm: {
    measure: { service: "reconcile", metric: "SignalFailedOtherwise" },
    ringing: AGAIN,
    happened: "Runs fail for another reason: a bug, a damaged or missing ledger, a missing resource.",
    clients: "Clients get the old responses; a document is given up after eight tries.",
    next: errorsOf("Reconcile"),
  },
  SignalsAgeAlarm: {
    measure: { queue: "Signals", metric: "age" },
    ringing: AN_HOUR,
    happened: "A document has waited for more than an hour to be applied.",
    clients: "Clients get the old responses until it is applied.",
    next: status,
  },
  DeadLettersAgeAlarm: {
    measure: { queue: "SignalsDeadLetters", metric: "age" },
    ringing: AN_HOUR,
    happened: "A document was given up more than an hour ago, and the sweep could not record that.",
    clients: "Clients get the old responses for its API; nobody was notified.",
    next: errorsOf("Sweep"),
  },
  DeadLetterDroppedAlarm: {
    measure: { service: "sweep", metric: "DeadLetterDropped" },
    ringing: ONCE,
    happened: "The queue of signals held a message that specdrop did not write. It was dropped.",
    clients: `${NOT_AFFECTED}, and no document depends on it.`,
    next: errorsOf("Sweep"),
  },
  IntakeFailuresAlarm: {
    measure: { queue: "IntakeFailures", metric: "visible" },
    ringing: AT_ALL,
    happened: "Events about documents were given up.",
    clients: "Clients get the old responses: a document that was dropped, sent or deleted is not applied.",
    next: inQueue("intakeFailuresUrl"),
  },
  DelayedSignalsFailuresAlarm: {
    measure: { queue: "DelayedSignalsFailures", metric: "visible" },
    ringing: AT_ALL,
    happened: "Delayed deletions could not be sent on.",
    clients: "Clients may still get responses that should be deleted, until the sweep signals them again.",
    next: errorsOf("Intake"),
  },
  NotifyFailuresAlarm: {
    measure: { queue: "NotifyFailures", metric: "visible" },
    ringing: AT_ALL,
    happened: "Messages for Slack were given up after a day of trying.",
    clients: ONLY_PEOPLE_MISS_IT,
    next: errorsOf("Notify"),
  },
  SweepFailuresAlarm: {
    measure: { queue: "SweepFailures", metric: "visible" },
    ringing: AT_ALL,
    happened: "A sweep failed, did not start, or missed the event that applying was resumed.",
    clients: `${NOT_AFFECTED}, unless documents wait for the sweep: after a resume, or after a crash.`,
    next: errorsOf("Sweep"),
  },
  SweepMissingAlarm: {
    measure: { function: "Sweep", metric: "Invocations" },
    ringing: { kind: "heartbeat", periods: 3 },
    happened: "No sweep was started for 15 minutes; one is due every 5.",
    clients: `${NOT_AFFECTED} at first, but what a crash leaves is not finished, and drift goes unnoticed.`,
    next: "aws lambda invoke --function-name {sweepFunction} --payload '{}' --cli-binary-format raw-in-base64-out /dev/stdout",
  },
  DocumentsNotSweptAlarm: {
    measure: { service: "sweep", metric: "DocumentsNotSwept" },
    ringing: AGAIN,
    happened: "The sweep could not look at some documents, or had no time for all.",
    clients: `${NOT_AFFECTED}, but drift of these documents is noticed late.`,
    next: errorsOf("Sweep"),
  },
  NotificationsAgeAlarm: {
    measure: { queue: "Notifications", metric: "age" },
    ringing: AN_HOUR,
    happened: "A message has waited for more than an hour to be posted: Slack is down, or refuses it.",
    clients: ONLY_PEOPLE_MISS_IT,
    next: errorsOf("Notify"),
  },
  SlackRefusedAlarm: {
    measure: { service: "notify", metric: "SlackRefused" },
    ringing: ONCE,
    happened: "Slack refuses messages until somebody fixes the webhook, the token or the channel.",
    clients: ONLY_PEOPLE_MISS_IT,
    next: errorsOf("Notify"),
  },
  IntakeErrorsAlarm: {
    measure: { function: "Intake", metric: "Errors" },
    ringing: ONCE,
    happened: "Intake failed on an event; Lambda tries again twice.",
    clients: "Clients get the old responses until a retry accepts the document.",
    next: errorsOf("Intake"),
  },
  ReconcileErrorsAlarm: {
    measure: { function: "Reconcile", metric: "Errors" },
    ringing: ONCE,
    happened: "Reconcile failed as a whole: memory, time, permissions or settings.",
    clients: "Clients get the old responses until a retry succeeds; a document is given up after eight tries.",
    next: errorsOf("Reconcile"),
  },
  NotifyErrorsAlarm: {
    measure: { function: "Notify", metric: "Errors" },
    ringing: ONCE,
    happened: "Notify failed as a whole: its secret or a setting of Slack's is missing or wrong.",
    clients: ONLY_PEOPLE_MISS_IT,
    next: errorsOf("Notify"),
  },
  SweepErrorsAlarm: {
    measure: { function: "Sweep", metric: "Errors" },
    ringing: ONCE,
    happened: "A sweep failed as a whole.",
    clients: `${NOT_AFFECTED} at first, but what a crash leaves is not finished, and drift goes unnoticed.`,
    next: errorsOf("Sweep"),
  },
  IntakeThrottlesAlarm: {
    measure: { function: "Intake", metric: "Throttles" },
    ringing: ONCE,
    happened: "Lambda had no concurrency left for intake.",
    clients: "Clients get the old responses longer: documents are accepted late, within six hours.",
    next: concurrency,
  },
  ReconcileThrottlesAlarm: {
    measure: { function: "Reconcile", metric: "Throttles" },
    ringing: ONCE,
    happened: "Lambda had no concurrency left for reconcile, which needs five.",
    clients: "Clients get the old responses longer: documents are applied late.",
    next: concurrency,
  },
  NotifyThrottlesAlarm: {
    measure: { function: "Notify", metric: "Throttles" },
    ringing: ONCE,
    happened: "Lambda had no concurrency left for notify.",
    clients: `${NOT_AFFECTED}: everything is applied, and Slack's messages are late.`,
    next: concurrency,
  },
  SweepThrottlesAlarm: {
    measure: { function: "Sweep", metric: "Throttles" },
    ringing: ONCE,
    happened: "Lambda had no concurrency left for the sweep.",
    clients: `${NOT_AFFECTED}: the next sweep does its work.`,
    next: concurrency,
  },
};

export const PERIOD_SECONDS = 300;
/** How many periods a counter looks back. Whatever is tried again within the hour keeps it ringing, silently. */
export const COUNTER_PERIODS = 12;

/** The settings of an alarm in CloudWatch that say when it rings. */
export function ringingOf({ ringing }: Alarm) {
  const { kind } = ringing;
  const evaluationPeriods = kind === "counter" ? COUNTER_PERIODS : kind === "heartbeat" ? ringing.periods : 1;
  return {
    period: PERIOD_SECONDS,
    evaluationPeriods,
    datapointsToAlarm: kind === "counter" ? ringing.periods : evaluationPeriods,
    threshold: kind === "heartbeat" ? 1 : kind === "state" ? ringing.above : 0,
    comparisonOperator: kind === "heartbeat" ? "LessThanThreshold" : "GreaterThanThreshold",
    // A metric that nobody writes is no alarm, but for what has to happen every five minutes.
    treatMissingData: kind === "heartbeat" ? "breaching" : "notBreaching",
    saysOk: kind !== "counter",
  } as const;
}

/** What the alarm says, in CloudWatch, in a mail and in Slack. `names` are those that stand for `{…}`. */
export function descriptionOf(
  id: string,
  { happened, clients, next }: Alarm,
  names: Readonly<Record<string, string>>,
  runbook: string,
): string {
  const command = next.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
  return `${happened} ${clients}\nNext: ${command}\nRunbook: ${runbook}#${id.toLowerCase()}`;
}
