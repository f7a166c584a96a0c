import { execFileSync } from "node:child_process";
import { command, commandText, optionalFlag, type ShellCommand } from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";

const lineOf = (shown: ShellCommand) => ("line" in shown ? shown.line : "");

/** The words of each line, as bash passes them on. */
function wordsIn(lines: readonly string[]): readonly (readonly string[])[] {
  const script = lines.map((line) => `count ${line}`).join("\n");
  const counted = `count() { printf '%s\\0' "$#" "$@"; }\n${script}`;
  const words = execFileSync("bash", { input: counted, encoding: "utf8" }).split("\0").slice(0, -1);
  const found: string[][] = [];
  while (words.length > 0) found.push(words.splice(0, Number(words.shift())));
  return found;
}

const hostile = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(..."'\"$(){};&|<>*?~!#-= \\/@:%,.ab"), minLength: 1, maxLength: 20 }),
);

test("a shell gets every value as it is, or there is no command", () => {
  const values = fc.sample(fc.tuple(hostile, hostile, hostile), { numRuns: 2_000, seed: 7 });
  const shown = values.flatMap(([path, ledger, more]) => {
    const made = command`npx specdrop plan ${[path, more]} --ledger ${ledger} ${optionalFlag("--namespace", more)}`;
    return "line" in made ? [{ path, ledger, more, line: made.line }] : [];
  });
  expect(shown.length).toBeGreaterThan(500);
  const asPath = (value: string) => (value.startsWith("-") ? `./${value}` : value);
  const asFlag = (flag: string, value: string) => (value.startsWith("-") ? [`${flag}=${value}`] : [flag, value]);
  expect(wordsIn(shown.map(({ line }) => line))).toEqual(
    shown.map(({ path, ledger, more }) => [
      ...["npx", "specdrop", "plan", asPath(path), asPath(more)],
      ...asFlag("--ledger", ledger),
      ...asFlag("--namespace", more),
    ]),
  );
});

test.each([
  ["chat.yaml", "cat chat.yaml"],
  ["", "cat ''"],
  ["s3://specs/a=b,c@d+e%20:1_-.yaml", "cat s3://specs/a=b,c@d+e%20:1_-.yaml"],
  ["=ls", "cat '=ls'"],
  ["'; touch x #.yaml", "cat ''\\''; touch x #.yaml'"],
  ["$(touch x).yaml", "cat '$(touch x).yaml'"],
  ["~/chat.yaml", "cat '~/chat.yaml'"],
  ["-rf", "cat ./-rf"],
  ["-$(x)", "cat './-$(x)'"],
] as const)("%j is written %s", (path, line) => {
  expect(command`cat ${path}`).toEqual({ line });
});

test.each([
  ["a\nb", "U+000A"],
  ["a\u0000", "U+0000"],
  ["a\u001b[2J", "U+001B"],
  ["a`b", "U+0060"],
  ["a\u202eb", "U+202E"],
  ["a\u00a0b", "U+00A0 NO-BREAK SPACE"],
  ["a\u2028b", "U+2028 LINE SEPARATOR"],
  ["a\ud800b", "U+D800"],
  ["a\u{e0041}b", "U+DB40"],
  [" a", "a space at its beginning or end, or two in a row"],
  ["a  b", "a space at its beginning or end, or two in a row"],
] as const)("%j makes no command, and the reason is said", (path, problem) => {
  const shown = command`cat --ledger ${"t"} ${path}`;
  expect(shown).toEqual({ notShown: expect.stringContaining(problem) });
  expect(commandText(shown)).toMatch(/^No command is shown here: a name in it has .*\.$/s);
});

test("a value behind a flag that begins with a dash is joined to it", () => {
  expect(lineOf(command`aws x --stage-name ${"-prod"} --api-id ${"a1"}`)).toBe("aws x --stage-name=-prod --api-id a1");
});

test("what is left out leaves no gap", () => {
  const nothing = optionalFlag("--ledger", undefined);
  expect(lineOf(command`npx specdrop status ${nothing}`)).toBe("npx specdrop status");
  expect(lineOf(command`npx specdrop resume ${nothing} --json`)).toBe("npx specdrop resume --json");
  expect(lineOf(command`npx specdrop plan ${[]} --limit ${5} ${nothing}`)).toBe("npx specdrop plan --limit 5");
  const allowed = optionalFlag("--allow-deletions", "5");
  expect(lineOf(command`npx specdrop plan --prune ${allowed}`)).toBe("npx specdrop plan --prune --allow-deletions 5");
});
