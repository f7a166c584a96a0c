import fc from "fast-check";
import { expect, test } from "vitest";
import { compare } from "../../../packages/template/src/chain/match-key.ts";
import { compileRegex } from "../../../packages/template/src/regex/match.ts";

const verdict = (pattern: string, text: string): string => {
  const found = compare(pattern, text);
  return typeof found === "string" ? "?" : `${found.isWhole ? "whole" : "-"} ${found.isPart ? "part" : "-"}`;
};

test.each<readonly [string, string, string]>([
  ["200", "200", "whole part"],
  ["20", "200", "- part"],
  ["4XX", "404", "- -"],
  ["4\\d\\d", "404", "whole part"],
  [".*not found.*", "room r1 not found", "whole part"],
  ["a|b", "b", "whole part"],
  ["a|", "", "whole part"],
  ["", "", "whole part"],
  ["", "a", "- part"],
  ["a||b", "b", "whole part"],
  ["(a)(?:b)", "ab", "whole part"],
  ["(a|b)*c", "abac", "whole part"],
  ["a*", "aaa", "whole part"],
  ["a+", "", "- -"],
  ["a?b", "b", "whole part"],
  ["a{2}", "aa", "whole part"],
  ["a{2}", "a", "- -"],
  ["a{2,}", "aaaa", "whole part"],
  ["a{2,}", "a", "- -"],
  ["a{1,2}", "aaa", "- part"],
  ["a{0}b", "b", "whole part"],
  ["a*?b", "aab", "whole part"],
  ["a+?", "aa", "whole part"],
  ["a??b", "ab", "whole part"],
  ["a{1,2}?", "aa", "whole part"],
  ["^a$", "a", "whole part"],
  ["^b", "ab", "- -"],
  ["a$", "ab", "- -"],
  ["a.c", "abc", "whole part"],
  ["a.c", "a\nc", "- -"],
  ["a.c", "a\rc", "- -"],
  ["[a-c]x", "bx", "whole part"],
  ["[^a-c]", "d", "whole part"],
  ["[^a-c]", "b", "- -"],
  ["[a-]", "-", "whole part"],
  ["[-a]", "-", "whole part"],
  ["[a^]", "^", "whole part"],
  ["[\\d_]", "_", "whole part"],
  ["[\\]\\\\]", "]", "whole part"],
  ["[&]", "&", "whole part"],
  ["\\d\\D\\w\\W\\s\\S", "1a_- x", "whole part"],
  ["\\d", "a", "- -"],
  ["\\D", "1", "- -"],
  ["\\w", "-", "- -"],
  ["\\W", "a", "- -"],
  ["\\s", "x", "- -"],
  ["\\S", " ", "- -"],
  ["\\t\\n\\r", "\t\n\r", "whole part"],
  ["\\bfoo\\b", "foo", "whole part"],
  ["\\bfoo\\b", "a foo b", "- part"],
  ["\\bfoo\\b", "afoob", "- -"],
  ["\\Bo\\B", "foob", "- part"],
  ["\\Bo\\B", "o", "- -"],
  ["\\.\\*\\/\\$", ".*/$", "whole part"],
  ["a\\.c", "abc", "- -"],
  ["]", "]", "whole part"],
  ["}", "}", "whole part"],
  ["a", "é", "?"],
  ["a$", "a\n", "?"],
  ["a$", "a\r", "?"],
  ["a", "a\n", "- part"],
  ["(a$|b)", "a\n", "?"],
  ...[
    "a*+",
    "a++",
    "a?+",
    "a{1}+",
    "a**",
    "a+*",
    "a{2}{3}",
    "a???",
    "(?>a)",
    "(?i)a",
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(?<n>a)",
    "(a)\\1",
    "\\k<n>",
    "[a&&b]",
    "[[a]]",
    "[a[b]]",
    "[]",
    "[^]",
    "[]a]",
    "[a-&&]",
    "\\p{L}",
    "\\Qa\\E",
    "\\A",
    "\\z",
    "\\Z",
    "\\G",
    "\\R",
    "\\h",
    "\\H",
    "\\v",
    "\\V",
    "\\X",
    "\\x41",
    "\\u0041",
    "\\cA",
    "\\01",
    "\\f",
    "\\e",
    "[\\b]",
    "{",
    "a{",
    "a{,2}",
    "{1}",
    "a{x}",
    "a{12345}",
    "*a",
    "+",
    "?",
    "|*",
    "^*",
    "\\b+",
    "(a",
    "a)",
    "(",
    "[a",
    "[a-",
    "[z-a]",
    "[a-\\d]",
    "[\\w-z]",
    "\\",
    "a{2,1}",
    "é",
    "a\u0000",
    "(".repeat(60) + ")".repeat(60),
    "a".repeat(2_001),
    "(a{900}){900}",
  ].map((pattern) => [pattern, "a", "?"] as const),
])("%j and %j: %s", (pattern, text, expected) => {
  expect(verdict(pattern, text)).toBe(expected);
});

