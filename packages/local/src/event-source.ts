import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  MessageNotInflight,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { InFlight } from "./in-flight.ts";

export interface EventSourceOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  /** Invokes the function; what it throws fails the whole batch. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  /** How many batches may be worked on at once. */
  readonly pollers: number;
  /** How many messages a batch may hold; 10, the most that a FIFO queue gives. */
  readonly batchSize?: number;
  /** After how long a failed message is delivered again, in seconds; as on AWS without it: when its visibility timeout ends. */
  readonly retryDelaySeconds?: number;
  readonly inFlight: InFlight;
  readonly onError: (error: unknown) => void;
}

/** Between a failed call to SQS and the next. */
const ERROR_DELAY_MS = 200;

/** An SQS event source mapping: receives, invokes, deletes what succeeded. Call what it returns to stop receiving. */
export function startEventSource(options: EventSourceOptions): () => void {
  const stopping = new AbortController();
  for (let poller = 0; poller < options.pollers; poller++) void poll(options, stopping.signal);
  return () => stopping.abort();
}

async function poll(options: EventSourceOptions, signal: AbortSignal): Promise<void> {
  const { client, queueUrl, batchSize = 10, inFlight, onError } = options;
  const command = () =>
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
  while (!signal.aborted) {
    try {
      const { Messages = [] } = await client.send(command(), { abortSignal: signal });
      if (Messages.length > 0) await inFlight.track(() => work(options, Messages));
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await sleep(ERROR_DELAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function work(options: EventSourceOptions, messages: readonly Message[]): Promise<void> {
  const { client, queueUrl: QueueUrl, retryDelaySeconds, onError } = options;
  const failed = await failuresOf(options, messages).catch((error: unknown) => {
    onError(error);
    return new Set(messages.map(({ MessageId }) => MessageId));
  });
  for (const { MessageId, ReceiptHandle } of messages) {
    if (!failed.has(MessageId)) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    else if (retryDelaySeconds !== undefined) await bringBack(options, ReceiptHandle, retryDelaySeconds);
  }
}

async function bringBack(
  { client, queueUrl: QueueUrl }: EventSourceOptions,
  ReceiptHandle: string | undefined,
  VisibilityTimeout: number,
): Promise<void> {
  try {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  } catch (error) {
    // The function has brought it back by itself.
    if (!(error instanceof MessageNotInflight)) throw error;
  }
}

/** Which messages to deliver again, by ReportBatchItemFailures. An unknown or empty identifier fails them all. */
async function failuresOf(
  options: EventSourceOptions,
  messages: readonly Message[],
): Promise<ReadonlySet<string | undefined>> {
  const ids = new Set(messages.map(({ MessageId }) => MessageId));
  const answer = (await options.invoke({ Records: messages.map((message) => recordOf(options, message)) })) as
    | Partial<SQSBatchResponse>
    | undefined;
  const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => ids.has(id)) ? new Set(failed) : ids;
}

function recordOf({ queueArn, region }: EventSourceOptions, message: Message): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, { DataType = "String", StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
      },
    ],
  );
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: message.Attributes as unknown as SQSRecord["attributes"],
    messageAttributes: Object.fromEntries(attributes) as SQSRecord["messageAttributes"],
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
