import { Unproven } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { textOf } from "../values/print.ts";
import type { DefinedBlock, HostObject, UnknownHost, Value } from "../values/value.ts";

/** What a rendering has at hand: variables, what was printed so far, and what it may still use. */
export interface Evaluation {
  readonly limits: Limits;
  readonly variables: Map<string, Value>;
  /** `$input`, `$context`, `$stageVariables`, `$util`. */
  readonly hosts: ReadonlyMap<string, HostObject | UnknownHost>;
  /** Renders a block of `#define`. */
  readonly renderBlock: (block: DefinedBlock) => string;
  output: string[];
  printed: number;
  steps: number;
  depth: number;
}

/** Counts a step, or as many as a work is worth. @throws Unproven beyond the limit */
export function step(run: Evaluation, count = 1): void {
  run.steps += count;
  if (run.steps > run.limits.steps) throw new Unproven(`The template takes more than ${run.limits.steps} steps.`);
}

/** Goes one level deeper while `work` is done. @throws Unproven beyond the limit */
export function deeper<T>(run: Evaluation, work: () => T): T {
  run.depth += 1;
  if (run.depth > run.limits.depth)
    throw new Unproven(`The template is nested more than ${run.limits.depth} levels deep.`);
  const value = work();
  run.depth -= 1;
  return value;
}

export function print(run: Evaluation, text: string): void {
  run.printed += text.length;
  if (run.printed > run.limits.output) throw tooLong(run);
  run.output.push(text);
}

/** A text in between, such as one that grows in a loop. @throws Unproven beyond the limit */
export function bounded(run: Evaluation, text: string): string {
  if (text.length > run.limits.output) throw tooLong(run);
  return text;
}

export function tooLong({ limits }: Evaluation): Unproven {
  return new Unproven(`The template makes a text of more than ${limits.output} characters.`);
}

/** What a value prints as. A value may hold another many times over, so what is printed is counted on the way. */
export function printed(run: Evaluation, value: Value): string {
  if (typeof value === "string") return value;
  let length = 0;
  const visit = (text: string) => {
    step(run);
    length += text.length;
    if (length > run.limits.output) throw tooLong(run);
  };
  return textOf(value, { render: run.renderBlock, visit });
}
