import { type LocatedNode, type MapEntry, type Reading, report } from "./node.ts";

/** A file of another tool: how it is known, and what to run instead. */
interface OtherFormat {
  readonly name: string;
  /** A name at the top that it always has. */
  readonly key: string;
  /** Whether the map of what stands at the top makes it certain. */
  readonly isMeant: (top: ReadonlyMap<string, LocatedNode>) => boolean;
  readonly help: string;
}

const FROM_AWS =
  "After deploying it, export the live responses: specdrop export --api API_ID > chat.yaml. Then remove the responses from the other tool without deleting them.";

const OTHER_FORMATS: readonly OtherFormat[] = [
  {
    name: "a Serverless Framework configuration",
    key: "service",
    isMeant: hasAny("provider", "functions", "resources", "frameworkVersion", "plugins"),
    help: "Run: serverless package, then specdrop convert .serverless/cloudformation-template-update-stack.json",
  },
  {
    name: "a Kubernetes manifest, such as ACK uses",
    key: "apiVersion",
    isMeant: hasAny("kind"),
    help: FROM_AWS,
  },
  {
    name: "a Pulumi program",
    key: "runtime",
    isMeant: hasAny("name", "resources"),
    help: FROM_AWS,
  },
  {
    name: "a Pulumi program",
    key: "resources",
    isMeant: (top) => entriesOf(top.get("resources")).some(({ value }) => /^\w[\w-]*:[^:]/.test(typeIn(value))),
    help: FROM_AWS,
  },
  {
    name: "a Terraform configuration, such as CDK for Terraform writes",
    key: "resource",
    isMeant: (top) =>
      hasAny("terraform", "provider")(top) ||
      entriesOf(top.get("resource")).some(({ key }) => /^[a-z]+_\w+$/.test(key)),
    help: FROM_AWS,
  },
  {
    name: "a Terraform configuration, such as CDK for Terraform writes",
    key: "terraform",
    isMeant: hasAny("provider", "variable", "output", "data", "module"),
    help: FROM_AWS,
  },
  {
    name: "the settings of a CDK app",
    key: "app",
    isMeant: hasAny("context", "watch", "output", "requireApproval"),
    help: "Run: cdk synth, then specdrop convert cdk.out/STACK.template.json",
  },
  {
    name: "the manifest of a CDK app",
    key: "artifacts",
    isMeant: hasAny("version", "runtime"),
    help: "Run: specdrop convert cdk.out/STACK.template.json",
  },
];

/** Names of ours and of CloudFormation's: what has one of them is no file of another tool. */
const OURS = ["IntegrationResponses", "Resources", "AWSTemplateFormatVersion"];

/** The format of another tool that a file is written in, and the name that shows it; undefined where it is none. */
export function otherFormatOf(
  root: LocatedNode | undefined,
): { readonly format: OtherFormat; readonly entry: MapEntry } | undefined {
  const entries = entriesOf(root);
  const top = new Map(entries.map(({ key, value }) => [key, value]));
  if (hasAny(...OURS)(top)) return undefined;
  for (const format of OTHER_FORMATS) {
    const entry = entries.find(({ key }) => key === format.key);
    if (entry !== undefined && format.isMeant(top)) return { format, entry };
  }
  return undefined;
}

/** Says what to run instead, and nothing else: no other finding in such a file is worth reading. */
export function reportOtherFormat(
  reading: Reading,
  { format, entry }: NonNullable<ReturnType<typeof otherFormatOf>>,
): undefined {
  reading.findings.length = 0;
  reading.reported.clear();
  reading.omitted = 0;
  report(reading, entry, {
    code: "SD2010",
    message: `This is ${format.name}, not a spec document or CloudFormation template`,
    pointer: "",
    help: format.help,
  });
}

function hasAny(...names: readonly string[]): (top: ReadonlyMap<string, unknown>) => boolean {
  return (top) => names.some((name) => top.has(name));
}

function entriesOf(node: LocatedNode | undefined): readonly MapEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** `aws-native:apigatewayv2:IntegrationResponse`. */
function typeIn(resource: LocatedNode): string {
  const type = entriesOf(resource).find(({ key }) => key === "type")?.value;
  return type?.kind === "scalar" ? String(type.value) : "";
}
