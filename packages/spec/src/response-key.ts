import { codePointName, INVISIBLE, invisibleIn, TYPOGRAPHIC_QUOTES } from "./invisible.ts";
import { type Reading, report } from "./node.ts";
import { statusesMeant } from "./status-keys.ts";
import type { Text } from "./values.ts";
import { shown } from "./words.ts";
import { written } from "./written.ts";

/** What Java's regular expressions have and JavaScript's have not; a pattern with it is not judged. */
const JAVA_ONLY = /\(\?[^:=!<]|[*+?}]\+|\\Q|&&/;
const LONGEST_JUDGED = 2_000;

/** Warns about a response key that AWS may store but that will probably never match. */
export function checkResponseKey(reading: Reading, key: Text): void {
  const { text } = key;
  if (text === "$default") return;
  if (text === "\\$default") {
    warn(reading, key, "SD3103", "The key is $default, without a backslash", "$default");
  } else if (/^\/[\\$]*\$\{?default\}?\s*\/$/i.test(text)) {
    const message = "The slashes do not belong here: as a regular expression, this matches nothing";
    warn(reading, key, "SD3101", message, "$default");
  } else if (/^\/.+\/$/s.test(text)) {
    checkPattern(reading, key, text.slice(1, -1));
  } else {
    const message = `${nameOf(text)} is neither $default nor a regular expression between slashes, so it probably matches nothing`;
    warn(reading, key, "SD3101", message, meant(text), HELP);
  }
}

function nameOf(text: string): string {
  const invisible = invisibleIn(text);
  if (invisible >= 0) return `This contains the invisible character ${codePointName(text, invisible)}, and`;
  return /\s/.test(text) ? "This" : shown(text);
}

const HELP = "Write $default, or a regular expression between slashes: /404/, /4\\d\\d/, /.*not found.*/.";
const MARKS = `[\\s"'\`${INVISIBLE}${TYPOGRAPHIC_QUOTES}]+`;
const AROUND = new RegExp(`^${MARKS}|${MARKS}$`, "g");

/** The key that was probably meant: only one that can match. */
function meant(text: string): string | undefined {
  const trimmed = text.replace(AROUND, "");
  if (/^[$\\]*\{?default\}?$/i.test(trimmed)) return "$default";
  const flagged = /^\/(.*)\/[a-z]{1,6}$/s.exec(trimmed)?.[1];
  const statuses = statusesMeant(flagged ?? trimmed.replace(/^\/|\/$/g, ""));
  return statuses === undefined ? undefined : `/${statuses}/`;
}

function checkPattern(reading: Reading, key: Text, pattern: string): void {
  if (pattern.length > LONGEST_JUDGED || JAVA_ONLY.test(pattern)) return;
  try {
    new RegExp(pattern);
  } catch (error) {
    const why = String(error).replace(/^.*: /s, "");
    warn(reading, key, "SD3102", `This does not look like a regular expression: ${why.toLowerCase()}`);
  }
}

function warn(
  reading: Reading,
  key: Text,
  code: "SD3101" | "SD3102" | "SD3103",
  message: string,
  suggestion?: string,
  help?: string,
): void {
  report(reading, key.node, {
    code,
    message,
    pointer: key.pointer,
    ...(suggestion === undefined ? {} : { suggestion: written(reading, key.node.plain, suggestion) }),
    ...(help === undefined || suggestion !== undefined ? {} : { help }),
  });
}
