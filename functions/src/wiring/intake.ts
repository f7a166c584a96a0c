import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { resultBus } from "@specdrop/aws/bus";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { signalQueue } from "@specdrop/aws/queue";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import type { IntakePorts, SubmissionPorts } from "@specdrop/service/intake";
import type { Config } from "../config/environment.ts";
import { arrivals, systemClock } from "../runtime/clock.ts";
import { type ClientSettings, s3Settings } from "./clients.ts";

export const INTAKE_CONFIG = ["bucket", "bus", "queueUrl", "table"] as const;

export type IntakeWiring = Omit<IntakePorts & SubmissionPorts, "log">;

export function intakeWiring(
  config: Pick<Config, (typeof INTAKE_CONFIG)[number]>,
  settings: ClientSettings = {},
): IntakeWiring {
  return {
    bucket: config.bucket,
    store: specsBucket(new S3Client(s3Settings(settings)), config.bucket),
    ledger: dynamoLedger(new DynamoDBClient(settings), config.table),
    queue: signalQueue(new SQSClient(settings), config.queueUrl),
    bus: resultBus(new EventBridgeClient(settings), config.bus),
    clock: systemClock,
    arrival: arrivals(),
    random: Math.random,
  };
}
