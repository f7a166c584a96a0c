import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { writeYaml } from "../../packages/cli/src/export/write-yaml.ts";

const text = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(" ", "\n", "\t", "a", "#", ":", "-", "'", '"', "\\", "\r", "{", "|", "#set($a = 1)", "    "),
      { maxLength: 12 },
    )
    .map((all) => all.join("")),
);

test("a text between double quotes keeps the blanks beside its breaks", () => {
  const value = "\n     \n \n#set($a = 1)\n#set($a = 1)";
  expect(parse(writeYaml(new Map([["a", value]])))).toEqual({ a: value });
});

test("a text reads back as it was, whatever blanks and breaks it holds", () => {
  expect(writeYaml(new Map([["a", "x\ny\n"]]))).toBe("a: |\n  x\n  y\n");
  fc.assert(
    fc.property(text, (value) => {
      expect(parse(writeYaml(new Map([["outer", new Map([["inner", value]])]])))).toEqual({ outer: { inner: value } });
    }),
    { numRuns: 5_000 },
  );
});
