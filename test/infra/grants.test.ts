import { describe, expect, inject, test } from "vitest";
import { all, bare, grantsOf, only, TYPES } from "./infrastructure.ts";
import { FUNCTIONS } from "./stages.ts";

const stages = inject("stages");

function listed(stage: (typeof stages)["dev"], id: string): readonly string[] {
  return grantsOf(stage, id).map(({ Action, Resource }) => `${Action.join(" ")} on ${Resource.map(bare).join(" ")}`);
}

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = stages[name];

  test("there is a role for each function and for the schedule, and no other", () => {
    expect(
      all(stage, TYPES.role)
        .map((role) => role.name)
        .sort(),
    ).toEqual([...FUNCTIONS.map((id) => `${id}Role`), "SweepCronRole"].sort());
    for (const id of FUNCTIONS) {
      const { inputs } = only(stage, TYPES.function, `${id}Function`);
      expect(inputs["role"]).toBe(only(stage, TYPES.role, `${id}Role`).state["arn"]);
    }
  });

  test.each(FUNCTIONS)("%s's role is for Lambda alone, not for the account's root", (id) => {
    const trust = only(stage, TYPES.role, `${id}Role`).inputs["assumeRolePolicy"];
    const { Statement } = typeof trust === "string" ? JSON.parse(trust) : trust;
    expect(Statement).toEqual([
      {
        Sid: "AllowAssumeRole",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com" },
      },
    ]);
  });

  test("the schedule's role is for the scheduler, on behalf of this account", () => {
    const { Statement } = JSON.parse(only(stage, TYPES.role, "SweepCronRole").inputs["assumeRolePolicy"]);
    expect(Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: ["scheduler.amazonaws.com"] },
        Condition: { StringEquals: { "aws:SourceAccount": ["123456789012"] } },
      },
    ]);
  });

  test("the schedule may invoke the sweep, keep what it cannot invoke it with, and no more", () => {
    const state = (type: string, id: string) => only(stage, type, id).state;
    expect(grantsOf(stage, "SweepCron")).toEqual([
      {
        Effect: "Allow",
        Action: ["lambda:InvokeFunction"],
        Resource: [state(TYPES.function, "SweepFunction")["arn"]],
      },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [state(TYPES.queue, "SweepFailuresQueue")["arn"]] },
    ]);
    expect(state(TYPES.role, "SweepCronRole")["managedPolicyArns"] ?? []).toEqual([]);
  });

  test("the sweep reads AWS, and changes nothing there", () => {
    const onApis = grantsOf(stage, "Sweep").flatMap(({ Action }) =>
      Action.filter((action) => /^(?:cloudformation|apigateway):/.test(action)),
    );
    expect(onApis).toEqual(["cloudformation:GetResource", "cloudformation:ListResources", "apigateway:GET"]);
  });

  test.each(FUNCTIONS)("%s has no wildcard action, no bare * and no policy but its own", (id) => {
    const statements = grantsOf(stage, id);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Effect, Action, Resource } of statements) {
      expect(Effect).toBe("Allow");
      expect(Action.filter((action) => action.includes("*"))).toEqual([]);
      expect(Resource.filter((arn) => !/^arn:aws:[a-z0-9]+:[^:*]*:[^:*]*:[^*]/.test(arn))).toEqual([]);
    }
    expect(only(stage, TYPES.role, `${id}Role`).inputs["managedPolicyArns"]).toEqual([]);
    expect(all(stage, "aws:iam/rolePolicy:RolePolicy")).toEqual([]);
    expect(all(stage, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual([]);
  });

  test("intake cannot call Cloud Control, notify cannot read specs, nobody can read secrets by call", () => {
    const services = (id: string) =>
      [...new Set(grantsOf(stage, id).flatMap(({ Action }) => Action.map((action) => action.split(":")[0])))].sort();
    expect(services("Intake")).toEqual(["dynamodb", "events", "logs", "s3", "sqs"]);
    expect(services("Notify")).toEqual(["dynamodb", "logs", "sqs"]);
    expect(services("Sweep")).toEqual(services("Reconcile"));
    expect(services("Reconcile")).toEqual(["apigateway", "cloudformation", "dynamodb", "events", "logs", "s3", "sqs"]);
  });
});

