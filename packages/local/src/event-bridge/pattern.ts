import { isRecord, parseJson } from "../json.ts";
import { matcherProblem, matches } from "./matcher.ts";

/** A pattern that EventBridge would refuse. */
export class InvalidPatternError extends Error {
  override readonly name = "InvalidPatternError";
}

const MAX_PATTERN_LENGTH = 4096;

/** Reads an event pattern. Throws an `InvalidPatternError` that says what is wrong with it. */
export function parsePattern(text: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_PATTERN_LENGTH)
    throw new InvalidPatternError(`it is longer than ${MAX_PATTERN_LENGTH} characters`);
  const pattern = parseJson(text);
  if (pattern === undefined) throw new InvalidPatternError("it is not valid JSON");
  if (!isRecord(pattern)) throw new InvalidPatternError("it is not a JSON object");
  checkPattern(pattern, "");
  return pattern;
}

function checkPattern(pattern: Readonly<Record<string, unknown>>, path: string): void {
  if (Object.keys(pattern).length === 0)
    throw new InvalidPatternError(`empty objects are not allowed (at ${path || "/"})`);
  for (const [name, value] of Object.entries(pattern)) {
    const at = `${path}/${name}`;
    if (name === "$or") checkAlternatives(value, at);
    else if (isRecord(value)) checkPattern(value, at);
    else if (!Array.isArray(value)) throw new InvalidPatternError(`${at} must be an object or an array`);
    else if (value.length === 0) throw new InvalidPatternError(`empty arrays are not allowed (at ${at})`);
    else {
      const problem = value.map(matcherProblem).find((found) => found !== undefined);
      if (problem !== undefined) throw new InvalidPatternError(`${problem} (at ${at})`);
    }
  }
}

function checkAlternatives(value: unknown, at: string): void {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isRecord)) {
    throw new InvalidPatternError(`${at} must be an array of at least two objects`);
  }
  for (const [index, alternative] of value.entries()) checkPattern(alternative, `${at}/${index}`);
}

/**
 * Whether an event fits a pattern that `parsePattern` took, by EventBridge's rules: every field of the pattern must fit,
 * by any one of its matchers; an array in the event fits if any one of its elements does.
 */
export function matchesPattern(pattern: Readonly<Record<string, unknown>>, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((element) => matchesPattern(pattern, element));
  const fields = isRecord(event) ? event : {};
  return Object.entries(pattern).every(([name, expected]) => {
    if (name === "$or" && Array.isArray(expected))
      return expected.some((alternative) => matchesPattern(alternative, event));
    const actual = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return Array.isArray(expected)
      ? expected.some((matcher) => matchesLeaf(matcher, actual))
      : matchesPattern(expected as Record<string, unknown>, actual);
  });
}

function matchesLeaf(matcher: unknown, actual: unknown): boolean {
  const leaves = (Array.isArray(actual) ? actual.flat(Number.POSITIVE_INFINITY) : [actual]).filter(
    (leaf) => leaf !== undefined && !isRecord(leaf),
  );
  if (isRecord(matcher) && Object.hasOwn(matcher, "exists")) return leaves.length > 0 === matcher["exists"];
  return leaves.some((leaf) => matches(matcher, leaf));
}
