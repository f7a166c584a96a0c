import { type Draft, type Drafted, deletionPolicyOf } from "./draft.ts";
import { type LocatedNode, type MapEntry, type MapNode, pointerTo, type Reading, report } from "./node.ts";
import { ADOPT, DELETION_POLICY, RESPONSE_PROPERTIES, UPDATE_REPLACE_POLICY } from "./properties.ts";
import { isTypeName } from "./quotable.ts";
import { asMap, checkLogicalId, type Owner, readProperties, reportMissing, reportUnknown } from "./shape.ts";
import { entryOf, type KnownValues, scopeOf } from "./template-scope.ts";
import { readChoice, type Scope, wrongType } from "./values.ts";
import { didYouMean, shown } from "./words.ts";
import { written } from "./written.ts";

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";

/** Sections that change nothing about an integration response once no function refers to them. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  Parameters: "an integration response cannot use them; write the values where they are needed.",
  Mappings: "an integration response cannot use it; write the values where they are needed.",
  Conditions: "no condition is evaluated.",
  Outputs: "there is no stack.",
  Rules: "no rule is checked.",
  Hooks: "no hook runs.",
  Globals: "it applies to serverless resources only.",
};

const UNDERSTOOD = ["AWSTemplateFormatVersion", "Description", "Metadata", "Resources", "Transform"];
const SERVERLESS = "AWS::Serverless-2016-10-31";

/** Attributes of a resource that need a stack. */
const STACK_ATTRIBUTES: Readonly<Record<string, string>> = {
  Condition: "No condition is evaluated here: remove it, and leave out the resource where you do not want it.",
  DependsOn: "Remove it: specdrop finds the order itself.",
  CreationPolicy: "Remove it: specdrop waits for every change anyway.",
  UpdatePolicy: "Remove it: it does nothing for an integration response.",
};

/** Those of them that lose nothing where a document is made of the template. */
const LEFT_OUT = ["DependsOn", "CreationPolicy", "UpdatePolicy"];

