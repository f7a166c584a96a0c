import { TemplateSyntaxError } from "../errors.ts";
import type { Node, Template } from "../syntax/nodes.ts";
import { parse } from "../syntax/parse.ts";
import { checkConditions } from "./conditions.ts";
import type { Finding } from "./finding.ts";
import { checkJson } from "./json.ts";
import { probeJson } from "./probe.ts";
import { checkReferences } from "./references.ts";
import { ofSyntaxError } from "./syntax.ts";
import { walk } from "./walk.ts";

export type { Finding, FindingCode } from "./finding.ts";

/** Whether a template can hold anything but text: only then is there something to check. */
export function isDynamic(source: string): boolean {
  return /[$#]/.test(source);
}

/** Everything that can be said of a template without a reply, in the order it stands there. */
export function checkTemplate(source: string): readonly Finding[] {
  if (!isDynamic(source)) return [];
  let template: Template;
  try {
    template = parse(source);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [ofSyntaxError(error)];
    throw error;
  }
  const { nodes } = template;
  const found = [...unsupported(nodes), ...checkReferences(nodes), ...checkConditions(nodes), ...checkJson(nodes)];
  const certain = found.some(({ severity }) => severity === "error") ? [] : probeJson(template);
  return [...found, ...certain].sort((a, b) => a.start - b.start);
}

function unsupported(nodes: readonly Node[]): readonly Finding[] {
  const findings: Finding[] = [];
  walk(nodes, {
    node(node) {
      if (node.kind !== "unsupported" || node.name.startsWith("$")) return;
      const { name, reason, start } = node;
      const message = `#${name} is not known to work: ${reason}.`;
      findings.push({ code: "SD3514", severity: "warning", message, start, end: start + name.length + 1 });
    },
  });
  return findings;
}
