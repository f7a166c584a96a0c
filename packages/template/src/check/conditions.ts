import type { Expression, Node, Reference } from "../syntax/nodes.ts";
import { printExpression } from "../syntax/print.ts";
import type { Finding } from "./finding.ts";
import { namesSet, walk } from "./walk.ts";

/** Methods and properties that give a boolean. */
const BOOLEAN = new Set(
  "isEmpty empty contains startsWith endsWith equals equalsIgnoreCase matches containsKey containsValue add addAll hasNext first last parseBoolean".split(
    " ",
  ),
);

/** Conditions that are always true, or always false, on AWS. */
export function checkConditions(nodes: readonly Node[]): readonly Finding[] {
  const findings: Finding[] = [];
  const mayBeMissing = missingIn(nodes);
  walk(nodes, {
    condition(condition) {
      const guarded = guardsIn(condition);
      checkOperand(condition, false, { findings, mayBeMissing, guarded });
    },
  });
  return findings;
}

interface Check {
  readonly findings: Finding[];
  readonly mayBeMissing: (reference: Reference) => boolean;
  /** References that the condition also compares, as `$x != ""` does. */
  readonly guarded: ReadonlySet<string>;
}

function checkOperand(expression: Expression, isNegated: boolean, check: Check): void {
  switch (expression.kind) {
    case "not":
      checkOperand(expression.operand, !isNegated, check);
      return;
    case "parenthesised":
      checkOperand(expression.inner, isNegated, check);
      return;
    case "binary":
      if (expression.operator !== "&&" && expression.operator !== "||") {
        if (/^[-+*/%]$/.test(expression.operator)) check.findings.push(neverTrue(expression));
        return;
      }
      checkOperand(expression.left, isNegated, check);
      checkOperand(expression.right, isNegated, check);
      return;
    case "reference":
      if (check.mayBeMissing(expression) && !check.guarded.has(plainName(expression))) {
        check.findings.push(alwaysTrue(expression, isNegated));
      }
      return;
    case "boolean":
      return;
    default:
      check.findings.push(neverTrue(expression));
  }
}

function alwaysTrue(reference: Reference, isNegated: boolean): Finding {
  const { start, end } = reference;
  const verdict = isNegated ? "always false" : "always true";
  const message = `This condition is ${verdict} on AWS: a missing value reads as "", and any text is true.`;
  const help = isNegated
    ? 'Write #if($x == "") with your expression for $x.'
    : 'Also check that it is not empty: #if($x && $x != "") with your expression for $x.';
  return { code: "SD3511", severity: "warning", message, start, end, help };
}

function neverTrue({ start, end }: Expression): Finding {
  const message = "This condition is always false: in Velocity 1.7 no text, number, list, map or sum is true.";
  return {
    code: "SD3512",
    severity: "warning",
    message,
    start,
    end,
    help: "Compare it with something, or write true.",
  };
}

/** A reference without its quiet mark and braces: `$!{a}` and `$a` are the same value. */
function plainName(reference: Reference): string {
  return printExpression({ ...reference, isQuiet: false, isFormal: false });
}

function guardsIn(condition: Expression): ReadonlySet<string> {
  const guards = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.kind === "parenthesised") visit(expression.inner);
    if (expression.kind === "not") visit(expression.operand);
    if (expression.kind !== "binary") return;
    for (const side of [expression.left, expression.right]) {
      if (/^(?:[<>=!]=?|==)$/.test(expression.operator) && side.kind === "reference") guards.add(plainName(side));
      visit(side);
    }
  };
  visit(condition);
  return guards;
}

/** Says of a reference whether it may be missing: it reads the reply, or a variable that only ever does. */
function missingIn(nodes: readonly Node[]): (reference: Reference) => boolean {
  const values = new Map<string, Expression[]>();
  walk(nodes, {
    node(node) {
      if (node.kind !== "set" || node.target.path.length > 0) return;
      values.set(node.target.name, [...(values.get(node.target.name) ?? []), node.value]);
    },
  });
  const names = namesSet(nodes);
  const mayBeMissing = (reference: Reference, depth = 0): boolean => {
    const last = reference.path.at(-1);
    if (last !== undefined && last.kind !== "index" && BOOLEAN.has(last.name)) return false;
    if (["input", "stageVariables"].includes(reference.name)) return true;
    if (reference.name === "context") return reference.path.length > 1;
    if (["foreach", "velocityHasNext", "velocityCount", "util"].includes(reference.name)) return false;
    if (!names.has(reference.name)) return true;
    const given = values.get(reference.name) ?? [];
    if (given.length === 0 || depth > 8) return false;
    const isRead = (value: Expression) =>
      value.kind === "reference" && value.name !== reference.name && mayBeMissing(value, depth + 1);
    return given.every(isRead);
  };
  return mayBeMissing;
}
