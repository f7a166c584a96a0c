import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control";
import { dynamoLedger } from "@specdrop/aws/ledger";
import { signalQueue } from "@specdrop/aws/queue";
import { sharedRequestRate } from "@specdrop/aws/request-rate";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { DEPLOYMENT_LIMITS, type RateLimits } from "@specdrop/engine";
import type { ReconcileDependencies } from "@specdrop/service";
import { type ClientSettings, s3Settings } from "../clients.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../system-clock.ts";

export const RECONCILE_CONFIG = ["bucket", "bus", "queueUrl", "table"] as const;

export type ReconcileWiring = Omit<ReconcileDependencies, "log">;

/** With `limits`, requests to API Gateway keep to them, together with those of all others on the same table. */
export function reconcileWiring(
  config: Pick<Config, (typeof RECONCILE_CONFIG)[number]>,
  settings: ClientSettings = {},
  limits?: RateLimits,
): ReconcileWiring {
  const dynamo = new DynamoDBClient(settings);
  const controlClient = cloudControlClient(settings);
  return {
    store: specsBucket(new S3Client(s3Settings(settings)), config.bucket),
    ledger: dynamoLedger(dynamo, config.table),
    queue: signalQueue(new SQSClient(settings), config.queueUrl),
    bus: resultBus(new EventBridgeClient(settings), config.bus),
    controlPlane: cloudControl(controlClient, { clock: systemClock }),
    gateway: gateway(controlClient, { clock: systemClock }),
    clock: systemClock,
    random: Math.random,
    ...(limits === undefined ? {} : accountRates(dynamo, config.table, limits)),
  };
}

/** What everybody on the same table shares. */
function accountRates(dynamo: DynamoDBClient, table: string, limits: RateLimits) {
  return {
    requestRate: sharedRequestRate(dynamo, table, systemClock, limits),
    deploymentRate: sharedRequestRate(dynamo, table, systemClock, DEPLOYMENT_LIMITS, "apigateway-deployments"),
  };
}
