import { type Grade, worstGrade } from "../grade.ts";

/** One step of the way from a reply to a frame. */
export interface Step {
  readonly step: "backend" | "value" | "key" | "response" | "expression" | "template" | "rendering" | "frame";
  /** The rule, as a sentence. */
  readonly rule: string;
  readonly input: string;
  readonly output: string;
  readonly grade: Grade;
  /** Who says so: a short name of the table in docs/preview.md. */
  readonly source: string;
}

/** What a part of the way comes to; `value` is absent where a step is unknown. */
export interface StepOutcome<T> {
  readonly value?: T;
  readonly steps: readonly Step[];
}

/** The grade of the whole: the worst of its steps. */
export function gradeOf(steps: readonly Step[]): Grade {
  return worstGrade(...steps.map(({ grade }) => grade));
}
