import { codePointName, invisibleIn, oddIn, structuralInvisibles } from "./invisible.ts";
import { isBeyondList, type Reading, report, type Span } from "./node.ts";

/** What the yaml package found wrong, and where by its own reckoning. */
export interface YamlError {
  readonly place: number | readonly number[] | { readonly offset: number; readonly source?: string };
  readonly code: string;
  readonly message: string;
}

/** Errors besides an escape after which the rest of the document is still as its author wrote it. */
export const LOCAL_ERRORS: ReadonlySet<string> = new Set(["TAG_RESOLVE_FAILED"]);

const HELP: Readonly<Record<string, string>> = {
  BAD_INDENT: "Properties of one map all begin in the same column.",
  BAD_SCALAR_START: "Put the text in single quotes.",
  BLOCK_AS_IMPLICIT_KEY: "Put a text that contains a colon in quotes.",
  MISSING_CHAR: "Look for the place where the quote or bracket opens.",
  MULTILINE_IMPLICIT_KEY: "A property is written as name, colon, space, value; look for a missing colon.",
  TAB_AS_INDENT: "Indent with spaces.",
};

/** Reports an error in the words of the yaml package, except where it can be said better. */
export function reportYamlError(reading: Reading, error: YamlError): void {
  const at = within(reading.text, placeOf(error.place));
  if (error.code === "BAD_DQ_ESCAPE") {
    reportEscape(reading, at.start);
    return;
  }
  if (reportInvisible(reading, at)) return;
  const help = helpAt(reading, at, error) ?? HELP[error.code];
  const message = withoutSource(error);
  report(reading, at, { code: "SD1001", message, pointer: "", ...(help === undefined ? {} : { help }) });
}

/** What stands on the line is the reason more often than what the parser makes of it. */
function helpAt({ text }: Reading, { start }: Span, { code }: YamlError): string | undefined {
  const before = text.slice(0, start).trimEnd();
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineEnd = text.indexOf("\n", Math.max(start, before.length));
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const odd = oddIn(line);
  if (odd >= 0) {
    const character = `The character ${codePointName(line, odd)} stands on this line`;
    const isInvisible = invisibleIn(line.charAt(odd)) === 0;
    return `${character}: ${isInvisible ? "remove it, or break the line there." : "write the plain one instead."}`;
  }
  if (FLOW_ERRORS.has(code) && /[\s,{[]#(?:#|\{?(?:set|if|else|elseif|end|foreach|define)\b)/.test(line))
    return "YAML takes what begins with # for a comment. Put the text in single quotes.";
  if (code === "UNEXPECTED_TOKEN" && text.charAt(start - 1) === "'")
    return "Between single quotes, write an apostrophe twice.";
  return undefined;
}

/** A bracket that is never closed may have its end in what YAML takes for a comment. */
const FLOW_ERRORS: ReadonlySet<string> = new Set(["BAD_INDENT", "MISSING_CHAR"]);

/** What looks like white space to people and not to YAML is the reason more often than what the parser makes of it. */
function reportInvisible(reading: Reading, { end }: Span): boolean {
  const found = structuralInvisibles(reading.text, end);
  for (const at of found) {
    const where = { start: at, end: at + 1 };
    if (reading.findings.some(({ code, start }) => code === "SD1020" && start === at)) continue;
    report(reading, where, {
      code: "SD1020",
      message: `The invisible character ${codePointName(reading.text, at)} stands here, which YAML does not take for white space`,
      pointer: "",
      suggestion: " ",
      help: "Replace it with a plain space.",
    });
  }
  return found.length > 0;
}

/** The yaml package says what is wrong, and may then repeat what stands there, which can be a part of a template. */
function withoutSource({ code, message }: YamlError): string {
  if (/\btags?\b/i.test(message) && code !== "MULTIPLE_TAGS" && code !== "BAD_PROP_ORDER")
    return "This tag cannot be read";
  if (code === "BAD_DIRECTIVE") return "This directive cannot be read";
  return message.replace(
    /^(Not a YAML token|Block scalar header includes extra characters|Unexpected [^:]*?): .*$/s,
    "$1",
  );
}

/** `"\$default"` and `"/2\d\d/"` are how people get here, so the way out is a different kind of quotes. */
function reportEscape(reading: Reading, start: number): void {
  if (isBeyondList(reading, "SD1014", { start, end: start })) return;
  const letter = reading.text.charAt(start + 1);
  const raw = `\\${letter}`;
  report(
    reading,
    { start, end: start + raw.length },
    {
      code: "SD1014",
      message: `${raw} is not an escape that YAML knows between double quotes`,
      pointer: "",
      ...(letter === "$" ? {} : { suggestion: `\\${raw}` }),
      help: "Use single quotes or no quotes, where a backslash is just a backslash.",
    },
  );
}

function placeOf(place: YamlError["place"]): Span {
  if (typeof place === "number") return { start: place, end: place + 1 };
  if ("offset" in place) return { start: place.offset, end: place.offset + (place.source?.length ?? 1) };
  const [start = 0, end = start] = place;
  return { start, end };
}

function within(text: string, { start, end }: Span): Span {
  return { start: Math.min(start, text.length), end: Math.min(end, text.length) };
}
