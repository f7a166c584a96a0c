import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { openTerminal } from "../../packages/cli/src/terminal/terminal.ts";
import { awsEnvironment, callCli, ROOT } from "../cli/run-cli.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const project = mkdtempSync(join(tmpdir(), "specdrop-readme-"));
let endpoints: Endpoints;

beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  writeFileSync(join(project, "package.json"), '{ "private": true }');
  expect((await specdrop("init")).code).toBe(0);
});
afterAll(() => endpoints.close());

function specdrop(...args: readonly string[]) {
  return callCli(args, { cwd: project, env: awsEnvironment(endpoints.url) });
}

/** The words of a command line, which may stand in single quotes. */
function words(line: string): readonly string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, "$1"));
}

/** What the README has its reader change in the file that init wrote, before the command. */
const EDITS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "plan specs/chat.yaml": [
    ['"type": "reply"', '"type": "message"'],
    ["type: reply,", "type: message,"],
  ],
  "validate specs": [["ResponseTemplates:", "ResponseTemplate:"]],
};

/** Commands and what they print, in the order of the README. */
const SESSION = [...README.matchAll(/^```\n(\$ npx specdrop [\s\S]*?)\n```$/gm)]
  .flatMap(([, block = ""]) => block.split(/^\$ npx specdrop /m).slice(1))
  .map((each) => each.trimEnd().split("\n"));

test("the first picture, and everything else that it links to, exists", () => {
  expect(README).toMatch(/^# specdrop\n\n!\[[^\]]{20,}\]\(docs\/images\//);
  const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("what a reader does after init prints what the README shows, and the first document has no warnings", async () => {
  expect(SESSION.length).toBeGreaterThan(4);
  expect((await specdrop("validate", "--strict", "specs")).stdout).toBe("1 file, 1 resource: 0 errors, 0 warnings\n");
  const done = new Set<string>();
  for (const [line = "", ...shown] of SESSION) {
    // The second time a command comes, and before a plan, its reader has changed the file.
    const edits = line.startsWith("plan") || done.has(line) ? (EDITS[line] ?? []) : [];
    const document = join(project, "specs/chat.yaml");
    for (const [before, after] of edits) {
      const text = readFileSync(document, "utf8");
      expect(text).toContain(before);
      writeFileSync(document, text.replace(before, after));
    }
    const { stdout, stderr } = await specdrop(...words(line));
    const steady = (text: string) => text.replace(/Done in [\d.]+ s/, "Done in 0.5 s");
    for (const each of shown.flatMap((text) => text.split("…"))) {
      expect(steady(`${stdout}${stderr}`), line).toContain(each.trim());
    }
    done.add(line);
  }
});

test("every command line in it is one, and its paths are in a project after init, or in a clone", () => {
  const program = createProgram(openTerminal(), () => {});
  const names = new Set(program.commands.map((command) => command.name()));
  const lines = [...README.matchAll(/npx specdrop ([a-z][^\n`]*)/g)].map(([, line = ""]) => words(line));
  expect(lines.length).toBeGreaterThan(8);
  for (const [name = "", ...args] of lines) {
    expect(names).toContain(name);
    const paths = args.filter((word) => /^[\w./-]+$/.test(word) && /\/|^specs$|\.(?:yaml|json)$/.test(word));
    for (const path of paths) expect(existsSync(join(project, path)) || existsSync(join(ROOT, path)), path).toBe(true);
  }
});
