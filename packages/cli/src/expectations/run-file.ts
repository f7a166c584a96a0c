import { type Diagnostic, type ExpectationResult, parse, SPEC_LIMITS } from "@specdrop/spec";
import { readSpecFile } from "../documents/spec-files.ts";

/** A document's tests, and what else is wrong with it. */
export interface TestedFile {
  readonly file: string;
  readonly text: Uint8Array;
  readonly results: readonly ExpectationResult[];
  /** Errors that no test shows: they are shown, and fail the run. */
  readonly errors: readonly Diagnostic[];
}

const OF_EXPECTATIONS = new Set(["SD3401", "SD3402", "SD3403"]);

/** Runs the expectations of a document as far as it can be read. */
export async function runFile(file: string): Promise<TestedFile> {
  const text = await readSpecFile(file, SPEC_LIMITS.bytes);
  const { diagnostics, expectations: results = [] } = parse(text, file);
  const errors = diagnostics.filter(({ code, severity }) => severity === "error" && !OF_EXPECTATIONS.has(code));
  return { file, text, results, errors };
}
