import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { emptyFolder, ROOT } from "../cli/run-cli.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const ACTION = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;
const VALIDATE = stepNamed("Validate");
const SARIF = stepNamed("Write SARIF");
const FIND = stepNamed("Find specdrop");

function stepNamed(name: string): Step {
  const step = ACTION.runs.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`action.yml has no step ${name}`);
  return step;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a step as a runner does: `bash --noprofile --norc -eo pipefail FILE`, with its inputs as variables. */
async function runStep(
  step: Step,
  cwd: string,
  inputs: Readonly<Record<string, string>>,
  runner: Readonly<Record<string, string>> = {},
  command = join(ROOT, "node_modules/.bin/specdrop"),
): Promise<Run> {
  const script = join(emptyFolder(), "step.sh");
  writeFileSync(script, step.run ?? "");
  const env = Object.fromEntries(
    Object.entries(step.env ?? {}).map(([name, expression]) => {
      if (/^\$\{\{ steps\.specdrop\.outputs\.command \}\}$/.test(expression)) return [name, command];
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? "";
      return [name, inputs[input] ?? ACTION.inputs[input]?.default ?? ""];
    }),
  );
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd,
    env: { PATH, HOME: cwd, GITHUB_ACTION_PATH: ROOT, ...runner, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** A repository with a good document, one with a warning and a bad one, in folders whose names need care. */
function repository(): string {
  const folder = emptyFolder();
  const document = (key: string): string =>
    `ApiId: a1b2c3d4e5\nIntegrationId: abc1234\nIntegrationResponses:\n  ok:\n    IntegrationResponseKey: ${key}\n`;
  for (const [path, body] of [
    ["good specs/chat.yaml", document("$default")],
    ["doubtful/chat.yaml", document('"200"')],
    ["bad,100%/chat.yaml", `${document("$default")}    Nonsense: 1\n`],
  ] as const) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  return folder;
}

test("no input is ever part of a script", () => {
  expect(ACTION.runs.using).toBe("composite");
  for (const { run = "", shell, uses } of ACTION.runs.steps) {
    expect(run).not.toContain("${{");
    if (uses === undefined) expect(shell).toBe("bash");
    else expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[\da-f]{40}$/);
  }
  for (const { description } of Object.values(ACTION.inputs)) expect(description).toMatch(/\.$/);
});

test("every input is used, and only inputs that exist", () => {
  const used = [...readFileSync(join(ROOT, "action.yml"), "utf8").matchAll(/inputs\.([\w-]+)/g)].map(
    ([, name]) => name,
  );
  expect([...new Set(used)].sort()).toEqual(Object.keys(ACTION.inputs).sort());
});

test("the action runs what the project has installed, and otherwise what its own commit brings", async () => {
  const [folder, action] = [emptyFolder(), emptyFolder()];
  const output = join(folder, "output.txt");
  const runner = { GITHUB_OUTPUT: output, GITHUB_ACTION_PATH: action };
  const place = (root: string, version: string) => {
    mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
    writeFileSync(join(root, "node_modules/.bin/specdrop"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  };
  // npm, as far as the step needs it.
  const bin = emptyFolder();
  writeFileSync(join(bin, "npm"), '#!/bin/sh\necho "$@" > "$HOME/npm.txt"\n', { mode: 0o755 });
  place(action, "2.0.0");
  const PATH = `${bin}${delimiter}${process.env["PATH"]}`;
  expect((await runStep(FIND, folder, {}, { ...runner, PATH })).stdout).toMatch(/^specdrop 2\.0\.0: /);
  expect(readFileSync(join(folder, "npm.txt"), "utf8")).toBe(`ci --omit=dev --ignore-scripts --prefix ${action}\n`);
  expect(readFileSync(output, "utf8")).toBe(`command=${action}/node_modules/.bin/specdrop\n`);

  place(folder, "1.0.0");
  expect((await runStep(FIND, folder, {}, { ...runner, PATH: process.env["PATH"] ?? "" })).stdout).toMatch(
    /^specdrop 1\.0\.0: /,
  );
  expect(readFileSync(output, "utf8")).toContain(`command=${realpathSync(folder)}/node_modules/.bin/specdrop\n`);
});

test("errors are annotations where they stand, and fail the step", async () => {
  const { code, stdout } = await runStep(VALIDATE, repository(), {});
  expect(stdout.split("\n").filter((line) => line.startsWith("::error"))).toEqual([
    expect.stringMatching(/^::error file=bad%2C100%25\/chat\.yaml,line=6,endLine=6,col=5,endColumn=13,title=SD2001::/),
  ]);
  expect(stdout).toContain("::warning file=doubtful/chat.yaml,line=5,");
  expect(code).toBe(1);
});

test("a failing expectation is an annotation, and a result of the SARIF log, without its frames", async () => {
  const folder = emptyFolder();
  const expectations = `Expectations:\n  - name: all is well\n    given: { reply: { status: 200, body: secret } }\n    expect: { frame: { text: other } }\n`;
  const document =
    "ApiId: a1b2c3d4e5\nIntegrationId: abc1234\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";
  writeFileSync(join(folder, "chat.yaml"), document + expectations);
  const { code, stdout } = await runStep(VALIDATE, folder, { path: "chat.yaml" });
  expect(stdout).toMatch(/^::error file=chat\.yaml,line=6,.*title=SD3401::The expectation "all is well" fails\./);
  expect(stdout).not.toContain("secret");
  expect(code).toBe(1);
  await runStep(SARIF, folder, { path: "chat.yaml", "sarif-file": "out.sarif" });
  const log = readFileSync(join(folder, "out.sarif"), "utf8");
  expect(JSON.parse(log)).toMatchObject({ runs: [{ results: [{ ruleId: "SD3401", level: "error" }] }] });
  expect(log).not.toContain("secret");
});

test("paths are lines, and may have blanks", async () => {
  const folder = repository();
  const { code, stdout, stderr } = await runStep(VALIDATE, folder, { path: "good specs\n\ndoubtful/chat.yaml\n" });
  expect(stdout).not.toContain("::error");
  expect(stderr).toContain("2 files, 2 resources");
  expect(code).toBe(0);
  expect((await runStep(VALIDATE, folder, { path: "doubtful", strict: "true" })).code).toBe(1);
  expect((await runStep(VALIDATE, folder, { path: "nowhere" })).code).toBe(2);
});

test.each([
  { path: "`touch pwned`\n; touch pwned\n$(touch pwned)\n--help" },
  { path: "good specs", strict: "$(touch pwned); touch pwned" },
  { path: '"; touch pwned; "', format: "github; touch pwned" },
])("inputs are never code: %j", async (inputs) => {
  const folder = repository();
  const { code, stdout } = await runStep(VALIDATE, folder, inputs);
  expect(code).toBe(2);
  expect(stdout).not.toContain("Usage");
  expect(existsSync(join(folder, "pwned"))).toBe(false);
});

test("a SARIF log is written beside, and its links lead to the action's own repository", async () => {
  const folder = repository();
  const runner = {
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_ACTION_REPOSITORY: "acme/specdrop",
    GITHUB_ACTION_REF: "v1",
  };
  const inputs = { path: ".", "sarif-file": "out put.sarif" };
  expect(await runStep(SARIF, folder, inputs, runner)).toMatchObject({ code: 0, stdout: "" });
  const log = JSON.parse(readFileSync(join(folder, "out put.sarif"), "utf8"));
  expect(log.runs[0].results.map(({ level }: { level: string }) => level)).toContain("error");
  expect(log.runs[0].tool.driver.rules[0].helpUri).toBe(
    "https://github.example/acme/specdrop/blob/v1/docs/diagnostics/SD2001.md",
  );
  expect((await runStep(SARIF, folder, { ...inputs, path: "nowhere" })).code).toBe(2);
});