const ATTRIBUTES = ["Type", "Properties", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"];

const IN_A_SPEC_DOCUMENT = "Only a spec document has settings: write the resources under IntegrationResponses instead.";
const SETTINGS_HINTS = {
  Deploy: IN_A_SPEC_DOCUMENT,
  DryRun: IN_A_SPEC_DOCUMENT,
  AllowDeletions: IN_A_SPEC_DOCUMENT,
  OnDrift: IN_A_SPEC_DOCUMENT,
  TwoWay: IN_A_SPEC_DOCUMENT,
};

/** CDK writes it for RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE; a response whose creation failed is never kept. */
const CONVERTED_DELETION_POLICY = {
  ...DELETION_POLICY,
  choices: [...DELETION_POLICY.choices, "RetainExceptOnCreate"],
} as const;

const PROPERTY_HINTS = {
  adopt: "In a template, write Metadata: { specdrop: { adopt: true } }.",
  DeletionPolicy: "Write it beside Properties, not inside.",
};

/** Whether a document is a CloudFormation template rather than a spec document. */
export function isTemplate(root: MapNode): boolean {
  const keys = new Set(root.entries.map(({ key }) => key));
  return !keys.has("IntegrationResponses") && (keys.has("Resources") || keys.has("AWSTemplateFormatVersion"));
}

/**
 * Reads the integration responses of a template. What else it has is reported, with what to do about it; with `known`,
 * where a document is made of the template, it is left out.
 */
export function readTemplate(reading: Reading, root: MapNode, known?: KnownValues): Drafted {
  const template = scopeOf(root, known);
  const scope: Scope = { reading, template };
  const listed = entryOf(root, "Resources");
  for (const entry of root.entries) checkSection(scope, entry);
  const drafts: Draft[] = [];
  const at = { start: root.start, end: root.start };
  if (listed === undefined) reportMissing(scope, "Resources", { name: "The template", at, pointer: "" });
  for (const entry of resourcesIn(scope, listed)) {
    const pointer = pointerTo("/Resources", entry.key);
    const response = responseIn(scope, entry, pointer);
    if (response === undefined) continue;
    if (!checkLogicalId(scope, entry, drafts.length + 1, pointer)) break;
    drafts.push(readResponse(scope, entry, response, pointer));
  }
  return { settings: { dryRun: false, onDrift: "report" }, drafts, template };
}

/** A template whose only resource is a `Fn::ForEach` looks like a function, but is none. */
function resourcesIn(scope: Scope, listed: MapEntry | undefined): readonly MapEntry[] {
  if (listed === undefined) return [];
  const map = listed.value.kind === "map" ? listed.value : asMap(scope, listed.value, "Resources", "/Resources");
  return map?.entries ?? [];
}

function checkSection(scope: Scope, entry: MapEntry): void {
  const { key } = entry;
  const pointer = pointerTo("", key);
  if (key === "Transform" && !onlyServerless(entry.value)) {
    report(scope.reading, entry.value, {
      code: "SD2104",
      message: "A transform may rewrite the whole template, and only CloudFormation can run it",
      pointer,
      help: "Write the template as it is after the transform.",
    });
    return;
  }
  const reason = key === "Transform" ? "it applies to serverless resources only." : WITHOUT_EFFECT[key];
  if (reason !== undefined) {
    if (scope.template?.values !== undefined) return;
    const message = `${key} has no effect here: ${reason}`;
    report(scope.reading, entry, { code: "SD2105", message, pointer, help: "Remove the section, or leave it." });
  } else if (!UNDERSTOOD.includes(key)) {
    const known = [...UNDERSTOOD, ...Object.keys(WITHOUT_EFFECT)];
    reportUnknown(scope, entry, known, { name: "The template", at: entry, pointer: "", hints: SETTINGS_HINTS });
  }
}

function onlyServerless(node: LocatedNode): boolean {
  if (node.kind === "list") return node.items.every(onlyServerless);
  return node.kind === "scalar" && node.value === SERVERLESS;
}

/** The resource's map if it is an integration response; reports every other kind of resource. */
function responseIn(scope: Scope, entry: MapEntry, pointer: string): MapNode | undefined {
  if (entry.key.startsWith("Fn::")) {
    const message = `${shown(entry.key)} generates resources that only CloudFormation can expand`;
    report(scope.reading, entry, { code: "SD2104", message, pointer, help: "Write every resource yourself." });
    return undefined;
  }
  const name = `Resource ${shown(entry.key)}`;
  const map = asMap(scope, entry.value, name, pointer);
  if (map === undefined) return undefined;
  const typeEntry = entryOf(map, "Type");
  if (typeEntry === undefined) reportMissing(scope, "Type", { name, at: entry, pointer });
  const node = typeEntry?.value;
  if (node === undefined || (node.kind === "scalar" && node.value === TYPE)) return map;
  const at = pointerTo(pointer, "Type");
  if (node.kind !== "scalar" || typeof node.value !== "string") {
    return wrongType(scope, { name: "Type", node, pointer: at }, "text");
  }
  const near = didYouMean(node.value, [TYPE], 3);
  const type = isTypeName(node.value) ? `type ${shown(node.value)}` : "another type";
  if (near === undefined && scope.template?.values !== undefined) return undefined;
  report(scope.reading, node, {
    code: "SD2102",
    message: `${name} is of ${type}; specdrop manages ${TYPE} only`,
    pointer: at,
    ...(near === undefined
      ? { help: "Keep it in its own stack, and remove it from this document; specdrop convert does that." }
      : { suggestion: written(scope.reading, node.plain, near) }),
  });
  return undefined;
}

function readResponse(scope: Scope, entry: MapEntry, map: MapNode, pointer: string): Draft {
  const name = `Resource ${shown(entry.key)}`;
  const owner = { name, at: entry, pointer };
  for (const attribute of map.entries) checkAttribute(scope, attribute, owner);
  const base = { logicalId: entry.key, name: entry, pointer, adopt: readAdopt(scope, map, pointer) };
  const policy = entryOf(map, "DeletionPolicy");
  const named = policy && { name: policy.key, node: policy.value, pointer: pointerTo(pointer, policy.key) };
  const rule = scope.template?.values === undefined ? DELETION_POLICY : CONVERTED_DELETION_POLICY;
  const kept = deletionPolicyOf(named && readChoice(scope, named, rule));
  checkReplacePolicy(scope, map, pointer, kept.deletionPolicy === "Retain");
  const properties = entryOf(map, "Properties");
  if (properties === undefined) reportMissing(scope, "Properties", owner);
  const at = pointerTo(pointer, "Properties");
  const own = properties && asMap(scope, properties.value, "Properties", at);
  const values =
    own && readProperties(scope, own, RESPONSE_PROPERTIES, { name, at: entry, pointer: at, hints: PROPERTY_HINTS });
  return { ...base, ...kept, ...values };
}

/** CDK's RemovalPolicy.RETAIN writes it beside DeletionPolicy, which alone says here what stays. */
function checkReplacePolicy(scope: Scope, map: MapNode, parent: string, isKept: boolean): void {
  const policy = entryOf(map, "UpdateReplacePolicy");
  if (policy === undefined) return;
  const pointer = pointerTo(parent, policy.key);
  const choice = readChoice(scope, { name: policy.key, node: policy.value, pointer }, UPDATE_REPLACE_POLICY);
  if (choice?.text !== "Retain") return;
  report(scope.reading, policy, {
    code: "SD2106",
    message: "UpdateReplacePolicy has no effect here: DeletionPolicy also decides what happens when a response moves",
    pointer,
    help: isKept
      ? "DeletionPolicy: Retain keeps the response at its old place; remove UpdateReplacePolicy, or leave it."
      : "A response that moves to another API or integration is deleted at its old place. To keep it, write DeletionPolicy: Retain.",
  });
}

function checkAttribute(scope: Scope, attribute: MapEntry, owner: Owner): void {
  const help = STACK_ATTRIBUTES[attribute.key];
  if (help !== undefined) {
    if (scope.template?.values !== undefined && LEFT_OUT.includes(attribute.key)) return;
    const pointer = pointerTo(owner.pointer, attribute.key);
    const message = `${attribute.key} needs a stack, so it has no meaning here`;
    report(scope.reading, attribute, { code: "SD2103", message, pointer, help });
  } else if (!ATTRIBUTES.includes(attribute.key)) {
    reportUnknown(scope, attribute, ATTRIBUTES, owner);
  }
}

function readAdopt(scope: Scope, map: MapNode, pointer: string): boolean {
  const metadata = entryOf(map, "Metadata")?.value;
  const ours = metadata?.kind === "map" ? entryOf(metadata, "specdrop") : undefined;
  const at = `${pointer}/Metadata/specdrop`;
  const own = ours && asMap(scope, ours.value, "specdrop", at);
  if (ours === undefined || own === undefined) return false;
  return readProperties(scope, own, { adopt: ADOPT }, { name: "specdrop", at: ours, pointer: at }).adopt === true;
}
