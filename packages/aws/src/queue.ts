import { createHash } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DelayedQueue, SignalQueue } from "@specdrop/service/ports";
import { formatSignal } from "./signal-message.ts";

/** Sends signals to the FIFO queue: one group per API, and a repeat of a signal within five minutes is dropped by SQS. */
export function signalQueue(client: SQSClient, queueUrl: string): SignalQueue {
  return {
    async send(signal) {
      const { documentId, apiId, sequence, invocation, correlationId, nonce, deliveries, repair } = signal;
      const about = [...asked("nonce", nonce), ...asked("delivery", deliveries), ...asked("repair", repair)];
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: formatSignal(signal),
          MessageGroupId: isLegalGroup(apiId) ? apiId : sha256(apiId),
          MessageDeduplicationId: sha256([documentId, apiId, sequence, invocation, correlationId, ...about].join("|")),
        }),
      );
    },
  };
}

/** The most that SQS delays a message by. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const LONGEST_DELAY_SECONDS = 900;

/** Sends signals to a standard queue, since a FIFO queue cannot delay a single message; its consumer sends them on. */
export function delayedQueue(client: SQSClient, queueUrl: string): DelayedQueue {
  return {
    async send(signal, milliseconds) {
      const DelaySeconds = Math.min(LONGEST_DELAY_SECONDS, Math.ceil(milliseconds / 1_000));
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: formatSignal(signal), DelaySeconds }),
      );
    },
  };
}

function asked(what: string, value: number | string | undefined): readonly string[] {
  return value === undefined ? [] : [`${what} ${value}`];
}

/** 1 to 128 of ASCII's letters, digits and punctuation: all of its printable characters but the space. */
function isLegalGroup(id: string): boolean {
  return /^[!-~]{1,128}$/.test(id);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
