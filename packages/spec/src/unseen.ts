import type { Draft } from "./draft.ts";
import { codePointName, invisibleIn } from "./invisible.ts";
import { type Reading, report, type Span } from "./node.ts";

/** Warns about characters that nobody sees in what has to match something else: names, keys and expressions. */
export function checkUnseen(reading: Reading, draft: Draft): void {
  const { logicalId, name, pointer, IntegrationResponseKey: key, TemplateSelectionExpression: expression } = draft;
  if (invisibleIn(logicalId) >= 0) say(reading, logicalId, name, "this logical id", pointer);
  // Of a key that is no regular expression, more is said already.
  if (key !== undefined && /^\/.*\/$/s.test(key.text) && invisibleIn(key.text) >= 0)
    say(reading, key.text, key.node, "this key", key.pointer);
  if (expression !== undefined && invisibleIn(expression.text) >= 0)
    say(reading, expression.text, expression.node, "this expression", expression.pointer);
  for (const { key: of } of draft.ResponseTemplates ?? [])
    if (invisibleIn(of.text) >= 0) say(reading, of.text, of.node, "the name of this template", draft.pointer);
}

function say(reading: Reading, text: string, whole: Span, where: string, pointer: string): void {
  const at = invisibleIn(reading.text.slice(whole.start, whole.end));
  const span = at < 0 ? whole : { start: whole.start + at, end: whole.start + at + 1 };
  report(reading, span, {
    code: "SD3112",
    message: `The invisible character ${codePointName(text, invisibleIn(text))} stands in ${where}, and counts like any other`,
    pointer,
    help: "Remove it, or write a plain space.",
  });
}
