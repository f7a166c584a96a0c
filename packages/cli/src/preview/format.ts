import { visible } from "@specdrop/spec";
import { type Grade, MAX_FRAME_BYTES, type Preview, type Step } from "@specdrop/template";
import type { Terminal } from "../terminal/terminal.ts";
import { adviceOn } from "./advice.ts";

const TINTS: Readonly<Record<Grade, "green" | "yellow" | "cyan">> = {
  documented: "green",
  observed: "green",
  inferred: "cyan",
  unknown: "yellow",
};
const NAMES: Readonly<Record<Step["step"], string>> = {
  backend: "backend",
  value: "value",
  key: "key",
  response: "response",
  expression: "expression",
  template: "template",
  rendering: "rendered",
  frame: "frame",
};
const LONGEST = 300;

/** The way of a message as a person reads it: a step a line, its rule below it. */
export function formatPreview({ steps, verdict, frame }: Preview, paint: Terminal["paint"]): string {
  const lines = steps.map((step) => formatStep(step, paint));
  return [...lines, "", conclusion({ verdict, frame, steps }, paint)].join("\n");
}

function formatStep({ step, rule, input, output, grade, source }: Step, paint: Terminal["paint"]): string {
  const name = NAMES[step].padEnd(11);
  const from = grade === "unknown" ? "" : paint("dim", `  [${source}]`);
  const head = `  ${paint("bold", name)}${subject(step, input, output)}  ${paint(TINTS[grade], grade)}`;
  return `${head}\n             ${paint("dim", visible(rule))}${from}`;
}

function subject(step: Step["step"], input: string, output: string): string {
  const [from, to] = [cut(input), cut(output)];
  // A frame that is known stands below, whole.
  const isText = output !== "no frame" && output !== "not known";
  if (isText && (step === "frame" || step === "rendering")) return from;
  if (step === "key") return `${from}  ${to}`;
  if (step === "value" || step === "expression") return `${from} → ${to}`;
  return to;
}

function cut(text: string): string {
  const shown = visible(text);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}

function conclusion(
  { verdict, frame, steps }: Pick<Preview, "verdict" | "frame" | "steps">,
  paint: Terminal["paint"],
): string {
  if (verdict === "unproven") {
    const { rule = "" } = steps.find(({ grade }) => grade === "unknown") ?? {};
    const said = `${paint("yellow", "Unproven")}: ${visible(rule)}`;
    const advice = adviceOn(rule)?.option ?? "see specdrop explain SD3402";
    return `${said}\nTo make it certain, ${visible(advice)}.`;
  }
  if (frame === null) return "The client gets no frame.";
  const endsInBreak = frame.text.endsWith("\n");
  const lines = (endsInBreak ? frame.text.slice(0, -1) : frame.text).split("\n");
  const size = `${frame.bytes} of at most ${MAX_FRAME_BYTES} bytes${endsInBreak ? ", the last one a line break" : ""}`;
  return [`The client gets ${size}:`, ...lines.map((line) => `  ${visible(line)}`)].join("\n");
}