test("intake may do exactly this", () => {
  expect(listed(stages.dev, "Intake")).toMatchInlineSnapshot(`
    [
      "s3:GetObject s3:GetObjectVersion on s3:::specdrop-dev-specsbucket/*",
      "s3:ListBucket on s3:::specdrop-dev-specsbucket",
      "s3:PutObject s3:DeleteObject on s3:::specdrop-dev-specsbucket/events/*",
      "dynamodb:GetItem dynamodb:UpdateItem dynamodb:Query dynamodb:Scan on dynamodb:eu-central-1:123456789012:table/specdrop-dev-LedgerTable",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-SignalsQueue.fifo",
      "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes on sqs:eu-central-1:123456789012:specdrop-dev-DelayedSignalsQueue",
      "events:PutEvents on events:eu-central-1:123456789012:event-bus/specdrop-dev-EventsBus",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-IntakeFailuresQueue",
      "logs:CreateLogStream logs:PutLogEvents on logs:eu-central-1:123456789012:log-group:/aws/lambda/specdrop-dev-Intake:*",
    ]
  `);
});

test("notify may do exactly this", () => {
  expect(listed(stages.dev, "Notify")).toMatchInlineSnapshot(`
    [
      "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes on sqs:eu-central-1:123456789012:specdrop-dev-NotificationsQueue",
      "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on dynamodb:eu-central-1:123456789012:table/specdrop-dev-LedgerTable",
      "logs:CreateLogStream logs:PutLogEvents on logs:eu-central-1:123456789012:log-group:/aws/lambda/specdrop-dev-Notify:*",
    ]
  `);
});

test("of the ledger's table notify sees what Slack was told, and nothing else", () => {
  for (const stage of Object.values(stages)) {
    const [grant] = grantsOf(stage, "Notify").filter(({ Action }) =>
      Action.some((action) => action.startsWith("dynamodb:")),
    );
    expect(grant?.Condition).toEqual({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["slack#*"] } });
  }
  // Without a key in the request the condition would hold: these three always have one.
});

test("reconcile may do exactly this, on any API where none is named", () => {
  expect(listed(stages.dev, "Reconcile")).toMatchInlineSnapshot(`
    [
      "s3:GetObject s3:GetObjectVersion on s3:::specdrop-dev-specsbucket/*",
      "s3:ListBucket on s3:::specdrop-dev-specsbucket",
      "s3:PutObject on s3:::specdrop-dev-specsbucket/results/*",
      "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:ConditionCheckItem dynamodb:Query on dynamodb:eu-central-1:123456789012:table/specdrop-dev-LedgerTable",
      "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes on sqs:eu-central-1:123456789012:specdrop-dev-SignalsQueue.fifo",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-SignalsQueue.fifo",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-DelayedSignalsQueue",
      "events:PutEvents on events:eu-central-1:123456789012:event-bus/specdrop-dev-EventsBus",
      "cloudformation:GetResource cloudformation:ListResources on cloudformation:eu-central-1:123456789012:resource/*",
      "cloudformation:CreateResource cloudformation:UpdateResource cloudformation:DeleteResource on cloudformation:eu-central-1:123456789012:resource/*",
      "cloudformation:GetResourceRequestStatus cloudformation:ListResourceRequests on cloudformation:eu-central-1:123456789012:resource/*",
      "apigateway:GET on apigateway:eu-central-1::/apis/* apigateway:eu-central-1::/apis/*/*",
      "apigateway:POST on apigateway:eu-central-1::/apis/*/integrations/*/integrationresponses apigateway:eu-central-1::/apis/*/integrationresponses",
      "apigateway:PATCH apigateway:PUT apigateway:DELETE on apigateway:eu-central-1::/apis/*/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/*/integrationresponses/*",
      "apigateway:POST apigateway:DELETE on apigateway:eu-central-1::/apis/*/routes/*/routeresponses*",
      "apigateway:POST on apigateway:eu-central-1::/apis/*/deployments",
      "logs:CreateLogStream logs:PutLogEvents on logs:eu-central-1:123456789012:log-group:/aws/lambda/specdrop-dev-Reconcile:*",
    ]
  `);
});

test("reconcile may change the named APIs only, where APIs are named", () => {
  const onApis = listed(stages.production, "Reconcile").filter((grant) => grant.startsWith("apigateway:"));
  expect(onApis).toMatchInlineSnapshot(`
    [
      "apigateway:GET on apigateway:eu-central-1::/apis/a1b2c3d4e5 apigateway:eu-central-1::/apis/a1b2c3d4e5/* apigateway:eu-central-1::/apis/f6g7h8i9j0 apigateway:eu-central-1::/apis/f6g7h8i9j0/*",
      "apigateway:POST on apigateway:eu-central-1::/apis/a1b2c3d4e5/integrations/*/integrationresponses apigateway:eu-central-1::/apis/a1b2c3d4e5/integrationresponses apigateway:eu-central-1::/apis/f6g7h8i9j0/integrations/*/integrationresponses apigateway:eu-central-1::/apis/f6g7h8i9j0/integrationresponses",
      "apigateway:PATCH apigateway:PUT apigateway:DELETE on apigateway:eu-central-1::/apis/a1b2c3d4e5/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/a1b2c3d4e5/integrationresponses/* apigateway:eu-central-1::/apis/f6g7h8i9j0/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/f6g7h8i9j0/integrationresponses/*",
      "apigateway:POST apigateway:DELETE on apigateway:eu-central-1::/apis/a1b2c3d4e5/routes/*/routeresponses* apigateway:eu-central-1::/apis/f6g7h8i9j0/routes/*/routeresponses*",
      "apigateway:POST on apigateway:eu-central-1::/apis/a1b2c3d4e5/deployments apigateway:eu-central-1::/apis/f6g7h8i9j0/deployments",
    ]
  `);
});