test("why a pattern is outside the subset is said in words", async () => {
  const patterns = [
    "a*+",
    "(?i)a",
    "[a&&b]",
    "[[a]]",
    "[]",
    "\\p{L}",
    "{",
    "*a",
    "^*",
    "(a",
    "a)",
    "[a",
    "[z-a]",
    "[a-\\d]",
    "a{2,1}",
    "é",
  ];
  const deep = ["(".repeat(60) + ")".repeat(60), "a".repeat(2_001), "(a{900}){900}"];
  const said = [...patterns, ...deep].map((pattern) => `${pattern.slice(0, 20)}: ${compileRegex(pattern)}`);
  said.push(String(compare("a", "é")), String(compare("a$", "a\n")), String(compare(`a{3999}`, "a".repeat(9_000))));
  await expect(`${said.join("\n")}\n`).toMatchFileSnapshot(new URL("../golden/regex.txt", import.meta.url).pathname);
});

test("groups are those of the way that Java tries first", () => {
  const groups = (pattern: string, text: string, from = 0) => {
    const regex = compileRegex(pattern);
    return typeof regex === "string" ? regex : regex.find(text, from);
  };
  expect(groups("(a|ab)(c|bcd)?", "abcd")).toEqual([0, 4, 0, 1, 1, 4]);
  expect(groups("(a+)(a*)", "xaaa")).toEqual([1, 4, 1, 4, 4, 4]);
  expect(groups("(a+?)(a*)", "aaa")).toEqual([0, 3, 0, 1, 1, 3]);
  expect(groups("(x)?a", "a")).toEqual([0, 1, -1, -1]);
  expect(groups("a", "aa", 1)).toEqual([1, 2]);
  expect(groups("^a", "aa", 1)).toBeUndefined();
  expect(groups("a??", "a")).toEqual([0, 0]);
});

test("what is found once is found again, whatever stood between", () => {
  const first = compileRegex("cached");
  for (let n = 0; n < 150; n++) compileRegex(`other${n}`);
  expect(compileRegex("cached")).not.toBe(first);
  expect(compileRegex("cached")).toBe(compileRegex("cached"));
});

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "\\d",
  "\\w",
  "\\s",
  "[ab]",
  "[^a]",
  "[0-9]",
  "\\.",
  "-",
  "1",
  "^",
  "$",
  "\\b",
  "\\B",
  "\\n",
);
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc
      .tuple(
        fc.constantFrom("a", "b", ".", "[ab]", "\\d"),
        fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{1,}", "*?", "+?", "??"),
      )
      .map(([a, q]) => a + q),
    fc
      .tuple(fc.constantFrom("(", "(?:"), tie("pattern"), fc.constantFrom(")", ")+", ")*", ")?"))
      .map((parts) => parts.join("")),
  ),
  pattern: fc
    .array(
      fc.array(tie("piece"), { maxLength: 4 }).map((parts) => parts.join("")),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join("|")),
}));

test("the matcher agrees with JavaScript on the subset", () => {
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom(..."ab1. -\n"), maxLength: 12 }), (source, text) => {
      const found = compare(source, text);
      if (typeof found === "string") {
        expect(source.includes("$")).toBe(true);
        return;
      }
      expect(found).toEqual({
        isWhole: new RegExp(`^(?:${source})$`).test(text),
        isPart: new RegExp(source).test(text),
      });
    }),
    { numRuns: 2_000 },
  );
});

test("hostile patterns take time in proportion to the text", () => {
  const spent = (size: number) => {
    const started = process.cpuUsage().user;
    for (const source of ["(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*)(.*)(.*)x", "(a?){50}a{50}b"])
      compare(source, "a".repeat(size));
    return process.cpuUsage().user - started;
  };
  spent(200);
  expect(spent(4_000)).toBeLessThan(60 * spent(400) + 200_000);
});
