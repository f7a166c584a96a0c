import { isIntrinsic, type TemplateScope } from "./evaluate.ts";
import { impossibleIn } from "./ids.ts";
import { reportIntrinsic, resolve } from "./intrinsics.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { checkCharacters, type LocatedNode, pointerTo, type Reading, report, type ScalarNode } from "./node.ts";
import {
  type ChoiceRule,
  ID_PATTERN,
  type PropertyRule,
  type RuleKind,
  STAGE_PATTERN,
  STRATEGIES,
} from "./properties.ts";
import { isQuotable } from "./quotable.ts";
import { characters, didYouMean, longerThan, shown } from "./words.ts";
import { written } from "./written.ts";

/** A text of the document and where it stands, which may take some finding: ask for it only when something is said. */
export interface Text {
  readonly text: string;
  readonly node: ScalarNode;
  readonly pointer: string;
}

/** One entry of a map of texts; `value` is missing when it was not text. */
export interface TextEntry {
  readonly key: Text;
  readonly value?: Text;
}

export interface Scope {
  readonly reading: Reading;
  /** What the template declares, when the text is a CloudFormation template. */
  readonly template?: TemplateScope;
}

/** What a property of a kind is read as. */
export type ValueOf<K extends RuleKind> = K extends "texts"
  ? readonly TextEntry[]
  : K extends "flag"
    ? boolean
    : K extends "count"
      ? number
      : K extends "deploy" | "resources" | "expectations" | "map" | "any"
        ? LocatedNode
        : Text;

/** A value under its name, about to be read. */
export interface Named {
  readonly name: string;
  readonly node: LocatedNode;
  readonly pointer: string;
  /** The value may be a secret: what is said about it does not repeat it. */
  readonly guarded?: boolean;
}

const ID = new RegExp(ID_PATTERN);
const STAGE = new RegExp(STAGE_PATTERN);

export function isStageName(text: string): boolean {
  return STAGE.test(text);
}

export function isId(text: string): boolean {
  return ID.test(text) && !longerThan(text, SPEC_LIMITS.id);
}

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

/** Reads a value as its rule wants it; undefined when it is something else, which is then reported. */
export function readValue(scope: Scope, named: Named, rule: PropertyRule): ValueOf<RuleKind> | undefined {
  switch (rule.kind) {
    case "flag":
      return readFlag(scope, named);
    case "count":
      return readCount(scope, named);
    case "texts":
      return readTexts(scope, named);
    case "choice":
      return readChoice(scope, named, rule);
    case "deploy":
    case "resources":
    case "expectations":
    case "map":
    case "any":
      return named.node;
    default:
      return readText(scope, named, rule.kind);
  }
}

type TextKind = "id" | "name" | "stage" | "text";

function readText(scope: Scope, named: Named, kind: TextKind): Text | undefined {
  const { name, pointer } = named;
  const node = resolve(scope.template, named.node);
  if (node.kind !== "scalar" || typeof node.value !== "string") return notText(scope, named, kind);
  const text = node.value;
  checkCharacters(scope.reading, node, text, pointer);
  if (text === "" && kind !== "text") {
    return say(scope, named, "SD2004", `${name} must not be empty`);
  }
  if (kind === "id" && longerThan(text, SPEC_LIMITS.id)) {
    const message = `${name} has ${characters(text)} characters; an id can have at most ${SPEC_LIMITS.id}`;
    return say(scope, named, "SD2005", message, "Write the id alone, as AWS shows it.");
  }
  if (kind === "id" && !isId(text)) {
    const { what, help } = impossibleIn(text);
    return say(scope, named, "SD2005", `${name} ${what}`, help);
  }
  if (kind === "stage" && !isStageName(text)) {
    const { what, help } = impossibleIn(text, "stage");
    return say(scope, named, "SD2005", `${name} ${what}`, help);
  }
  return { text, node, pointer };
}

function notText(scope: Scope, named: Named, kind: TextKind): undefined {
  const { node, name, guarded } = named;
  const source = scope.reading.text.slice(node.start, node.end);
  const bare = node.kind === "scalar" && node.value === null;
  const isExpression = name === "IntegrationResponseKey" || name === "TemplateSelectionExpression";
  const onOneLine =
    guarded !== true && !bare && (isExpression || node.kind === "scalar") && source !== "" && !source.includes("\n");
  const intended = name === "IntegrationResponseKey" && /^\d+$/.test(source) ? `/${source}/` : source;
  const help = bare
    ? helpForNothing(scope.reading, node)
    : node.kind === "scalar"
      ? "Put it in quotes."
      : kind === "id" && source.startsWith("{{")
        ? impossibleIn("{{").help
        : "Put it in single quotes, or start it with | on the line of its name.";
  return wrongType(scope, named, "text", help, onOneLine ? written(scope.reading, false, intended) : undefined);
}

