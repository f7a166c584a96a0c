/** Bounds that keep a template from running away. Beyond them a rendering is unproven. */
export interface Limits {
  /** Nodes and methods that are evaluated. */
  readonly steps: number;
  /** UTF-16 units of the rendered text, and of any text in between. */
  readonly output: number;
  /** Blocks, literals and values inside each other. */
  readonly depth: number;
}

/** A frame has at most 32 KB, so these leave room for whatever can be meant. */
export const DEFAULT_LIMITS: Limits = { steps: 200_000, output: 1_048_576, depth: 64 };
