import { codePointName, invisibleIn, oddIn, structuralInvisibles } from "./invisible.ts";
import { isBeyondList, lineOf, type Reading, report, type Span } from "./node.ts";
import { isKnown, yamlAdvice } from "./yaml-messages.ts";

/** What the yaml package found wrong, and where by its own reckoning. */
export interface YamlError {
  readonly place: number | readonly number[] | { readonly offset: number; readonly source?: string };
  readonly code: string;
  readonly message: string;
}

/** Errors besides an escape after which the rest of the document is still as its author wrote it. */
export const LOCAL_ERRORS: ReadonlySet<string> = new Set(["TAG_RESOLVE_FAILED"]);

/** Reports the errors of the yaml package in the terms of whoever wrote the document: one slip has often several, so one a line. */
export function reportYamlErrors(reading: Reading, errors: readonly YamlError[]): void {
  const said = new Set<number>();
  const advised = errors.map((error) => ({ error, advice: yamlAdvice(error.code, error.message) }));
  for (const { error, advice } of [
    ...advised.filter(({ advice }) => isKnown(advice)),
    ...advised.filter(({ advice }) => !isKnown(advice)),
  ]) {
    const at = within(reading.text, placeOf(error.place));
    if (reportInvisible(reading, at)) continue;
    const line = lineOf(reading, at.start);
    const help = helpAt(reading, at, error) ?? advice.help;
    if (!said.has(line)) report(reading, at, { code: "SD1001", message: advice.message, pointer: "", help });
    said.add(line);
  }
}

/** An odd character on the line is more often the reason than what the parser makes of it. */
function helpAt({ text }: Reading, { start }: Span, { code }: YamlError): string | undefined {
  const before = text.slice(0, start).trimEnd();
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineEnd = text.indexOf("\n", Math.max(start, before.length));
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const odd = oddIn(line);
  if (odd >= 0) {
    const character = `This line contains ${codePointName(line, odd)}`;
    const isInvisible = invisibleIn(line.charAt(odd)) === 0;
    return `${character}: ${isInvisible ? "remove it, or break the line there." : "write the plain one instead."}`;
  }
  if (FLOW_ERRORS.has(code) && /[\s,{[]#(?:#|\{?(?:set|if|else|elseif|end|foreach|define)\b)/.test(line))
    return "YAML reads text that starts with # as a comment. Put the text in single quotes.";
  if (code === "UNEXPECTED_TOKEN" && text.charAt(start - 1) === "'")
    return "Write an apostrophe twice between single quotes.";
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
      message: `The invisible character ${codePointName(reading.text, at)} is here, but YAML does not treat it as white space`,
      pointer: "",
      suggestion: " ",
      help: "Replace it with a plain space.",
    });
  }
  return found.length > 0;
}

/** `"\$default"` and `"/2\d\d/"` are how people get here, so the way out is a different kind of quotes. */
export function reportEscape(reading: Reading, place: YamlError["place"]): void {
  const { start } = within(reading.text, placeOf(place));
  if (isBeyondList(reading, "SD1014", { start, end: start })) return;
  const letter = reading.text.charAt(start + 1);
  const raw = `\\${letter}`;
  report(
    reading,
    { start, end: start + raw.length },
    {
      code: "SD1014",
      message: `${raw} is not a valid escape in double quotes in YAML`,
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
