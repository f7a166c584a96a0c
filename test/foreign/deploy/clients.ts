import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { ACCOUNT } from "../../infra/mock-aws.ts";
import { REGION } from "../ministack.ts";

export type Clients = ReturnType<typeof clientsAt>;

/** Settings of an SDK client of the account's root: ministack takes an account's number for its root's access key. */
export function settingsAt(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "any" } };
}

export function clientsAt(endpoint: string) {
  const settings = settingsAt(endpoint);
  return {
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    logs: new CloudWatchLogsClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    sns: new SNSClient(settings),
    ssm: new SSMClient(settings),
    scheduler: new SchedulerClient(settings),
  };
}
