import { type Reading, report } from "./node.ts";
import { isQuotable } from "./quotable.ts";
import type { Text, TextEntry } from "./values.ts";
import { shown } from "./words.ts";
import { written } from "./written.ts";

/**
 * The variables that the developer guide lists for integration responses, and those that AWS took in tests
 * against the live service.
 */
const VARIABLE =
  /^(?:request\.body(?:\.[^$]+)?|integration\.response\.(?:statuscode|(?:multivalue)?header\.[^$\s]+|body(?:\.[^$]+)?))$/;

const KNOWN =
  "Known to work: static text, $request.body.PATH, $integration.response.statuscode, $integration.response.header.NAME and $integration.response.multivalueheader.NAME.";

/** A variable begins with a dollar sign that no backslash stands before. */
const WITH_VARIABLES = /(?:^|[^\\])\$/;
const PIECE = /\\\$|\$\{[^}]*\}?|\$[\w.[\]-]*|[^\\$]+|\\/g;

function variablesOf(text: string): readonly string[] {
  const variables: string[] = [];
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece.startsWith("${")) variables.push(piece.endsWith("}") ? piece.slice(2, -1) : piece.slice(1));
    else if (piece.startsWith("$")) variables.push(piece.slice(1));
  }
  return variables;
}

/** Warns about a TemplateSelectionExpression that AWS is not known to take, or that selects nothing. */
export function checkSelection(reading: Reading, expression: Text, templates: readonly TextEntry[] = []): void {
  const { text } = expression;
  if (text === "") return;
  if (text === "$default") {
    report(reading, expression.node, {
      code: "SD3105",
      message: "AWS reads $default without a backslash as a variable, and refuses it",
      pointer: expression.pointer,
      suggestion: written(reading, expression.node.plain, "\\$default"),
    });
    return;
  }
  const slip = slipIn(text);
  if (slip !== undefined) {
    report(reading, expression.node, {
      code: "SD3111",
      message: slip.what,
      pointer: expression.pointer,
      suggestion: written(reading, expression.node.plain, slip.meant),
    });
    return;
  }
  checkStatic(reading, expression, templates);
  if (text !== text.trim() && WITH_VARIABLES.test(text)) {
    const message = "The blanks around this variable are a part of the name of the template that it selects";
    const suggestion = written(reading, expression.node.plain, text.trim());
    report(reading, expression.node, { code: "SD3106", message, pointer: expression.pointer, suggestion });
    return;
  }
  const unknown = variablesOf(text).find((variable) => !VARIABLE.test(variable));
  if (unknown === undefined) return;
  const name = /^[\w.[\]{}$-]{0,60}$/.test(unknown) ? shown(`$${unknown}`) : "This";
  const message = `${name} is not a variable that AWS is known to accept in a selection expression`;
  const meant = knownMeantBy(text);
  const advice = meant === undefined ? { help: KNOWN } : { suggestion: written(reading, expression.node.plain, meant) };
  report(reading, expression.node, { code: "SD3106", message, pointer: expression.pointer, ...advice });
}

/** An expression that AWS takes, where another differs from it by case or by what was doubled only. */
function knownMeantBy(text: string): string | undefined {
  if (/^\/\\?\$default\/?$/.test(text)) return "\\$default";
  const meant = text
    .replace(/^\${2,}/, "$")
    .replace(/integration\.response\.(?:statuscode|(?:multivalue)?header\b)/gi, (name) => name.toLowerCase());
  return meant !== text && variablesOf(meant).every((variable) => VARIABLE.test(variable)) ? meant : undefined;
}

const VARIABLE_NAME =
  /^\{?((?:integration\.response\.(?:statuscode(?=\}?$)|(?:multivalue)?header\.|body\.)|request\.body\.)[^{}]*)\}?$/i;

/** A text that can only be a slip: nobody names a template so. */
function slipIn(text: string): { readonly what: string; readonly meant: string } | undefined {
  const name = VARIABLE_NAME.exec(text)?.[1];
  if (name !== undefined) {
    const what = "This is a variable's name without its $: it always selects a template with that name";
    return { what, meant: `$${name}` };
  }
  if (/^\\+$/.test(text) || /^(?:\\{2,}\$|\\+|\$\$+)default$/.test(text)) {
    const what = "A step that processes $ or backslashes has changed \\$default to this";
    return { what, meant: "\\$default" };
  }
  return undefined;
}

/** Whether a text can only be a slip, so that nothing else need be said of it. */
export function isSlip(text: string): boolean {
  return slipIn(text) !== undefined;
}

/** The template key that an expression without variables always selects, where neither it nor `$default` is among `keys`. */
export function missingTemplate(expression: string, keys: readonly string[]): string | undefined {
  if (expression === "" || keys.length === 0 || WITH_VARIABLES.test(expression)) return undefined;
  const literal = expression.replaceAll("\\$", "$");
  return keys.includes(literal) || keys.includes("$default") ? undefined : literal;
}

function checkStatic(reading: Reading, expression: Text, templates: readonly TextEntry[]): void {
  const keys = templates.map(({ key }) => key.text);
  const literal = missingTemplate(expression.text, keys);
  if (literal === undefined || keys.includes("\\$default")) return;
  const selected = /^[\w$./+-]{1,60}$/.test(literal) ? `the template ${shown(literal)}` : "the same template";
  const message = `This always selects ${selected}, but there is none with that key`;
  const inOrder = templates.toSorted((a, b) => a.key.node.start - b.key.node.start);
  const quotable = inOrder.filter(({ key, value }) => value !== undefined && isQuotable(key.text, value.node));
  const listed = quotable.slice(0, 5).map(({ key }) => shown(key.text));
  report(reading, expression.node, {
    code: "SD3109",
    message,
    pointer: expression.pointer,
    help: `Templates here: ${[...listed, ...(keys.length > listed.length ? ["…"] : [])].join(", ")}.`,
  });
}
