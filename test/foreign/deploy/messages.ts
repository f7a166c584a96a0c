import {
  CreateEventBusCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Inputs } from "../../infra/infrastructure.ts";
import { asAws, atMinistack, type Make, nameIn } from "./resource.ts";

function queueAttributes(inputs: Inputs): Record<string, string> {
  const all: Readonly<Record<string, unknown>> = {
    VisibilityTimeout: inputs["visibilityTimeoutSeconds"],
    MessageRetentionPeriod: inputs["messageRetentionSeconds"],
    DelaySeconds: inputs["delaySeconds"],
    SqsManagedSseEnabled: inputs["sqsManagedSseEnabled"],
    RedrivePolicy: inputs["redrivePolicy"],
    ...(inputs["fifoQueue"]
      ? {
          FifoQueue: true,
          ContentBasedDeduplication: inputs["contentBasedDeduplication"],
          DeduplicationScope: inputs["deduplicationScope"],
          FifoThroughputLimit: inputs["fifoThroughputLimit"],
        }
      : {}),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** The bus, its rules, the queues, the topic and the schedule. */
export const MESSAGES: Readonly<Record<string, Make>> = {
  "aws:sqs/queue:Queue": ({ sqs }, inputs, { name }) =>
    sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: queueAttributes(inputs) })),
  "aws:sqs/queuePolicy:QueuePolicy": ({ sqs, url }, { queueUrl, policy }) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: atMinistack(url, queueUrl), Attributes: { Policy: policy } })),
  "aws:sns/topic:Topic": ({ sns }, _, { name }) => sns.send(new CreateTopicCommand({ Name: name })),
  "aws:sns/topicPolicy:TopicPolicy": ({ sns }, { arn, policy }) =>
    sns.send(new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: "Policy", AttributeValue: policy })),
  "aws:sns/topicSubscription:TopicSubscription": ({ sns }, { topic, protocol, endpoint }) =>
    sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: protocol, Endpoint: endpoint })),
  "aws:cloudwatch/eventBus:EventBus": ({ events }, _, { name }) =>
    events.send(new CreateEventBusCommand({ Name: name })),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ({ events }, { eventBusName, policy }) =>
    events.send(new PutPermissionCommand({ EventBusName: eventBusName, Policy: policy })),
  "aws:cloudwatch/eventRule:EventRule": ({ events }, { eventBusName, eventPattern, state }, { name }) =>
    events.send(
      new PutRuleCommand({
        Name: name,
        EventPattern: eventPattern,
        State: state,
        ...(eventBusName && { EventBusName: eventBusName }),
      }),
    ),
  async "aws:cloudwatch/eventTarget:EventTarget"(
    { events },
    { eventBusName, rule, arn, retryPolicy, deadLetterConfig },
  ) {
    const target = {
      Id: "target",
      Arn: arn,
      ...(retryPolicy && { RetryPolicy: asAws(retryPolicy) }),
      ...(deadLetterConfig && { DeadLetterConfig: asAws(deadLetterConfig) }),
    };
    const { FailedEntries = [] } = await events.send(
      new PutTargetsCommand({
        Rule: rule,
        Targets: [target],
        ...(eventBusName && { EventBusName: nameIn(eventBusName) }),
      }),
    );
    if (FailedEntries.length > 0) throw new Error(JSON.stringify(FailedEntries));
  },
  "aws:scheduler/schedule:Schedule": ({ scheduler }, inputs, { name }) =>
    scheduler.send(
      new CreateScheduleCommand({
        Name: name,
        ScheduleExpression: inputs["scheduleExpression"],
        FlexibleTimeWindow: { Mode: "OFF" },
        // The tests invoke the sweep themselves: nothing else may run meanwhile.
        State: "DISABLED",
        Target: asAws(inputs["target"]),
      }),
    ),
};
