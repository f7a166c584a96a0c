/// <reference path="../.sst/platform/config.d.ts" />
import { nameOf, type Watched } from "./alarms.ts";

type Metric = $util.Input<string | object>[];

/** The dashboard: what came of the documents, what waits, and how the functions fare. */
export function dashboard(
  { named, namespace, functions, failures, queues }: Watched,
  dashboardName: string,
  region: string,
): void {
  const graph = (x: number, y: number, title: string, stat: string, lines: Metric[]) => ({
    ...{ type: "metric", x, y, width: 12, height: 6 },
    properties: { title, region, stat, period: 300, view: "timeSeries", metrics: lines },
  });
  const counted = (service: string, names: string[]) =>
    names.map((name) => [namespace, name, "service", `specdrop-${service}`]);
  const ofFunctions = (metric: string): Metric[] =>
    Object.entries(functions).map(([label, { name }]) => ["AWS/Lambda", metric, "FunctionName", name, { label }]);
  const ofQueue = (metric: string, label: string, queue: sst.aws.Queue): Metric => {
    return ["AWS/SQS", metric, "QueueName", nameOf(queue), { label }];
  };
  const visible = Object.entries({ ...queues, ...failures }).map(([label, queue]) =>
    ofQueue("ApproximateNumberOfMessagesVisible", label, queue),
  );
  const oldest = (["Signals", "SignalsDeadLetters", "Notifications"] as const).map((label) =>
    ofQueue("ApproximateAgeOfOldestMessage", label, queues[label]),
  );
  new aws.cloudwatch.Dashboard(named("Dashboard"), {
    dashboardName,
    dashboardBody: $jsonStringify({
      widgets: [
        graph(0, 0, "Results", "Sum", [
          ...counted("reconcile", [
            "ApplySucceeded",
            "ApplyUnchanged",
            "ApplyFailed",
            "PlanProduced",
            "Interrupted",
            "QueuedAgain",
          ]),
          ...counted("intake", ["SpecAccepted", "SpecRejected"]),
        ]),
        graph(12, 0, "Time to converge, ms", "p90", counted("reconcile", ["Duration"])),
        graph(0, 6, "Waiting signals and dead letters", "Maximum", visible),
        graph(12, 6, "Age of the oldest signal and dead letter, s", "Maximum", oldest),
        graph(0, 12, "Errors", "Sum", ofFunctions("Errors")),
        graph(12, 12, "Throttles", "Sum", ofFunctions("Throttles")),
        graph(0, 18, "What was left behind", "Sum", [
          ...counted("sweep", ["ResultsRepublished", "SignalsResent", "RevisionsEnded", "DocumentsNotSwept"]),
          ...counted("sweep", ["ApplyFailed", "DeadLetterDropped", "SignalFailed", "Suspended", "WithdrawalsHeld"]),
          ...counted("sweep", ["ChangesFound"]),
        ]),
        graph(12, 18, "Drift", "Sum", [
          ...counted("sweep", ["DriftDetected", "DriftResolved"]),
          ...counted("reconcile", ["DriftResolved"]),
        ]),
        graph(0, 24, "Slack", "Sum", [
          ...counted("notify", ["Notified", "ProgressShown", "ProgressDropped", "SlowedDown"]),
          ...counted("notify", ["SlackRefused", "NotNotified", "NotAResult"]),
        ]),
      ],
    }),
  });
}
