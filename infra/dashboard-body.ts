import { ALARMS, type Alarm } from "./alarm-table.ts";

/** What the dashboard shows, with names in AWS by ours; `Text` is a string, or one that is not known yet. */
export interface Shown<Text> {
  readonly title: string;
  readonly region: string;
  readonly namespace: string;
  readonly functions: Readonly<Record<string, Text>>;
  readonly queues: Readonly<Record<string, Text>>;
  readonly logGroups: Readonly<Record<string, string>>;
  readonly alarms: readonly Text[];
  readonly runbook: string;
}

/** In CloudWatch's grid, which is 24 wide. */
export interface Widget<Text> {
  readonly type: "text" | "alarm" | "metric" | "log";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as CloudWatch has widgets.
  readonly properties: any & { readonly title?: string; readonly metrics?: readonly (readonly (Text | object)[])[] };
}

/** The body of the dashboard: what is wrong first, then what came of the documents, what waits, and how functions fare. */
export function dashboardBody<Text>(shown: Shown<Text>): { readonly widgets: readonly Widget<Text | string>[] } {
  type Line = readonly (Text | string | object)[];
  const { title, region, namespace, functions, queues, logGroups, alarms, runbook } = shown;
  const counted = (service: string, ...names: string[]): Line[] =>
    names.map((name) => [namespace, name, "service", `specdrop-${service}`]);
  const ofFunctions = (metric: string): Line[] =>
    Object.entries(functions).map(([label, name]) => ["AWS/Lambda", metric, "FunctionName", name, { label }]);
  const ofQueues = (metric: string, ...ids: string[]): Line[] =>
    ids.map((label) => ["AWS/SQS", metric, "QueueName", queues[label] as Text, { label }]);
  let row = 0;
  const widget = (type: Widget<Text>["type"], x: number, width: number, height: number, properties: object) => ({
    ...{ type, x, y: row, width, height },
    properties,
  });
  const graph = (x: number, name: string, stat: string, metrics: Line[], more: object = {}) =>
    widget("metric", x, 12, 6, { title: name, region, stat, period: 300, view: "timeSeries", metrics, ...more });
  const next = (height: number) => {
    row += height;
    return [];
  };
  const failures = Object.keys(queues).filter((id) => id.endsWith("Failures"));
  return {
    widgets: [
      widget("text", 0, 24, 2, {
        markdown: `# ${title}\n[What each alarm means, and what to do](${runbook}#alarms)`,
      }),
      ...next(2),
      widget("alarm", 0, 24, 4, { title: "Alarms", alarms }),
      ...next(4),
      graph(0, "Results", "Sum", [
        ...counted("reconcile", "ApplySucceeded", "ApplyUnchanged", "ApplyFailed", "PlanProduced"),
        ...counted("reconcile", "Interrupted", "QueuedAgain"),
        ...counted("intake", "SpecAccepted", "SpecRejected"),
      ]),
      graph(12, "Failing signals, by cause", "Sum", [
        ...counted("reconcile", "SignalThrottled", "SignalFailedInAws", "SignalNotAllowed"),
        ...counted("reconcile", "SignalApiBusy", "SignalFailedOtherwise"),
      ]),
      ...next(6),
      widget("log", 0, 24, 6, {
        title: "Last errors",
        region,
        view: "table",
        query: [
          ...Object.values(logGroups).map((group) => `SOURCE '${group}'`),
          "fields @timestamp, documentId, apiId, message, error.message, correlationId",
          'filter level = "ERROR"',
          "sort @timestamp desc",
          "limit 20",
        ].join(" | "),
      }),
      ...next(6),
      graph(
        0,
        "Waiting signals and dead letters",
        "Maximum",
        ofQueues(
          "ApproximateNumberOfMessagesVisible",
          "Signals",
          "SignalsDeadLetters",
          "DelayedSignals",
          "Notifications",
        ),
      ),
      graph(
        12,
        "Given up, needs attention",
        "Maximum",
        ofQueues("ApproximateNumberOfMessagesVisible", ...failures),
        threshold("NotifyFailuresAlarm"),
      ),
      ...next(6),
      graph(
        0,
        "Age of the oldest signal and dead letter, s",
        "Maximum",
        ofQueues("ApproximateAgeOfOldestMessage", "Signals", "SignalsDeadLetters", "Notifications"),
        threshold("SignalsAgeAlarm"),
      ),
      graph(12, "Time to converge, ms", "p90", counted("reconcile", "Duration")),
      ...next(6),
      graph(
        0,
        "Deployments that are not live",
        "Sum",
        counted("reconcile", "DeploymentFailed", "DeploymentPending", "DeploymentUnknown"),
        threshold("DeploymentFailedAlarm"),
      ),
      graph(12, "Drift", "Sum", [
        ...counted("sweep", "DriftDetected", "DriftResolved"),
        ...counted("reconcile", "DriftResolved"),
      ]),
      ...next(6),
      graph(0, "Errors", "Sum", ofFunctions("Errors"), threshold("IntakeErrorsAlarm")),
      graph(12, "Throttles", "Sum", ofFunctions("Throttles"), threshold("IntakeThrottlesAlarm")),
      ...next(6),
      graph(0, "What was left behind", "Sum", [
        ...counted("sweep", "ResultsRepublished", "SignalsResent", "RevisionsEnded", "DocumentsNotSwept"),
        ...counted("sweep", "ApplyFailed", "DeadLetterDropped", "SignalFailed", "Suspended", "WithdrawalsHeld"),
        ...counted("sweep", "ChangesFound"),
      ]),
      graph(12, "Sweeps", "Sum", [
        ["AWS/Lambda", "Invocations", "FunctionName", functions["Sweep"] as Text, { label: "Sweeps" }],
      ]),
      ...next(6),
      graph(0, "Slack", "Sum", [
        ...counted("notify", "Notified", "ProgressShown", "ProgressDropped", "SlowedDown"),
        ...counted("notify", "SlackRefused", "NotNotified", "NotAResult"),
      ]),
    ],
  };
}

/** A line where an alarm begins. */
function threshold(id: keyof typeof ALARMS): object {
  const { ringing } = ALARMS[id] as Alarm;
  const value = ringing.kind === "state" ? ringing.above : 0;
  return { annotations: { horizontal: [{ label: `alarm above ${value}`, value }] } };
}
