import { parseRecord } from "../json.ts";

/** A filter pattern that this emulator does not read. */
export class FilterPatternError extends Error {
  override readonly name = "InvalidParameterException";
}

type LineTest = (line: Readonly<Record<string, unknown>>) => boolean;

/** `$.name.deeper`, an operator, and a text in quotes, or a number or a word without. */
const CONDITION = /^\s*\$((?:\.[\w-]+)+)\s*(=|!=)\s*(?:"((?:[^"\\]|\\.)*)"|([\w.*+-]+))\s*$/;

/**
 * Which lines a filter pattern lets through: of JSON patterns the comparisons `=` and `!=`, joined by `&&` or by `||`.
 * Throws a `FilterPatternError` for every other pattern.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function parseFilterPattern(pattern: string): (line: string) => boolean {
  const text = pattern.trim();
  if (text === "") return () => true;
  const [, inside] = /^\{(.*)\}$/s.exec(text) ?? [];
  if (inside === undefined || (inside.includes("&&") && inside.includes("||"))) throw refused(pattern);
  const isEither = inside.includes("||");
  const tests = inside.split(isEither ? "||" : "&&").map((condition) => readCondition(condition, pattern));
  return (line) => {
    const fields = parseRecord(line);
    if (fields === undefined) return false;
    return isEither ? tests.some((fits) => fits(fields)) : tests.every((fits) => fits(fields));
  };
}

function readCondition(condition: string, pattern: string): LineTest {
  const [, path, operator, quoted, bare] = CONDITION.exec(condition) ?? [];
  if (path === undefined) throw refused(pattern);
  const expected = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
  const fits = new RegExp(`^${expected.split("*").map(literal).join(".*")}$`, "s");
  const names = path.slice(1).split(".");
  return (line) => {
    const value = names.reduce<unknown>((place, name) => (place as Record<string, unknown> | undefined)?.[name], line);
    const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return (isText && fits.test(String(value))) === (operator === "=");
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.+?()[\]{}|/-]/g, "\\$&");
}

function refused(pattern: string): FilterPatternError {
  return new FilterPatternError(
    `Invalid character(s) in term '${pattern}', or a pattern that is not supported by this emulator: it reads { $.name = "text" }, joined by && or ||.`,
  );
}
