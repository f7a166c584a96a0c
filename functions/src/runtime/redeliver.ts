import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Postpone } from "../wiring/postpone.ts";
import type { Telemetry } from "./lambda.ts";

export interface RedeliverWiring {
  readonly postpone: Postpone;
  /** After how many seconds a record and those behind it in its group come again. */
  readonly secondsFor: (record: SQSRecord) => number;
}

/**
 * Shortens the wait for the messages that failed: without it each is brought again when the queue's visibility timeout
 * ends, and holds back its group all the while. A group's messages get one delay, the first of them first, so that none
 * comes before those ahead of it.
 */
export async function redeliver(
  { postpone, secondsFor }: RedeliverWiring,
  { log }: Pick<Telemetry, "log">,
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const groups = new Map<string, readonly SQSRecord[]>();
  for (const record of Records) {
    const { MessageGroupId = "" } = record.attributes;
    if (failed.has(record.messageId)) groups.set(MessageGroupId, [...(groups.get(MessageGroupId) ?? []), record]);
  }
  for (const records of groups.values()) {
    const [first] = records;
    const seconds = first === undefined ? 0 : secondsFor(first);
    try {
      for (const { receiptHandle } of records) await postpone(receiptHandle, seconds);
    } catch (error) {
      log.warn("Could not shorten the visibility timeout; the message will be retried later than planned", { error });
    }
  }
}
