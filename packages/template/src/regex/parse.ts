/** A set of ASCII characters: `has[code]`. */
export type CharacterSet = readonly boolean[];

export type Pattern =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "assert"; readonly where: "start" | "end" | "boundary" | "inside" }
  | { readonly kind: "sequence"; readonly items: readonly Pattern[] }
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  | { readonly kind: "group"; readonly index: number; readonly inner: Pattern }
  | {
      readonly kind: "repeat";
      readonly inner: Pattern;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    };

/** The pattern is outside what Java and JavaScript read alike. */
export class OutsideSubset extends Error {}

const ASCII = 128;
const MAX_LENGTH = 2_000;
const MAX_GROUPS = 50;
const setOf = (test: (character: string) => boolean): CharacterSet =>
  Array.from({ length: ASCII }, (_, code) => test(String.fromCharCode(code)));
const not = (set: CharacterSet): CharacterSet => set.map((has) => !has);

const DIGIT = setOf((character) => /[0-9]/.test(character));
const WORD = setOf((character) => /[A-Za-z0-9_]/.test(character));
const SPACE = setOf((character) => /[ \t\n\v\f\r]/.test(character));
const ANY = setOf((character) => !/[\n\r]/.test(character));
const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
  t: setOf((character) => character === "\t"),
  n: setOf((character) => character === "\n"),
  r: setOf((character) => character === "\r"),
};
const QUANTIFIER = /[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\}/y;

interface PatternReader {
  readonly text: string;
  at: number;
  groups: number;
  depth: number;
}

/** Reads a pattern. @throws OutsideSubset */
export function parsePattern(text: string): { readonly pattern: Pattern; readonly groups: number } {
  if (text.length > MAX_LENGTH) throw new OutsideSubset(`it is longer than ${MAX_LENGTH} characters`);
  if (/[^\t\n\r -~]/.test(text)) throw new OutsideSubset("it has a character outside printable ASCII");
  const reader: PatternReader = { text, at: 0, groups: 0, depth: 0 };
  const pattern = readChoice(reader);
  if (reader.at < text.length) throw new OutsideSubset('it has a ")" that closes nothing');
  return { pattern, groups: reader.groups };
}

function readChoice(reader: PatternReader): Pattern {
  const options = [readSequence(reader)];
  while (reader.text[reader.at] === "|") {
    reader.at += 1;
    options.push(readSequence(reader));
  }
  return options.length === 1 && options[0] !== undefined ? options[0] : { kind: "choice", options };
}

function readSequence(reader: PatternReader): Pattern {
  const items: Pattern[] = [];
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined || next === "|" || next === ")") return { kind: "sequence", items };
    items.push(readQuantified(reader));
  }
}

