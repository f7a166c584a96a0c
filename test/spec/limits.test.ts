import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { codes, onlyDiagnostic } from "./reading.ts";

const entries = (count: number, entry: (n: number) => string, between = ""): string =>
  Array.from({ length: count }, (_, n) => entry(n)).join(between);

const HEAD = "ApiId: a\nIntegrationId: b\n";
const short = (n: number) => `  r${n}: { IntegrationResponseKey: /${n}/ }\n`;
const fallback = "  d: { IntegrationResponseKey: $default }\n";

test("2,000 resources are read, with comments and line breaks behind them", () => {
  const text = `${HEAD}IntegrationResponses:\n${fallback}${entries(1_999, short)}\n  # the end\n\n`;
  expect(parse(text, "x").document?.resources).toHaveLength(2_000);
});

test.each(["IntegrationResponses", "Resources"])("of more %s than that, nothing is read", (name) => {
  const block = onlyDiagnostic(parse(`${HEAD}${name}:\n${entries(2_001, short)}`, "x"));
  expect(block).toMatchObject({
    code: "SD1007",
    pointer: `/${name}/r2000`,
    message: "This is resource 2001; a document can have at most 2000",
    range: { start: { line: 2_004, column: 3 } },
  });
  const flow = onlyDiagnostic(parse(`${HEAD}${name}: {${entries(2_001, (n) => `r${n}: {}`, ", ")}}`, "x"));
  expect(flow).toMatchObject({ code: "SD1007", pointer: `/${name}/r2000` });
  const quoted = onlyDiagnostic(parse(`${HEAD}${name}:\n${entries(2_001, (n) => `  "r${n}": {}\n`)}`, "x"));
  expect(quoted).toMatchObject({ code: "SD1007", pointer: `/${name}/r2000` });
});

test("a JSON document with more is read up to there", () => {
  const type = "AWS::ApiGatewayV2::IntegrationResponse";
  const resource = (n: number) =>
    `"r${n}":{"Type":"${type}","Properties":{"ApiId":"a","IntegrationId":"b","IntegrationResponseKey":"${n === 0 ? "$default" : `/r${n}/`}"}}`;
  expect(codes(`{"Resources":{${entries(2_001, resource, ",")}}}`)).toEqual(["SD1007"]);
});

test.each([
  ["a map at the top", entries(2_001, (n) => `k${n}: 1\n`)],
  ["a map below", `a:\n  b:\n${entries(2_001, (n) => `    k${n}: 1\n`)}`],
  ["a list", `a:\n${entries(2_001, () => "  - x\n")}`],
  ["a list at the top", entries(2_001, () => "- x\n")],
  ["a list within a list", `- \n${entries(2_001, () => "  - x\n")}`],
  ["braces", `a: {${entries(2_001, (n) => `k${n}: 1`, ", ")}}`],
  ["brackets", `[${entries(2_001, () => "x", ", ")}]`],
  ["a key of its own", `? {${entries(2_001, (n) => `k${n}: 1`, ", ")}}\n: 1\n`],
  ["a map in JSON", `{${entries(2_001, (n) => `"k${n}":1`, ",")}}`],
  ["a list in JSON", `{"a":[${entries(2_001, () => "1", ",")}]}`],
])("%s with more than 2,000 entries is nothing that a property takes", (_, text) => {
  expect(onlyDiagnostic(parse(text, "x"))).toMatchObject({
    code: "SD1018",
    message: "This is entry 2001 of a map or list; no property takes that many",
  });
});

test("of hundreds of equal mistakes a hundred are listed, and all are counted", () => {
  const unknown = parse(`${HEAD}IntegrationResponses: {}\n${entries(500, (n) => `k${n}: 1\n`)}`, "x");
  expect(unknown.diagnostics.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => "SD2001"));
  expect(unknown.omitted).toBe(400);
  const twice = parse(`${HEAD}IntegrationResponses: {}\n${"a: 1\n".repeat(500)}`, "x");
  expect(twice.diagnostics).toHaveLength(100);
  expect(twice.omitted).toBe(899);
  const escapes = parse(`a: "${"\\$".repeat(500)}"`, "x");
  expect(escapes.diagnostics).toHaveLength(100);
  expect(escapes.omitted).toBe(402);
});

test("what comes earlier in the text is listed, even if it is found later", () => {
  const wrong = (n: number) => `  r${n}: { IntegrationResponseKey: "/${n}/", ResponseTemplates: { a: 1 } }\n`;
  const { diagnostics } = parse(`${HEAD}Nonsense: 1\nIntegrationResponses:\n${fallback}${entries(300, wrong)}`, "x");
  expect(diagnostics[0]).toMatchObject({ code: "SD2001", pointer: "/Nonsense" });
});

test("an id has at most 128 characters, whatever they take in bytes", () => {
  const document = (ApiId: string) =>
    JSON.stringify({ ApiId, IntegrationId: "b", IntegrationResponses: { d: { IntegrationResponseKey: "$default" } } });
  for (const text of [document("a".repeat(128)), document("💙".repeat(128))]) {
    for (const name of ["x.json", "x.yaml"]) expect(parse(text, name).document?.resources).toHaveLength(1);
  }
  for (const ApiId of ["a".repeat(129), "💙".repeat(129), "a b".repeat(50)]) {
    expect(onlyDiagnostic(parse(document(ApiId), "x"))).toMatchObject({
      code: "SD2005",
      pointer: "/ApiId",
      message: expect.stringMatching(/ has 1(29|50) characters; an id can have at most 128$/),
    });
  }
});

test("a resource is measured in bytes too, its key twice", () => {
  const document = (templates: number, letter: string, key = "$default") =>
    JSON.stringify({
      ApiId: "a",
      IntegrationId: "b",
      IntegrationResponses: {
        d: {
          IntegrationResponseKey: key,
          TemplateSelectionExpression: "$request.body.t",
          ResponseTemplates: Object.fromEntries(
            Array.from({ length: templates }, (_, n) => [`t${n}`, letter.repeat(32_000)]),
          ),
        },
      },
    });
  expect(parse(document(3, "中"), "x").document?.resources).toHaveLength(1);
  const large = onlyDiagnostic(parse(document(5, "中"), "x"));
  expect(large).toMatchObject({ code: "SD3004", pointer: "/IntegrationResponses/d" });
  expect(large.message).toBe('Resource "d" has 480187 bytes as UTF-8; the ledger accepts at most 380000');
  const twice = parse(document(3, "中", `/${"中".repeat(20_000)}/`), "x");
  expect(twice.diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([{ code: "SD3004" }]);
});

test("the ApiIds of a document, each counted once, may come to 60,000 bytes", () => {
  const document = (count: number, idOf: (n: number) => string) =>
    JSON.stringify({
      IntegrationId: "b",
      IntegrationResponses: Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`r${n}`, { ApiId: idOf(n), IntegrationResponseKey: "$default" }]),
      ),
    });
  const longId = (n: number) => `${n}`.padStart(120, "a");
  expect(parse(document(500, longId), "x").document?.resources).toHaveLength(500);
  const same = parse(
    document(2_000, () => "a".repeat(128)),
    "x",
  );
  expect(same.diagnostics.map(({ code }) => code)).not.toContain("SD1019");
  expect(onlyDiagnostic(parse(document(700, longId), "x"))).toMatchObject({
    code: "SD1019",
    pointer: "/IntegrationResponses/r500",
    message: "The ApiIds up to here have 60120 bytes together; those of a document can have at most 60000",
  });
});
