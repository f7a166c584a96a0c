import { evaluate, functionOf, type Intrinsic, isIntrinsic, type TemplateScope } from "./evaluate.ts";
import { type LocatedNode, type Reading, report } from "./node.ts";
import { isFunctionName, isTypeName } from "./quotable.ts";
import { command, commandText } from "./shell-command.ts";
import { shown } from "./words.ts";
import { written } from "./written.ts";

/** As many names as a message can hold. */
const MAX_NAMES = 5;

/** The value itself where it is an intrinsic function whose value is known. */
export function resolve(template: TemplateScope | undefined, node: LocatedNode): LocatedNode {
  if (template?.values === undefined || !isIntrinsic(node)) return node;
  const evaluated = evaluate(template, node);
  if ("missing" in evaluated) return node;
  return { kind: "scalar", start: node.start, end: node.end, value: evaluated.text, plain: false };
}

/** Says what to write instead of an intrinsic function, or how to have it evaluated. */
export function reportIntrinsic(
  reading: Reading,
  template: TemplateScope,
  node: Intrinsic,
  { name, pointer, guarded = false }: { readonly name: string; readonly pointer: string; readonly guarded?: boolean },
): undefined {
  const evaluated = evaluate(template, node);
  const isKnown = "text" in evaluated;
  const literal = isKnown && !guarded && template.values === undefined ? evaluated.text : undefined;
  const names = isKnown ? [] : evaluated.missing.filter((each) => !guarded || isDeclared(template, each));
  const missing = names.slice(0, MAX_NAMES);
  const lacks = template.values === undefined ? "only CloudFormation can evaluate" : "cannot be evaluated here";
  report(reading, node, {
    code: "SD2101",
    message: `${name} is ${labelOf(template, node, guarded)}, which ${lacks}`,
    pointer,
    ...(literal === undefined
      ? { help: `${remedy(template, name, functionOf(node).fn, missing)}${whereToLook(template, missing)}` }
      : {
          suggestion: written(reading, false, literal),
          help: "specdrop substitutes nothing: write the text itself.",
        }),
  });
}

/** The function's name where CloudFormation has it, and the name that it refers to; in a text, only where the template has it. */
function labelOf(template: TemplateScope, node: Intrinsic, guarded: boolean): string {
  if (node.kind === "map") {
    const name = String(node.entries[0]?.key);
    return isFunctionName(name) ? shown(name) : "a function";
  }
  const { tag, content } = node;
  if (!isFunctionName(tag)) return "a value with a tag of its own";
  if (content.kind !== "scalar") return tag;
  const argument = String(content.value);
  const isName = !guarded && /^[\w.:${}-]{0,60}$/.test(argument);
  return isName || isDeclared(template, argument) ? shown(`${tag} ${argument}`) : tag;
}

function isDeclared({ parameters, resources }: TemplateScope, name: string): boolean {
  const [target = ""] = name.split(".");
  return parameters.has(target) || resources.has(target) || /^AWS::[A-Za-z]+$/.test(name);
}

const YIELDS: Readonly<Record<string, string>> = {
  FindInMap: "Write the value from its mapping",
  If: "Write the value that applies",
};

function remedy(template: TemplateScope, name: string, fn: string, missing: readonly string[]): string {
  const settings = missing.map((each) => `--set ${each}=VALUE`).join(" ");
  if (settings !== "" && template.values !== undefined) return `Give its value: ${settings}`;
  const instead =
    fn === "Ref" || fn === "GetAtt"
      ? `Write the ${name} itself`
      : (Object.hasOwn(YIELDS, fn) && YIELDS[fn]) || "Write its result";
  return settings === ""
    ? `${instead}.`
    : `${instead}, or let specdrop fill it in: specdrop convert TEMPLATE ${settings}`;
}

/** How to find out the id of a deployed stack's resource. */
function whereToLook({ resources }: TemplateScope, missing: readonly string[]): string {
  const logicalId = missing.find((each) => resources.has(each));
  if (logicalId === undefined) return "";
  const type = String(resources.get(logicalId));
  const prints = command`aws cloudformation describe-stack-resource --stack-name STACK --logical-resource-id ${logicalId}`;
  return `; for the ${isTypeName(type) ? type : "resource"} of a deployed stack, this prints it: ${commandText(prints)}`;
}
