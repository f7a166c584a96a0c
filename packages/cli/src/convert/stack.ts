import type { KnownValues } from "@specdrop/spec";
import { wrongUsage } from "../terminal/failure.ts";

/** What is known of a deployed stack. */
export type StackTemplate = KnownValues;

type Entry = Readonly<Record<string, unknown>>;

/** Where AWS's replies have their lists. */
const LISTS = ["Stacks", "Outputs", "Parameters", "StackResources", "StackResourceSummaries", "StackResourceDetail"];

/**
 * Reads the JSON that `aws cloudformation describe-stacks`, `list-stack-resources`, `describe-stack-resources` or
 * `describe-stack-resource` prints, or a list out of it.
 */
export function readStack(text: string, path: string): StackTemplate {
  const values = new Map<string, string>();
  const outputs = new Map<string, string>();
  for (const entry of entriesIn(jsonOf(text, path))) {
    const { LogicalResourceId, PhysicalResourceId, ParameterKey, OutputKey, OutputValue, ExportName } = entry as Record<
      "LogicalResourceId" | "PhysicalResourceId" | "ParameterKey" | "OutputKey" | "OutputValue" | "ExportName",
      unknown
    >;
    const parameter = entry["ResolvedValue"] ?? entry["ParameterValue"];
    if (isText(LogicalResourceId) && isText(PhysicalResourceId)) {
      values.set(LogicalResourceId, idIn(PhysicalResourceId, entry["ResourceType"]));
    }
    if (isText(ParameterKey) && isText(parameter) && !isHidden(parameter)) values.set(ParameterKey, parameter);
    if (isText(OutputKey) && isText(OutputValue)) outputs.set(OutputKey, OutputValue);
    for (const [name, value] of pseudoParametersOf(entry["StackId"])) values.set(name, value);
    if (isText(ExportName) && isText(OutputValue)) values.set(ExportName, OutputValue);
  }
  if (values.size === 0 && outputs.size === 0) {
    throw wrongUsage(
      `${path} holds neither outputs nor resources of a stack: save what aws cloudformation describe-stacks or list-stack-resources prints`,
    );
  }
  return { values, outputs };
}

/** A stack's ARN holds what its template refers to as `AWS::…`. */
function pseudoParametersOf(stackId: unknown): readonly (readonly [string, string])[] {
  const arn = typeof stackId === "string" ? STACK_ARN.exec(stackId) : null;
  if (arn === null) return [];
  return [
    ["AWS::StackId", arn[0]],
    ...Object.entries(arn.groups ?? {}).map(([name, part]) => [`AWS::${name}`, part] as const),
  ];
}

const STACK_ARN =
  /^arn:(?<Partition>[\w-]+):cloudformation:(?<Region>[\w-]+):(?<AccountId>\d{12}):stack\/(?<StackName>[\w-]+)\/[\w-]+$/;

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrongUsage(`${path} is not JSON: ${(cause as Error).message}`);
  }
}

function entriesIn(reply: unknown): readonly Entry[] {
  if (Array.isArray(reply)) return reply.flatMap(entriesIn);
  if (typeof reply !== "object" || reply === null) return [];
  const entry = reply as Entry;
  return [entry, ...LISTS.flatMap((name) => entriesIn(entry[name]))];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** CloudFormation shows the value of a NoEcho parameter as asterisks. */
function isHidden(value: string): boolean {
  return /^\*+$/.test(value);
}

/** The resource's own id, which stands last where the id of its API comes with it. */
function idIn(physicalId: string, type: unknown): string {
  const ours = typeof type === "string" && type.startsWith("AWS::ApiGatewayV2::");
  return ours ? physicalId.slice(physicalId.lastIndexOf("|") + 1) : physicalId;
}
