import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { DIAGNOSTICS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { formatReasons } from "../../packages/cli/src/report/changes.ts";
import { hasLinks } from "../../packages/cli/src/terminal/links.ts";
import { printable } from "../../packages/cli/src/terminal/printable.ts";
import { callCli, emptyFolder, ROOT, runCli } from "./run-cli.ts";

const CODES = Object.entries(DIAGNOSTICS);

test("the page of a code is shown from any folder, without marks of Markdown", async () => {
  const { code, stdout, stderr } = await runCli(["explain", "SD2001"], { cwd: emptyFolder() });
  expect(stdout).toBe(`error SD2001: Unknown property

There is no such property here, and a misspelt one must not be lost silently. Names are written
exactly as CloudFormation writes them.

Wrong

    ApiId: a1b2c3d4e5
    IntegrationId: abc1234
    IntegrationResponses:
      ok:
        IntegrationResponseKey: $default
        responseTemplates: { $default: "{}" }

Right

    ApiId: a1b2c3d4e5
    IntegrationId: abc1234
    IntegrationResponses:
      ok:
        IntegrationResponseKey: $default
        ResponseTemplates: { $default: "{}" }
`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(["sd2001", "2001", " SD2001 "])("%j is SD2001", async (asked) => {
  expect(await callCli(["explain", asked])).toEqual(await callCli(["explain", "SD2001"]));
});

test("colours follow the terminal", async () => {
  const { stdout } = await callCli(["explain", "SD3107"], { env: { FORCE_COLOR: "1" } });
  expect(stdout).toContain("\u001b[33mwarning SD3107\u001b[39m");
  expect(stdout).toContain("\u001b[1mWrong\u001b[22m");
  expect(stripVTControlCharacters(stdout)).toBe((await callCli(["explain", "SD3107"])).stdout);
});

function wordsOf(text: string): readonly string[] {
  return text.split(/(?:[\s`#()[\].,:;|]|-{3,})+/);
}

test.each(CODES)("every word of the page of %s is shown, and none of its marks", async (code, { severity, title }) => {
  const { stdout } = await callCli(["explain", code]);
  const [first, ...lines] = stdout.split("\n");
  expect(first).toBe(`${severity} ${code}: ${title}`);
  const prose = lines.filter((line) => !line.startsWith("    "));
  for (const line of prose) {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).not.toMatch(/`|\]\(|\*\*|^#|^\||^>|^\d+\. /);
  }
  const page = readFileSync(join(ROOT, DIAGNOSTICS[code as keyof typeof DIAGNOSTICS].docs), "utf8");
  const examples = [...page.matchAll(/```\w+\n([\s\S]*?)\n```/g)].map(([, body = ""]) => body);
  const shown = stdout.replace(/^ {4}/gm, "");
  for (const example of examples) expect(shown).toContain(example);
  const rest = page.replace(/^Severity: .*$/m, "").replace(/\]\((?!http)[^)]*\)/g, " ");
  const isShown = new Set(wordsOf(stdout));
  expect(wordsOf(rest.replace(/^```\w*$/gm, "")).filter((word) => !isShown.has(word))).toEqual([]);
});

test("a link to another page of the docs leaves its text", async () => {
  const { stdout } = await callCli(["explain", "SD1011"]);
  expect(stdout).toContain("answered with SD2101. Text");
});

test.each([
  ["SD2900x", ["SD2900"]],
  ["SD0201", ["SD2001"]],
  ["sd2o01", ["SD2001"]],
  ["201", ["SD2001"]],
  ["SD20011", ["SD2001"]],
  ["9999", ["SD7001", "SD7002", "SD7003"]],
  ["Invisible", ["SD1020  Invisible character"]],
])("%s does not exist: similar codes are suggested", async (asked, near) => {
  const { code, stdout, stderr } = await callCli(["explain", asked]);
  expect(stderr).toContain(`there is no diagnostic ${asked}. Similar codes:\n`);
  for (const each of near) expect(stderr).toContain(`\n  ${each}`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("what resembles no code is sent to the list", async () => {
  const { code, stderr } = await callCli(["explain", "nonsense"]);
  expect(stderr).toBe("error: there is no diagnostic nonsense. specdrop explain lists them all.\n");
  expect(code).toBe(2);
});

test("without a code there is a row for each", async () => {
  const { code, stdout } = await callCli(["explain"]);
  expect(stdout.trimEnd().split("\n")).toEqual(
    CODES.map(([each, { severity, title }]) => `${each}  ${severity.padEnd(7)}  ${title}`),
  );
  expect(code).toBe(0);
});

test("a diagnostic ends in the command that explains it, which is a link where the terminal has links", async () => {
  const args = ["validate", "examples/minimal.yaml"];
  expect((await callCli(args)).stdout).toContain("  = see: specdrop explain SD3107\n");

  const { stdout } = await callCli(args, { env: { FORCE_HYPERLINK: "1" } });
  const [target = "", shown] = stdout.split("\u001b]8;;")[1]?.split("\u001b\\") ?? [];
  expect(shown).toBe("specdrop explain SD3107");
  expect(stdout).toContain(`= see: \u001b]8;;${target}\u001b\\${shown}\u001b]8;;\u001b\\\n`);
  expect(readFileSync(fileURLToPath(target), "utf8")).toMatch(/^# SD3107: /);
  expect(
    (await callCli(["validate", "--json", "examples/minimal.yaml"], { env: { FORCE_HYPERLINK: "1" } })).stdout,
  ).not.toContain("]8;;");
});

test("so does a change that failed, unless its code is AWS's own", () => {
  const change = { logicalId: "ok", action: "create", status: "failed" } as const;
  const place = { integrationId: "b1", integrationResponseKey: "$default", changedProperties: [] };
  const reasons = (code: string) => {
    const error = { code, message: "It is so.", retryable: false, help: "Do this." };
    return printable(formatReasons({ ...change, ...place, error }));
  };
  expect(reasons("SD5002")).toBe("\n      SD5002: It is so.\n      Do this.\n      see: specdrop explain SD5002");
  expect(reasons("AccessDenied")).toBe("\n      AccessDenied: It is so.\n      Do this.");
});

test.each([
  [true, { TERM_PROGRAM: "WezTerm" }],
  [true, { TERM: "xterm-kitty" }],
  [true, { VTE_VERSION: "7006" }],
  [true, { WT_SESSION: "x" }],
  [false, {}],
  [false, { TERM: "xterm-256color" }],
  [false, { VTE_VERSION: "5000" }],
  [false, { TERM_PROGRAM: "WezTerm", CI: "true" }],
  [false, { TERM_PROGRAM: "WezTerm", TERM: "dumb" }],
  [false, { TERM_PROGRAM: "WezTerm", SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" }],
  [false, { TERM_PROGRAM: "WezTerm", FORCE_HYPERLINK: "0" }],
  [true, { CI: "true", FORCE_HYPERLINK: "1" }],
])("links are shown: %s with %j", (expected, env) => {
  expect(hasLinks({ isTTY: true }, env)).toBe(expected);
  expect(hasLinks({ isTTY: false }, env)).toBe(expected && "FORCE_HYPERLINK" in env);
});
