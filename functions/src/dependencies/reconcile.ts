import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { cloudControl, cloudControlClient } from "@specdrop/aws/cloud-control";
import { dynamoLedger } from "@specdrop/aws/ledger";
import { signalQueue } from "@specdrop/aws/queue";
import { sharedRequestRate } from "@specdrop/aws/request-rate";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import type { RateLimits } from "@specdrop/engine";
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
  return {
    store: specsBucket(new S3Client(s3Settings(settings)), config.bucket),
    ledger: dynamoLedger(dynamo, config.table),
    queue: signalQueue(new SQSClient(settings), config.queueUrl),
    bus: resultBus(new EventBridgeClient(settings), config.bus),
    controlPlane: cloudControl(cloudControlClient(settings), { clock: systemClock }),
    clock: systemClock,
    random: Math.random,
    ...(limits === undefined ? {} : { requestRate: sharedRequestRate(dynamo, config.table, systemClock, limits) }),
  };
}
