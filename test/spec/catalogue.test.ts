import { readdirSync, readFileSync } from "node:fs";
import { parseSpecSubmitted, unknownProperties } from "@specdrop/events";
import { DIAGNOSTICS, formatPretty, parse } from "@specdrop/spec";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const pages = new URL("docs/diagnostics/", root);
const sources = new URL("packages/spec/src/", root);
const checks = new URL("packages/template/src/check/", root);
const catalogue = Object.entries(DIAGNOSTICS);

/** Of those below SD4, the ones that are not found in a document's text. */
const ELSEWHERE = ["SD1021", "SD2900", "SD2901"];

function isOfDocuments(code: string): boolean {
  return code < "SD4" && !ELSEWHERE.includes(code);
}

test("every code has a page, and every page a code", () => {
  const found = readdirSync(pages).filter((name) => name !== "README.md");
  expect(found.sort()).toEqual(catalogue.map(([code]) => `${code}.md`));
});

test("the index lists every code with its severity and title", () => {
  const index = readFileSync(new URL("README.md", pages), "utf8");
  const rows = index
    .split("\n")
    .filter((line) => line.startsWith("| ["))
    .map((line) => line.replace(/ +/g, " "));
  expect(rows).toEqual(
    catalogue.map(([code, { severity, title }]) => `| [${code}](${code}.md) | ${severity} | ${title} |`),
  );
});

test("the sources use exactly the codes of documents", () => {
  const used = new Set<string>();
  for (const folder of [sources, checks]) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (name === "catalogue.ts" || !name.endsWith(".ts")) continue;
      const text = readFileSync(new URL(name, folder), "utf8");
      for (const [code] of text.matchAll(/SD\d{4}/g)) used.add(code);
    }
  }
  expect([...used].sort()).toEqual(catalogue.map(([code]) => code).filter(isOfDocuments));
});

test("the page of SD2900 has an event that is no submission, and one that is", () => {
  const page = readFileSync(new URL(DIAGNOSTICS.SD2900.docs, root), "utf8");
  const isSubmission = ({ input }: { readonly input: string | Uint8Array }) =>
    parseSpecSubmitted(JSON.parse(String(input)).detail).ok;
  expect([isSubmission(exampleUnder(page, "Wrong")), isSubmission(exampleUnder(page, "Right"))]).toEqual([false, true]);
});

test("the page of SD2901 has an event with a property that nobody knows, and one without", () => {
  const page = readFileSync(new URL(DIAGNOSTICS.SD2901.docs, root), "utf8");
  const unknownIn = ({ input }: { readonly input: string | Uint8Array }) => {
    const { "detail-type": detailType, detail } = JSON.parse(String(input));
    return unknownProperties(detailType, detail);
  };
  expect([exampleUnder(page, "Wrong"), exampleUnder(page, "Right")].map(unknownIn)).toEqual([["correlationID"], []]);
});

describe.each(catalogue)("page of %s", (code, { title, severity, docs }) => {
  const text = readFileSync(new URL(docs, root), "utf8");

  test("begins with its title and severity", () => {
    expect(text.startsWith(`# ${code}: ${title}\n\nSeverity: ${severity}.\n`)).toBe(true);
  });

  test.runIf(isOfDocuments(code))(
    "has a wrong example that yields the code and a right one that does not",
    async () => {
      const wrong = exampleUnder(text, "Wrong");
      const right = exampleUnder(text, "Right");
      const diagnostics = parse(wrong.input, wrong.file).diagnostics.filter((each) => each.code === code);
      expect(diagnostics).not.toEqual([]);
      expect(diagnostics.every((each) => each.severity === severity)).toBe(true);
      expect(parse(right.input, right.file).diagnostics.map((each) => each.code)).not.toContain(code);

      const source = typeof wrong.input === "string" ? wrong.input : "";
      const frames = formatPretty(diagnostics, new Map([[wrong.file, source]]), {
        color: (_, plain) => plain,
        see: (found) => `specdrop explain ${found}`,
      });
      await expect(frames).toMatchFileSnapshot(`golden/${code}.txt`);
    },
  );

  test.runIf(isOfDocuments(code) && code >= "SD2")("has a right example without any error", () => {
    const right = exampleUnder(text, "Right");
    const errors = parse(right.input, right.file).diagnostics.filter((each) => each.severity === "error");
    expect(errors.filter((each) => each.code !== "SD2002")).toEqual([]);
  });
});

/** The fenced block under a heading; a `js` block is an expression that yields the document. */
function exampleUnder(page: string, heading: string): { input: string | Uint8Array; file: string } {
  const match = new RegExp(`^## ${heading}\n(?:[^#\`].*\n|\n)*\`\`\`(\\w+)\n([^]*?)\`\`\`$`, "m").exec(page);
  if (match === null) throw new Error(`no example under ${heading}`);
  const [, language = "", body = ""] = match;
  if (language !== "js") return { input: body, file: `example.${language}` };
  return { input: new Function(`return ${body}`)(), file: "example" };
}