function readQuantified(reader: PatternReader): Pattern {
  const inner = readAtom(reader);
  const quantifier = readQuantifier(reader);
  if (quantifier === undefined) return inner;
  if (inner.kind === "assert") throw new OutsideSubset("it repeats an assertion");
  const isLazy = reader.text[reader.at] === "?";
  if (isLazy) reader.at += 1;
  if (/[*+?{]/.test(reader.text[reader.at] ?? "")) throw new OutsideSubset("it has a possessive or doubled quantifier");
  return { kind: "repeat", inner, isLazy, ...quantifier };
}

function readQuantifier(reader: PatternReader): { readonly min: number; readonly max: number } | undefined {
  QUANTIFIER.lastIndex = reader.at;
  const found = QUANTIFIER.exec(reader.text)?.[0];
  if (found === undefined) {
    if (reader.text[reader.at] === "{") throw new OutsideSubset('it has a "{" that is no quantifier');
    return undefined;
  }
  reader.at += found.length;
  if (found === "*") return { min: 0, max: Number.POSITIVE_INFINITY };
  if (found === "+") return { min: 1, max: Number.POSITIVE_INFINITY };
  if (found === "?") return { min: 0, max: 1 };
  const [min = 0, max] = found
    .slice(1, -1)
    .split(",")
    .map((bound) => (bound === "" ? Number.POSITIVE_INFINITY : Number(bound)));
  if (max !== undefined && max < min) throw new OutsideSubset("its bounds are the wrong way round");
  return { min, max: max ?? min };
}

function readAtom(reader: PatternReader): Pattern {
  const unit = reader.text.charAt(reader.at);
  reader.at += 1;
  switch (unit) {
    case "(":
      return readGroup(reader);
    case "[":
      return { kind: "set", set: readClass(reader) };
    case ".":
      return { kind: "set", set: ANY };
    case "^":
      return { kind: "assert", where: "start" };
    case "$":
      return { kind: "assert", where: "end" };
    case "\\":
      return readEscape(reader);
    case "*":
    case "+":
    case "?":
      throw new OutsideSubset("it has a quantifier with nothing before it");
    case "{":
      throw new OutsideSubset('it has a "{" that is no quantifier');
    default:
      return { kind: "set", set: setOf((character) => character === unit) };
  }
}

function readGroup(reader: PatternReader): Pattern {
  reader.depth += 1;
  if (reader.depth > MAX_GROUPS) throw new OutsideSubset("it is nested too deeply");
  const isPlain = reader.text[reader.at] !== "?";
  if (!isPlain && reader.text[reader.at + 1] !== ":") throw new OutsideSubset('it has a group that begins with "(?"');
  if (!isPlain) reader.at += 2;
  if (isPlain) reader.groups += 1;
  const index = reader.groups;
  const inner = readChoice(reader);
  if (reader.text[reader.at] !== ")") throw new OutsideSubset("it has a group that is not closed");
  reader.at += 1;
  reader.depth -= 1;
  return isPlain ? { kind: "group", index, inner } : inner;
}

function readEscape(reader: PatternReader): Pattern {
  const letter = reader.text.charAt(reader.at);
  reader.at += 1;
  if (letter === "b") return { kind: "assert", where: "boundary" };
  if (letter === "B") return { kind: "assert", where: "inside" };
  return { kind: "set", set: escaped(letter) };
}

function escaped(letter: string): CharacterSet {
  const known = CLASSES[letter];
  if (known !== undefined) return known;
  if (letter === "" || /[A-Za-z0-9\t\n\r]/.test(letter)) throw new OutsideSubset(`it has the escape \\${letter}`);
  return setOf((character) => character === letter);
}

function readClass(reader: PatternReader): CharacterSet {
  const isNegated = reader.text[reader.at] === "^";
  if (isNegated) reader.at += 1;
  const has = new Array<boolean>(ASCII).fill(false);
  const start = reader.at;
  for (;;) {
    const unit = reader.text[reader.at];
    if (unit === undefined) throw new OutsideSubset("it has a class that is not closed");
    if (unit === "]" && reader.at > start) break;
    if (unit === "]" || unit === "[" || reader.text.startsWith("&&", reader.at)) {
      throw new OutsideSubset(`it has ${JSON.stringify(unit)} inside a class`);
    }
    readClassItem(reader, has);
  }
  reader.at += 1;
  return isNegated ? has.map((one) => !one) : has;
}

function readClassItem(reader: PatternReader, has: boolean[]): void {
  const from = readMember(reader);
  const isRange = reader.text[reader.at] === "-" && !["]", undefined].includes(reader.text[reader.at + 1]);
  if (!isRange) {
    for (const [code, one] of from.entries()) if (one) has[code] = true;
    return;
  }
  reader.at += 1;
  const first = single(from);
  const last = single(readMember(reader));
  if (first > last) throw new OutsideSubset("it has a range that is the wrong way round");
  has.fill(true, first, last + 1);
}

function readMember(reader: PatternReader): CharacterSet {
  const unit = reader.text.charAt(reader.at);
  if (unit === "[" || reader.text.startsWith("&&", reader.at)) throw new OutsideSubset("it has a class inside a class");
  reader.at += 1;
  if (unit !== "\\") return setOf((character) => character === unit);
  reader.at += 1;
  return escaped(reader.text.charAt(reader.at - 1));
}

function single(set: CharacterSet): number {
  const code = set.indexOf(true);
  if (set.indexOf(true, code + 1) >= 0) throw new OutsideSubset("it has a range between classes");
  return code;
}
