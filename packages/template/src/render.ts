import { renderNodes } from "./evaluate/render.ts";
import type { Limits } from "./limits.ts";
import type { Template } from "./syntax/nodes.ts";
import type { HostObject, UnknownHost } from "./values/value.ts";
import { Context, contextValues } from "./variables/context.ts";
import { Input, UNKNOWN_INPUT } from "./variables/input.ts";
import { StageVariables } from "./variables/stage-variables.ts";
import { UTIL } from "./variables/util.ts";

/** What a template may read. */
export interface Variables {
  /** The integration's reply as text; absent behind a mock integration, whose `$input` is not known. */
  readonly body?: string;
  /** `$context` by name, nested or dotted. A documented name without a value makes the rendering unproven. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The whole map; without it a template that reads one is unproven. */
  readonly stageVariables?: Readonly<Record<string, unknown>>;
}

/**
 * Renders a template as API Gateway does. Deterministic: no clock, no randomness, no I/O.
 *
 * @throws Unproven where the text depends on something that is not known of AWS, or a limit is passed.
 */
export function render(template: Template, variables: Variables = {}, limits?: Limits): string {
  const { body, context = {}, stageVariables } = variables;
  const hosts = new Map<string, HostObject | UnknownHost>([
    ["input", body === undefined ? UNKNOWN_INPUT : new Input(body)],
    ["context", new Context(contextValues(context))],
    ["stageVariables", new StageVariables(stageVariables)],
    ["util", UTIL],
  ]);
  return renderNodes(template, hosts, limits);
}
