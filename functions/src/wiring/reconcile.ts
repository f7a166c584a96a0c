import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { operationsBus, resultBus } from "@specdrop/aws/bus";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { sharedOperationTimes } from "@specdrop/aws/dynamodb/operation-times";
import { sharedRequestRate } from "@specdrop/aws/dynamodb/request-rate";
import { progressBus } from "@specdrop/aws/progress-bus";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { DEPLOYMENT_LIMITS, type RateLimits } from "@specdrop/engine";
import { PROGRESS_DETAIL_TYPE, PROGRESS_SOURCE } from "@specdrop/events";
import type { ReconcilePorts } from "@specdrop/service/reconcile";
import type { Config } from "../config/environment.ts";
import { systemClock, systemEvery } from "../runtime/clock.ts";
import { type ClientSettings, s3Settings } from "./clients.ts";
import { type Postpone, postponeOn } from "./postpone.ts";
import { delayedQueueOn, signalQueueOn } from "./signal-queue-on.ts";

/** What converging takes, and looking whether it is needed. */
export const CONVERGE_CONFIG = ["bucket", "bus", "queueUrl", "table"] as const;
export const RECONCILE_CONFIG = [...CONVERGE_CONFIG, "delayedQueueUrl"] as const;

export interface ReconcileWiring extends Omit<ReconcilePorts, "log"> {
  /** Without it a signal that failed is delivered again when its visibility timeout ends. */
  readonly postpone?: Postpone;
  /** By how often a signal was delivered; a growing delay without it. */
  readonly retryAfterSeconds?: (deliveries: number) => number;
}

export function reconcileWiring(
  config: Pick<Config, (typeof RECONCILE_CONFIG)[number]>,
  settings: ClientSettings = {},
  limits?: RateLimits,
): ReconcileWiring {
  const delayedQueue = delayedQueueOn(config.delayedQueueUrl, settings);
  return { ...convergeWiring(config, settings, limits), delayedQueue };
}

/** With `limits`, requests to API Gateway keep to them, together with those of all others on the same table. */
export function convergeWiring(
  config: Pick<Config, (typeof CONVERGE_CONFIG)[number]>,
  settings: ClientSettings,
  limits?: RateLimits,
): ReconcileWiring {
  const dynamo = new DynamoDBClient(settings);
  const events = new EventBridgeClient(settings);
  const controlClient = cloudControlClient(settings);
  const rates = limits === undefined ? {} : accountRates(dynamo, config.table, limits);
  const operationTimes = sharedOperationTimes(dynamo, config.table);
  const control = { clock: systemClock, operationTimes, ...rates };
  return {
    store: specsBucket(new S3Client(s3Settings(settings)), config.bucket),
    ledger: dynamoLedger(dynamo, config.table),
    queue: signalQueueOn(config.queueUrl, settings),
    bus: resultBus(events, config.bus),
    operations: operationsBus(events, config.bus),
    controlPlane: cloudControl(controlClient, control),
    gateway: gateway(controlClient, control),
    clock: systemClock,
    every: systemEvery,
    postpone: postponeOn(config.queueUrl, settings),
    random: Math.random,
    ...rates,
  };
}

/** Has it told how far long runs are, where somebody shows it. */
export function progressWiring(
  config: Pick<Config, "bus">,
  settings: ClientSettings = {},
): Required<Pick<ReconcileWiring, "progress">> {
  const about = { source: PROGRESS_SOURCE, detailType: PROGRESS_DETAIL_TYPE };
  return { progress: progressBus(new EventBridgeClient(settings), config.bus, about) };
}

/** What everybody on the same table shares. */
function accountRates(dynamo: DynamoDBClient, table: string, limits: RateLimits) {
  return {
    requestRate: sharedRequestRate(dynamo, table, systemClock, limits),
    deploymentRate: sharedRequestRate(dynamo, table, systemClock, DEPLOYMENT_LIMITS, "apigateway-deployments"),
  };
}
