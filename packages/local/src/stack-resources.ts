import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { OUR_SOURCES } from "@specdrop/events";
import type { FunctionName } from "@specdrop/functions/pipeline";
import type { Endpoints } from "./endpoints.ts";

export const BUCKET = "specs";
export const BUS = "specdrop";
export const TABLE = "specdrop";
export const QUEUE = "specdrop.fifo";
/** Signals that are to come later, and those of them that were given up. */
export const DELAYED_QUEUE = "specdrop-delayed";
export const DELAYED_FAILURES = "specdrop-delayed-failures";
export const DEAD_LETTER_QUEUE = "specdrop-dead-letters.fifo";

/** What is to be told to people, and what of it was given up. */
export const NOTIFICATIONS = "specdrop-notifications";
export const NOTIFY_FAILURES = "specdrop-notify-failures";

/** Events that a function failed on three times, or that a rule could not deliver to it. */
export const INTAKE_FAILURES = "specdrop-intake-failures";
export const SWEEP_FAILURES = "specdrop-sweep-failures";

/** As the infrastructure has it: an outage of Slack's is sat out. */
const NOTIFY_MAX_RECEIVE_COUNT = 100;

/** How often a signal is delivered before it goes to the dead letters. */
const MAX_RECEIVE_COUNT = 5;

interface ResourceSettings {
  /** Of a function, in milliseconds. */
  readonly timeoutOf: (name: FunctionName) => number;
  readonly unversioned: boolean;
  readonly deadLettersHiddenSeconds?: number;
}

/** Makes what the infrastructure makes, as far as it is not there, with the same clients as everybody. Returns the queues' URLs. */
export async function makeResources(
  { clientSettings }: Endpoints,
  arnOf: (queue: string) => string,
  { timeoutOf, unversioned, deadLettersHiddenSeconds }: ResourceSettings,
): Promise<{ readonly queueUrl: string; readonly delayedQueueUrl: string; readonly notificationsUrl: string }> {
  const s3 = new S3Client({ ...clientSettings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await setVersioning(s3, unversioned);
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: BUCKET,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  s3.destroy();

  const sqs = new SQSClient(clientSettings);
  const hidden = deadLettersHiddenSeconds && { VisibilityTimeout: String(deadLettersHiddenSeconds) };
  await sqs.send(
    new CreateQueueCommand({ QueueName: DEAD_LETTER_QUEUE, Attributes: { FifoQueue: "true", ...hidden } }),
  );
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: QUEUE,
      Attributes: {
        FifoQueue: "true",
        // As the infrastructure has it: a quarter longer than a run may take.
        VisibilityTimeout: String(Math.ceil((1.25 * timeoutOf("reconcile")) / 1000)),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arnOf(DEAD_LETTER_QUEUE),
          maxReceiveCount: MAX_RECEIVE_COUNT,
        }),
      },
    }),
  );
  for (const QueueName of [INTAKE_FAILURES, SWEEP_FAILURES, DELAYED_FAILURES, NOTIFY_FAILURES]) {
    await sqs.send(new CreateQueueCommand({ QueueName }));
  }
  const delayed = await sqs.send(
    new CreateQueueCommand({
      QueueName: DELAYED_QUEUE,
      Attributes: {
        VisibilityTimeout: String(Math.ceil((6 * timeoutOf("intake")) / 1000)),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arnOf(DELAYED_FAILURES),
          maxReceiveCount: MAX_RECEIVE_COUNT,
        }),
      },
    }),
  );
  const notifications = await sqs.send(
    new CreateQueueCommand({
      QueueName: NOTIFICATIONS,
      Attributes: {
        VisibilityTimeout: String(Math.ceil((6 * timeoutOf("notify")) / 1000)),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arnOf(NOTIFY_FAILURES),
          maxReceiveCount: NOTIFY_MAX_RECEIVE_COUNT,
        }),
      },
    }),
  );
  sqs.destroy();

  const dynamodb = new DynamoDBClient(clientSettings);
  await createLedgerTable(dynamodb, TABLE);
  dynamodb.destroy();
  const { QueueUrl: notificationsUrl = "" } = notifications;
  return { queueUrl: QueueUrl, delayedQueueUrl: delayed.QueueUrl ?? "", notificationsUrl };
}

/** As in S3, a bucket that has versions goes on having them. */
async function setVersioning(s3: S3Client, unversioned: boolean): Promise<void> {
  if (!unversioned) {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    return;
  }
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }));
  if (Status !== undefined) {
    throw new Error(
      `The bucket ${BUCKET} in this data folder is versioned, and versioning cannot be turned off. Start without --unversioned, or choose another data folder.`,
    );
  }
}

/** Routes events to the functions, as the infrastructure does. */
export async function routeEvents(
  { clientSettings }: Endpoints,
  functions: { readonly intake: string; readonly sweep: string; readonly consumer?: string },
  arnOf: (queue: string) => string,
): Promise<void> {
  const events = new EventBridgeClient(clientSettings);
  await events.send(new CreateEventBusCommand({ Name: BUS })).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  });
  const route = async (name: string, EventBusName: string, pattern: object, Arn: string, undelivered?: string) => {
    await events.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }));
    const target = { Id: "function", Arn, ...(undelivered && { DeadLetterConfig: { Arn: arnOf(undelivered) } }) };
    await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets: [target] }));
  };
  const notifications = arnOf(NOTIFICATIONS);
  const objects = { "detail-type": ["Object Created", "Object Deleted"], detail: { bucket: { name: [BUCKET] } } };
  await route("specs-to-intake", "default", { source: ["aws.s3"], ...objects }, functions.intake, INTAKE_FAILURES);
  const documents = { "detail-type": ["SpecSubmitted", "SpecWithdrawn"] };
  await route(
    "documents-to-intake",
    BUS,
    { source: [{ "anything-but": OUR_SOURCES }], ...documents },
    functions.intake,
    INTAKE_FAILURES,
  );
  const results = { source: ["specdrop", "specdrop.operations"] };
  await route("results-to-notify", BUS, results, notifications, NOTIFY_FAILURES);
  await route("progress-to-notify", BUS, { source: ["specdrop.progress"] }, notifications);
  const resumed = { source: ["specdrop.operations"], "detail-type": ["Resumed", "WithdrawalsReleased"] };
  await route("resumed-to-sweep", BUS, resumed, functions.sweep, SWEEP_FAILURES);
  if (functions.consumer !== undefined) {
    await route("results-to-consumer", BUS, { source: ["specdrop"] }, functions.consumer);
  }
  events.destroy();
}