/** What stands behind the name on its line may have been taken for a comment. */
function helpForNothing({ text, format }: Reading, { end }: LocatedNode): string {
  const rest = /^[ \t]*#/.test(text.slice(end, end + 200));
  if (format === "json" || !rest) return "Write a value, or leave the property out.";
  return "YAML reads text that starts with # as a comment. Put the text in single quotes, or start it with | on the line of its name.";
}

function readTexts(scope: Scope, { node, name, pointer }: Named): readonly TextEntry[] | undefined {
  if (node.kind !== "map" || (scope.template !== undefined && isIntrinsic(node))) {
    const named = { name, node, pointer, guarded: true };
    return wrongType(
      scope,
      named,
      "a map of texts",
      "Write each entry as name, colon, text; write {} for an empty map.",
    );
  }
  return node.entries.map((entry) => {
    const { start, end, plain, key, value } = entry;
    const isShown = isQuotable(key, value);
    const at = isShown ? pointerTo(pointer, key) : pointer;
    const keyText: Text = { text: key, node: { kind: "scalar", start, end, plain, value: key }, pointer: at };
    if (key === "")
      say(scope, { name, node: keyText.node, pointer: at }, "SD2004", `A name in ${name} must not be empty`);
    const called = isShown ? `${name} ${shown(key)}` : `A value in ${name}`;
    const text = readText(scope, { name: called, node: value, pointer: at, guarded: true }, "text");
    return text === undefined ? { key: keyText } : { key: keyText, value: text };
  });
}

const MEANT_AS_FLAG = new Map([
  ["true", "true"],
  ["yes", "true"],
  ["on", "true"],
  ["false", "false"],
  ["no", "false"],
  ["off", "false"],
]);

function readFlag(scope: Scope, named: Named): boolean | undefined {
  const { node } = named;
  if (node.kind !== "scalar") return wrongType(scope, named, "true or false");
  if (typeof node.value === "boolean") return node.value;
  return wrongType(scope, named, "true or false", undefined, MEANT_AS_FLAG.get(String(node.value).toLowerCase()));
}

function readCount(scope: Scope, named: Named): number | undefined {
  const { node, name } = named;
  if (node.kind !== "scalar" || typeof node.value !== "number") return wrongType(scope, named, "a whole number");
  if (isCount(node.value)) return node.value;
  return say(scope, named, "SD2009", `${name} must be a whole number, 0 or more`);
}

/** Reads one of a rule's choices. */
export function readChoice(scope: Scope, named: Named, rule: ChoiceRule): Text | undefined {
  const value = readText(scope, named, "text");
  if (value === undefined || rule.choices.includes(value.text)) return value;
  const { reading } = scope;
  const near = didYouMean(value.text, rule.choices);
  const help = rule.instead?.[value.text];
  const isMeant = near !== undefined || help !== undefined || /^[A-Za-z_-]{1,40}$/.test(value.text);
  report(reading, value.node, {
    code: rule.choices === STRATEGIES ? "SD3001" : "SD2008",
    message: `${named.name} must be ${rule.choices.join(" or ")}${isMeant ? `, not ${shown(value.text)}` : ""}`,
    pointer: named.pointer,
    ...(near === undefined ? {} : { suggestion: written(reading, value.node.plain, near) }),
    ...(help === undefined ? {} : { help }),
  });
  return undefined;
}

/** Reports a value of the wrong type, unless its reader already has. */
export function wrongType(scope: Scope, named: Named, wanted: string, help?: string, suggestion?: string): undefined {
  const { name, node, pointer } = named;
  if (node.kind === "broken") return undefined;
  const { template } = scope;
  if (template !== undefined && isIntrinsic(node)) return reportIntrinsic(scope.reading, template, node, named);
  if (node.kind === "tagged") return undefined;
  report(scope.reading, node, {
    code: "SD2003",
    message: `${name} must be ${wanted}, not ${described(scope.reading, node, named.guarded)}`,
    pointer,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(help === undefined ? {} : { help }),
  });
  return undefined;
}

function say(scope: Scope, at: Named, code: "SD2004" | "SD2005" | "SD2009", message: string, help?: string): undefined {
  report(scope.reading, at.node, { code, message, pointer: at.pointer, ...(help === undefined ? {} : { help }) });
}

function described(
  reading: Reading,
  node: Exclude<LocatedNode, { kind: "broken" | "tagged" }>,
  guarded = false,
): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  if (node.value === null) return "nothing";
  if (typeof node.value === "string") return "a text";
  if (guarded) return `a ${typeof node.value}`;
  const type = typeof node.value === "boolean" ? "the truth value" : "the number";
  return `${type} ${reading.text.slice(node.start, Math.min(node.end, node.start + 60))}`;
}
