import type { LocatedNode, MapNode, TaggedNode } from "./node.ts";

/** What a template declares, and what is known of the values that its intrinsic functions refer to. */
export interface TemplateScope {
  readonly parameters: ReadonlySet<string>;
  /** Type by logical id. */
  readonly resources: ReadonlyMap<string, string>;
  /** `ApiId` by the logical id of the only API, and so on: what a value may be called besides. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Values by the names that functions use. Absent where functions are not evaluated at all. */
  readonly values?: ReadonlyMap<string, string>;
  /** Every name that a function was asked for. */
  readonly referred: Set<string>;
}

export type Intrinsic = TaggedNode | MapNode;

/** What a function yields; or the names whose values it lacks, none where it is one that is never evaluated here. */
export type Evaluated = { readonly text: string } | { readonly missing: readonly string[] };

/** The attribute that says the same as `Ref` does (the return values in CloudFormation's reference). */
const ID_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["AWS::ApiGatewayV2::Api", "ApiId"],
  ["AWS::ApiGatewayV2::Integration", "IntegrationId"],
]);

/** Whether a value is an intrinsic function: a tag, or in its long form a map of one `Ref` or `Fn::…`. */
export function isIntrinsic(node: LocatedNode): node is Intrinsic {
  if (node.kind === "tagged") return true;
  const only = node.kind === "map" && node.entries.length === 1 ? node.entries[0]?.key : undefined;
  return only === "Ref" || only?.startsWith("Fn::") === true;
}

/** A function's name without its prefix, and its argument. */
export function functionOf(node: Intrinsic): { readonly fn: string; readonly argument: LocatedNode | undefined } {
  if (node.kind === "tagged") return { fn: node.tag.replace(/^!/, ""), argument: node.content };
  const [entry] = node.entries;
  return { fn: String(entry?.key).replace(/^Fn::/, ""), argument: entry?.value };
}

/** Evaluates `Ref`, `GetAtt`, `Sub` and `ImportValue`, as far as the values are known. */
export function evaluate(scope: TemplateScope, node: Intrinsic): Evaluated {
  const { fn, argument } = functionOf(node);
  const name = textOf(argument);
  if (fn === "Sub") return substitute(scope, argument);
  if (fn === "GetAtt") return known(scope, name ?? attributeOf(argument));
  return known(scope, fn === "Ref" || fn === "ImportValue" ? name : undefined);
}

/** `[Api, ApiId]` as `Api.ApiId`. */
function attributeOf(argument: LocatedNode | undefined): string | undefined {
  const parts = argument?.kind === "list" ? argument.items.map(textOf) : [];
  return parts.length < 2 || parts.includes(undefined) ? undefined : parts.join(".");
}

function substitute(scope: TemplateScope, argument: LocatedNode | undefined): Evaluated {
  const [first, map] = argument?.kind === "list" ? argument.items : [argument];
  const text = textOf(first);
  if (text === undefined) return { missing: [] };
  const own = new Map((map?.kind === "map" ? map.entries : []).map(({ key, value }) => [key, value]));
  const missing = new Set<string>();
  let isBeyond = false;
  const substituted = text.replaceAll(/\$\{(!?)([^{}]*)\}/g, (_, isLiteral: string, name: string) => {
    if (isLiteral !== "") return `\${${name}}`;
    const value = own.get(name);
    const evaluated = value === undefined ? known(scope, name) : evaluateNode(scope, value);
    if ("text" in evaluated) return evaluated.text;
    isBeyond ||= evaluated.missing.length === 0;
    for (const each of evaluated.missing) missing.add(each);
    return "";
  });
  if (isBeyond) return { missing: [] };
  return missing.size === 0 ? { text: substituted } : { missing: [...missing] };
}

function evaluateNode(scope: TemplateScope, node: LocatedNode): Evaluated {
  if (isIntrinsic(node)) return evaluate(scope, node);
  const text = textOf(node);
  return text === undefined ? { missing: [] } : { text };
}

/** The value under a name; the id of a resource has several. */
function known(scope: TemplateScope, name: string | undefined): Evaluated {
  if (name === undefined) return { missing: [] };
  const [logicalId = "", attribute] = name.split(".");
  const isId = attribute === undefined || attribute === idAttributeOf(scope, logicalId);
  const names = isId ? [name, logicalId, scope.aliases.get(logicalId) ?? name] : [name];
  for (const each of names) scope.referred.add(each);
  const text = names.map((each) => scope.values?.get(each)).find((each) => each !== undefined);
  return text === undefined ? { missing: [isId ? logicalId : name] } : { text };
}

function idAttributeOf({ resources }: TemplateScope, logicalId: string): string | undefined {
  return ID_ATTRIBUTES.get(resources.get(logicalId) ?? "");
}

/** `ApiId` means the only API of a template, unless the template has another meaning for that name. */
export function aliasesOf(
  parameters: ReadonlySet<string>,
  resources: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [type, alias] of ID_ATTRIBUTES) {
    const [only, ...more] = [...resources].filter((resource) => resource[1] === type);
    if (only === undefined || more.length > 0 || parameters.has(alias) || resources.has(alias)) continue;
    aliases.set(only[0], alias);
  }
  return aliases;
}

/** The text of a scalar, as CloudFormation would write it. */
function textOf(node: LocatedNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}
