import {
  frameOf,
  type Given,
  type Grade,
  MAX_FRAME_BYTES,
  type Preview,
  parse,
  type ResponseDefinition,
  type Step,
  TemplateSyntaxError,
  worstGrade,
} from "@specdrop/template";
import { checkConditions } from "@specdrop/template/conditions";
import { remarksOn } from "@specdrop/template/remarks";
import type { ResponseStanding, RouteState } from "../state.ts";

/** A step of the way as Try it shows it. */
export interface TryRow {
  readonly name: "Matched value" | "Response key" | "Selection" | "Template" | "Way back";
  readonly state: ResponseStanding;
  /** Texts and names in turn. */
  readonly said: readonly (string | { readonly code: string })[];
  readonly more: readonly string[];
  readonly grade?: Grade;
}

/** A part of the frame; a sample stands for what AWS generates. */
export interface FramePart {
  readonly text: string;
  readonly isSample: boolean;
}

/** Something to know of the frame or its template. */
export interface TryFinding {
  /** `Line 3`, of the frame or of the template. */
  readonly place?: string;
  readonly text: string;
  readonly help?: string;
}

/** What a client gets for a reply, and how that is known. */
export interface TryOutcome {
  readonly preview: Preview;
  readonly rows: readonly TryRow[];
  /** Absent where there is none, or it is not proven. */
  readonly frame?: {
    readonly parts: readonly FramePart[];
    readonly bytes: number;
    readonly most: number;
    readonly isJson: boolean | undefined;
  };
  /** Why there is no frame. */
  readonly instead?: string;
  readonly findings: readonly TryFinding[];
}

