import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { declarations } from "../../packages/cli/src/programs/declarations.ts";
import { props } from "./workspace.ts";

const site = { file: "/a.ts", line: 3, column: 7 };

test("what is declared is a document, with what the run allows", () => {
  const declared = declarations("file:a.ts", 7);
  expect(declared.add({ id: "one/~two", props: props("api1", "/404/"), site })).toHaveProperty("declared");
  expect(declared.add({ id: "__proto__", props: props("api1", "$default") })).toHaveProperty("declared");
  const { document, diagnostics } = parse(declared.text(), "file:a.ts");
  expect(document?.allowDeletions).toBe(7);
  expect(document?.resources.map(({ logicalId }) => logicalId)).toEqual(["one/~two", "__proto__"]);
  expect(diagnostics).toEqual([]);
  expect(declared.whole()).toMatchObject({ document, diagnostics: [] });
});

test("one call is told what concerns it; what concerns all is told of the whole, at the place of a call", () => {
  const declared = declarations("file:a.ts", undefined);
  expect(declared.add({ id: "one/~two", props: props("api1", "200"), site })).toMatchObject({
    warnings: [{ code: "SD3101" }],
  });
  const [missing] = declared.whole().diagnostics;
  expect(missing?.code).toBe("SD3107");
  expect(missing && declared.siteOf(missing)).toEqual(site);
});

test("an id, and a response, are declared once; one that was dropped is free again", () => {
  const declared = declarations("file:a.ts", undefined);
  declared.add({ id: "one", props: props("api1", "/1/"), site });
  expect(declared.add({ id: "one", props: props("api1", "/2/") })).toMatchObject({ kind: "duplicate", code: "SD7003" });
  expect(declared.add({ id: "two", props: props("api1", "/1/") })).toMatchObject({ kind: "duplicate", code: "SD1013" });
  declared.drop("one");
  expect(declared.add({ id: "two", props: props("api1", "/1/") })).toHaveProperty("declared");
  expect(parse(declared.text(), "a").document?.resources).toHaveLength(1);
});

test.each(["null", "[]", '"text"', '{"ApiId":1}', "{}"])("properties %s are refused, with a reason", (text) => {
  const refused = declarations("file:a.ts", undefined).add({ id: "one", props: text });
  expect(refused).toMatchObject({ kind: "invalid", code: expect.stringMatching(/^SD2/), retryable: false });
});

test("advice is for somebody who has no document", () => {
  const refused = declarations("file:a.ts", undefined).add({ id: "one", props: "{}" });
  expect(refused).toMatchObject({ code: "SD2002", help: "Write it here." });
});
