import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import { parseSignal } from "@specdrop/aws/signal-message";
import { API_GATEWAY_LIMITS } from "@specdrop/engine";
import { parseOperationsEvent } from "@specdrop/events";
import type { Signal } from "@specdrop/service/ports";
import { giveUp, subjectOf, triesOf } from "@specdrop/service/reconcile";
import { type Resignalled, resignal, type Swept, sweep } from "@specdrop/service/sweep";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { readAllowedApis } from "./config/allowed-apis.ts";
import { readBreakerLimits } from "./config/breaker-limits.ts";
import { readConfig } from "./config/environment.ts";
import { deadlineOf } from "./runtime/deadline.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./runtime/lambda.ts";
import { SWEEP_CONFIG, type SweepWiring, sweepWiring } from "./wiring/sweep.ts";

/** What is kept back for the document that is being looked at when the time is up. */
const MARGIN_MS = 30_000;

/**
 * Ends what the dead-letter queue brings, and signals what has waited for the end of a suspension; whatever else
 * invokes it, a schedule above all, has it sweep.
 */
export function createSweep(
  wiring: SweepWiring,
  telemetry: Telemetry,
): LambdaHandler<unknown, Swept | Resignalled | SQSBatchResponse> {
  const deps = { ...wiring, log: telemetry.log };
  return lambda(telemetry, async (event, context) => {
    if (isSqsEvent(event)) return giveUpAll(deps, telemetry, event, context);
    const budget = { deadline: deadlineOf(context, wiring.clock, MARGIN_MS) };
    const notice = parseOperationsEvent(event);
    if (notice.ok && GO_ON.has(notice.value.detailType)) {
      const resignalled = await resignal(deps, budget);
      telemetry.count("SignalsResent", resignalled.signalsSent);
      return resignalled;
    }
    const swept = await sweep(deps, budget);
    for (const [metric, amount] of metricsOf(swept)) if (amount > 0) telemetry.count(metric, amount);
    return swept;
  });
}

/** After them, what waited is to be signalled. */
const GO_ON: ReadonlySet<string> = new Set(["Resumed", "WithdrawalsReleased"]);

function isSqsEvent(event: unknown): event is SQSEvent {
  return typeof event === "object" && event !== null && "Records" in event && Array.isArray(event.Records);
}

function metricsOf(swept: Swept): readonly (readonly [string, number])[] {
  return [
    ["DriftDetected", swept.driftDetected],
    ["DriftResolved", swept.driftResolved],
    ["SignalsResent", swept.signalsSent],
    ["ResultsRepublished", swept.republished],
    ["RevisionsEnded", swept.ended],
    ["ChangesFound", swept.found],
    ["DocumentsSwept", swept.documents],
    ["DocumentsNotSwept", swept.failed + swept.unreached],
    ["Suspended", swept.suspended ? 1 : 0],
    ["WithdrawalsHeld", swept.holding ? 1 : 0],
  ];
}

async function giveUpAll(
  deps: SweepWiring & Pick<Telemetry, "log">,
  telemetry: Telemetry,
  event: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> {
  const end = async (record: SQSRecord) => {
    const signal = readSignal(record, telemetry);
    if (signal === undefined) return;
    try {
      const givenUp = await giveUp(deps, signal, triesOf(signal), context.awsRequestId);
      telemetry.count(givenUp.outcome === "settled" ? givenUp.event.detailType : "Idle");
    } catch (error) {
      telemetry.count("SignalFailed");
      const about = { ...subjectOf(signal), messageId: record.messageId };
      telemetry.log.error("Could not handle a dead letter; it will be retried", { ...about, error });
      throw error;
    }
  };
  return processPartialResponse(event, end, new SqsFifoPartialProcessorAsync(), {
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });
}

/** What is no signal of ours names no document that could have a result; the sweep signals what is unfinished anyway. */
function readSignal({ body, messageId }: SQSRecord, { log, count }: Telemetry): Signal | undefined {
  try {
    return parseSignal(body);
  } catch (error) {
    count("DeadLetterDropped");
    log.error("Dropped a dead letter that is not a signal", { queue: "dead letters", messageId, error });
    return undefined;
  }
}

export const handler = onFirstEvent(() =>
  createSweep(
    {
      ...sweepWiring(readConfig(process.env, SWEEP_CONFIG), {}, API_GATEWAY_LIMITS),
      ...readAllowedApis(process.env),
      ...readBreakerLimits(process.env),
    },
    powertools("sweep"),
  ),
);
