import { Unproven } from "../errors.ts";
import type { Argument, Expression, Node, Operator } from "../syntax/nodes.ts";
import { velocityEquals } from "../values/equality.ts";
import { isTooLong } from "../values/numbers.ts";
import { type Value, VelocityList, VelocityMap } from "../values/value.ts";
import { valueOfReference } from "./reference.ts";
import { bounded, deeper, type Evaluation, printed, step } from "./run.ts";

/** Renders the inside of a text in double quotes. */
export type RenderParts = (run: Evaluation, parts: readonly Node[]) => string;

export interface Evaluator {
  readonly evaluate: (run: Evaluation, expression: Expression) => Value;
  readonly isTrue: (run: Evaluation, expression: Expression) => boolean;
}

export function evaluator(renderParts: RenderParts): Evaluator {
  const argument = (run: Evaluation, arg: Argument): Value => {
    step(run);
    switch (arg.kind) {
      case "reference":
        return valueOfReference(run, arg, argument);
      case "integer":
      case "decimal":
      case "boolean":
        return arg.value;
      case "null":
        return null;
      case "text":
        return arg.parts === undefined
          ? arg.value
          : bounded(
              run,
              deeper(run, () => renderParts(run, arg.parts ?? [])),
            );
      case "list":
        return new VelocityList(
          "list",
          arg.items.map((item) => argument(run, item)),
        );
      case "map":
        return new VelocityMap(arg.entries.map(([key, value]) => [argument(run, key), argument(run, value)] as const));
      case "range":
        return range(run, arg, argument);
    }
  };

  const evaluate = (run: Evaluation, expression: Expression): Value => {
    switch (expression.kind) {
      case "not":
        return !isTrue(run, expression.operand);
      case "parenthesised":
        return deeper(run, () => evaluate(run, expression.inner));
      case "binary":
        return deeper(run, () => binary(run, expression));
      default:
        return argument(run, expression);
    }
  };

  /** A reference is true unless it is `false`; of the rest only what is boolean can be, as in Velocity 1.7. */
  const isTrue = (run: Evaluation, expression: Expression): boolean => {
    if (expression.kind === "reference") return argument(run, expression) !== false;
    if (expression.kind === "parenthesised") return deeper(run, () => isTrue(run, expression.inner));
    const value = evaluate(run, expression);
    return value === true;
  };

  const binary = (run: Evaluation, { operator, left, right }: Expression & { readonly kind: "binary" }): Value => {
    step(run);
    if (operator === "&&") return isTrue(run, left) && isTrue(run, right);
    if (operator === "||") return isTrue(run, left) || isTrue(run, right);
    return operate(run, operator, evaluate(run, left), evaluate(run, right));
  };

  return { evaluate, isTrue };
}

function range(
  run: Evaluation,
  { from, to, isSpaced }: Argument & { readonly kind: "range" },
  evaluate: (run: Evaluation, argument: Argument) => Value,
): Value {
  if (isSpaced && (from.kind === "reference" || to.kind === "reference")) {
    throw new Unproven("How AWS reads a range with blanks round its dots is not known.");
  }
  const first = evaluate(run, from);
  const last = evaluate(run, to);
  if (typeof first !== "bigint" || typeof last !== "bigint") return null;
  const direction = first <= last ? 1n : -1n;
  const items: Value[] = [];
  for (let item = first; ; item += direction) {
    step(run);
    items.push(item);
    if (item === last) return new VelocityList("list", items);
  }
}

type Computing = Exclude<Operator, "&&" | "||">;

function operate(run: Evaluation, operator: Computing, left: Value, right: Value): Value {
  switch (operator) {
    case "==":
      return areEqual(run, left, right);
    case "!=":
      return !areEqual(run, left, right);
    case "<":
      return ordered(left, right, (a, b) => a < b);
    case ">":
      return ordered(left, right, (a, b) => a > b);
    case "<=":
      return ordered(left, right, (a, b) => a <= b);
    case ">=":
      return ordered(left, right, (a, b) => a >= b);
    default:
      return compute(run, operator, left, right);
  }
}

function areEqual(run: Evaluation, left: Value, right: Value): boolean {
  return velocityEquals(left, right, { print: (value) => printed(run, value), visit: () => step(run) });
}

type Numeric = bigint | number;

function isNumeric(value: Value): value is Numeric {
  return typeof value === "bigint" || typeof value === "number";
}

/** Only numbers have an order; of anything else a comparison is false. */
function ordered(left: Value, right: Value, test: (a: Numeric, b: Numeric) => boolean): boolean {
  return isNumeric(left) && isNumeric(right) && test(left, right);
}

function compute(run: Evaluation, operator: "+" | "-" | "*" | "/" | "%", left: Value, right: Value): Value {
  if (left === null || right === null) throw noValue(operator);
  const isJoined = operator === "+" && (typeof left === "string" || typeof right === "string");
  if (isJoined) return bounded(run, printed(run, left) + printed(run, right));
  if (!isNumeric(left) || !isNumeric(right)) throw noValue(operator);
  if (typeof left === "bigint" && typeof right === "bigint") return integers(operator, left, right);
  return decimals(operator, Number(left), Number(right));
}

function integers(operator: "+" | "-" | "*" | "/" | "%", a: bigint, b: bigint): bigint {
  if ((operator === "/" || operator === "%") && b === 0n) throw noValue(operator);
  const results = { "+": () => a + b, "-": () => a - b, "*": () => a * b, "/": () => a / b, "%": () => a % b };
  const result = results[operator]();
  if (isTooLong(result)) throw new Unproven("A number grows beyond 4,000 digits.");
  return result;
}

function decimals(operator: "+" | "-" | "*" | "/" | "%", a: number, b: number): number {
  if ((operator === "/" || operator === "%") && b === 0) throw noValue(operator);
  const results = { "+": () => a + b, "-": () => a - b, "*": () => a * b, "/": () => a / b, "%": () => a % b };
  return results[operator]();
}

/** Velocity has no value then, and leaves the `#set` undone; what AWS does is not known. */
function noValue(operator: string): Unproven {
  return new Unproven(`The operator ${operator} has no result for these values, and what AWS does then is not known.`);
}
