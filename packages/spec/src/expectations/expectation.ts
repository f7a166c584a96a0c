import type { Given } from "@specdrop/template";
import type { Range } from "../diagnostic.ts";

/** What a client is expected to get; `null` means none. */
export interface Expected {
  readonly response?: string | null;
  readonly template?: string | null;
  /** JSON compares by value, text to the letter. */
  readonly frame?: { readonly json: unknown } | { readonly text: string } | null;
}

/** A test that stands in a document. */
export interface Expectation {
  readonly name: string;
  readonly ApiId?: string;
  readonly IntegrationId?: string;
  readonly given: Given;
  readonly expect: Expected;
  /** Where its name stands. */
  readonly range: Range;
}

export type Verdict = "pass" | "fail" | "unproven";

/** What became of an expectation. Frames and replies of it never leave the terminal. */
export interface ExpectationResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly expected: Expected;
  readonly actual: {
    readonly response: string | null;
    readonly template: string | null;
    readonly frame: string | null;
  };
  /** Why it failed or is unproven, in a sentence without values. */
  readonly reason?: string;
  /** What exactly is not known; absent where the expectation leaves open which integration it is about. It may name parts of a template, so like frames it never leaves the terminal. */
  readonly unknown?: string;
  readonly range: Range;
  readonly given: Given;
  /** The integration whose responses it is about, where that is known. */
  readonly IntegrationId?: string;
  readonly ApiId?: string;
}
