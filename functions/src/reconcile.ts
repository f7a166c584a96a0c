import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import { parseSignal } from "@specdrop/aws/signal-message";
import { API_GATEWAY_LIMITS } from "@specdrop/engine";
import type { Signal } from "@specdrop/service/ports";
import type { FailureCause } from "@specdrop/service/reconcile";
import {
  deliveriesOf,
  failureCause,
  judgeDelivery,
  type Reconciliation,
  reconcile,
  redeliverySeconds,
  subjectOf,
} from "@specdrop/service/reconcile";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { readAllowedApis } from "./config/allowed-apis.ts";
import { readBreakerLimits } from "./config/breaker-limits.ts";
import { readConfig } from "./config/environment.ts";
import { deadlineOf } from "./runtime/deadline.ts";
import { type LambdaHandler, lambda, onFirstEvent, powertools, type Telemetry } from "./runtime/lambda.ts";
import { redeliver } from "./runtime/redeliver.ts";
import { progressWiring, RECONCILE_CONFIG, type ReconcileWiring, reconcileWiring } from "./wiring/reconcile.ts";

/** What is kept back for the request that is under way, and to note how far the run is, or publish its result. */
const MARGIN_MS = 45_000;

/** The signal was delivered often enough: it fails again, at once, until SQS takes it to the dead letters. */
class GivenUpError extends Error {
  override readonly name = "GivenUpError";
}

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
      reported(telemetry, record, async () => {
        const signal = parseSignal(record.body);
        const delivery = judgeDelivery(signal, receiveCountOf(record));
        if (delivery.kind === "run") return await reconcile(deps, signal, budget);
        if (delivery.kind === "last") throw new GivenUpError("The signal was delivered too often.");
        await deps.queue.send(delivery.signal);
        return "queued again";
      });
    const reply = await processPartialResponse(event, converge, processor, {
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
    const { postpone, retryAfterSeconds = redeliverySeconds } = wiring;
    const secondsFor = (record: SQSRecord) => {
      const signal = readSignal(record);
      const receiveCount = receiveCountOf(record);
      if (signal === undefined) return retryAfterSeconds(receiveCount);
      const isLast = judgeDelivery(signal, receiveCount).kind === "last";
      return isLast ? 0 : retryAfterSeconds(deliveriesOf(signal, receiveCount));
    };
    if (postpone !== undefined) await redeliver({ postpone, secondsFor }, telemetry, event, reply);
    return reply;
  });
}

function receiveCountOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}

function readSignal({ body }: SQSRecord): Signal | undefined {
  try {
    return parseSignal(body);
  } catch {
    return undefined;
  }
}

async function reported(
  telemetry: Telemetry,
  record: SQSRecord,
  run: () => Promise<Reconciliation | "queued again">,
): Promise<void> {
  try {
    const reconciliation = await run();
    telemetry.count(reconciliation === "queued again" ? "QueuedAgain" : metricOf(reconciliation));
    if (reconciliation === "queued again") return;
    if ("event" in reconciliation) {
      const { durationMs, deployment } = reconciliation.event.detail.data;
      telemetry.duration("Duration", durationMs);
      const notLive = NOT_LIVE[deployment?.status ?? "live"];
      if (notLive !== undefined) telemetry.count(notLive);
    }
  } catch (error) {
    const cause = failureCause(error);
    telemetry.count("SignalFailed");
    telemetry.count(FAILED_BY[cause]);
    const signal = readSignal(record);
    const subject = signal === undefined ? { queue: "signals" } : subjectOf(signal);
    telemetry.log.error("The signal will be retried", {
      ...subject,
      messageId: record.messageId,
      tries: deliveriesOf(signal ?? {}, receiveCountOf(record)),
      cause,
      error,
    });
    throw error;
  }
}

/** The metrics of failing signals, by cause. */
const FAILED_BY: Readonly<Record<FailureCause, string>> = {
  throttled: "SignalThrottled",
  aws: "SignalFailedInAws",
  credentials: "SignalNotAllowed",
  busy: "SignalApiBusy",
  other: "SignalFailedOtherwise",
};

/** Deployments that clients do not see, or may not. */
const NOT_LIVE: Readonly<Record<string, string>> = {
  failed: "DeploymentFailed",
  pending: "DeploymentPending",
  unknown: "DeploymentUnknown",
};

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
