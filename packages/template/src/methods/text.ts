import { Unproven } from "../errors.ts";
import { bounded, type Evaluation, step, tooLong } from "../evaluate/run.ts";
import { compileRegex, type Regex, type Work } from "../regex/match.ts";
import { replaceMatches, splitByMatches } from "../regex/replace.ts";
import { javaEquals } from "../values/equality.ts";
import { Character, type Value, VelocityList } from "../values/value.ts";
import { type Method, type MethodTable, positionOf, raises } from "./table.ts";

/** A method that takes texts only, so many of them. */
function ofTexts(
  count: number,
  apply: (self: string, texts: readonly string[], run: Evaluation) => Value,
): Method<string> {
  return (self, args, run) => {
    if (args.length !== count) return undefined;
    if (args.some((arg) => arg === null)) return raises("The method", "an argument is null");
    const texts = args.filter((arg) => typeof arg === "string");
    return texts.length === count ? apply(self, texts, run) : undefined;
  };
}

/** Java has the method with such arguments too, and nobody has seen it on AWS. */
function overloaded(name: string): never {
  throw new Unproven(`What ${name}() does with these arguments on AWS is not known.`);
}

/** A method that Java also has with one argument more. */
const orLonger =
  (name: string, count: number, method: Method<string>): Method<string> =>
  (self, args, run) =>
    args.length === count ? overloaded(name) : method(self, args, run);

const none = (apply: (self: string) => Value): Method<string> => ofTexts(0, apply);
const one = (apply: (self: string, text: string, run: Evaluation) => Value): Method<string> =>
  ofTexts(1, (self, [text = ""], run) => apply(self, text, run));
const two = (apply: (self: string, first: string, second: string, run: Evaluation) => Value): Method<string> =>
  ofTexts(2, (self, [first = "", second = ""], run) => apply(self, first, second, run));

function regex(source: string): Regex {
  const compiled = compileRegex(source);
  if (typeof compiled !== "string") return compiled;
  throw new Unproven(`A regular expression is outside what Java and JavaScript read alike: ${compiled}.`);
}

/** Counts what matching cost as steps. */
function withWork<T>(run: Evaluation, match: (work: Work) => T): T {
  const work = { done: 0 };
  const result = match(work);
  step(run, work.done >> 5);
  return result;
}

const replacing = (isGlobal: boolean): Method<string> =>
  two((self, source, replacement, run) =>
    withWork(run, (work) => {
      const bounds = { work, bounded: (text: string) => bounded(run, text) };
      return replaceMatches(regex(source), self, { replacement, isGlobal }, bounds);
    }),
  );

/** indexOf and lastIndexOf: of a text or character, from a position where one is given. */
function search(find: (self: string, what: string, from?: number) => number): Method<string> {
  return (self, [what, from, ...rest]) => {
    const text = what instanceof Character ? what.text : what;
    if (typeof text === "bigint") return overloaded("indexOf");
    if (typeof text !== "string" || rest.length > 0) return undefined;
    if (from === undefined) return BigInt(find(self, text));
    const position = positionOf(from);
    return position === undefined ? undefined : BigInt(find(self, text, Math.max(position, -1)));
  };
}

const substring: Method<string> = (self, args) => {
  const from = positionOf(args[0]);
  const to = args.length === 1 ? self.length : positionOf(args[1]);
  if (args.length === 0 || args.length > 2 || from === undefined || to === undefined) return undefined;
  if (from < 0 || to > self.length || from > to) return raises("substring", "a position is out of range");
  return self.slice(from, to);
};

const charAt: Method<string> = (self, args) => {
  const at = positionOf(args[0]);
  if (args.length !== 1 || at === undefined) return undefined;
  if (at < 0 || at >= self.length) return raises("charAt", "the position is out of range");
  return new Character(self.charAt(at));
};

function compare(self: string, other: string): bigint {
  const length = Math.min(self.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = self.charCodeAt(at) - other.charCodeAt(at);
    if (difference !== 0) return BigInt(difference);
  }
  return BigInt(self.length - other.length);
}

function hash(self: string): bigint {
  let code = 0;
  for (let at = 0; at < self.length; at++) code = (Math.imul(code, 31) + self.charCodeAt(at)) | 0;
  return BigInt(code);
}

/** Java cuts off everything up to the blank, and nothing of Unicode's other white space. */
function trim(self: string): string {
  let start = 0;
  let end = self.length;
  while (start < end && self.charCodeAt(start) <= 32) start += 1;
  while (end > start && self.charCodeAt(end - 1) <= 32) end -= 1;
  return self.slice(start, end);
}

const replace: Method<string> = (self, args, run) => {
  const texts = args.map((arg) => (arg instanceof Character ? arg.text : arg));
  return two((text, from, to) => {
    const count = text.split(from).length + 1;
    if (text.length + count * to.length > run.limits.output) throw tooLong(run);
    return text.replaceAll(from, () => to);
  })(self, texts, run);
};

export const TEXT: MethodTable<string> = {
  known: {
    length: none((self) => BigInt(self.length)),
    isEmpty: none((self) => self === ""),
    contains: one((self, text) => self.includes(text)),
    startsWith: orLonger(
      "startsWith",
      2,
      one((self, text) => self.startsWith(text)),
    ),
    endsWith: one((self, text) => self.endsWith(text)),
    equals: (self, args) => (args.length === 1 ? javaEquals(self, args[0] ?? null, () => undefined) : undefined),
    equalsIgnoreCase: one((self, text) => self.toLowerCase() === text.toLowerCase()),
    compareTo: one(compare),
    matches: one((self, source, run) => withWork(run, (work) => regex(source).matches(self, work))),
    replaceAll: replacing(true),
    replaceFirst: replacing(false),
    replace,
    split: orLonger(
      "split",
      2,
      one((self, source, run) =>
        withWork(run, (work) => new VelocityList("array", splitByMatches(regex(source), self, work))),
      ),
    ),
    substring,
    indexOf: search((self, what, from) => self.indexOf(what, from)),
    lastIndexOf: search((self, what, from) => (from !== undefined && from < 0 ? -1 : self.lastIndexOf(what, from))),
    charAt,
    concat: one((self, text, run) => bounded(run, self + text)),
    trim: none(trim),
    toUpperCase: none((self) => self.toUpperCase()),
    toLowerCase: none((self) => self.toLowerCase()),
    toString: none((self) => self),
    hashCode: none(hash),
  },
  unseen: new Set(
    (
      "chars codePointAt codePointBefore codePointCount codePoints compareToIgnoreCase contentEquals copyValueOf format " +
      "getBytes getChars intern isBlank join lines offsetByCodePoints regionMatches repeat strip stripLeading " +
      "stripTrailing subSequence toCharArray valueOf"
    ).split(" "),
  ),
};

/** A Character has few methods that anybody would call. */
export const CHARACTER: MethodTable<Character> = {
  known: {
    toString: (self: Character, args: readonly Value[]) => (args.length === 0 ? self.text : undefined),
    equals: (self: Character, args) =>
      args.length === 1 ? javaEquals(self, args[0] ?? null, () => undefined) : undefined,
  },
  unseen: new Set(
    "charValue compareTo getNumericValue isDigit isLetter isLetterOrDigit isLowerCase isUpperCase isWhitespace toLowerCase toUpperCase valueOf".split(
      " ",
    ),
  ),
};