/** Follows a reply through the responses of an integration, as `specdrop preview` does. Never throws. */
export function evaluate(
  responses: readonly ResponseDefinition[],
  given: Given,
  route: RouteState | undefined,
  stage: string | undefined,
): TryOutcome {
  const preview = frameOf(responses, given);
  const { steps, frame } = preview;
  const rows = [matchedRow(steps), keyRow(steps, responses), selectionRow(steps), templateRow(steps, preview)];
  const known = rows.filter((row) => row !== undefined);
  const unproven = steps.find(({ grade }) => grade === "unknown");
  if (unproven !== undefined) {
    const upTo = known.findIndex(({ state }) => state === "unproven");
    const instead = `Unproven: ${unproven.rule}${adviceFor(unproven)}`;
    return {
      preview,
      rows: upTo < 0 ? known : known.slice(0, upTo + 1),
      instead,
      findings: findingsOf(responses, preview),
    };
  }
  const back = wayBack(route, stage);
  if (back?.state === "blocked") {
    return {
      preview,
      rows: [...known, back],
      instead: "The client gets nothing back.",
      findings: findingsOf(responses, preview),
    };
  }
  if (frame === null) {
    const rule = steps.find(({ output }) => output === "no frame")?.rule ?? "";
    return {
      preview,
      rows: known,
      instead: `The client gets no frame. ${rule}`.trim(),
      findings: findingsOf(responses, preview),
    };
  }
  return {
    preview,
    rows: back === undefined ? known : [...known, back],
    frame: {
      parts: partsOf(frame.text, given),
      bytes: frame.bytes,
      most: MAX_FRAME_BYTES,
      isJson: /^\s*[{[]/.test(frame.text) ? problemOfJson(frame.text) === undefined : undefined,
    },
    findings: findingsOf(responses, preview),
  };
}

const of = (steps: readonly Step[], ...names: readonly Step["step"][]) =>
  steps.filter(({ step }) => names.includes(step));
const stateOf = (grade: Grade): ResponseStanding => (grade === "unknown" ? "unproven" : "live");

function matchedRow(steps: readonly Step[]): TryRow | undefined {
  const step = of(steps, "backend", "value").at(-1);
  if (step === undefined) return undefined;
  const isStatus = step.input.startsWith("status ");
  const said =
    step.grade === "unknown"
      ? [step.rule]
      : isStatus
        ? ["status ", { code: step.output }]
        : step.output === "none"
          ? ["none"]
          : ["errorMessage ", { code: step.output }];
  return {
    name: "Matched value",
    state: stateOf(step.grade),
    said,
    more: step.grade === "unknown" ? [] : [step.rule],
    grade: step.grade,
  };
}

function keyRow(steps: readonly Step[], responses: readonly ResponseDefinition[]): TryRow | undefined {
  const step = of(steps, "response").at(-1);
  if (step === undefined) return undefined;
  const keys = of(steps, "key");
  const chosen = responses.find(({ logicalId }) => logicalId === step.output);
  const others = keys
    .filter(({ input }) => input !== chosen?.IntegrationResponseKey)
    .map(({ input, output, rule }) => (output === "not known" ? `${input}: ${rule}` : `${input} ${output}`));
  const rest =
    chosen?.IntegrationResponseKey === "$default" || chosen === undefined
      ? []
      : ["$default takes what no other key takes"];
  const said = chosen === undefined ? [step.rule] : [{ code: chosen.IntegrationResponseKey }, ` ${chosen.logicalId}`];
  const grade = worstGrade(step.grade, ...keys.map((key) => key.grade));
  return {
    name: "Response key",
    state: stateOf(grade),
    said,
    more: [...others, ...(others.length > 0 ? rest : [])],
    grade,
  };
}

function selectionRow(steps: readonly Step[]): TryRow | undefined {
  const expressions = of(steps, "expression");
  const template = of(steps, "template").at(-1);
  if (expressions.length === 0) {
    if (template === undefined) return undefined;
    const isStatic = !["no templates", "no selection expression"].includes(template.input);
    const said = isStatic ? ["gives ", { code: template.input }] : [template.input];
    return { name: "Selection", state: stateOf(template.grade), said, more: [], grade: template.grade };
  }
  const grade = worstGrade(...expressions.map((step) => step.grade));
  const said = expressions.flatMap(({ input, output }, index) => [
    ...(index === 0 ? [] : [", "]),
    { code: input },
    " gives ",
    { code: output },
  ]);
  const unknown = expressions.filter((step) => step.grade === "unknown").map(({ rule }) => rule);
  return { name: "Selection", state: stateOf(grade), said, more: unknown, grade };
}

function templateRow(steps: readonly Step[], { template }: Preview): TryRow | undefined {
  const step = of(steps, "template").at(-1);
  if (step === undefined) return undefined;
  const rendering = of(steps, "rendering", "frame");
  const grade = worstGrade(step.grade, ...rendering.map((each) => each.grade));
  const said =
    step.grade === "unknown"
      ? [step.rule]
      : template === null
        ? ["none: the reply passes through as it is"]
        : [{ code: template }];
  const unknown = rendering.filter((each) => each.grade === "unknown").map(({ rule }) => rule);
  return { name: "Template", state: stateOf(grade), said, more: unknown, grade };
}

function wayBack(route: RouteState | undefined, stage: string | undefined): TryRow | undefined {
  if (route === undefined) return undefined;
  const { key, cell } = route.routeResponse;
  if (cell.state === "blocked")
    return {
      name: "Way back",
      state: "blocked",
      said: [`route ${route.name}: ${cell.words}`],
      more: [],
      grade: "documented",
    };
  const on = stage === undefined || stage === "" ? [] : [", stage ", { code: stage }];
  if (cell.state === "live")
    return {
      name: "Way back",
      state: "live",
      said: ["route response ", { code: key }, ...on],
      more: [],
      grade: "documented",
    };
  return { name: "Way back", state: "unproven", said: [`route response ${cell.words}: taken as two-way`], more: [] };
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^Several keys match/, " Make them exclude each other."],
  [/^What answers is not given/, " Choose what answers."],
  [/^The stage variables are not given/, " Give them under Stage variables."],
  [/^What the client sent is not given/, " Give it under The client sent."],
  [/^The value of \$context/, " Give it under Context values."],
];

function adviceFor({ rule }: Step): string {
  return ADVICE.find(([pattern]) => pattern.test(rule))?.[1] ?? "";
}

function findingsOf(
  responses: readonly ResponseDefinition[],
  { response, template, frame }: Preview,
): readonly TryFinding[] {
  const source = responses.find(({ logicalId }) => logicalId === response)?.ResponseTemplates?.[template ?? ""];
  const problem = frame === null || !/^\s*[{[]/.test(frame.text) ? undefined : problemOfJson(frame.text);
  const ofFrame =
    problem === undefined
      ? []
      : [{ place: `Line ${problem.line}`, text: "The frame begins like JSON and is not JSON from here on." }];
  if (source === undefined) return ofFrame;
  return [...ofFrame, ...ofTemplate(source)];
}

/** What another reply would break, and conditions that are always true on AWS. `specdrop validate` finds more. */
function ofTemplate(source: string): readonly TryFinding[] {
  try {
    const template = parse(source);
    const conditions = checkConditions(template.nodes).map(({ code, message, start, help }) => ({
      place: `Line ${source.slice(0, start).split("\n").length} of the template, ${code}`,
      text: message,
      ...(help === undefined ? {} : { help }),
    }));
    return [...remarksOn(template).map((text) => ({ text })), ...conditions];
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}

/** Where a text stops being JSON, by its line; engines say it in different ways, or not at all. */
function problemOfJson(text: string): { readonly line: number } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const line = /line (\d+)/.exec(message)?.[1];
    const position = /position (\d+)/.exec(message)?.[1];
    if (line !== undefined) return { line: Number(line) };
    return { line: position === undefined ? 1 : text.slice(0, Number(position)).split("\n").length };
  }
}

/** A frame, cut where values stand that only a sample is known of. */
function partsOf(text: string, { context = {} }: Given): readonly FramePart[] {
  const samples = generatedIn(context).filter((sample) => text.includes(sample));
  if (samples.length === 0) return [{ text, isSample: false }];
  const pattern = new RegExp(`(${samples.map((sample) => sample.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|")})`);
  return text
    .split(pattern)
    .map((part, index) => ({ text: part, isSample: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}

/** What AWS makes anew for each message. */
const GENERATED = [
  "requestId",
  "extendedRequestId",
  "messageId",
  "connectionId",
  "requestTime",
  "requestTimeEpoch",
  "connectedAt",
];

function generatedIn(context: Readonly<Record<string, unknown>>): readonly string[] {
  return GENERATED.flatMap((name) => {
    const value = context[name];
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    return text.length < 8 ? [] : [text];
  });
}
