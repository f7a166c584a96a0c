import { describe, expect, inject, test } from "vitest";
import { all, only, statementsOf, TYPES } from "./infrastructure.ts";

const stages = inject("stages");

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = stages[name];
  const bucket = only(stage, TYPES.bucket);
  const named = { bucket: bucket.state["bucket"] };

  test("the specs are versioned and encrypted, and EventBridge hears of them", () => {
    expect(only(stage, "aws:s3/bucketVersioning:BucketVersioning").inputs).toEqual({
      ...named,
      versioningConfiguration: { status: "Enabled" },
    });
    expect(
      only(stage, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs,
    ).toEqual({ ...named, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] });
    expect(only(stage, "aws:s3/bucketNotification:BucketNotification").inputs).toEqual({ ...named, eventbridge: true });
  });

  test("the bucket is private, has no CORS, and takes TLS only", () => {
    expect(only(stage, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs).toEqual({
      ...named,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(all(stage, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")).toEqual([]);
    const policy = only(stage, "aws:s3/bucketPolicy:BucketPolicy").inputs;
    const arn = bucket.state["arn"];
    expect(policy).toMatchObject(named);
    expect(statementsOf(policy["policy"])).toEqual([
      {
        Effect: "Deny",
        Principal: { "*": ["*"] },
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": ["false"] } },
      },
    ]);
  });

  test("the ledger has the keys that its code writes, and can be restored to any second", () => {
    expect(only(stage, TYPES.table).inputs).toMatchObject({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      rangeKey: "sk",
      attributes: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
      ],
      pointInTimeRecovery: { enabled: true },
      // Of what Slack was told only: it must be an attribute that no item of the ledger has.
      ttl: { attributeName: "forgetAt", enabled: true },
    });
  });
});

test("production keeps what it holds, whatever is done to the stack", () => {
  expect(stages.production.app).toMatchObject({ removal: "retain", protect: true });
  expect(only(stages.production, TYPES.bucket)).toMatchObject({
    retainOnDelete: true,
    inputs: { forceDestroy: false },
  });
  expect(only(stages.production, TYPES.table)).toMatchObject({
    retainOnDelete: true,
    inputs: { deletionProtectionEnabled: true },
  });
});

test("other stages can be removed without a trace", () => {
  expect(stages.dev.app).toMatchObject({ removal: "remove", protect: false });
  expect(only(stages.dev, TYPES.bucket)).toMatchObject({ retainOnDelete: false, inputs: { forceDestroy: true } });
  expect(only(stages.dev, TYPES.table)).toMatchObject({
    retainOnDelete: false,
    inputs: { deletionProtectionEnabled: false },
  });
});
