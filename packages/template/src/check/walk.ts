import type { Argument, Expression, Node, Reference } from "../syntax/nodes.ts";

/** What a walk calls. */
export interface Visitor {
  readonly node?: (node: Node) => void;
  /** Every reference, wherever it stands; `isPrinted` where it prints into the text. */
  readonly reference?: (reference: Reference, isPrinted: boolean) => void;
  /** The condition of an `#if` or `#elseif`. */
  readonly condition?: (condition: Expression) => void;
}

/** Goes through a template in the order it is written. */
export function walk(nodes: readonly Node[], visitor: Visitor): void {
  for (const node of nodes) walkNode(node, visitor);
}

function walkNode(node: Node, visitor: Visitor): void {
  visitor.node?.(node);
  switch (node.kind) {
    case "reference":
      walkReference(node, visitor, true);
      return;
    case "set":
      walkReference(
        node.target,
        { ...visitor, reference: (one) => one !== node.target && visitor.reference?.(one, false) },
        false,
      );
      walkExpression(node.value, visitor);
      return;
    case "if":
      for (const { condition, body } of node.branches) {
        visitor.condition?.(condition);
        walkExpression(condition, visitor);
        walk(body, visitor);
      }
      walk(node.otherwise?.body ?? [], visitor);
      return;
    case "foreach":
      walkExpression(node.source, visitor);
      walk(node.body, visitor);
      return;
    case "define":
      walk(node.body, visitor);
      return;
    case "plain":
    case "escaped":
    case "comment":
    case "unparsed":
    case "word":
    case "unsupported":
    case "break":
    case "stop":
      return;
  }
}

function walkReference(reference: Reference, visitor: Visitor, isPrinted: boolean): void {
  visitor.reference?.(reference, isPrinted);
  for (const segment of reference.path) {
    if (segment.kind === "index") walkExpression(segment.index, visitor);
    if (segment.kind === "method") for (const arg of segment.args) walkExpression(arg, visitor);
  }
}

function walkExpression(expression: Expression | Argument, visitor: Visitor): void {
  switch (expression.kind) {
    case "reference":
      walkReference(expression, visitor, false);
      return;
    case "text":
      walk(expression.parts ?? [], { ...visitor, reference: (one) => visitor.reference?.(one, false) });
      return;
    case "list":
      for (const item of expression.items) walkExpression(item, visitor);
      return;
    case "range":
      walkExpression(expression.from, visitor);
      walkExpression(expression.to, visitor);
      return;
    case "map":
      for (const [key, value] of expression.entries) {
        walkExpression(key, visitor);
        walkExpression(value, visitor);
      }
      return;
    case "not":
      walkExpression(expression.operand, visitor);
      return;
    case "parenthesised":
      walkExpression(expression.inner, visitor);
      return;
    case "binary":
      walkExpression(expression.left, visitor);
      walkExpression(expression.right, visitor);
      return;
    case "integer":
    case "decimal":
    case "boolean":
    case "null":
      return;
  }
}

/** Every name that a template sets: by `#set`, `#foreach` or `#define`. */
export function namesSet(nodes: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  walk(nodes, {
    node(node) {
      if (node.kind === "set" && node.target.path.length === 0) names.add(node.target.name);
      if (node.kind === "foreach" || node.kind === "define") names.add(node.variable);
    },
  });
  return names;
}

/** The text of a literal that holds nothing to evaluate: a lone `$` in double quotes is text. */
export function plainText(argument: Argument | undefined): string | undefined {
  if (argument?.kind !== "text") return undefined;
  if (argument.parts === undefined) return argument.value;
  return argument.parts.every(({ kind }) => kind === "plain") ? argument.value : undefined;
}
