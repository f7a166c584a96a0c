import type { DiagnosticCode, Severity } from "./catalogue.ts";

export type { Severity } from "./catalogue.ts";

/** A point in a text; both numbers are 1-based, `column` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open stretch of text: `end` is the position just behind the last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/**
 * What is wrong with a document, where, and what to write instead. What we make has a code of the catalogue; what another
 * version sent may have any.
 */
export interface Diagnostic<Code extends string = DiagnosticCode> {
  /** `SD` and four digits: 1 parse and limits, 2 shape, 3 meaning, 4 live checks, 5 policy and ownership, 6 apply. Each has a page. */
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  /** What the caller calls the text: a path, an S3 URI, `-` for standard input. */
  readonly file: string;
  readonly range: Range;
  /** JSON Pointer (RFC 6901) into the document; `""` is the whole of it. */
  readonly pointer: string;
  /** The text to write instead of what stands in `range`, where there is one certain answer. */
  readonly suggestion?: string;
  /** What to do next, in a sentence. */
  readonly help?: string;
}

/** No document lists more problems than this; the rest is counted. */
export const MAX_DIAGNOSTICS = 100;

export const START_OF_TEXT: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
