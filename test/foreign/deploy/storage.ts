import {
  CreateTableCommand,
  type CreateTableCommandInput,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { REGION } from "../ministack.ts";
import { asAws, type Make } from "./resource.ts";

interface Statement {
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * A bucket's policy as ministack can enforce it. It is spoken to without TLS here, which the policy refuses; and where
 * AWS gives a function's role as `aws:PrincipalArn`, it gives the session of that role.
 */
function asEnforced(policy: string): string {
  const { Statement, ...rest } = JSON.parse(policy) as { readonly Statement: readonly Statement[] };
  const enforced = Statement.filter(({ Condition }) => Condition?.["Bool"]?.["aws:SecureTransport"] === undefined);
  const text = JSON.stringify({ ...rest, Statement: enforced });
  return text
    .replace("ArnNotEquals", "ArnNotLike")
    .replace(/"arn:aws:iam::(\d+):role\/([^"]+)"/g, '"arn:aws:iam::$1:role/$2","arn:aws:sts::$1:assumed-role/$2/*"');
}

/** The bucket, the table and the parameters. */
export const STORAGE: Readonly<Record<string, Make>> = {
  "aws:s3/bucket:Bucket": ({ s3 }, _, { bucket }) =>
    s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION as never } }),
    ),
  "aws:s3/bucketVersioning:BucketVersioning": ({ s3 }, { bucket, versioningConfiguration }) =>
    s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: asAws(versioningConfiguration) }),
    ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ s3 }, { bucket, ...blocks }) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: asAws(blocks) })),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
    { s3 },
    { bucket, rules },
  ) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: rules.map(
            ({
              applyServerSideEncryptionByDefault: by,
            }: {
              applyServerSideEncryptionByDefault: { sseAlgorithm: string };
            }) => ({
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: by.sseAlgorithm },
            }),
          ),
        },
      }),
    ),
  "aws:s3/bucketPolicy:BucketPolicy": ({ s3 }, { bucket, policy }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: asEnforced(policy) })),
  "aws:s3/bucketNotification:BucketNotification": ({ s3 }, { bucket }) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    ),
  async "aws:dynamodb/table:Table"({ dynamoDb }, inputs, { name }) {
    const table: CreateTableCommandInput = {
      TableName: name,
      BillingMode: inputs["billingMode"],
      AttributeDefinitions: inputs["attributes"].map((one: { name: string; type: string }) => ({
        AttributeName: one.name,
        AttributeType: one.type,
      })),
      KeySchema: [
        { AttributeName: inputs["hashKey"], KeyType: "HASH" },
        { AttributeName: inputs["rangeKey"], KeyType: "RANGE" },
      ],
      DeletionProtectionEnabled: inputs["deletionProtectionEnabled"],
    };
    await dynamoDb.send(new CreateTableCommand(table));
    const ttl = { AttributeName: inputs["ttl"].attributeName, Enabled: inputs["ttl"].enabled };
    await dynamoDb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
    if (!inputs["pointInTimeRecovery"]?.enabled) return;
    await dynamoDb.send(
      new UpdateContinuousBackupsCommand({
        TableName: name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
  },
  "aws:ssm/parameter:Parameter": ({ ssm }, { type, value }, { name }) =>
    ssm.send(new PutParameterCommand({ Name: name, Type: type, Value: value })),
};
