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
  const found = [
    ...hiddenElse(nodes),
    ...unsupported(nodes),
    ...checkReferences(nodes),
    ...checkConditions(nodes),
    ...checkJson(nodes),
  ];
  const certain = found.some(({ severity }) => severity === "error") ? [] : probeJson(template);
  return [...found, ...certain].sort((a, b) => a.start - b.start);
}

/** Inside an #if, a word that begins with #else is meant to be one: `#elseno` prints as it stands. */
function hiddenElse(nodes: readonly Node[]): readonly Finding[] {
  const findings: Finding[] = [];
  walk(nodes, {
    node(node) {
      if (node.kind !== "if") return;
      for (const inner of [...node.branches, ...(node.otherwise === undefined ? [] : [node.otherwise])].flatMap(
        ({ body }) => body,
      )) {
        if (inner.kind !== "word" || !inner.name.startsWith("else")) continue;
        const { name, start } = inner;
        const message = "#else and the letters after it are one word for Velocity, which prints it unchanged.";
        const said = { code: "SD3501", severity: "error", message, start } as const;
        // The letters are text of the template, so the suggestion is for what stands before them.
        if (inner.source.startsWith("#{")) {
          findings.push({ ...said, end: start + name.length + 3, help: "Mark the end of the word else: #{else}." });
        } else findings.push({ ...said, end: start + "#else".length, suggestion: "#{else}" });
      }
    },
  });
  return findings;
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
