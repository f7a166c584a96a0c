import { Unproven } from "../errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import type { Node, Template } from "../syntax/nodes.ts";
import { DefinedBlock, type HostObject, type UnknownHost, type Value } from "../values/value.ts";
import { evaluator } from "./expression.ts";
import { itemsOf, Loop, MAX_ROUNDS } from "./loop.ts";
import { assign } from "./reference.ts";
import { deeper, type Evaluation, print, printed, step } from "./run.ts";

/** How a rendering goes on after a node. */
type Flow = "on" | "break" | "stop";

const { evaluate, isTrue } = evaluator((run, parts) => capture(run, parts));

/**
 * Renders a template. Deterministic: no clock, no randomness.
 *
 * @throws Unproven where the text depends on something that is not known of AWS, or a limit is passed.
 */
export function renderNodes(
  { nodes }: Template,
  hosts: ReadonlyMap<string, HostObject | UnknownHost>,
  limits: Limits = DEFAULT_LIMITS,
): string {
  const run: Evaluation = {
    limits,
    variables: new Map(),
    hosts,
    renderBlock: (block) => renderBlock(run, block),
    output: [],
    printed: 0,
    steps: 0,
    depth: 0,
  };
  if (renderAll(run, nodes) === "break") throw outsideLoop();
  return run.output.join("");
}

function outsideLoop(): Unproven {
  return new Unproven("What #break does outside a loop is not known.");
}

function renderAll(run: Evaluation, nodes: readonly Node[]): Flow {
  for (const node of nodes) {
    const flow = renderNode(run, node);
    if (flow !== "on") return flow;
  }
  return "on";
}

function renderNode(run: Evaluation, node: Node): Flow {
  step(run);
  switch (node.kind) {
    case "plain":
    case "escaped":
    case "unparsed":
      print(run, node.text);
      return "on";
    case "word":
      print(run, node.source);
      return "on";
    case "comment":
      return "on";
    case "reference":
      print(run, printed(run, evaluate(run, node)));
      return "on";
    case "set":
      return set(run, node);
    case "if":
      return deeper(run, () => renderIf(run, node));
    case "foreach":
      return deeper(run, () => loop(run, node));
    case "define":
      assertOwn(run, node.variable);
      run.variables.set(node.variable, new DefinedBlock(node.body));
      return "on";
    case "break":
    case "stop":
      return node.kind;
    case "unsupported":
      throw new Unproven(`${node.name.startsWith("$") ? "" : "#"}${node.name}: ${node.reason}.`);
  }
}

function set(run: Evaluation, { target, value }: Node & { readonly kind: "set" }): Flow {
  const result = evaluate(run, value);
  if (result === null) throw new Unproven("What AWS does when #set is given null is not known.");
  assign(run, target, result, evaluate);
  return "on";
}

function renderIf(run: Evaluation, { branches, otherwise }: Node & { readonly kind: "if" }): Flow {
  for (const { condition, body } of branches) {
    if (isTrue(run, condition)) return renderAll(run, body);
  }
  return otherwise === undefined ? "on" : renderAll(run, otherwise.body);
}

/** The loop's own names are as before once it has ended; all others stay as they were set in it. */
function loop(run: Evaluation, { variable, source, body }: Node & { readonly kind: "foreach" }): Flow {
  assertOwn(run, variable);
  const items = itemsOf(evaluate(run, source));
  const names = [variable, "foreach", "velocityCount", "velocityHasNext"];
  const before = names.map((name) => [name, run.variables.get(name)] as const);
  const outer = run.variables.get("foreach");
  const state = new Loop(items.size, outer instanceof Loop ? outer : undefined);
  let flow: Flow = "on";
  while (state.index < state.size) {
    const item = items.at(state.index);
    if (state.index >= MAX_ROUNDS) throw new Unproven(`A loop has more than ${MAX_ROUNDS} rounds, AWS's quota.`);
    run.variables.set(variable, item ?? "");
    run.variables.set("foreach", state);
    run.variables.set("velocityCount", BigInt(state.index + 1));
    run.variables.set("velocityHasNext", state.hasNext);
    flow = renderAll(run, body);
    if (flow !== "on") break;
    state.index += 1;
  }
  // Java asks once more whether there is another one.
  if (flow === "on") items.at(state.size);
  for (const [name, value] of before) restore(run, name, value);
  return flow === "break" ? "on" : flow;
}

/** `#foreach` and `#define` over a name of API Gateway's own. */
function assertOwn({ hosts }: Evaluation, name: string): void {
  if (hosts.has(name)) throw new Unproven(`What AWS does when a template sets $${name} is not known.`);
}

function restore({ variables }: Evaluation, name: string, value: Value | undefined): void {
  if (value === undefined) variables.delete(name);
  else variables.set(name, value);
}

/** Renders the inside of a text. */
function capture(run: Evaluation, nodes: readonly Node[]): string {
  const { output, printed: before } = run;
  run.output = [];
  const flow = renderAll(run, nodes);
  const text = run.output.join("");
  run.output = output;
  run.printed = before;
  if (flow !== "on") throw new Unproven(`What #${flow} does inside a text or a #define block is not known.`);
  return text;
}

/** Velocity's own bound ("define.provider.maxdepth"); what it prints beyond is not known. */
const MAX_SELF = 2;

function renderBlock(run: Evaluation, block: DefinedBlock): string {
  if (block.running >= MAX_SELF) throw new Unproven("A #define block renders itself more than two deep.");
  block.running += 1;
  const text = deeper(run, () => capture(run, block.body));
  block.running -= 1;
  return text;
}
