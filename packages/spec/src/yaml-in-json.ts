import { type Reading, report } from "./node.ts";

/** Lines that YAML skips before its first name, and that no JSON begins with. */
const SKIPPED = /^[ \t]*(?:#.*|---[ \t]*(?:#.*)?|%.*)?$/;

/** A name, a colon and white space, as a map of YAML begins; a comment of JavaScript does not. */
const FIRST_NAME = /^ *(?:"[^"]*"|'[^']*'|[\w$.][^:{}[\]"']*) *:(?:\s|$)/;

/** As much of a line as can hold its name. */
const LONGEST = 300;

/** Says that a text which is not JSON is YAML under the wrong name, instead of what stands where JSON should. */
export function reportYaml(reading: Reading): void {
  let start = 0;
  while (start < reading.text.length) {
    const end = reading.text.indexOf("\n", start);
    const line = reading.text.slice(start, Math.min(end < 0 ? reading.text.length : end, start + LONGEST)).trimEnd();
    if (!SKIPPED.test(line)) {
      if (FIRST_NAME.test(line)) replaceFindings(reading, { start, end: start + line.length });
      return;
    }
    if (end < 0) return;
    start = end + 1;
  }
}

function replaceFindings(reading: Reading, at: { readonly start: number; readonly end: number }): void {
  reading.findings.length = 0;
  reading.reported.clear();
  report(reading, at, {
    code: "SD1002",
    message: "This is YAML, but the file name says JSON",
    pointer: "",
    help: "Rename the file to .yaml, or write the document as JSON.",
  });
}
