import type { SQSClient } from "@aws-sdk/client-sqs";
import type { ClientSettings } from "./clients.ts";

/** Has a message delivered again after that many seconds. */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

/** SQS shows no message later than this: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const LONGEST_SECONDS = 12 * 60 * 60 - 60;

/** By the message's visibility. The client is loaded when it is needed, which is seldom. */
export function postponeOn(queueUrl: string, settings: ClientSettings): Postpone {
  let client: SQSClient | undefined;
  return async (ReceiptHandle, seconds) => {
    const { ChangeMessageVisibilityCommand, SQSClient } = await import("./change-visibility.ts");
    client ??= new SQSClient(settings);
    const VisibilityTimeout = Math.min(LONGEST_SECONDS, Math.max(0, Math.ceil(seconds)));
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  };
}
