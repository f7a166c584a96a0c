import { readdirSync, readFileSync } from "node:fs";
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { isKnown, yamlAdvice } from "../../packages/spec/src/yaml-messages.ts";

const PARSER = new URL("../../node_modules/yaml/dist/", import.meta.url);

/** Every error that the source of the yaml package can raise, as far as a pattern finds it: code and message. */
function parserErrors(): readonly (readonly [code: string, message: string])[] {
  const files = ["compose", "parse"].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, PARSER))
      .filter((name) => name.endsWith(".js"))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, PARSER), "utf8")),
  );
  return files.flatMap((text) => {
    const named = new Map(
      [...text.matchAll(/const (\w*[mM]sg|message) =\s*(?:[^;'"`]*)(["'`])(.+?)\2;/g)].map(([, name, , said]) => [
        name,
        said,
      ]),
    );
    const raised = text.matchAll(/'([A-Z][A-Z_]{6,})', (?:(["'`])(.+?)\2|(\w+))[,)]/g);
    return [...raised].map(([, code = "", , said, name]) => [code, said ?? named.get(name) ?? ""] as const);
  });
}

/** What no document can raise, since we use neither stringKeys nor its checks of keys, and what has a diagnostic of its own. */
const UNREACHABLE =
  /^(?:NON_STRING_KEY|RESOURCE_EXHAUSTION|DUPLICATE_KEY|IMPOSSIBLE|BAD_DQ_ESCAPE)|Unsupported token|flow scalar value|empty stack|either|without preceding/;

test("every error of the yaml package has words of ours", () => {
  const errors = parserErrors().filter(([code, said]) => said !== "" && !UNREACHABLE.test(`${code} ${said}`));
  expect(errors.length).toBeGreaterThan(40);
  const without = errors.filter(([code, said]) => !isKnown(yamlAdvice(code, said))).map(([, said]) => said);
  // The name of a token does not say what its writer did.
  expect(without.filter((said) => !/^(?:Unexpected \$\{|Not a YAML token)/.test(said))).toEqual([]);
  for (const [code, said] of errors) expect(yamlAdvice(code, said).message).not.toContain(said);
});

test.each([
  ["ApiId: a: b", "1:8 A property begins inside the value of another one"],
  ["a: b\n  c: d", "1:4 A property begins inside the value of another one"],
  ["ApiId a\nIntegrationId: b", "1:1 This line is not a property: its colon is missing"],
  ["a:\n  b: 1\n c: 2", "3:1 This line does not begin in the same column as the properties around it"],
  ["a:\n  - 1\n - 2", "3:1 A list begins where a property should"],
  ["a: - b", "1:4 A list begins on the line of its name"],
  ["a: |\nb", "2:1 This name has no colon"],
  ["a: |x\n  c", "1:5 There is something after | or > on this line"],
  ["a: |\n    \n  b", "3:3 An empty line of this text has more spaces than its first line"],
  ["a:\n\tb: 1", "2:1 This line is indented with a tab"],
  ["a: 'b", "1:6 A closing ' is missing"],
  ['a: "b', '1:6 A closing " is missing'],
  ["a: {b: 1", "1:9 A closing } is missing"],
  ["a: [b", "1:6 A closing ] is missing"],
  ["a: [\nb: c\n]", "2:1 A closing ] is missing"],
  ["a: 1\n]", "2:1 This bracket closes nothing"],
  ["a: [b, , c]", "1:8 There is one comma too many"],
  ["a: ['b' 'c']", "1:9 A comma is missing before this item"],
  ["a: {b:\n  - 1\n}", "2:3 An indented map, or a list with dashes, is inside brackets"],
  ["a: [\n  b\n    c: d\n]", "2:3 A name inside brackets goes over several lines"],
  ['a: "b" c', "1:8 This is not a part of the value before it"],
  ["  a: 1\nb: 2", "2:1 This is not a part of the value before it"],
  ["a: | b\n  c", "1:6 This cannot be read as YAML"],
  ['a: "b"#c', "1:7 There is no space before this #"],
  ["a: @b", "1:4 Text without quotes cannot begin with this character"],
  ["a: &x &y b", "1:7 This value has two anchors"],
  ["a: !x !y b", "1:7 This value has two tags"],
  ["a: !<x b", "1:4 This tag cannot be read"],
  ["a: !x!y b", "1:4 This tag cannot be read"],
  ["a: &x *y", "1:7 This alias has a tag or an anchor"],
  ["a: *", "1:4 This anchor or alias has no valid name"],
  ["%YAML x\n---\na: 1", "1:7 This directive cannot be read"],
  ["%YAML 1.2\na: 1", "2:1 A directive has no line --- after it, or --- has text after it"],
])("%j gets one message in the terms of its writer", (text, expected) => {
  const syntax = parse(text, "x").diagnostics.filter(({ code }) => code === "SD1001");
  const said = syntax.map(({ range, message }) => `${range.start.line}:${range.start.column} ${message}`);
  expect(said).toContain(expected);
  // One slip, one message, although the parser may stumble over it several times.
  expect(new Set(said.map((each) => each.split(":")[0])).size).toBe(said.length);
});
