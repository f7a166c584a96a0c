import { createHash } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SignalQueue } from "@specdrop/engine";
import { formatSignal } from "./signal-message.ts";

/** Sends signals to the FIFO queue: one group per API, and a repeat of a signal within five minutes is dropped by SQS. */
export function signalQueue(client: SQSClient, queueUrl: string): SignalQueue {
  return {
    async send(signal) {
      const { documentId, apiId, sequence, part, correlationId, deliveries, repair } = signal;
      const about = [...asked("delivery", deliveries), ...asked("repair", repair)];
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: formatSignal(signal),
          MessageGroupId: isLegalGroup(apiId) ? apiId : sha256(apiId),
          MessageDeduplicationId: sha256([documentId, apiId, sequence, part, correlationId, ...about].join("|")),
        }),
      );
    },
  };
}

function asked(what: string, number: number | undefined): readonly string[] {
  return number === undefined ? [] : [`${what} ${number}`];
}

/** 1 to 128 of ASCII's letters, digits and punctuation: all of its printable characters but the space. */
function isLegalGroup(id: string): boolean {
  return /^[!-~]{1,128}$/.test(id);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
