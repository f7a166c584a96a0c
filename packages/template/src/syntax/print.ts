import type { Argument, Expression, Node, Reference, Segment, Template } from "./nodes.ts";

/** Writes a template so that it reads back as the same one; only white space inside directives is made even. */
export function print({ nodes }: Pick<Template, "nodes">): string {
  return nodes.map(printNode).join("");
}

function printNode(node: Node): string {
  switch (node.kind) {
    case "plain":
      return node.text;
    case "reference":
      return printReference(node);
    case "unparsed":
      return `#[[${node.text}]]#`;
    case "set":
      return `${node.lead}#set(${printReference(node.target)} = ${printExpression(node.value)})${node.tail}`;
    case "if":
      return printIf(node);
    case "foreach": {
      const head = `#foreach($${node.variable} in ${printArgument(node.source)})`;
      return `${head}${node.tail}${print({ nodes: node.body })}#{end}${node.endTail}`;
    }
    case "define":
      return `#define($${node.variable})${node.tail}${print({ nodes: node.body })}#{end}${node.endTail}`;
    case "break":
    case "stop":
      return `#{${node.kind}}`;
    case "escaped":
    case "comment":
    case "word":
    case "unsupported":
      return node.source;
  }
}

function printIf({ branches, otherwise, endTail }: Node & { readonly kind: "if" }): string {
  const conditions = branches.map(({ condition, tail, body }, index) => {
    const word = index === 0 ? "#if" : "#elseif";
    return `${word}(${printExpression(condition)})${tail}${print({ nodes: body })}`;
  });
  const rest = otherwise === undefined ? "" : `#{else}${otherwise.tail}${print({ nodes: otherwise.body })}`;
  return `${conditions.join("")}${rest}#{end}${endTail}`;
}

function printReference({ isQuiet, isFormal, name, path }: Reference): string {
  const inner = name + path.map(printSegment).join("");
  return `$${isQuiet ? "!" : ""}${isFormal ? `{${inner}}` : inner}`;
}

function printSegment(segment: Segment): string {
  switch (segment.kind) {
    case "property":
      return `.${segment.name}`;
    case "index":
      return `[${printArgument(segment.index)}]`;
    case "method":
      return `.${segment.name}(${segment.args.map(printArgument).join(", ")})`;
  }
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "not":
      return `!${printExpression(expression.operand)}`;
    case "parenthesised":
      return `(${printExpression(expression.inner)})`;
    case "binary":
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    default:
      return printArgument(expression);
  }
}

function printArgument(argument: Argument): string {
  switch (argument.kind) {
    case "reference":
      return printReference(argument);
    case "integer":
    case "decimal":
    case "text":
      return argument.source;
    case "boolean":
      return String(argument.value);
    case "null":
      return "null";
    case "list":
      return `[${argument.items.map(printArgument).join(", ")}]`;
    case "range": {
      const dots = argument.isSpaced ? " .. " : "..";
      return `[${printArgument(argument.from)}${dots}${printArgument(argument.to)}]`;
    }
    case "map":
      return `{${argument.entries.map(([key, value]) => `${printArgument(key)}: ${printArgument(value)}`).join(", ")}}`;
  }
}
