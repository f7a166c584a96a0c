import { distance } from "fastest-levenshtein";

/** A word of the document as messages show it: quoted, and cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** The candidate that was probably meant, if one is at most `slips` edits away; case counts for nothing. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
  slips = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  if (word.length > 60) return undefined;
  let best: string | undefined;
  let least = slips + 1;
  for (const candidate of candidates) {
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const far = distance(word.toLowerCase(), candidate.toLowerCase());
    if (far >= least || far >= candidate.length) continue;
    best = candidate;
    least = far;
  }
  return best;
}

export const SAFE_WITHOUT_QUOTES = /^(?!(?:true|false|null)$)[a-z/\\$][\w/\\$.-]*$/i;

/** Characters as AWS counts them: code points. Only counts where the answer can matter. */
export function longerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > limit * 2 || characters(text) > limit;
}

/** How many bytes a text takes in UTF-8; half of a surrogate pair counts as the three of its replacement. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = Number(character.codePointAt(0));
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
