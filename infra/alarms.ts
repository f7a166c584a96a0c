/// <reference path="../.sst/platform/config.d.ts" />
import { ALARMS, type Alarm, descriptionOf, type Measure, ringingOf } from "./alarm-table.ts";

type Texts = Readonly<Record<string, $util.Input<string>>>;

/** What alarms and dashboard look at. */
export interface Watched {
  /** Pulumi's name of a resource. */
  readonly named: (id: string) => string;
  /** What the names of the alarms begin with, and the dashboard is called. */
  readonly title: string;
  /** Of the metrics that the functions write. */
  readonly namespace: string;
  /** Names in AWS, by ours. */
  readonly functions: Texts;
  readonly queues: Texts;
  readonly logGroups: Readonly<Record<string, string>>;
  /** The outputs of the deployment. */
  readonly outputs: Texts;
  /** Where docs/operate.md is to be read. */
  readonly runbook: string;
}

/** The topic that all alarms go to, with the addresses that receive them. */
export function alarmTopic(named: Watched["named"], emails: readonly string[]): sst.aws.SnsTopic {
  const topic = new sst.aws.SnsTopic(named("Alarms"));
  for (const [index, endpoint] of emails.entries()) {
    new aws.sns.TopicSubscription(named(`AlarmsEmail${index}`), { topic: topic.arn, protocol: "email", endpoint });
  }
  return topic;
}

/** The alarms, each of which means that somebody has to look. Returns their ARNs. */
export function watch(watched: Watched, topic: sst.aws.SnsTopic): $util.Output<string>[] {
  const { named, title, logGroups, outputs, runbook } = watched;
  const names = $output({ ...outputs, ...logGroups });
  return Object.entries(ALARMS).map(([id, alarm]) => {
    const { saysOk, ...ringing } = ringingOf(alarm);
    return new aws.cloudwatch.MetricAlarm(named(id), {
      name: `${title}-${id.replace(/Alarm$/, "")}`,
      alarmDescription: names.apply((known) => descriptionOf(id, alarm, known, runbook)),
      ...metricOf(alarm, watched),
      ...ringing,
      alarmActions: [topic.arn],
      ...(saysOk && { okActions: [topic.arn] }),
    }).arn;
  });
}

function metricOf({ measure }: Alarm, { namespace, functions, queues }: Watched) {
  if ("queue" in measure) {
    return {
      namespace: "AWS/SQS",
      metricName: QUEUE_METRICS[measure.metric],
      statistic: "Maximum",
      dimensions: { QueueName: known(queues, measure.queue) },
    };
  }
  const { metric: metricName } = measure;
  const dimensions: Record<string, $util.Input<string>> = "function" in measure
    ? { FunctionName: known(functions, measure.function) }
    : { service: `specdrop-${measure.service}` };
  return { namespace: "function" in measure ? "AWS/Lambda" : namespace, metricName, statistic: "Sum", dimensions };
}

const QUEUE_METRICS: Readonly<Record<Extract<Measure, { queue: string }>["metric"], string>> = {
  visible: "ApproximateNumberOfMessagesVisible",
  age: "ApproximateAgeOfOldestMessage",
};

function known(names: Texts, id: string): $util.Input<string> {
  const name = names[id];
  if (name === undefined) throw new Error(`An alarm looks at ${id}, which is not deployed`);
  return name;
}
