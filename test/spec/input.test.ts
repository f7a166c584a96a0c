import { parse, SPEC_LIMITS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { codes, found, one, oneDefault, onlyDiagnostic } from "./reading.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("text and its bytes read alike", () => {
  const text = one("IntegrationResponseKey: 200", "Templates: ä€😀", "nonsense: 1");
  expect(parse(bytes(text), "spec.yaml")).toEqual(parse(text, "spec.yaml"));
});

test("a byte order mark counts for nothing", () => {
  const text = one("IntegrationResponseKey: 200");
  expect(parse(`\uFEFF${text}`, "spec.yaml")).toEqual(parse(text, "spec.yaml"));
  expect(parse(bytes(`\uFEFF${text}`), "spec.yaml")).toEqual(parse(text, "spec.yaml"));
});

test("line ends of Windows leave positions as they are", () => {
  const text = one("IntegrationResponseKey: 200", "ResponseTemplates: {}", "nonsense: 1");
  expect(parse(text.replaceAll("\n", "\r\n"), "spec.yaml")).toEqual(parse(text, "spec.yaml"));
});

test("bytes that are not UTF-8 are pointed at", () => {
  const wrong = Uint8Array.of(...bytes("ApiId: a\nx: é"), 0xc3, 0x28, 0x0a);
  const diagnostic = onlyDiagnostic(parse(wrong, "spec.yaml"));
  expect(diagnostic).toMatchObject({ code: "SD1003", range: { start: { line: 2, column: 5 } } });
  expect(diagnostic.message).toBe("Byte 15 of the document (0xc3) is not UTF-8");
});

test("a byte order mark does not shift the place of a wrong byte", () => {
  const wrong = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff);
  expect(onlyDiagnostic(parse(wrong, "spec.yaml")).range.start).toEqual({ line: 1, column: 2 });
});

test("bytes that only begin like a byte order mark do not shift it either", () => {
  expect(onlyDiagnostic(parse(Uint8Array.of(0xef, 0xbb, 0x61), "x")).range.start).toEqual({ line: 1, column: 1 });
  expect(onlyDiagnostic(parse(Uint8Array.of(0xef, 0x61, 0xff), "x")).range.start).toEqual({ line: 1, column: 1 });
});

test.each([
  [Uint8Array.of(0xff, 0xfe, 0x41, 0), "The document is UTF-16, not UTF-8"],
  [Uint8Array.of(0xfe, 0xff, 0, 0x41), "The document is UTF-16, not UTF-8"],
  [Uint8Array.of(0xe9, 0x41), "Byte 1 of the document (0xe9) is not UTF-8"],
  [Uint8Array.of(0x41, 0xff), "Byte 2 of the document (0xff) is not UTF-8"],
])("the encoding is named where it can be guessed: %s", (input, message) => {
  expect(onlyDiagnostic(parse(input, "spec.yaml"))).toMatchObject({ code: "SD1003", message });
});

test("half of a surrogate pair is not text", () => {
  expect(found("ApiId: \ud83d\nIntegrationResponses: {}")).toEqual(["1:8 SD1003 \ud83d"]);
  expect(codes(oneDefault("ResponseTemplates: { a: 😀 }"))).toEqual([]);
});

test.each([
  ["\u0000", "There is a NUL character here: this is not text"],
  ["\u001b", "There is a control character U+001B here"],
  ["\u007f", "There is a control character U+007F here"],
])("the control character %j is refused where it stands", (character, message) => {
  const diagnostic = onlyDiagnostic(parse(`IntegrationResponses:\n  ${character}: {}`, "spec.yaml"));
  expect(diagnostic).toMatchObject({ code: "SD1004", message, range: { start: { line: 2, column: 3 } } });
  expect(diagnostic.help).toMatch(character === "\u0000" ? /right file/ : /escape/);
});

