import type { Inputs } from "./infrastructure.ts";
import { unwrap } from "./wire-values.ts";

export const ACCOUNT = "123456789012";

interface MockedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly state: Inputs;
}

/** What stands in SSM already, for those who read it. */
const parameters: Readonly<Record<string, string>> = {
  "/specdrop/production/busArn": `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/specdrop-production-EventsBus`,
};

/** Pulumi's mocks of the AWS provider: every resource is made, and gets the ARN that AWS would give it. */
export function mockAws(region: string) {
  const resources: MockedResource[] = [];
  return {
    resources,
    newResource({ type, name, inputs: raw }: { type: string; name: string; inputs: unknown }) {
      const inputs = unwrap(raw) as Inputs;
      const nameInput = type === "aws:s3/bucket:Bucket" ? "bucket" : "name";
      const physical: string = inputs[nameInput] ?? name;
      const arn = arnOf(region, type, physical, inputs);
      // A target's ARN is that of what it leads to.
      const known = { ...inputs, [nameInput]: physical, arn: inputs["arn"] ?? arn };
      const state: Inputs = { ...known, ...computed(region, type, physical, arn, inputs) };
      resources.push({ type, name, inputs, state });
      return { id: `${name}-id`, state };
    },
    call({ token, inputs }: { token: string; inputs: unknown }) {
      const statements = (unwrap(inputs) as Inputs)["statements"];
      switch (token) {
        case "aws:iam/getPolicyDocument:getPolicyDocument":
          return { ...(statements?.length > 0 && { statements }), json: policyOf(statements ?? []) };
        case "aws:index/getPartition:getPartition":
          return { partition: "aws" };
        case "aws:index/getRegion:getRegion":
          return { region, id: region };
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return { accountId: ACCOUNT };
        case "aws:ssm/getParameter:getParameter":
          return { value: parameters[(unwrap(inputs) as Inputs)["name"]] };
        default:
          throw new Error(`no mock of ${token}`);
      }
    },
  };
}

function arnOf(region: string, type: string, name: string, inputs: Inputs): string {
  const here = `${region}:${ACCOUNT}`;
  const busName: string = inputs["eventBusName"] ?? "default";
  const arns: Readonly<Record<string, string>> = {
    "aws:s3/bucket:Bucket": `arn:aws:s3:::${name}`,
    "aws:sqs/queue:Queue": `arn:aws:sqs:${here}:${name}`,
    "aws:sns/topic:Topic": `arn:aws:sns:${here}:${name}`,
    "aws:dynamodb/table:Table": `arn:aws:dynamodb:${here}:table/${name}`,
    "aws:cloudwatch/eventBus:EventBus": `arn:aws:events:${here}:event-bus/${name}`,
    "aws:cloudwatch/eventRule:EventRule": `arn:aws:events:${here}:rule/${busName === "default" ? "" : `${busName}/`}${name}`,
    "aws:lambda/function:Function": `arn:aws:lambda:${here}:function:${name}`,
    "aws:iam/role:Role": `arn:aws:iam::${ACCOUNT}:role/${name}`,
    "aws:cloudwatch/logGroup:LogGroup": `arn:aws:logs:${here}:log-group:${name}`,
  };
  return arns[type] ?? `arn:aws:mock:${here}:${type}/${name}`;
}

function computed(region: string, type: string, name: string, arn: string, inputs: Inputs): Inputs {
  if (type === "aws:sqs/queue:Queue") return { url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}` };
  if (type === "aws:lambda/function:Function") return { qualifiedArn: `${arn}:$LATEST` };
  if (type === "random:index/randomBytes:RandomBytes")
    return { base64: Buffer.alloc(inputs["length"]).toString("base64") };
  return {};
}

interface DocumentStatement {
  readonly sid?: string;
  readonly effect?: string;
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** The JSON that the provider makes of a policy document's statements. */
function policyOf(statements: readonly DocumentStatement[]): string {
  const Statement = statements.map(
    ({ sid, effect = "Allow", principals = [], actions = [], resources, conditions = [] }) => ({
      ...(sid !== undefined && { Sid: sid }),
      Effect: effect,
      ...(principals.length > 0 && {
        Principal: principalOf(principals),
      }),
      Action: actions,
      ...(resources && { Resource: resources }),
      ...(conditions.length > 0 && { Condition: conditionOf(conditions) }),
    }),
  );
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** Everybody is `*` alone, as the provider writes it. */
function principalOf(principals: NonNullable<DocumentStatement["principals"]>): unknown {
  if (principals.some(({ type }) => type === "*")) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function conditionOf(conditions: NonNullable<DocumentStatement["conditions"]>): object {
  const merged: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions) merged[test] = { ...merged[test], [variable]: values };
  return merged;
}
