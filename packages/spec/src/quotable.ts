import { DELETION_POLICY, DEPLOY_PROPERTIES, DOCUMENT_PROPERTIES, RESPONSE_PROPERTIES } from "./properties.ts";

// What messages and pointers may repeat of a document's names: decision 18. A slip of indentation, a comma or a missing
// quote turns a part of a template or header into a name, a tag or an anchor, and results reach a whole channel.

const PROPERTIES: ReadonlySet<string> = new Set([
  ...[DOCUMENT_PROPERTIES, DEPLOY_PROPERTIES, RESPONSE_PROPERTIES].flatMap((table) => Object.keys(table)),
  ...["adopt", "DeletionPolicy", "IntegrationResponseId", "specdrop"],
  ...["AWSTemplateFormatVersion", "Description", "Metadata", "Resources", "Transform", "Parameters", "Mappings"],
  ...["Conditions", "Outputs", "Rules", "Hooks", "Globals", "Type", "Properties", "Condition", "DependsOn"],
  ...["CreationPolicy", "UpdatePolicy", "UpdateReplacePolicy", "$default", "\\$default"],
  ...DELETION_POLICY.choices,
]);

/** Names that say by their form what they are: headers of the response, media types, status codes. */
const RECOGNISED =
  /^(?:method\.response\.header\.[\w-]{1,60}|(?:application|audio|font|image|multipart|text|video)\/[\w.+*-]{1,60}(?:; ?charset=[\w-]{1,20})?|\d{3})$/i;

/** How names are written, and sentences, JSON, and most tokens are not. */
const NAME = /^[A-Za-z_$][\w.$:/~-]{0,39}$/;

/** CloudFormation's functions, as tags are and as long forms are without `Fn::`. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...["And", "Base64", "Cidr", "Condition", "Equals", "FindInMap", "ForEach", "GetAtt", "GetAZs", "If", "ImportValue"],
  ...["Join", "Length", "Not", "Or", "Ref", "Select", "Split", "Sub", "ToJsonString", "Transform"],
]);

/** Whether a name is one of the format's, or of a form that no value has. */
export function isKnownName(name: string): boolean {
  return name === "" || PROPERTIES.has(name) || RECOGNISED.test(name);
}

/**
 * Whether a name may be quoted: a known one, or one that is written like a name and has a value behind it. A part of a
 * text that a comma or a missing quote has made a name has none.
 */
export function isQuotable(name: string, value: { readonly kind: string; readonly value?: unknown }): boolean {
  return isKnownName(name) || (NAME.test(name) && !(value.kind === "scalar" && value.value === null));
}

/** Whether a function of CloudFormation has this name, with or without `!` or `Fn::`. */
export function isFunctionName(name: string): boolean {
  return FUNCTIONS.has(name.replace(/^(?:!|Fn::)/, ""));
}

/** `AWS::Service::Thing`, or a custom type. */
export function isTypeName(name: string): boolean {
  return name.length <= 100 && /^[A-Za-z\d]+(?:::[A-Za-z\d@_-]+)+$/.test(name);
}

/** The part of a pointer that repeats nothing but logical ids, known names and what is written like a name. */
export function quotablePointer(pointer: string): string {
  const segments = pointer.split("/");
  const holdsResources = segments[1] === "IntegrationResponses" || segments[1] === "Resources";
  const end = segments.findIndex((segment, index) => {
    if (index === 0 || (index === 2 && holdsResources) || /^\d+$/.test(segment)) return false;
    const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    return !isKnownName(name) && !NAME.test(name);
  });
  return end < 0 ? pointer : segments.slice(0, end).join("/");
}
