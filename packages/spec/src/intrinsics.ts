import { type LocatedNode, type MapNode, type Reading, report, type TaggedNode } from "./node.ts";
import { shown, written } from "./words.ts";

/** What a template declares that its intrinsic functions may refer to. */
export interface TemplateNames {
  readonly parameters: ReadonlySet<string>;
  /** Type by logical id. */
  readonly resources: ReadonlyMap<string, string>;
}

type Intrinsic = TaggedNode | MapNode;

/** Whether a value is an intrinsic function: a tag, or in its long form a map of one `Ref` or `Fn::…`. */
export function isIntrinsic(node: LocatedNode): node is Intrinsic {
  if (node.kind === "tagged") return true;
  const only = node.kind === "map" && node.entries.length === 1 ? node.entries[0]?.key : undefined;
  return only === "Ref" || only?.startsWith("Fn::") === true;
}

/** Says what to write instead of an intrinsic function: specdrop has no stack to evaluate it in. */
export function reportIntrinsic(
  reading: Reading,
  template: TemplateNames,
  node: Intrinsic,
  { name, pointer, guarded = false }: { readonly name: string; readonly pointer: string; readonly guarded?: boolean },
): undefined {
  const { label, fn, argument } = parts(node, guarded);
  const literal = !guarded && fn === "Sub" && argument !== undefined && !argument.includes("${") ? argument : undefined;
  report(reading, node, {
    code: "SD2101",
    message: `${name} is given by ${label}, which only CloudFormation can evaluate`,
    pointer,
    ...(literal === undefined ? {} : { suggestion: written(reading, false, literal) }),
    help:
      literal === undefined ? instead(template, name, fn, argument) : "Nothing is substituted: write the text itself.",
  });
}

/** A guarded argument is not part of the label. */
function parts(node: Intrinsic, guarded: boolean): { label: string; fn: string; argument?: string } {
  if (node.kind === "tagged") {
    const fn = node.tag.replace(/^!/, "");
    const { argument } = node;
    if (argument === undefined) return { label: node.tag, fn };
    return { label: guarded ? node.tag : shown(`${node.tag} ${argument}`), fn, argument };
  }
  const [entry] = node.entries;
  const fn = String(entry?.key).replace(/^Fn::/, "");
  const value = entry?.value;
  const argument = value?.kind === "scalar" ? { argument: String(value.value) } : {};
  return { label: shown(String(entry?.key)), fn, ...argument };
}

function instead(template: TemplateNames, name: string, fn: string, argument = ""): string {
  if (fn !== "Ref" && fn !== "GetAtt") return "Write the text that it yields.";
  const [target = ""] = argument.split(".");
  if (template.parameters.has(target)) return `Write the value of the parameter ${target} itself.`;
  const type = template.resources.get(target);
  if (type === undefined) return `Write the ${name} itself.`;
  return `Write the ${name} itself; for the ${type} of a deployed stack, this prints it: aws cloudformation describe-stack-resource --stack-name STACK --logical-resource-id ${target}`;
}
