import { SPEC_LIMITS } from "./limits.ts";
import type { LocatedNode, MapNode, TaggedNode } from "./node.ts";

/** What a template declares, and what is known of the values that its intrinsic functions refer to. */
export interface TemplateScope {
  readonly parameters: ReadonlySet<string>;
  /** Type by logical id. */
  readonly resources: ReadonlyMap<string, string>;
  /** The template's mappings, if it has any. */
  readonly mappings?: LocatedNode | undefined;
  /** `ApiId` by the logical id of the only API, and so on: what a value may be called besides. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Values by the names that functions use. Absent where functions are not evaluated at all. */
  readonly values?: ReadonlyMap<string, string>;
  /** Every name that a function was asked for. */
  readonly referred: Set<string>;
}

export type Intrinsic = TaggedNode | MapNode;

/** What a function yields; or the names whose values it lacks, none where it is one that is never evaluated here. */
export type TemplateEvaluation = { readonly text: string } | { readonly missing: readonly string[] };

/** The attribute that says the same as `Ref` does (the return values in CloudFormation's reference). */
export const ID_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["AWS::ApiGatewayV2::Api", "ApiId"],
  ["AWS::ApiGatewayV2::Integration", "IntegrationId"],
]);

/** It is no function that is evaluated here, or not of such arguments. */
const BEYOND = { missing: [] } as const;

/** In characters: what yields more is no part of a document. */
const MAX_TEXT = SPEC_LIMITS.bytes;

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

/** What functions yield, by scope: aliases can lead to one function many times over. */
const YIELDED = new WeakMap<TemplateScope, WeakMap<Intrinsic, TemplateEvaluation>>();

/**
 * Evaluates `Ref`, `GetAtt`, `Sub`, `ImportValue`, `Join`, `Select`, `Split` within them, and `FindInMap`, as far as the
 * values are known and the text is not longer than a document may be.
 */
export function evaluate(scope: TemplateScope, node: Intrinsic): TemplateEvaluation {
  const yielded = YIELDED.get(scope) ?? new WeakMap<Intrinsic, TemplateEvaluation>();
  YIELDED.set(scope, yielded);
  const evaluated = yielded.get(node) ?? yieldOf(scope, node);
  yielded.set(node, evaluated);
  return evaluated;
}

function yieldOf(scope: TemplateScope, node: Intrinsic): TemplateEvaluation {
  const { fn, argument } = functionOf(node);
  switch (fn) {
    case "Ref":
      return known(scope, scalarOf(argument));
    case "GetAtt":
      return known(scope, scalarOf(argument) ?? attributeOf(argument));
    case "Sub":
      return substitute(scope, argument);
    case "ImportValue":
      return withText(evaluateNode(scope, argument), (name) => known(scope, name));
    case "Join":
      return join(scope, argument);
    case "Select":
      return select(scope, argument);
    case "FindInMap":
      return withNode(findInMap(scope, argument), (found) => evaluateNode(scope, found));
    default:
      return BEYOND;
  }
}

/** `[Api, ApiId]` as `Api.ApiId`. */
function attributeOf(argument: LocatedNode | undefined): string | undefined {
  const parts = argument?.kind === "list" ? argument.items.map(scalarOf) : [];
  return parts.length < 2 || parts.includes(undefined) ? undefined : parts.join(".");
}

function substitute(scope: TemplateScope, argument: LocatedNode | undefined): TemplateEvaluation {
  const [first, map] = argument?.kind === "list" ? argument.items : [argument];
  const text = scalarOf(first);
  if (text === undefined) return BEYOND;
  const own = new Map((map?.kind === "map" ? map.entries : []).map(({ key, value }) => [key, value]));
  const missing = new Set<string>();
  let isBeyond = false;
  let length = text.length;
  const substituted = text.replaceAll(/\$\{(!?)([^{}]*)\}/g, (_, isLiteral: string, name: string) => {
    if (isLiteral !== "") return `\${${name}}`;
    const value = own.get(name);
    const evaluated = value === undefined ? known(scope, name) : evaluateNode(scope, value);
    if ("text" in evaluated) {
      length += evaluated.text.length;
      isBeyond ||= length > MAX_TEXT;
      return isBeyond ? "" : evaluated.text;
    }
    isBeyond ||= evaluated.missing.length === 0;
    for (const each of evaluated.missing) missing.add(each);
    return "";
  });
  if (isBeyond) return BEYOND;
  return missing.size === 0 ? { text: substituted } : { missing: [...missing] };
}

