/// <reference path="../.sst/platform/config.d.ts" />

/** What alarms and dashboard look at. */
export interface Watched {
  /** Pulumi's name of a resource. */
  readonly named: (id: string) => string;
  /** Of the metrics that the functions write. */
  readonly namespace: string;
  readonly functions: Readonly<Record<string, sst.aws.Function>>;
  /** Where work is kept that was given up. */
  readonly failures: Readonly<Record<string, sst.aws.Queue>>;
  readonly queues: Readonly<
    Record<"Signals" | "SignalsDeadLetters" | "DelayedSignals" | "Notifications", sst.aws.Queue>
  >;
}

type Alarm = { alarmDescription: string } & Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "namespace" | "metricName" | "dimensions"
>;

/** The alarms, and the topic that they all go to. Each of them means that somebody has to look. */
export function watch({ named, namespace, functions, failures, queues }: Watched, emails: readonly string[]) {
  const topic = new sst.aws.SnsTopic(named("Alarms"));
  for (const [index, endpoint] of emails.entries()) {
    new aws.sns.TopicSubscription(named(`AlarmsEmail${index}`), { topic: topic.arn, protocol: "email", endpoint });
  }
  const alarm = (id: string, args: Alarm, { statistic = "Sum", threshold = 0 } = {}) =>
    new aws.cloudwatch.MetricAlarm(named(id), {
      ...args,
      // Each has its section there.
      alarmDescription: `${args.alarmDescription} See docs/operate.md#${id.toLowerCase()}`,
      statistic,
      threshold,
      comparisonOperator: "GreaterThanThreshold",
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    });
  for (const [id, queue] of Object.entries(failures)) {
    const about = {
      alarmDescription: "Work was given up and waits to be looked at and sent again.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: nameOf(queue) },
    };
    alarm(`${id}Alarm`, about, { statistic: "Maximum" });
  }
  for (const [id, { name: FunctionName }] of Object.entries(functions)) {
    const about = { namespace: "AWS/Lambda", dimensions: { FunctionName } };
    alarm(`${id}ErrorsAlarm`, { ...about, metricName: "Errors", alarmDescription: "The function failed." });
    alarm(`${id}ThrottlesAlarm`, {
      ...about,
      metricName: "Throttles",
      alarmDescription: "The account has too little concurrency for the function.",
    });
  }
  const ageAlarm = (id: string, queue: sst.aws.Queue, alarmDescription: string) => {
    const about = {
      alarmDescription,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: nameOf(queue) },
    };
    alarm(id, about, { statistic: "Maximum", threshold: 3600 });
  };
  ageAlarm(
    "SignalsAgeAlarm",
    queues.Signals,
    "A change set has waited for more than an hour: its runs fail, or there are too many of them.",
  );
  ageAlarm(
    "DeadLettersAgeAlarm",
    queues.SignalsDeadLetters,
    "A signal was given up more than an hour ago, and its change set could not be ended since.",
  );
  ageAlarm(
    "NotificationsAgeAlarm",
    queues.Notifications,
    "People have not been told of something for more than an hour: Slack is away, or refuses us.",
  );
  const countAlarm = (id: string, service: string, metricName: string, alarmDescription: string) =>
    alarm(id, { alarmDescription, namespace, metricName, dimensions: { service: `specdrop-${service}` } });
  countAlarm("FailedResultsAlarm", "reconcile", "ApplyFailed", "A change set ended in ApplyFailed.");
  countAlarm(
    "GivenUpAlarm",
    "sweep",
    "ApplyFailed",
    "A change set ended in ApplyFailed, for its signal was given up: no run came to its end.",
  );
  countAlarm(
    "DeadLetterDroppedAlarm",
    "sweep",
    "DeadLetterDropped",
    "Something that is no signal was on the queue, and was dropped. The log has its message id.",
  );
  countAlarm(
    "SlackRefusedAlarm",
    "notify",
    "SlackRefused",
    "Slack refused a message for a reason that only a person can mend. The log has Slack's word for it.",
  );
  countAlarm(
    "DocumentsNotSweptAlarm",
    "sweep",
    "DocumentsNotSwept",
    "The sweep could not look at every document to the end, or had no time to.",
  );
  return topic;
}

export function nameOf(queue: sst.aws.Queue): $util.Output<string> {
  return queue.nodes.queue.name;
}
