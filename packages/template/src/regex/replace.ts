import { Unproven } from "../errors.ts";
import type { Match, Regex, Work } from "./match.ts";

/** What a replacement may cost: matching, and the length of its result. */
export interface Bounds {
  readonly work: Work;
  /** @throws for a text that is too long */
  readonly bounded: (text: string) => string;
}

/** Replaces the first match, or all of them. In the replacement `$1` is a group and a backslash takes the next character. */
export function replaceMatches(
  regex: Regex,
  text: string,
  { replacement, isGlobal }: { readonly replacement: string; readonly isGlobal: boolean },
  { work, bounded }: Bounds,
): string {
  const parts = readReplacement(replacement);
  let result = "";
  let copied = 0;
  for (const match of matchesIn(regex, text, work)) {
    const [start = 0, end = 0] = match;
    result = bounded(result + text.slice(copied, start) + parts.map((part) => fill(part, match, text)).join(""));
    copied = end;
    if (!isGlobal) break;
  }
  return bounded(result + text.slice(copied));
}

/** Java's `split`: what stands between the matches, without empty texts at the end. */
export function splitByMatches(regex: Regex, text: string, work: Work): string[] {
  const pieces: string[] = [];
  let begun = 0;
  for (const [start = 0, end = 0] of matchesIn(regex, text, work)) {
    // Since Java 8 an empty match at the beginning splits off nothing.
    if (end === 0) continue;
    pieces.push(text.slice(begun, start));
    begun = end;
  }
  if (begun === 0) return [text];
  pieces.push(text.slice(begun));
  while (pieces.length > 0 && pieces.at(-1) === "") pieces.pop();
  return pieces;
}

/** Each match begins where the one before ended, or one further on where that was empty. */
function* matchesIn(regex: Regex, text: string, work: Work): Generator<Match> {
  for (let from = 0; from <= text.length; ) {
    const match = regex.find(text, from, work);
    if (match === undefined) return;
    yield match;
    const [start = 0, end = 0] = match;
    from = end === start ? end + 1 : end;
  }
}

type ReplacementPart = string | number;

function readReplacement(replacement: string): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  for (let at = 0; at < replacement.length; at++) {
    const unit = replacement.charAt(at);
    const next = replacement.charAt(at + 1);
    if (unit !== "\\" && unit !== "$") parts.push(unit);
    else if (unit === "\\" && next !== "") {
      parts.push(next);
      at += 1;
    } else if (unit === "$" && /[0-9]/.test(next)) {
      // Java takes a second digit only if there are so many groups; nobody writes ten.
      if (/[0-9]/.test(replacement.charAt(at + 2)))
        throw new Unproven("A replacement has a digit behind a group's number.");
      parts.push(Number(next));
      at += 1;
    } else
      throw new Unproven("A replacement has a $ or a backslash that stands for nothing: Java raises an exception.");
  }
  return parts;
}

function fill(part: ReplacementPart, match: Match, text: string): string {
  if (typeof part === "string") return part;
  const [start, end] = [match[2 * part], match[2 * part + 1]];
  if (start === undefined || end === undefined)
    throw new Unproven("A replacement names a group that the pattern does not have.");
  return start < 0 ? "" : text.slice(start, end);
}
