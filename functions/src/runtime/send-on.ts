import { parseSignal } from "@specdrop/aws/signal-message";
import type { Signal } from "@specdrop/service/ports";
import { subjectOf } from "@specdrop/service/reconcile";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { IntakeWiring } from "../wiring/intake.ts";
import type { Telemetry } from "./lambda.ts";

export function isSqsEvent(event: unknown): event is SQSEvent {
  return typeof event === "object" && event !== null && "Records" in event && Array.isArray(event.Records);
}

/** Brings signals that had to wait to the queue of their API. What fails is delivered again. */
export async function sendOn(
  { queue }: Pick<IntakeWiring, "queue">,
  telemetry: Telemetry,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    const signal = readSignal(record, telemetry);
    if (signal === undefined) continue;
    try {
      await queue.send(signal);
      telemetry.count("SignalSentOn");
    } catch (error) {
      const about = { ...subjectOf(signal), messageId: record.messageId };
      telemetry.log.error("Could not send the signal on; it will be retried", { ...about, error });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

/** What is no signal names no change set; the sweep signals what is unfinished anyway. */
function readSignal({ body, messageId }: SQSRecord, { log, count }: Telemetry): Signal | undefined {
  try {
    return parseSignal(body);
  } catch (error) {
    count("DelayedSignalDropped");
    log.error("Dropped a delayed message that is not a signal", { queue: "delayed signals", messageId, error });
    return undefined;
  }
}
