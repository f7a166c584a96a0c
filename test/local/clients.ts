import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Endpoints } from "@specdrop/local/endpoints";

/** Real clients that speak to the endpoints, whatever this machine's environment says. */
export function clientsOf({ clientSettings }: Pick<Endpoints, "clientSettings">) {
  return {
    s3: new S3Client({ ...clientSettings, forcePathStyle: true }),
    sqs: new SQSClient(clientSettings),
    dynamodb: new DynamoDBClient(clientSettings),
    events: new EventBridgeClient(clientSettings),
    /** One attempt, so that faults are seen as they come. */
    cloudControl: new CloudControlClient({ ...clientSettings, maxAttempts: 1 }),
  };
}
