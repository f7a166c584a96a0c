import { type DesiredResource, parse } from "@specdrop/spec";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Comments, commentsOf } from "../../packages/cli/src/convert/comments.ts";
import { documentText } from "../../packages/cli/src/convert/document-text.ts";

const text = fc
  .oneof(
    fc.array(fc.constantFrom("{", "  }", "#set($a = 1)", "- x: y", "", " ", "\t", "# no comment"), { maxLength: 5 }),
    fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 3 }),
  )
  .map((lines) => lines.join("\n"));
const name = fc.constantFrom("200", "$default", "application/json", "true", "a b", "<<", "# x");
const resource = fc.record(
  {
    ApiId: fc.constantFrom("a1", "a2"),
    IntegrationId: fc.constantFrom("i1", "i2", "0123"),
    ResponseTemplates: fc.dictionary(name, text, { maxKeys: 3 }),
    TemplateSelectionExpression: fc.constantFrom("", "\\$default", "200"),
    adopt: fc.boolean(),
    DeletionPolicy: fc.constantFrom("Delete", "Retain"),
  },
  { requiredKeys: ["ApiId", "IntegrationId"] },
);
const resources = fc.array(resource, { minLength: 1, maxLength: 4 }).map((list) => {
  const IntegrationResponses = Object.fromEntries(
    list.map((each, index) => [`R${index}`, { IntegrationResponseKey: `/${index}/`, ...each }]),
  );
  return parse(JSON.stringify({ IntegrationResponses }), "x.json").document?.resources ?? [];
});
const comment = fc.array(fc.constantFrom(" why", "", "!", " # deep", " a: b", "\tx"), { minLength: 1, maxLength: 3 });
const comments = fc.record<Comments>(
  { before: comment.map((lines) => lines.join("\n")), beside: comment.map((lines) => lines.join("\n")) },
  { requiredKeys: [] },
);

function meaning(list: readonly DesiredResource[]): readonly object[] {
  return list.map(({ range: _, pointer: __, apiIdPointer: ___, ...each }) => each);
}

test("a document says what the template said, whatever its comments", () => {
  fc.assert(
    fc.property(resources, comments, (list, said) => {
      const converted = documentText(list, { top: said.before, at: () => said }, "# modeline\n");
      const { document, diagnostics } = parse(converted, "converted.yaml");
      expect(
        diagnostics.filter(({ severity }) => severity === "error"),
        converted,
      ).toEqual([]);
      expect(meaning(document?.resources ?? [])).toEqual(meaning(list));
      const printed = `${converted.replace(/\n$/, "")}\n`;
      expect(meaning(parse(printed, "printed.yaml").document?.resources ?? [])).toEqual(meaning(list));
    }),
    { numRuns: 100 },
  );
});

test("comments belong to the entry below them, or the one they stand beside", () => {
  const source = commentsOf(`# top

A: # of A
  # first
  B: 1 # one
  # second
  "2": |  # two
    text
  200: [] # list
C: &anchor { D: 1 }
`);
  expect(source.top).toBe(" top");
  expect(source.at(["A", "B"])).toEqual({ before: " of A\n first", beside: " one" });
  expect(source.at(["A", "2"])).toEqual({ before: " second", beside: " two" });
  expect(source.at(["A", "200"])).toEqual({});
  for (const path of [["C", "D"], ["A", "B", "C"], ["Z"], ["A", "Z", "Y"], []]) expect(source.at(path)).toEqual({});
  expect(commentsOf('{"A": {"B": 1}}').at(["A", "B"])).toEqual({});
  expect(commentsOf("[1]").top).toBeUndefined();
});
