import { BACKOFF, longestBackoffMs } from "@specdrop/engine/backoff";
import { PROGRESS_SOURCE, parseOperationsEvent, parseProgressEvent, parseResultEvent } from "@specdrop/events";
import { announce, notify } from "@specdrop/service/notify"; // Its bundle is not to hold the YAML parser.
import { NotNow, parseAlarm, SlackError } from "@specdrop/slack";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { readConfig } from "./config/environment.ts";
import { withLinkedSecrets } from "./config/secrets.ts";
import { readSlackConfig } from "./config/slack.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./runtime/lambda.ts";
import { NOTIFY_CONFIG, type NotifyWiring, notifyWiring } from "./wiring/notify.ts";

/** What one message may take: three tries of an edit, or two waits for a turn and Slack's answers to a message and its reply. */
const MARGIN_MS = 40_000;

/** Tells people about the results on the bus, about the pipeline itself, and about its alarms. What cannot be told now comes again. */
export function createNotify(wiring: NotifyWiring, telemetry: Telemetry): LambdaHandler<SQSEvent, SQSBatchResponse> {
  return lambda(telemetry, async ({ Records }, context) => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const record of Records) {
      const delay = await take(wiring, telemetry, record, context);
      if (delay === undefined) continue;
      batchItemFailures.push({ itemIdentifier: record.messageId });
      // Where this fails, the message comes again when its visibility timeout ends.
      await wiring.postpone(record.receiptHandle, delay).catch((error: unknown) => {
        telemetry.log.warn("Could not shorten the visibility timeout; the message will be retried later than planned", {
          messageId: record.messageId,
          error,
        });
      });
    }
    return { batchItemFailures };
  });
}

/** After how many seconds the message is to be brought again; `undefined` where it is done with. */
async function take(
  wiring: NotifyWiring,
  telemetry: Telemetry,
  record: SQSRecord,
  context: Context,
): Promise<number | undefined> {
  if (context.getRemainingTimeInMillis() < MARGIN_MS) return 1;
  try {
    telemetry.count(await tell(wiring, telemetry, record));
    return undefined;
  } catch (error) {
    if (error instanceof NotNow) return error.afterMs / 1_000;
    const { log, count } = telemetry;
    const { messageId } = record;
    if (error instanceof SlackError && error.retryAfterMs !== undefined) {
      count("SlowedDown");
      log.info("Slack limits the rate of messages", { messageId, seconds: error.retryAfterMs / 1_000 });
      return error.retryAfterMs / 1_000;
    }
    // What nothing but a person can mend waits in the queue as well: it is told once that is done.
    count(error instanceof SlackError && !error.retryable ? "SlackRefused" : "NotNotified");
    log.error("The message will be retried", { ...aboutMessage(record.body), messageId, error });
    return (wiring.retryAfterSeconds ?? backoffSeconds)(Number(record.attributes.ApproximateReceiveCount));
  }
}

async function tell(wiring: NotifyWiring, telemetry: Telemetry, { body, messageId }: SQSRecord): Promise<string> {
  const deps = { ...wiring, log: telemetry.log };
  const event = parsed(body);
  if (isProgress(event)) return tellProgress(wiring, telemetry, event);
  const notice = parseOperationsEvent(event);
  if (notice.ok) {
    await announce(deps, notice.value);
    return "Notified";
  }
  const alarm = parseAlarm(event);
  if (alarm !== undefined) return (await wiring.notifier.alarm(alarm)) ? "AlarmTold" : "NotAResult";
  const result = parseResultEvent(event);
  if (result.ok) {
    await notify(deps, result.value);
    return "Notified";
  }
  const about = { queue: "notifications", messageId };
  telemetry.log.error("Dropped a message that is not a result", { ...about, problems: result.problems });
  return "NotAResult";
}

/** It is worth one try. */
async function tellProgress({ notifier }: NotifyWiring, { log }: Telemetry, event: unknown): Promise<string> {
  const progress = parseProgressEvent(event);
  if (!progress.ok) return "NotAResult";
  try {
    return (await notifier.progress(progress.value)) ? "ProgressShown" : "ProgressDropped";
  } catch (error) {
    const { documentId, apiId, correlationId } = progress.value;
    log.info("Could not show the progress", { documentId, apiId, correlationId, error });
    return "ProgressDropped";
  }
}

/** What a message is about: a document, or the pipeline itself. */
function aboutMessage(body: string): Readonly<Record<string, unknown>> {
  const event = parsed(body);
  const result = parseResultEvent(event);
  if (result.ok) {
    const { metadata, data } = result.value.detail;
    const { documentId, correlationId, operationId } = metadata;
    return { documentId, ...(data.apiId === undefined ? {} : { apiId: data.apiId }), correlationId, operationId };
  }
  const notice = parseOperationsEvent(event);
  if (notice.ok) {
    const { detailType, detail } = notice.value;
    if (detailType !== "SpecWaiting") return { notice: detailType };
    const { documentId, apiId, correlationId } = detail.data;
    return { notice: detailType, documentId, apiId, correlationId };
  }
  return { alarm: parseAlarm(event)?.name ?? "none" };
}

function isProgress(event: unknown): boolean {
  return typeof event === "object" && event !== null && "source" in event && event.source === PROGRESS_SOURCE;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const backoffSeconds = (receiveCount: number) => longestBackoffMs(BACKOFF.slackMessage, receiveCount) / 1_000;

export const handler = onFirstEvent(() => {
  const env = withLinkedSecrets(process.env);
  return createNotify(notifyWiring(readConfig(env, NOTIFY_CONFIG), readSlackConfig(env)), powertools("notify"));
});
