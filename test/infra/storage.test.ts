import { describe, expect, inject, test } from "vitest";
import { all, only, statementsOf, TYPES } from "./infrastructure.ts";
import { denies } from "./policy.ts";

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
        Principal: "*",
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": ["false"] } },
      },
      expect.objectContaining({ Effect: "Deny", Resource: [`${arn}/events/*`] }),
    ]);
  });

  describe("below events/", () => {
    const policy = only(stage, "aws:s3/bucketPolicy:BucketPolicy").inputs["policy"];
    const arn: string = bucket.state["arn"];
    const intake: string = only(stage, TYPES.role, "IntakeRole").state["arn"];
    const other = "arn:aws:iam::123456789012:role/drop-specs";
    const isDenied = (principal: string | undefined, action: string, key = "events/111122223333/orders/chat") =>
      denies(statementsOf(policy), {
        action,
        resource: `${arn}/${key}`,
        context: {
          "aws:SecureTransport": ["true"],
          ...(principal === undefined ? {} : { "aws:PrincipalArn": [principal] }),
        },
      });
    const WRITES = [
      ...["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectVersionAcl", "s3:PutObjectRetention"],
      ...["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteObjectTagging"],
      ...["s3:ReplicateObject", "s3:ReplicateDelete"],
    ];

    test.each(WRITES)("%s is intake's alone", (action) => {
      const others = [
        other,
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:user/ada",
        only(stage, TYPES.role, "ReconcileRole").state["arn"],
        only(stage, TYPES.role, "SweepRole").state["arn"],
        // The same name in another account, under a path, and with something behind it.
        intake.replace("123456789012", "111122223333"),
        intake.replace("role/", "role/team/"),
        `${intake}-2`,
        undefined,
      ];
      expect(others.filter((principal) => !isDenied(principal, action))).toEqual([]);
      expect(isDenied(intake, action)).toBe(false);
    });

    test("everybody who may read the bucket may read there", () => {
      const reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes", "s3:GetObjectTagging"];
      expect(reads.filter((action) => isDenied(other, action))).toEqual([]);
    });

    test("everything beside it is left to IAM", () => {
      for (const key of ["chat.yaml", "team/events/chat.yaml", "events.yaml", "results/0/1/api.json"])
        expect(WRITES.filter((action) => isDenied(other, action, key))).toEqual([]);
    });

    test("the role that the policy names is the one that intake runs under", () => {
      expect(only(stage, TYPES.function, "IntakeFunction").inputs["role"]).toBe(intake);
      expect(intake).toBe(`arn:aws:iam::123456789012:role/specdrop-${name}-eu-central-1-Intake`);
      expect(intake.split("/").at(-1)?.length).toBeLessThanOrEqual(64);
    });
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
