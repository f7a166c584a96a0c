// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders that nobody filled in.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "@specdrop/spec";
import { describe, expect, test } from "vitest";
import { callCli, emptyFolder } from "../cli/run-cli.ts";

interface Told {
  readonly code: number | null;
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

async function validate(text: string | Uint8Array, name = "d.yaml"): Promise<Told> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, name), text);
  const { code, stdout } = await callCli(["validate", name, "--json"], { cwd });
  const { ok, files } = JSON.parse(stdout);
  return { code, ok, diagnostics: files[0].diagnostics };
}

const IDS = "ApiId: a1b2c3d4e5\nIntegrationId: abc1234\n";
const KEY = "IntegrationResponseKey: $default";

/** A document of one response with these lines. */
function one(lines: readonly string[], ids = IDS): string {
  return `${ids}IntegrationResponses:\n  ok:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

describe("07 placeholders in ids are errors", () => {
  test.each([
    "${API_ID}",
    "'{{ api_id }}'",
    "'%API_ID%'",
    "'<api-id>'",
    "$(API_ID)",
    "$API_ID",
    "'@API_ID@'",
    "'@@API_ID@@'",
    "__API_ID__",
    "'[API_ID]'",
    "'<%= api_id %>'",
    "'#{ApiId}'",
    "a1b2${SUFFIX}",
  ])("%s", async (placeholder) => {
    for (const ids of [
      `ApiId: ${placeholder}\nIntegrationId: abc1234\n`,
      `ApiId: a1b2c3d4e5\nIntegrationId: ${placeholder}\n`,
    ]) {
      const { code, diagnostics } = await validate(one([KEY], ids));
      expect(code).toBe(1);
      expect(diagnostics).toMatchObject([
        { code: "SD2005", message: expect.stringContaining("is a placeholder that was not replaced") },
      ]);
    }
  });

  test("a map of a map, as YAML reads {{x}}, is told what to do about it, not to quote it", async () => {
    const { diagnostics } = await validate(one([KEY], "ApiId: {{API_ID}}\nIntegrationId: abc1234\n"));
    expect(diagnostics[0]?.help).toBe("Write the id itself, or run the step that replaces it before this one.");
  });

  test.each(["${STAGE}", "'{{stage}}'", "'<stage>'"])("the name of a stage too: %s", async (stage) => {
    const { diagnostics } = await validate(one([KEY], `${IDS}Deploy: { StageName: ${JSON.stringify(stage)} }\n`));
    expect(diagnostics).toMatchObject([{ code: "SD2005", pointer: "/Deploy/StageName" }]);
  });

  test.each(["'my stage'", "prod/v1", "https://x.example/prod", '"prod\\u200b"'])(
    "what no stage is called: %s",
    async (stage) => {
      const { diagnostics } = await validate(one([KEY], `${IDS}Deploy: { StageName: ${stage} }\n`));
      expect(diagnostics).toMatchObject([{ code: "SD2005", pointer: "/Deploy/StageName" }]);
    },
  );

  test.each(["prod", "blue-2", "v1_0", "$default"])("%s is a stage", async (stage) => {
    const { diagnostics } = await validate(one([KEY], `${IDS}Deploy: { StageName: ${stage} }\n`));
    expect(diagnostics).toEqual([]);
  });
});

test.each([
  ["\\u200b", "U+200B ZERO WIDTH SPACE"],
  ["\\u00a0", "U+00A0 NO-BREAK SPACE"],
  ["\\u00ad", "U+00AD SOFT HYPHEN"],
  ["\\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"],
  ["\\u202e", "U+202E"],
])("08 the invisible character %s in an id is named", async (character, name) => {
  const { diagnostics } = await validate(one([KEY], `ApiId: "a1b2c3d4e5${character}"\nIntegrationId: abc1234\n`));
  expect(diagnostics).toMatchObject([{ code: "SD2005", message: expect.stringContaining(name) }]);
});

describe("09 what YAML takes for a comment is said to be one", () => {
  const COMMENT = "YAML reads text that starts with # as a comment. Put the text in single quotes";

  test.each([
    ["a template", ["ResponseTemplates:", "  application/json: #set($m = $input.path('$'))"]],
    ["a condition", ["ResponseTemplates:", '  $default: #if($context.stage == "prod")a#end']],
    ["a remark of the template language", ["ResponseTemplates:", "  $default: ## nothing yet"]],
    ["text as it is", ["ResponseTemplates:", "  $default: #[[ $x ]]#"]],
    ["an expression", ["TemplateSelectionExpression: #$request.body.kind"]],
  ])("%s", async (_, lines) => {
    const { diagnostics } = await validate(one([KEY, ...lines]));
    expect(diagnostics).toMatchObject([{ code: "SD2003", help: expect.stringContaining(COMMENT) }]);
  });

  test.each([
    ["behind a text", ["  $default: hello #if($x)you#end"]],
    ["behind a text in quotes", ["  $default: 'hello' #set($x = 1)"]],
    ["behind the mark of a block", ["  $default: | #set($x = 1)", "    hello"]],
    ["on a line before the text", ["  $default:", "    #set($x = 1)", "    hello"]],
    ["on the lines around the text", ["  $default:", "    #if(true)", "    hello", "    #end"]],
    ["on a line behind the text", ["  $default: hello", "    #end"]],
  ])("a directive %s", async (_, lines) => {
    const { diagnostics } = await validate(one([KEY, "ResponseTemplates:", ...lines]));
    expect(diagnostics).toMatchObject([{ code: "SD3519", message: expect.stringContaining("as a comment") }]);
  });

  test.each([
    ["a remark behind a text", ["  $default: hello # a greeting"]],
    ["a remark on its own line", ["  # if all goes well", "  $default: hello", "  # end of the templates"]],
    ["a remark that begins with two", ["  ## templates", "  $default: hello"]],
    ["a block", ["  $default: |", "    #set($x = 1)", "    $x"]],
    ["a text in quotes", ["  $default: '#set($x = 1)$x'"]],
    ["a remark outside", ["  $default: hello", "#end"]],
    ["an empty block", ["  $default: |-", "", "# end"]],
  ])("%s is none", async (_, lines) => {
    const { diagnostics } = await validate(one([KEY, "ResponseTemplates:", ...lines]));
    expect(diagnostics).toEqual([]);
  });

  test.each(["ResponseTemplates: { $default: #set($x = 1) }", "ResponseTemplates: { $default: a, b: ## }"])(
    "a bracket that a comment swallows: %s",
    async (line) => {
      const [first] = (await validate(one([KEY, line]))).diagnostics;
      expect(first).toMatchObject({ code: "SD1001", help: expect.stringContaining("as a comment") });
    },
  );

  test("an apostrophe between single quotes is told of", async () => {
    const [first] = (await validate(one([KEY, "ResponseTemplates: ", "  $default: 'it's'"]))).diagnostics;
    expect(first).toMatchObject({ code: "SD1001", help: "Write an apostrophe twice between single quotes." });
  });
});

describe("11 characters that look like plain ones are named", () => {
  test.each([
    ["behind a colon", "ApiId:\u00a0a1b2c3d4e5\nIntegrationId: abc1234\n", "U+00A0 NO-BREAK SPACE"],
    ["wide behind a colon", "ApiId:\u3000a1b2c3d4e5\nIntegrationId: abc1234\n", "U+3000 IDEOGRAPHIC SPACE"],
    ["thin behind a colon", "ApiId:\u2009a1b2c3d4e5\nIntegrationId: abc1234\n", "U+2009 THIN SPACE"],
    ["a wide colon", "ApiId\uff1a a1b2c3d4e5\nIntegrationId: abc1234\n", "U+FF1A FULLWIDTH COLON"],
    ["a line that ends as none", "ApiId: a1b2c3d4e5\u2028IntegrationId: abc1234\n", "U+2028 LINE SEPARATOR"],
    ["another", "ApiId: a1b2c3d4e5\u0085IntegrationId: abc1234\n", "U+0085 NEXT LINE"],
  ])("%s", async (_, ids, name) => {
    const { code, diagnostics } = await validate(one([KEY], ids));
    expect(code).toBe(1);
    const [first] = diagnostics;
    expect(`${first?.message} ${first?.help}`).toContain(name);
  });

  test("as indentation", async () => {
    const text = `${IDS}IntegrationResponses:\n  ok:\n\u00a0\u00a0\u00a0 ${KEY}\n`;
    const { diagnostics } = await validate(text);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "SD1020", message: expect.stringContaining("U+00A0 NO-BREAK SPACE") }),
    );
  });

  test("quotes of a word processor", async () => {
    const { diagnostics } = await validate(one([KEY, "ResponseTemplates: { $default: \u2018{}\u2019 }"]));
    expect(diagnostics[0]?.help).toContain("This line contains U+2018 LEFT SINGLE QUOTATION MARK: write the plain one");
  });

  test.each([
    ["the key", ['IntegrationResponseKey: "$default\\u00a0"'], "SD3101"],
    ["a key between slashes", ['IntegrationResponseKey: "/not\\u00a0found/"'], "SD3112"],
    ["the name of a template", [KEY, 'ResponseTemplates: { "application/json\\u00a0": a }'], "SD3112"],
    ["an expression", [KEY, 'TemplateSelectionExpression: "$request.body.k\\u200bind"'], "SD3112"],
  ])("in %s", async (_, lines, wanted) => {
    const { code, diagnostics } = await validate(one(lines));
    expect(code).toBe(0);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: wanted,
        message: expect.stringMatching(/invisible character U\+(?:00A0|200B) /),
      }),
    );
  });

  test("in a logical id", async () => {
    const text = `${IDS}IntegrationResponses:\n  ok\u200b: { ${KEY} }\n`;
    expect((await validate(text)).diagnostics).toMatchObject([{ code: "SD3112", range: { start: { column: 5 } } }]);
  });

  test("in a template they are text", async () => {
    expect((await validate(one([KEY, "ResponseTemplates: { $default: 'a\u00a0b' }"]))).diagnostics).toEqual([]);
  });
});

describe("13 what is suggested as a key can match", () => {
  const suggested = async (key: string) => {
    const text = `${IDS}IntegrationResponses:\n  d: { ${KEY} }\n  ok: { IntegrationResponseKey: ${JSON.stringify(key)} }\n`;
    const { diagnostics } = await validate(text);
    expect(diagnostics).toHaveLength(1);
    const { code, suggestion } = diagnostics[0] as Diagnostic;
    return { code, suggestion: suggestion?.replace(/^(["'])(.*)\1$/, "$2") };
  };

  test.each([
    ["$$default", "$default"],
    ["$default ", "$default"],
    ["/$default/", "$default"],
    ["/${default}/", "$default"],
    ["$DEFAULT", "$default"],
    ["'$default'", "$default"],
    ["/200/i", "/200/"],
    ["/4\\d\\d/g", "/4\\d\\d/"],
    ["200-299", "/2\\d\\d/"],
    ["/200-299/", "/2\\d\\d/"],
    ["2xx", "/2\\d\\d/"],
    ["/5XX/", "/5\\d\\d/"],
    ["4*", "/4\\d\\d/"],
    ["5**", "/5\\d\\d/"],
    ["200,201", "/200|201/"],
    ["200 or 201", "/200|201/"],
    ["/200", "/200/"],
  ])("%j → %s", async (key, suggestion) => {
    expect(await suggested(key)).toMatchObject({ suggestion });
  });

  test.each(["error", "*", ".*", ">=400", "!200", "200.0", "$ default"])("nothing is suggested for %j", async (key) => {
    expect(await suggested(key)).toEqual({ code: "SD3101", suggestion: undefined });
  });
});

describe("15 a selection expression that can only be a slip is told of", () => {
  const told = async (expression: string) => {
    const templates = "ResponseTemplates: { $default: '{}', 200: '{}' }";
    const lines = [KEY, `TemplateSelectionExpression: ${JSON.stringify(expression)}`, templates];
    const { ok, diagnostics } = await validate(one(lines));
    expect(ok).toBe(true);
    const [first] = diagnostics;
    return { code: first?.code, suggestion: first?.suggestion?.replace(/^(["'])(.*)\1$/, "$2") };
  };

  test.each([
    ["integration.response.statuscode", "SD3111", "$integration.response.statuscode"],
    ["{integration.response.statuscode}", "SD3111", "$integration.response.statuscode"],
    ["integration.response.header.kind", "SD3111", "$integration.response.header.kind"],
    ["{request.body.kind}", "SD3111", "$request.body.kind"],
    ["\\", "SD3111", "\\$default"],
    ["\\\\$default", "SD3111", "\\$default"],
    ["\\default", "SD3111", "\\$default"],
    ["$default", "SD3105", "\\$default"],
    ["/$default/", "SD3106", "\\$default"],
    ["$$integration.response.statuscode", "SD3106", "$integration.response.statuscode"],
    ["$integration.response.statusCode", "SD3106", "$integration.response.statuscode"],
    ["${Integration.Response.StatusCode}", "SD3106", "${integration.response.statuscode}"],
    [" $request.body.kind ", "SD3106", "$request.body.kind"],
    ["$integration.response.status", "SD3106", undefined],
    ["$request.body..kind.$", "SD3106", undefined],
  ])("%j", async (expression, code, suggestion) => {
    expect(await told(expression)).toEqual({ code, suggestion });
  });

  test.each(["$integration.response.statuscode", "$request.body.kind", "${request.body.kind}-v1"])(
    "%s is none",
    async (good) => {
      expect(await told(good)).toEqual({ code: undefined, suggestion: undefined });
    },
  );
});

test.each([
  "61e9540123",
  "0123456789",
  "0x1f2e3d4c5b",
  "0o1234567",
  "1234567890",
  "1234567.10",
  "12345678901234567890",
  "1e5",
  ".inf",
  "true",
  "-1",
])("25 the id %s is written in quotes", async (id) => {
  for (const [ids, pointer] of [
    [`ApiId: ${id}\nIntegrationId: abc1234\n`, "/ApiId"],
    [`ApiId: a1b2c3d4e5\nIntegrationId: ${id}\n`, "/IntegrationId"],
  ] as const) {
    const { code, diagnostics } = await validate(one([KEY], ids));
    expect(code).toBe(1);
    expect(diagnostics).toMatchObject([{ code: "SD2003", pointer, suggestion: `"${id}"`, help: "Put it in quotes." }]);
  }
  expect((await validate(one([KEY], `ApiId: "${id}"\nIntegrationId: abc1234\n`))).diagnostics).toEqual([]);
});

describe("33 encodings", () => {
  const text = one([KEY, "ResponseTemplates: { $default: 'schön' }"]);
  const utf16 = (bigEndian: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    return bigEndian ? bytes.swap16() : bytes;
  };

  test.each([
    ["UTF-16 with the low byte first", utf16(false), "The document is UTF-16, not UTF-8"],
    ["UTF-16 with the high byte first", utf16(true), "The document is UTF-16, not UTF-8"],
    ["one byte a character", Buffer.from(text, "latin1"), "(0xf6) is not UTF-8"],
    [
      "a text that is cut off within a character",
      Buffer.from(text).subarray(0, text.indexOf("ö") + 1),
      "(0xc3) is not UTF-8",
    ],
  ])("%s is refused, with the byte", async (_, bytes, message) => {
    const { code, diagnostics } = await validate(bytes);
    expect(code).toBe(1);
    expect(diagnostics).toMatchObject([{ code: "SD1003", message: expect.stringContaining(message) }]);
  });

  test.each([
    ["UTF-8", text],
    ["UTF-8 with a mark in front", `\ufeff${text}`],
    ["lines of Windows", text.replaceAll("\n", "\r\n")],
  ])("%s is read", async (_, written) => {
    for (const name of ["d.yaml", "d.yml"]) expect((await validate(written, name)).diagnostics).toEqual([]);
  });

  test("JSON with a mark in front is read", async () => {
    const document = {
      ApiId: "a1",
      IntegrationId: "b2",
      IntegrationResponses: { ok: { IntegrationResponseKey: "$default" } },
    };
    expect((await validate(`\ufeff${JSON.stringify(document)}`, "d.json")).diagnostics).toEqual([]);
  });
});