function evaluateNode(scope: TemplateScope, node: LocatedNode | undefined): TemplateEvaluation {
  if (node !== undefined && isIntrinsic(node)) return evaluate(scope, node);
  const text = scalarOf(node);
  return text === undefined ? BEYOND : { text };
}

/** `[":", [a, b]]` as `a:b`. */
function join(scope: TemplateScope, argument: LocatedNode | undefined): TemplateEvaluation {
  const [first, list, ...more] = itemsOf(argument);
  const delimiter = scalarOf(first);
  if (delimiter === undefined || more.length > 0) return BEYOND;
  const items = listOf(scope, list);
  if ("missing" in items) return items;
  const texts: string[] = [];
  const missing = new Set<string>();
  let length = 0;
  for (const item of items.list) {
    const evaluated = evaluateNode(scope, item);
    if ("text" in evaluated) {
      length += evaluated.text.length + delimiter.length;
      if (length > MAX_TEXT) return BEYOND;
      texts.push(evaluated.text);
    } else {
      if (evaluated.missing.length === 0) return BEYOND;
      for (const each of evaluated.missing) missing.add(each);
    }
  }
  return missing.size === 0 ? { text: texts.join(delimiter) } : { missing: [...missing] };
}

/** `[1, [a, b]]` as `b`; the others need not be known. */
function select(scope: TemplateScope, argument: LocatedNode | undefined): TemplateEvaluation {
  const [first, list, ...more] = itemsOf(argument);
  if (more.length > 0) return BEYOND;
  return withText(evaluateNode(scope, first), (index) => {
    const items = /^\d+$/.test(index) ? listOf(scope, list) : BEYOND;
    return "missing" in items ? items : evaluateNode(scope, items.list[Number(index)]);
  });
}

type List = { readonly list: readonly LocatedNode[] } | { readonly missing: readonly string[] };

/** A list that is written out, that `Split` or `FindInMap` yields, or that is a parameter's value with commas. */
function listOf(scope: TemplateScope, node: LocatedNode | undefined): List {
  if (node === undefined || !isIntrinsic(node)) return node?.kind === "list" ? { list: node.items } : BEYOND;
  const { fn, argument } = functionOf(node);
  if (fn === "Split") {
    const [delimiter, source] = itemsOf(argument).map((each) => evaluateNode(scope, each));
    if (delimiter === undefined || source === undefined) return BEYOND;
    return withText(delimiter, (by): List => withText(source, (text) => (by === "" ? BEYOND : parts(node, text, by))));
  }
  if (fn === "FindInMap") return withNode(findInMap(scope, argument), (found) => listOf(scope, found));
  const name = fn === "Ref" ? scalarOf(argument) : undefined;
  if (name === undefined || !scope.parameters.has(name)) return BEYOND;
  return withText(evaluate(scope, node), (text) => parts(node, text, ",", true));
}

function parts({ start, end }: Intrinsic, text: string, delimiter: string, isTrimmed = false): List {
  const list = text.split(delimiter).map((part): LocatedNode => {
    return { kind: "scalar", start, end, plain: false, value: isTrimmed ? part.trim() : part };
  });
  return { list };
}

/** What a mapping has under a first and a second key. */
function findInMap(
  scope: TemplateScope,
  argument: LocatedNode | undefined,
): { readonly node: LocatedNode } | { readonly missing: readonly string[] } {
  const keys = itemsOf(argument).map((each) => evaluateNode(scope, each));
  if (keys.length !== 3) return BEYOND;
  let node = scope.mappings;
  for (const key of keys) {
    if ("missing" in key) return key;
    node = node?.kind === "map" ? node.entries.find((entry) => entry.key === key.text)?.value : undefined;
  }
  // CloudFormation allows no functions in mappings.
  return node === undefined || isIntrinsic(node) ? BEYOND : { node };
}

function itemsOf(node: LocatedNode | undefined): readonly LocatedNode[] {
  return node?.kind === "list" ? node.items : [];
}

function withText<T>(
  evaluated: TemplateEvaluation,
  go: (text: string) => T,
): T | { readonly missing: readonly string[] } {
  return "text" in evaluated ? go(evaluated.text) : evaluated;
}

function withNode<T>(
  found: ReturnType<typeof findInMap>,
  go: (node: LocatedNode) => T,
): T | { readonly missing: readonly string[] } {
  return "node" in found ? go(found.node) : found;
}

/** The value under a name; the id of a resource has several. */
function known(scope: TemplateScope, name: string | undefined): TemplateEvaluation {
  if (name === undefined) return BEYOND;
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

/** The text of a scalar, as CloudFormation would write it. */
function scalarOf(node: LocatedNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}
