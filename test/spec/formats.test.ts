import { type Diagnostic, formatGithub, formatPretty, parse, toSarif } from "@specdrop/spec";
import { expect, test } from "vitest";

function diagnostic(parts: Partial<Diagnostic<string>> = {}): Diagnostic<string> {
  return {
    code: "SD2001",
    severity: "error",
    message: "No such property",
    file: "a.yaml",
    range: { start: { line: 1, column: 3 }, end: { line: 1, column: 6 } },
    pointer: "/abc",
    ...parts,
  };
}

const see = (code: string): string => `specdrop explain ${code}`;
const plain = { color: (_: string, text: string): string => text, see };
const at = (line: number, column: number, endLine: number, endColumn: number): Diagnostic["range"] => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const frame = (source: string, range: Diagnostic["range"]): string[] =>
  formatPretty([diagnostic({ range })], new Map([["a.yaml", source]]), plain)
    .split("\n")
    .slice(3, 5);

test("a code frame is no wider than there are columns, and shows its range", () => {
  const source = `${"a".repeat(50)}bbb${"c".repeat(50)}`;
  const range = at(1, 51, 1, 54);
  const sources = new Map([["a.yaml", source]]);
  const lines = formatPretty([diagnostic({ range })], sources, { ...plain, columns: 20 }).split("\n");
  expect(lines.slice(3, 5)).toEqual([`1 | …${"a".repeat(6)}bbb${"c".repeat(11)}…`, `  | ${" ".repeat(7)}^^^`]);
});

test("a code frame shows the line, the range, and what to do", () => {
  const text = formatPretty(
    [diagnostic({ suggestion: "Abc", help: "Look up." })],
    new Map([["a.yaml", "x abc y\n"]]),
    plain,
  );
  expect(text).toBe(`error SD2001: No such property
 --> a.yaml:1:3
  |
1 | x abc y
  |   ^^^
  = write: Abc
  = help: Look up.
  = see: specdrop explain SD2001
`);
});

test("several diagnostics are set apart by an empty line, and files keep their texts", () => {
  const sources = new Map([
    ["a.yaml", "first"],
    ["b.yaml", "second"],
  ]);
  const text = formatPretty(
    [diagnostic(), diagnostic({ file: "b.yaml", code: "SD9999" }), diagnostic({ file: "c.yaml" })],
    sources,
    plain,
  );
  expect(text.split("\n\n")).toHaveLength(3);
  expect(text).toContain("1 | first\n");
  expect(text).toContain("1 | second\n  |   ^^^\n\nerror");
  expect(text).toContain("--> c.yaml:1:3\n  = see");
  expect(formatPretty([], sources, plain)).toBe("");
});

test("styles are those of util.styleText", () => {
  const color = (style: string, text: string): string => `<${style} ${text}>`;
  const [error] = formatPretty([diagnostic({ help: "Look up." })], new Map([["a.yaml", "x abc"]]), {
    color,
    see,
  }).split("\n\n");
  expect(error).toBe(`<red error SD2001><bold : No such property>
 <dim -->> <cyan a.yaml:1:3>
<dim   |>
<dim 1 |> x abc
<dim   |> <red   ^^^>
<dim   = help:> Look up.
<dim   = see:> specdrop explain SD2001
`);
  expect(formatPretty([diagnostic({ severity: "warning" })], new Map(), { color })).toMatch(/^<yellow warning SD2001>/);
});

test("line numbers widen the gutter", () => {
  const source = `${"\n".repeat(99)}abc`;
  const text = formatPretty([diagnostic({ range: at(100, 1, 100, 4) })], new Map([["a.yaml", source]]), plain);
  expect(text).toContain("\n   --> a.yaml:100:1\n    |\n100 | abc\n    | ^^^\n");
});

test.each([
  ["an empty range", "abc", at(1, 2, 1, 2), ["1 | abc", "  |  ^"]],
  ["a range behind the end", "abc", at(1, 4, 1, 4), ["1 | abc", "  |    ^"]],
  ["a range far behind the end", "abc", at(1, 90, 1, 99), ["1 | abc", "  |    ^"]],
  ["a range over several lines", "abc\ndef", at(1, 2, 2, 3), ["1 | abc", "  |  ^^"]],
  ["tabs", "\tab\tc", at(1, 5, 1, 6), ["1 |  ab c", "  |     ^"]],
  ["a byte order mark", "\uFEFFabc", at(1, 1, 1, 2), ["1 | abc", "  | ^"]],
  ["line ends of Windows", "abc\r\n", at(1, 3, 1, 4), ["1 | abc", "  |   ^"]],
  [
    "control characters",
    "a\u001b[1mb\u0000\u007f\u0085\u202e\u200b\u2066c",
    at(1, 2, 1, 3),
    ["1 | a␛[1mb␀␡����c", "  |  ^"],
  ],
  [
    "what lies next to them",
    "\u009f\u00a0\u200a\u2010\u2027\u202f\u2065\u206a ~",
    at(1, 1, 1, 2),
    ["1 | \uFFFD\u00a0\u200a\u2010\u2027\u202f\u2065\u206a ~", "  | ^"],
  ],
])("%s", (_, source, range, expected) => {
  expect(frame(source, range)).toEqual(expected);
});

