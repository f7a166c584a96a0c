import { Unproven } from "../errors.ts";
import type { Grade } from "../grade.ts";
import { compileRegex } from "../regex/match.ts";

/** What a key is to a value: it matches, it does not, or nobody can tell. */
export interface KeyMatch {
  readonly matches: boolean | undefined;
  readonly rule: string;
  readonly grade: Grade;
  readonly source: string;
}

const NOT_KNOWN = { matches: undefined, grade: "unknown", source: "none" } as const;
const DOCUMENTED_KEYS = "DG integration-responses";

/** Compares a key other than `$default` with the value; `undefined` for a Lambda without an error. */
export function matchKey(key: string, value: string | undefined): KeyMatch {
  const pattern = patternOf(key);
  return pattern === undefined ? matchBare(key, value) : matchPattern(pattern, value);
}

/** What stands between the first and the last slash. */
export function patternOf(key: string): string | undefined {
  return key.length >= 2 && key.startsWith("/") && key.endsWith("/") ? key.slice(1, -1) : undefined;
}

function matchPattern(pattern: string, value: string | undefined): KeyMatch {
  const found = compare(pattern, value ?? "");
  if (typeof found === "string") return { ...NOT_KNOWN, rule: `Not known: ${found}` };
  const { isWhole, isPart } = found;
  if (value === undefined) {
    if (isWhole || isPart)
      return {
        ...NOT_KNOWN,
        rule: "Whether a pattern that takes the empty text matches a reply without error is not known.",
      };
    const rule = "There is no value, and the pattern does not take the empty text.";
    return { matches: false, rule, grade: "inferred", source: "API_IntegrationResponse (REST)" };
  }
  if (isWhole !== isPart) {
    return {
      ...NOT_KNOWN,
      rule: "The pattern is in the value and does not match all of it; which of the two AWS asks for is not known.",
    };
  }
  const rule = isWhole ? "The pattern matches the whole value." : "The pattern is nowhere in the value.";
  return { matches: isWhole, rule, grade: "inferred", source: DOCUMENTED_KEYS };
}

function matchBare(key: string, value: string | undefined): KeyMatch {
  if (key.startsWith("/")) return { ...NOT_KNOWN, rule: "How AWS reads a key with one slash is not known." };
  const found = compare(key, value ?? "");
  const isClose = typeof found === "string" || key === value || found.isWhole || found.isPart;
  if (isClose) return { ...NOT_KNOWN, rule: "Whether a key without slashes ever matches is not known." };
  return {
    matches: false,
    rule: "The key is neither $default nor a pattern that fits.",
    grade: "inferred",
    source: DOCUMENTED_KEYS,
  };
}

/** Whether a pattern matches all of a text, and whether it is found in it; a text says why that is not known. */
export function compare(
  pattern: string,
  text: string,
): { readonly isWhole: boolean; readonly isPart: boolean } | string {
  const regex = compileRegex(pattern);
  if (typeof regex === "string") return `the pattern is outside what Java and JavaScript read alike (${regex}).`;
  try {
    return { isWhole: regex.matches(text), isPart: regex.find(text, 0) !== undefined };
  } catch (error) {
    if (error instanceof Unproven) return error.message;
    throw error;
  }
}
