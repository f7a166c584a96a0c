/**
 * Characters that nobody sees, or that look like a space or a straight quote and are none. Written as a class of a regular
 * expression, so that the JSON Schema can have it too.
 */
export const INVISIBLE =
  "\\u0085\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb";

/** Quotes that a word processor puts in the place of straight ones. */
export const TYPOGRAPHIC_QUOTES = "\\u00ab\\u00bb\\u2018-\\u201f\\u2039\\u203a\\u300c-\\u300f\\uff02\\uff07";

const NAMES: Readonly<Record<string, string>> = {
  "\u0085": "NEXT LINE",
  "\u00a0": "NO-BREAK SPACE",
  "\u00ad": "SOFT HYPHEN",
  "\u200b": "ZERO WIDTH SPACE",
  "\u200c": "ZERO WIDTH NON-JOINER",
  "\u200d": "ZERO WIDTH JOINER",
  "\u200e": "LEFT-TO-RIGHT MARK",
  "\u200f": "RIGHT-TO-LEFT MARK",
  "\u2007": "FIGURE SPACE",
  "\u2009": "THIN SPACE",
  "\u2028": "LINE SEPARATOR",
  "\u2029": "PARAGRAPH SEPARATOR",
  "\u202f": "NARROW NO-BREAK SPACE",
  "\u2060": "WORD JOINER",
  "\u3000": "IDEOGRAPHIC SPACE",
  "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
  "\u2018": "LEFT SINGLE QUOTATION MARK",
  "\u2019": "RIGHT SINGLE QUOTATION MARK",
  "\u201c": "LEFT DOUBLE QUOTATION MARK",
  "\u201d": "RIGHT DOUBLE QUOTATION MARK",
  "\uff1a": "FULLWIDTH COLON",
  "\uff0c": "FULLWIDTH COMMA",
};

const ANY = new RegExp(`[${INVISIBLE}]`);

/** The first invisible character of a text, by its offset; -1 without one. */
export function invisibleIn(text: string): number {
  return text.search(ANY);
}

/** `U+00A0 NO-BREAK SPACE`: how a character is named that cannot be shown. */
export function codePointName(text: string, at: number): string {
  const character = text.charAt(at);
  const point = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  const name = NAMES[character];
  return name === undefined ? point : `${point} ${name}`;
}

const ODD = new RegExp(`[${INVISIBLE}${TYPOGRAPHIC_QUOTES}\\uff0c\\uff1a]`);

/** The first character of a text that is invisible or looks like one that YAML or JSON knows, by its offset; -1 without one. */
export function oddIn(text: string): number {
  return text.search(ODD);
}

/** Where an invisible character stands in for YAML's own white space: before a name, or behind a colon or dash. */
const STRUCTURAL = new RegExp(`^[ \\t]*(?:[^#"'\\n]*?[:-][ \\t]*)?([${INVISIBLE}])`, "gm");

/** Offsets of invisible characters that stand where YAML expects white space, up to the end of the line of `before`. */
export function structuralInvisibles(text: string, before: number): readonly number[] {
  if (invisibleIn(text) < 0) return [];
  const lineEnd = text.indexOf("\n", before);
  const part = lineEnd < 0 ? text : text.slice(0, lineEnd);
  return [...part.matchAll(STRUCTURAL)].map((match) => match.index + match[0].length - 1);
}
