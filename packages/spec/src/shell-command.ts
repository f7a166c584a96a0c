import { codePointName, INVISIBLE } from "./invisible.ts";

/** A command to copy, or a sentence that says why none is shown. */
export type ShellCommand = { readonly line: string } | { readonly notShown: string };

/** A flag that is left out where it has no value. */
interface OptionalFlag {
  readonly flag: `--${string}`;
  readonly value: string | undefined;
}

type CommandValue = string | number | readonly string[] | OptionalFlag;

/**
 * A command line for a POSIX shell: the literal parts are ours, and each value is quoted, so that the command gets it as it
 * is. A value is a flag's where a flag stands before it, else a path; several make several paths. One that begins with a
 * dash is written so that it is not taken for a flag. A value that a message cannot show to the letter makes no command.
 */
export function command(literals: TemplateStringsArray, ...values: readonly CommandValue[]): ShellCommand {
  let line = "";
  let isLeftOut = false;
  for (const [index, literal] of literals.entries()) {
    // With a flag goes the space before it.
    line = isLeftOut && literal !== "" ? `${line.trimEnd()}${literal}` : `${line}${literal}`;
    const value = values[index];
    if (value === undefined) break;
    const words = wordsOf(value);
    const problem = words.map(problemIn).find((found) => found !== undefined);
    if (problem !== undefined) return { notShown: `No command is shown here: a name in it has ${problem}.` };
    const isForFlag = /(?:^| )--?[\w-]+ $/.test(line);
    for (const [at, word] of words.entries()) {
      if (typeof value === "object" && "flag" in value) line += `${value.flag}${argumentOf(word)}`;
      else if (isForFlag) line = `${line.trimEnd()}${argumentOf(word)}`;
      else line += `${at === 0 ? "" : " "}${shellWord(word.startsWith("-") ? `./${word}` : word)}`;
    }
    isLeftOut = words.length === 0;
  }
  return { line: line.trimEnd() };
}

/** A flag for `command`; nothing where there is no value. */
export function optionalFlag(flag: OptionalFlag["flag"], value: string | undefined): OptionalFlag {
  return { flag, value };
}

/** What to write where a command belongs: the command, or why there is none. */
export function commandText(shown: ShellCommand): string {
  return "line" in shown ? shown.line : shown.notShown;
}

/** One word, as a POSIX shell reads it. */
export function shellWord(word: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function wordsOf(value: CommandValue): readonly string[] {
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") return [value];
  if ("flag" in value) return value.value === undefined ? [] : [value.value];
  return value;
}

function argumentOf(word: string): string {
  return `${word.startsWith("-") ? "=" : " "}${shellWord(word)}`;
}

const UNSHOWABLE = new RegExp(`[\\p{C}\\p{Zl}\\p{Zp}${INVISIBLE}\`]`, "u");

/** What a message changes, or hides: somebody would copy another command. */
function problemIn(word: string): string | undefined {
  const at = word.search(UNSHOWABLE);
  if (at >= 0) return `the character ${codePointName(word, at)}, which a message cannot show`;
  if (/^ | $| {2}/.test(word)) return "a space at its beginning or end, or two in a row";
  return undefined;
}