test("long lines are cut around the range", () => {
  const source = `${"a".repeat(5_000)}XYZ${"b".repeat(5_000)}`;
  expect(frame(source, at(1, 5_001, 1, 5_004))).toEqual([
    `1 | …${"a".repeat(30)}XYZ${"b".repeat(67)}…`,
    `  | ${" ".repeat(31)}^^^`,
  ]);
  expect(frame(source, at(1, 5_001, 1, 10_000))[1]).toBe(`  | ${" ".repeat(31)}${"^".repeat(70)}`);
  expect(frame(source, at(1, 71, 1, 72))).toEqual([`1 | ${"a".repeat(100)}…`, `  | ${" ".repeat(70)}^`]);
  expect(frame(source, at(1, 72, 1, 73))[0]).toBe(`1 | …${"a".repeat(100)}…`);
  expect(frame(source, at(1, 10_003, 1, 10_004))).toEqual([`1 | …${"b".repeat(31)}`, `  | ${" ".repeat(31)}^`]);
});

test("neither messages nor names move the cursor of a terminal", () => {
  const text = formatPretty(
    [diagnostic({ file: "\u001b]0;x\u0007.yaml", message: "a\u001b[2J", help: "\u202e", suggestion: "\r" })],
    new Map(),
    plain,
  );
  expect(text).toBe(
    "error SD2001: a␛[2J\n --> ␛]0;x␇.yaml:1:3\n  = write: ␍\n  = help: \uFFFD\n  = see: specdrop explain SD2001\n",
  );
});

test("workflow commands are escaped", () => {
  expect(formatGithub([diagnostic()])).toBe(
    "::error file=a.yaml,line=1,endLine=1,col=3,endColumn=6,title=SD2001::No such property%0Asee: specdrop explain SD2001\n",
  );
  const odd = diagnostic({
    severity: "warning",
    file: "a,b:c%\n\r.yaml",
    message: "100%, a::b\r\nc",
    suggestion: "x",
    help: "y",
    range: at(1, 2, 3, 4),
  });
  expect(formatGithub([odd, odd]).split("\n")).toEqual([
    "::warning file=a%2Cb%3Ac%25%0A%0D.yaml,line=1,endLine=3,col=2,endColumn=4,title=SD2001::100%25, a::b%0D%0Ac%0Awrite: x%0Ay%0Asee: specdrop explain SD2001",
    "::warning file=a%2Cb%3Ac%25%0A%0D.yaml,line=1,endLine=3,col=2,endColumn=4,title=SD2001::100%25, a::b%0D%0Ac%0Awrite: x%0Ay%0Asee: specdrop explain SD2001",
    "",
  ]);
  expect(formatGithub([diagnostic({ code: "SD9999" })])).not.toContain("see:");
  expect(formatGithub([])).toBe("");
});

test("SARIF has rules, results and fixes", () => {
  const text = "OnDrift: Repair\nIntegrationResponses: {}\nx: 1\n";
  const { diagnostics } = parse(text, "a.yaml");
  expect(toSarif([{ file: "a.yaml", diagnostics }])).toEqual({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "specdrop",
            rules: [
              {
                id: "SD2001",
                shortDescription: { text: "Unknown property" },
                help: { text: "Run: specdrop explain SD2001" },
                defaultConfiguration: { level: "error" },
              },
              {
                id: "SD2008",
                shortDescription: { text: "Value outside its choices" },
                help: { text: "Run: specdrop explain SD2008" },
                defaultConfiguration: { level: "error" },
              },
            ],
          },
        },
        columnKind: "utf16CodeUnits",
        artifacts: [{ location: { uri: "a.yaml" } }],
        results: [
          {
            ruleId: "SD2008",
            ruleIndex: 1,
            partialFingerprints: { "pointer/v1": "SD2008:/OnDrift" },
            level: "error",
            message: { text: 'OnDrift must be report or repair, not "Repair"' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "a.yaml", index: 0 },
                  region: { startLine: 1, startColumn: 10, endLine: 1, endColumn: 16 },
                },
              },
            ],
            properties: { pointer: "/OnDrift" },
            fixes: [
              {
                description: { text: "Write repair" },
                artifactChanges: [
                  {
                    artifactLocation: { uri: "a.yaml", index: 0 },
                    replacements: [
                      {
                        deletedRegion: { startLine: 1, startColumn: 10, endLine: 1, endColumn: 16 },
                        insertedContent: { text: "repair" },
                      },
                    ],
                  },
                ],
              },
            ],
          },
          {
            ruleId: "SD2001",
            ruleIndex: 0,
            partialFingerprints: { "pointer/v1": "SD2001:/x" },
            level: "error",
            message: {
              text: 'The document has no property "x". Known here: $schema, ApiId, IntegrationId, Deploy, DryRun, AllowDeletions, OnDrift, TwoWay, Backend, Expectations, IntegrationResponses.',
            },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "a.yaml", index: 0 },
                  region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 2 },
                },
              },
            ],
            properties: { pointer: "/x" },
          },
        ],
      },
    ],
  });
});

test.each([
  ["-", "stdin"],
  ["a b/c#d?e%.yaml", "a%20b/c%23d%3Fe%25.yaml"],
  ["a\\b.yaml", "a/b.yaml"],
  ["s3://specs/x.yaml", "s3://specs/x.yaml"],
  ["a:b.yaml", "a%3Ab.yaml"],
  ["/tmp/ä ö.yaml", "file:///tmp/%C3%A4%20%C3%B6.yaml"],
  ["C:\\specs\\a.yaml", "file:///C:/specs/a.yaml"],
  ["\ud800.yaml", "%EF%BF%BD.yaml"],
])("the file %j has the URI %s", (file, uri) => {
  expect(toSarif([{ file, diagnostics: [] }])).toMatchObject({
    runs: [{ artifacts: [{ location: { uri } }], results: [], tool: { driver: { rules: [] } } }],
  });
});
