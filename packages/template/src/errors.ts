/** What a syntax error is about: static checks give each its own advice. */
export type SyntaxProblem =
  | "unclosed-block"
  | "stray-directive"
  | "unclosed"
  | "backslash"
  | "lone-sign"
  | "argument"
  | "unexpected"
  | "too-deep";

/** The template cannot be parsed as Velocity 1.7 would parse it. */
export class TemplateSyntaxError extends Error {
  override readonly name = "TemplateSyntaxError";
  readonly problem: SyntaxProblem;
  /** Offsets into the template, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What to write instead, where that is certain. */
  readonly suggestion?: string;

  constructor(
    problem: SyntaxProblem,
    message: string,
    place: { readonly start: number; readonly end?: number },
    suggestion?: string,
  ) {
    super(message);
    this.problem = problem;
    this.start = place.start;
    this.end = place.end ?? place.start + 1;
    if (suggestion !== undefined) this.suggestion = suggestion;
  }
}

/** The result depends on something that nobody knows of AWS for certain, or that a limit of ours cuts short. */
export class Unproven extends Error {
  override readonly name = "Unproven";
}
