import { type Backend, type Given, type ResponseDefinition, statusOf } from "./given.ts";
import { parseSelectionExpression, variableOf } from "./selection-expression.ts";
import type { Step, StepOutcome } from "./step.ts";

const DEFAULT_TEMPLATE = "$default";

/** A template by its key, or that the reply passes through without one. */
export type Selected = { readonly key: string; readonly template: string } | { readonly key: null };

/** Which template of a response API Gateway takes. */
export function selectTemplate(response: ResponseDefinition, backend: Backend, given: Given): StepOutcome<Selected> {
  const templates = new Map(Object.entries(response.ResponseTemplates ?? {}));
  const { TemplateSelectionExpression: expression = "" } = response;
  if (templates.size === 0) return PASS_THROUGH;
  return expression === ""
    ? withoutExpression(templates, backend, given)
    : byExpression(templates, expression, backend, given);
}

const PASS_THROUGH: StepOutcome<Selected> = {
  value: { key: null },
  steps: [
    {
      step: "template",
      rule: "Without a template the reply passes through as it is.",
      input: "no templates",
      output: "none",
      grade: "documented",
      source: "DG integration-responses, LS-WS kinesis",
    },
  ],
};

function withoutExpression(
  templates: ReadonlyMap<string, string>,
  backend: Backend,
  { reply }: Given,
): StepOutcome<Selected> {
  const base = { step: "template", input: "no selection expression" } as const;
  const [[key, template] = ["", ""]] = templates;
  const take = (rule: string, grade: Step["grade"], source: string): StepOutcome<Selected> => ({
    value: { key, template },
    steps: [{ ...base, rule, output: key, grade, source }],
  });
  if (templates.size === 1) {
    if (key === DEFAULT_TEMPLATE) return take("The only template is $default.", "observed", "LS-WS sqs");
    if (key === String(statusOf(backend, reply))) {
      return take("The only template is named as the status.", "observed", "LS-WS sns");
    }
    if (key === "application/json") {
      return take("The only template is application/json.", "inferred", "LS-WS connect_disconnect");
    }
  }
  const rule =
    templates.size === 1
      ? "Which template is taken without a selection expression is only known for $default, the status and application/json."
      : "Which of several templates is taken without a selection expression is not known.";
  return { steps: [{ ...base, rule, output: "not known", grade: "unknown", source: "none" }] };
}

function byExpression(
  templates: ReadonlyMap<string, string>,
  expression: string,
  backend: Backend,
  given: Given,
): StepOutcome<Selected> {
  const { value: evaluated, steps } = evaluate(expression, backend, given);
  if (evaluated === undefined) return { steps };
  const { text, isComplete } = evaluated;
  const base = { step: "template", input: text } as const;
  const named = templates.get(text);
  const source = "DG selection-expressions, LS-WS non_proxy";
  if (named !== undefined && isComplete) {
    const step: Step = {
      ...base,
      rule: "The expression names this template.",
      output: text,
      grade: "documented",
      source,
    };
    return { value: { key: text, template: named }, steps: [...steps, step] };
  }
  const fallback = templates.get(DEFAULT_TEMPLATE);
  if (named === undefined && fallback !== undefined) {
    const rule = "The expression names no template: $default takes the rest.";
    const grade = isComplete ? "documented" : "inferred";
    const step: Step = { ...base, rule, output: DEFAULT_TEMPLATE, grade, source };
    return { value: { key: DEFAULT_TEMPLATE, template: fallback }, steps: [...steps, step] };
  }
  const rule =
    named === undefined
      ? "What AWS does when the expression names no template and there is no $default is not known."
      : "What AWS does with the rest of an expression when a variable has no value is not known.";
  return { steps: [...steps, { ...base, rule, output: "not known", grade: "unknown", source: "none" }] };
}

interface Evaluated {
  readonly text: string;
  /** Every variable has a value. */
  readonly isComplete: boolean;
}

function evaluate(expression: string, backend: Backend, given: Given): StepOutcome<Evaluated> {
  const steps: Step[] = [];
  let text = "";
  let isComplete = true;
  let isKnown = true;
  for (const part of parseSelectionExpression(expression)) {
    if ("text" in part) {
      text += part.text;
      continue;
    }
    const base = { step: "expression" } as const;
    if ("unclear" in part) {
      const rule = `${part.unclear} How AWS reads that is not known.`;
      steps.push({ ...base, rule, input: expression, output: "not known", grade: "unknown", source: "none" });
      isKnown = false;
      continue;
    }
    const { value, grade, source, why } = variableOf(part.variable, backend, given);
    const isUnknown = grade === "unknown";
    const output = isUnknown ? "not known" : (value ?? "no value");
    steps.push({
      ...base,
      rule: why ?? "The variable has a value.",
      input: `$${part.variable}`,
      output,
      grade,
      source,
    });
    if (isUnknown) isKnown = false;
    else if (value === undefined) isComplete = false;
    else text += value;
  }
  if (!isKnown) return { steps };
  const rule = "The expression is evaluated once; a text stands for itself.";
  steps.push({
    step: "expression",
    rule,
    input: expression,
    output: text,
    grade: "documented",
    source: "DG selection-expressions",
  });
  return { value: { text, isComplete }, steps };
}
