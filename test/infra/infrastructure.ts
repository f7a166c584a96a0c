// biome-ignore lint/suspicious/noExplicitAny: the inputs of a resource are as many shapes as AWS has resources.
export type Inputs = Record<string, any>;

/** A resource as it would be registered with Pulumi. */
export interface Resource {
  /** Pulumi's type token: `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** The inputs, and what AWS would add: the ARN, the name, the URL. */
  readonly state: Inputs;
  readonly retainOnDelete: boolean;
}

/** What SST would bundle. */
export interface Build {
  readonly functionID: string;
  readonly handler: string;
  /** A folder with code that is bundled already. */
  readonly bundle?: string;
  readonly runtime: string;
  readonly logGroup: string;
  readonly links: Inputs;
  readonly properties: Inputs;
}

/** What a run of the configuration comes to. */
export interface Infrastructure {
  readonly app: Inputs;
  readonly resources: readonly Resource[];
  readonly builds: readonly Build[];
  /** What is linked anywhere, by name. */
  readonly links: Readonly<Record<string, Inputs>>;
  readonly outputs: Inputs;
}

export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Short for Pulumi's tokens. */
export const TYPES = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  bucket: "aws:s3/bucket:Bucket",
  bus: "aws:cloudwatch/eventBus:EventBus",
  busPolicy: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  function: "aws:lambda/function:Function",
  eventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  parameter: "aws:ssm/parameter:Parameter",
  permission: "aws:lambda/permission:Permission",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  role: "aws:iam/role:Role",
  rule: "aws:cloudwatch/eventRule:EventRule",
  schedule: "aws:scheduler/schedule:Schedule",
  table: "aws:dynamodb/table:Table",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  topic: "aws:sns/topic:Topic",
} as const;

export function all({ resources }: Infrastructure, type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The one resource of this type, and name if given. Throws if there are more or none. */
export function only(infrastructure: Infrastructure, type: string, name?: string): Resource {
  const found = all(infrastructure, type).filter((resource) => name === undefined || resource.name === name);
  const [resource] = found;
  if (resource === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${name ?? ""}`);
  return resource;
}

export const statementsOf = (policy: string): readonly Statement[] => JSON.parse(policy).Statement;

/** What a function's role allows, whatever way it was given. */
export function grantsOf(infrastructure: Infrastructure, name: string): readonly Statement[] {
  const policies: readonly { readonly policy: string }[] =
    only(infrastructure, TYPES.role, `${name}Role`).inputs["inlinePolicies"] ?? [];
  return policies.flatMap(({ policy }) => statementsOf(policy));
}

/** An ARN or a name without what differs from account to account: physical names end in eight random letters. */
export function bare(text: string): string {
  return text.replace(/^arn:aws:/, "").replace(/-[a-z]{8}(?=$|\W)/g, "");
}

/** What a configuration comes to but for the code of the functions, as a text for each part, without random names. */
export function comparable({ app, resources, builds, links, outputs }: Infrastructure): readonly string[] {
  const ofFunctions = builds.map(({ functionID, runtime, properties, links: linked }) => {
    return { functionID, runtime, properties, linked };
  });
  const code = /^(?:s3Key|handler|source|key)$/;
  const texts = [app, ...Object.entries(links), outputs, ...ofFunctions, ...resources].map((part) =>
    JSON.stringify(part, (name, value) => (code.test(name) ? undefined : value))
      .replace(/-[a-z]{8}(?=$|\W)/g, "")
      .replace(/Subscriber[A-Z][a-z]{5}(?![a-z])/g, "Subscriber"),
  );
  return texts.sort();
}
