import { commentedOut } from "./commented-out.ts";
import type { Draft } from "./draft.ts";
import { type Reading, report } from "./node.ts";
import { isQuotable } from "./quotable.ts";
import { isSlip } from "./selection.ts";
import type { Text } from "./values.ts";
import { shown } from "./words.ts";

/** Warns where it is not known, or plainly not meant, which template of a response is taken. */
export function checkTemplateChoice(reading: Reading, draft: Draft): void {
  const { ResponseTemplates: templates = [], TemplateSelectionExpression: expression } = draft;
  if (templates.length === 0) return;
  for (const { key, value } of templates) {
    if (value === undefined || reading.format !== "yaml") continue;
    checkFolded(reading, value);
    checkCut(reading, key, value);
  }
  if (expression === undefined || expression.text === "") {
    if (templates.length > 1) severalWithoutExpression(reading, draft);
    return;
  }
  if (/\$\{?integration\.response\.body\b/.test(expression.text)) {
    report(reading, expression.node, {
      code: "SD3526",
      message: "AWS accepts integration.response.body in a selection expression, but it never has a value",
      pointer: expression.pointer,
      help: "Select by $integration.response.statuscode, or by a header; match errors with the response key.",
    });
  }
  if (!/(?:^|[^\\])\$/.test(expression.text) && !isSlip(expression.text))
    neverSelected(reading, draft, expression.text.replaceAll("\\$", "$"));
}

/** In a block that begins with `>` lines are joined: a comment swallows what follows it. */
function checkFolded(reading: Reading, { text, node, pointer }: Text): void {
  if (reading.text.charAt(node.start) !== ">" || !/#(?:#|\{?(?:set|if|else|elseif|end|foreach|define)\b)/.test(text))
    return;
  report(reading, node, {
    code: "SD3518",
    message: "A block that starts with > joins its lines, which changes the template",
    pointer,
    help: "Start it with | instead, which keeps every line.",
  });
}

/** Without quotes a text ends where a blank and a # come, and no line of it begins with a #. */
function checkCut(reading: Reading, name: Text, { node, pointer }: Text): void {
  const found = commentedOut(reading.text, name.node, node);
  if (found === undefined) return;
  const because = found.hasOwnLine ? "it starts with #" : "a space and a # are before it";
  report(reading, found, {
    code: "SD3519",
    message: `YAML reads this as a comment, because ${because}: it is not part of the template`,
    pointer,
    help: "Put the template in single quotes, or start it with | on the line of its name.",
  });
}

function severalWithoutExpression(reading: Reading, { name, pointer, logicalId }: Draft): void {
  report(reading, name, {
    code: "SD3527",
    message: `Resource ${shown(logicalId)} has several templates and no TemplateSelectionExpression; AWS does not document which one it takes`,
    pointer,
    help: "Write TemplateSelectionExpression, such as $integration.response.statuscode or \\$default, or keep one template.",
  });
}

/** A static expression always names the same template. */
function neverSelected(reading: Reading, { ResponseTemplates: templates = [] }: Draft, literal: string): void {
  const keys = templates.map(({ key }) => key.text);
  const selected = keys.includes(literal) ? literal : "$default";
  if (!keys.includes(selected)) return;
  for (const { key, value } of templates) {
    if (key.text === selected || key.text === "$default" || key.text === "\\$default") continue;
    const named = value !== undefined && isQuotable(key.text, value.node) ? ` ${shown(key.text)}` : "";
    report(reading, key.node, {
      code: "SD3525",
      message: `The template${named} is never selected: the expression always selects another one`,
      pointer: key.pointer,
      help: "Remove it, or write a selection expression with a variable.",
    });
  }
}