test("as many APIs can be named as the configuration takes, in any region, and a role takes them", () => {
  const characters = (grants: readonly unknown[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: grants }).length;
  for (const id of ["Reconcile", "Sweep"]) {
    const grants = grantsOf(stages.production, id);
    const naming = grants.flatMap(({ Resource }) => Resource).filter((arn) => arn.includes("a1b2c3d4e5"));
    const perApi = naming.join('","').length + 3;
    const longestRegion = "ap-southeast-1".length - "eu-central-1".length;
    const arns = grants.flatMap(({ Resource }) => Resource).length + 10 * naming.length;
    expect(characters(grants) + 10 * perApi + arns * longestRegion).toBeLessThan(10_240);
  }
});

test("the sweep may do exactly this, on any API where none is named", () => {
  expect(listed(stages.dev, "Sweep")).toMatchInlineSnapshot(`
    [
      "s3:GetObject s3:GetObjectVersion on s3:::specdrop-dev-specsbucket/*",
      "s3:ListBucket on s3:::specdrop-dev-specsbucket",
      "s3:PutObject on s3:::specdrop-dev-specsbucket/results/*",
      "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:Query dynamodb:Scan on dynamodb:eu-central-1:123456789012:table/specdrop-dev-LedgerTable",
      "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes on sqs:eu-central-1:123456789012:specdrop-dev-SignalsDeadLettersQueue.fifo",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-SignalsQueue.fifo",
      "events:PutEvents on events:eu-central-1:123456789012:event-bus/specdrop-dev-EventsBus",
      "cloudformation:GetResource cloudformation:ListResources on cloudformation:eu-central-1:123456789012:resource/*",
      "apigateway:GET on apigateway:eu-central-1::/apis/*/integrations/*/integrationresponses apigateway:eu-central-1::/apis/*/integrationresponses apigateway:eu-central-1::/apis/*/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/*/integrationresponses/* apigateway:eu-central-1::/apis/*/routes*",
      "sqs:SendMessage on sqs:eu-central-1:123456789012:specdrop-dev-SweepFailuresQueue",
      "logs:CreateLogStream logs:PutLogEvents on logs:eu-central-1:123456789012:log-group:/aws/lambda/specdrop-dev-Sweep:*",
    ]
  `);
});

test("the sweep may read the named APIs only, where APIs are named", () => {
  const onApis = listed(stages.production, "Sweep").filter((grant) => grant.startsWith("apigateway:"));
  expect(onApis).toMatchInlineSnapshot(`
    [
      "apigateway:GET on apigateway:eu-central-1::/apis/a1b2c3d4e5/integrations/*/integrationresponses apigateway:eu-central-1::/apis/a1b2c3d4e5/integrationresponses apigateway:eu-central-1::/apis/f6g7h8i9j0/integrations/*/integrationresponses apigateway:eu-central-1::/apis/f6g7h8i9j0/integrationresponses apigateway:eu-central-1::/apis/a1b2c3d4e5/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/a1b2c3d4e5/integrationresponses/* apigateway:eu-central-1::/apis/f6g7h8i9j0/integrations/*/integrationresponses/* apigateway:eu-central-1::/apis/f6g7h8i9j0/integrationresponses/* apigateway:eu-central-1::/apis/a1b2c3d4e5/routes* apigateway:eu-central-1::/apis/f6g7h8i9j0/routes*",
    ]
  `);
});

test("the grants do not depend on the stage in any other way", () => {
  const generic = (name: "dev" | "production", id: string) =>
    listed(stages[name], id)
      .filter((grant) => !grant.startsWith("apigateway:"))
      .map((grant) => grant.replaceAll(`specdrop-${name}-`, "specdrop-STAGE-"));
  for (const id of FUNCTIONS) expect(generic("production", id)).toEqual(generic("dev", id));
});
