import { PutDashboardCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand,
} from "@aws-sdk/client-lambda";
import { asAws, atMinistack, type Make } from "./resource.ts";

const text = (policy: unknown) => (typeof policy === "string" ? policy : JSON.stringify(policy));

/** The functions, their roles, what invokes them, and what watches them. */
export const FUNCTIONS: Readonly<Record<string, Make>> = {
  async "aws:iam/role:Role"({ iam }, { assumeRolePolicy, inlinePolicies = [] }, { name }) {
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: text(assumeRolePolicy) }));
    for (const [index, { name: policyName = `policy-${index}`, policy }] of inlinePolicies.entries()) {
      await iam.send(
        new PutRolePolicyCommand({ RoleName: name, PolicyName: policyName, PolicyDocument: text(policy) }),
      );
    }
  },
  async "aws:cloudwatch/logGroup:LogGroup"({ logs }, { retentionInDays }, { name }) {
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays }));
  },
  async "aws:lambda/function:Function"({ lambda, url, codeOf }, inputs, { name }) {
    const { zip, env } = await codeOf(name);
    const variables: Record<string, string> = { ...inputs["environment"].variables, ...env };
    for (const [variable, value] of Object.entries(variables)) variables[variable] = atMinistack(url, value);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: inputs["runtime"],
        Role: inputs["role"],
        Handler: inputs["handler"],
        Code: { ZipFile: zip },
        Timeout: inputs["timeout"],
        MemorySize: inputs["memorySize"],
        Architectures: inputs["architectures"],
        Environment: { Variables: variables },
        LoggingConfig: { LogFormat: "JSON", LogGroup: inputs["loggingConfig"].logGroup },
        ...(inputs["deadLetterConfig"] && { DeadLetterConfig: asAws(inputs["deadLetterConfig"]) }),
      }),
    );
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ lambda }, { functionName, ...config }) =>
    lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: functionName, ...(asAws(config) as object) })),
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": ({ lambda }, { functionName, recursiveLoop }) =>
    lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName: functionName, RecursiveLoop: recursiveLoop })),
  "aws:lambda/permission:Permission": ({ lambda }, { function: FunctionName, action, principal, sourceArn }) =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: `events-${sourceArn.split("/").at(-1)}`.slice(0, 100),
        Action: action,
        Principal: principal,
        SourceArn: sourceArn,
      }),
    ),
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ lambda }, inputs) =>
    lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: inputs["eventSourceArn"],
        FunctionName: inputs["functionName"],
        BatchSize: inputs["batchSize"],
        FunctionResponseTypes: inputs["functionResponseTypes"],
        ScalingConfig: asAws(inputs["scalingConfig"]),
      }),
    ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (
    { cloudWatch },
    { dimensions = {}, metricQueries: _, ...alarm },
    { name },
  ) =>
    cloudWatch.send(
      new PutMetricAlarmCommand({
        ...(asAws({ ...alarm, name: undefined, tags: undefined }) as object),
        AlarmName: name,
        AlarmDescription: alarm["alarmDescription"],
        OKActions: alarm["okActions"],
        Dimensions: Object.entries<string>(dimensions).map(([Name, Value]) => ({ Name, Value })),
      } as never),
    ),
  "aws:cloudwatch/dashboard:Dashboard": ({ cloudWatch }, { dashboardName, dashboardBody }) =>
    cloudWatch.send(new PutDashboardCommand({ DashboardName: dashboardName, DashboardBody: dashboardBody })),
};