test("tabs, spaces and what lies behind ASCII are text", () => {
  expect(codes(oneDefault('ResponseTemplates: { a: "\t~ \u0080ä" }'))).toEqual([]);
});

test("the size is counted in bytes of UTF-8", () => {
  const head = "IntegrationResponses: {} #";
  const room = SPEC_LIMITS.bytes - head.length;
  expect(codes(head + "x".repeat(room))).toEqual([]);
  expect(codes(head + "x".repeat(room + 1))).toEqual(["SD1005"]);
  expect(codes(head + "é".repeat(room / 2))).toEqual([]);
  expect(codes(`${head}é${"é".repeat(room / 2)}`)).toEqual(["SD1005"]);
  expect(codes(bytes(`${head}é${"é".repeat(room / 2)}`))).toEqual(["SD1005"]);
});

test("a document that is too large says by how much", () => {
  const diagnostic = onlyDiagnostic(parse(new Uint8Array(SPEC_LIMITS.bytes + 7), "spec.yaml"));
  expect(diagnostic.message).toBe("The document has 1048583 bytes, 7 more than the 1048576 allowed");
});

test("of a document that was read up to the limit no length is claimed", () => {
  const diagnostic = onlyDiagnostic(parse(new Uint8Array(SPEC_LIMITS.bytes + 1), "spec.yaml"));
  expect(diagnostic.message).toBe("The document has more than the 1048576 bytes allowed");
});

test.each(["", "\n", "# nothing\n", "---\n", "--- # nothing\n...\n", "\uFEFF"])("%j is an empty document", (text) => {
  expect(codes(text)).toEqual(["SD1015"]);
});

test.each(["null", "~", "[]", "text", "12", '""', "!x"])("%j is not a map", (text) => {
  expect(codes(text)).toContain(text === "!x" ? "SD1011" : "SD2003");
});

test("a file name or a brace makes it JSON", () => {
  expect(codes("ApiId: a", "spec.json")).toEqual(["SD1002"]);
  expect(codes("ApiId: a", "SPEC.JSON")).toEqual(["SD1002"]);
  expect(codes(" \n{ApiId: a}", "-")).toEqual(["SD1002"]);
  expect(codes("IntegrationResponses: {}", "spec.json.yaml")).toEqual([]);
});

test.each(["spec.yaml", "spec.yml", "SPEC.YML"])("a flow map in %s is YAML", (file) => {
  expect(codes("{IntegrationResponses: {}}", file)).toEqual([]);
  expect(codes("{IntegrationResponses: {}, ApiId: 12}", file)).toEqual(["SD2003"]);
});

test("at most a hundred problems are listed, from the top; the rest is counted", () => {
  const lines = Array.from({ length: 130 }, (_, index) => `  r${index}:\n    IntegrationResponseKey: ${index}`);
  const { diagnostics, omitted, document } = parse(`IntegrationResponses:\n${lines.join("\n")}\nApiId: 1`, "spec.yaml");
  expect(document).toBeUndefined();
  expect(diagnostics).toHaveLength(100);
  expect(omitted).toBe(130 * 2 + 1 - 100);
  expect(diagnostics.map(({ range }) => range.start.line)).toEqual(
    diagnostics.map(({ range }) => range.start.line).sort((a, b) => a - b),
  );
  expect(diagnostics.at(-1)?.range.start.line).toBe(101);
});

test("a document with a hundred problems omits none", () => {
  const keys = Array.from({ length: 100 }, (_, index) => `k${index}: 1`).join("\n");
  expect(parse(`IntegrationResponses: {}\n${keys}`, "x")).toMatchObject({ omitted: 0, diagnostics: { length: 100 } });
});

test("what begins at the same place is listed shortest first", () => {
  const wide = parse('IntegrationResponses:\n  "": {}\n', "x").diagnostics;
  expect(wide.map(({ code }) => code)).toEqual(["SD2006", "SD2002", "SD2002", "SD2002"]);
});
