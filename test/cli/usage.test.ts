import { expect, test } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { openTerminal } from "../../packages/cli/src/terminal/terminal.ts";
import { callCli, runCli } from "./run-cli.ts";

const terminal = openTerminal();

function program() {
  return createProgram(terminal, () => {});
}

const COMMANDS = program().commands.map((command) => command.name());

test("--help lists the commands, and loads neither the AWS SDK nor the embedded stack", async () => {
  const { code, stdout, stderr } = await runCli(["--help"], { env: { NODE_DEBUG: "esm" } });
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
  expect(stdout).toContain("Examples:");
  expect(stderr).toContain("packages/cli/src/program.ts");
  expect(stderr).not.toMatch(/@aws-sdk|packages\/local/);
});

/** The command lines of specdrop's own in an example, which may stand in a pipe, after another or in $(…). */
function commandLines(example: string): readonly (readonly string[])[] {
  const words = example.replace(/ {3}# .*/, "").match(/"\$\([^)]*\)"|"[^"]*"|'[^']*'|[|&;]+|[^\s|&;"']+/g) ?? [];
  const lines: string[][] = [[]];
  for (const word of words) {
    if (/^[|&;]+$/.test(word)) lines.push([]);
    else if (word.startsWith('"$('))
      lines.push(
        ...word
          .slice(3, -2)
          .split(" && ")
          .map((each) => each.split(" ")),
        [],
      );
    else lines.at(-1)?.push(word.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return lines.flatMap((line) => {
    const at = line.indexOf("specdrop");
    const end = line.findIndex((word) => /^\d?[<>]/.test(word));
    const isOurs = at >= 0 && line.slice(0, at).every((word) => word.includes("="));
    return isOurs ? [line.slice(at + 1, end < 0 ? undefined : end)] : [];
  });
}

test.each(COMMANDS)("%s --help has examples, and every one of them parses", async (name) => {
  const { code, stdout } = await callCli([name, "--help"]);
  expect(code).toBe(0);
  const examples = stdout.slice(stdout.indexOf("Examples:\n")).split("\n").slice(1);
  const lines = examples.flatMap(commandLines);
  expect(lines.filter(([command]) => command === name).length).toBeGreaterThan(0);
  for (const line of lines) {
    const parsed = program();
    const called: string[] = [];
    for (const command of parsed.commands) command.action(() => void called.push(command.name()));
    await parsed.parseAsync(line, { from: "user" });
    expect(called).toEqual([line[0]]);
  }
});

test.each(["", ...COMMANDS])("%s --help fits 80 columns, and no line of it is broken twice", async (name) => {
  const { stdout } = await callCli([...(name === "" ? [] : [name]), "--help"]);
  const lines = stdout.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  // A line that ends early although the next word has room was broken by hand, before the terminal broke it.
  const described = lines.slice(2, lines.indexOf("", 2));
  const broken = described.filter((line, at) => {
    const [next = ""] = (described[at + 1] ?? "").split(" ");
    return next !== "" && !/[.:]$/.test(line) && line.length + 1 + next.length <= 80;
  });
  expect(broken).toEqual([]);
});

test("help is asked for in three ways", async () => {
  const spelt = await callCli(["plan", "--help"]);
  expect(await callCli(["help", "plan"])).toEqual(spelt);
  expect(await callCli(["plan", "-h"])).toEqual(spelt);
});

test.each([
  { args: ["vlidate", "x.yaml"], message: "Did you mean validate?" },
  { args: ["aply", "x.yaml"], message: "Did you mean apply?" },
  { args: ["help", "vlidate"], message: "Did you mean validate?" },
  { args: ["validate", "--strct", "x.yaml"], message: "Did you mean --strict?" },
  { args: ["plan", "--jsn", "x.yaml"], message: "Did you mean --json?" },
  { args: ["validate", "--format", "xml", "x.yaml"], message: "pretty, json, github, sarif" },
  { args: ["validate", "--watch", "-"], message: "standard input cannot be watched" },
  { args: ["validate", "--watch", "--format", "json", "x.yaml"], message: "cannot be used with" },
  { args: ["validate", "--watch", "--json", "x.yaml"], message: "cannot be used with" },
  { args: ["validate", "--json", "--format", "github", "x.yaml"], message: "cannot be used with" },
  { args: ["validate", "--watch", "nowhere.yaml"], message: "nowhere.yaml does not exist" },
  { args: ["validate", "package.json/x.yaml"], message: "package.json/x.yaml does not exist" },
  { args: ["completion", "tcsh"], message: "bash, zsh, fish" },
  { args: ["plan"], message: "missing required argument 'PATH'" },
  { args: ["plan", "nowhere.yaml"], message: "nowhere.yaml does not exist" },
  { args: ["apply", "--prune", "examples/chat.yaml"], message: "--prune withdraws the documents of a folder" },
  { args: ["apply", "-"], message: "standard input has no name" },
  {
    args: ["withdraw", "x.yaml", "--ledger", "dynamodb:"],
    message: "dynamodb:TABLE",
    env: { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
  },
  {
    args: ["doctor", "--api", "x"],
    message: "http://127.0.0.1:4566",
    env: {
      AWS_ENDPOINT_URL: "127.0.0.1:4566",
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    },
  },
  { args: ["export", "--api", "a1|i1"], message: "an id alone" },
  { args: ["export", "--api", "a1", "--integration", ""], message: "an id alone" },
  { args: ["doctor", "--api", "a 1"], message: "an id alone" },
  { args: ["status", "--ledger", "dynamdb:specdrop"], message: "--ledger dynamdb:specdrop needs to be the path" },
  { args: ["dev", "--port", "high"], message: "a number from 0 to 65535" },
])("wrong usage ends with 2: $args", async ({ args, message, env = {} }) => {
  const { code, stdout, stderr } = await callCli(args, { env: { ...env } });
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test("under a Node that cannot read TypeScript it starts again with the installed one", async () => {
  const old = { nodeOptions: ["--no-strip-types"] };
  const good = await runCli(["validate", "examples/chat.yaml"], old);
  expect(good).toEqual({ code: 0, stdout: "1 file, 6 resources: 0 errors, 0 warnings\n", stderr: "" });

  const piped = await runCli(["validate", "-"], { ...old, stdin: "nonsense: true\n" });
  expect(piped.stdout).toContain("-:1:1");
  expect(piped.code).toBe(1);
});
