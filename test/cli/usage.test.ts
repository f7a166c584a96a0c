import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

test("--help lists the commands, and loads neither the AWS SDK nor the embedded stack", async () => {
  const { code, stdout, stderr } = await runCli(["--help"], { env: { NODE_DEBUG: "esm" } });
  expect(code).toBe(0);
  for (const command of ["validate", "plan", "apply", "withdraw", "drift", "status", "dev", "demo"])
    expect(stdout).toContain(`  ${command} `);
  expect(stdout).toContain("Examples:");
  expect(stderr).toContain("packages/cli/src/program.ts");
  expect(stderr).not.toMatch(/@aws-sdk|packages\/local/);
});

test.each(["validate", "plan", "apply", "withdraw", "drift", "status", "dev", "demo"])(
  "%s --help has examples",
  async (command) => {
    const { code, stdout } = await runCli([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\n[^]*specdrop ${command}`));
  },
);

test.each([
  { args: ["vlidate", "x.yaml"], message: "Did you mean validate?" },
  { args: ["validate", "--strct", "x.yaml"], message: "Did you mean --strict?" },
  { args: ["validate", "--format", "xml", "x.yaml"], message: "pretty, json, github, sarif" },
  { args: ["plan"], message: "missing required argument 'PATH'" },
  { args: ["plan", "nowhere.yaml"], message: "nowhere.yaml does not exist" },
  { args: ["apply", "examples"], message: "examples is a folder" },
  { args: ["apply", "-"], message: "standard input has no name" },
  {
    args: ["withdraw", "x.yaml", "--ledger", "dynamodb:"],
    message: "dynamodb:TABLE",
    env: { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
  },
  { args: ["dev", "--port", "high"], message: "a number from 0 to 65535" },
])("wrong usage ends with 2: $args", async ({ args, message, env = {} }) => {
  const { code, stdout, stderr } = await runCli(args, { env: { ...env } });
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
