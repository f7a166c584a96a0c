import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import { parseSignal } from "@specdrop/aws/signal-message";
import { API_GATEWAY_LIMITS } from "@specdrop/engine";
import { type Reconciliation, reconcile, redeliverySeconds } from "@specdrop/service";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { readAllowedApis } from "./allowed-apis.ts";
import { readBreakerLimits } from "./breaker-limits.ts";
import { readConfig } from "./config.ts";
import { deadlineOf } from "./deadline.ts";
import { deliverAgain } from "./deliver-again.ts";
import { progressWiring, RECONCILE_CONFIG, type ReconcileWiring, reconcileWiring } from "./dependencies/reconcile.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./lambda.ts";

/** What is kept back to let a change that has begun come to its end, and to publish the result. */
const MARGIN_MS = 60_000;

/** Converges what the signals name. A failure holds back its own API only: FIFO groups are APIs. */
export function createReconcile(
  wiring: ReconcileWiring,
  telemetry: Telemetry,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  return lambda(telemetry, async (event, context) => {
    const deps = { ...wiring, log: telemetry.log };
    const budget = { deadline: deadlineOf(context, wiring.clock, MARGIN_MS), owner: context.awsRequestId };

    const processor = new SqsFifoPartialProcessorAsync();
    const converge = (record: SQSRecord) =>
      reported(telemetry, record, () => reconcile(deps, parseSignal(record.body), budget));
    const reply = await processPartialResponse(event, converge, processor, {
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
    const { postpone, retryAfterSeconds = redeliverySeconds } = wiring;
    if (postpone !== undefined) await deliverAgain({ postpone, retryAfterSeconds }, telemetry, event, reply);
    return reply;
  });
}

async function reported(telemetry: Telemetry, record: SQSRecord, run: () => Promise<Reconciliation>): Promise<void> {
  try {
    const reconciliation = await run();
    telemetry.count(metricOf(reconciliation));
    if ("event" in reconciliation) {
      telemetry.duration("Duration", reconciliation.event.detail.data.durationMs);
    }
  } catch (error) {
    telemetry.count("SignalFailed");
    telemetry.log.error("The signal will be delivered again", { messageId: record.messageId, error });
    throw error;
  }
}

function metricOf(reconciliation: Reconciliation): string {
  if ("event" in reconciliation) return reconciliation.event.detailType;
  return reconciliation.outcome === "interrupted" ? "Interrupted" : "Idle";
}

export const handler = onFirstEvent(() =>
  createReconcile(
    {
      ...reconcileWiring(readConfig(process.env, RECONCILE_CONFIG), {}, API_GATEWAY_LIMITS),
      ...readAllowedApis(process.env),
      ...readBreakerLimits(process.env),
      ...(process.env["SPECDROP_PROGRESS"] === "on" ? progressWiring(readConfig(process.env, ["bus"])) : {}),
    },
    powertools("reconcile"),
  ),
);
