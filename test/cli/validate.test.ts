import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callCli, emptyFolder, ROOT, runCli } from "./run-cli.ts";

interface Report {
  readonly ok: boolean;
  readonly files: readonly {
    readonly file: string;
    readonly ok: boolean;
    readonly resources: number;
    readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
  }[];
}

const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => /\.(yaml|json)$/.test(file));

test("every example but broken.yaml is free of errors", async () => {
  const { code, stdout, stderr } = await callCli(["validate", "--format", "json", "examples"]);
  const report = JSON.parse(stdout) as Report;
  expect(report.files.map(({ file }) => file)).toEqual(EXAMPLES.map((file) => `examples/${file}`).sort());
  expect(report.files.filter(({ ok }) => !ok).map(({ file }) => file)).toEqual(["examples/broken.yaml"]);
  const chat = report.files.find(({ file }) => file === "examples/chat.yaml");
  expect(chat).toEqual({ file: "examples/chat.yaml", ok: true, resources: 6, diagnostics: [] });
  expect(report.ok).toBe(false);
  expect(stderr).toBe("");
  expect(code).toBe(1);
});

test("--json is --format json", async () => {
  const asked = await callCli(["validate", "--json", "examples"]);
  expect(asked).toEqual(await callCli(["validate", "--format", "json", "examples"]));
  expect(JSON.parse(asked.stdout)).toHaveProperty("files");
  const missing = await callCli(["validate", "--json", "nowhere.yaml"]);
  expect(JSON.parse(missing.stdout)).toEqual({
    error: { message: expect.stringContaining("nowhere.yaml does not exist") },
  });
  expect(missing.code).toBe(2);
});

test("the document that the README shows is valid", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const stdin = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const { stdout } = await runCli(["validate", "--format", "json", "-"], { stdin });
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, files: [{ resources: 1 }] });
});

test("people get each problem with its line, and a count last", async () => {
  const { code, stdout } = await callCli(["validate", "examples/minimal.yaml", "examples/broken.yaml"]);
  expect(stdout).toContain("--> examples/broken.yaml:9:5");
  expect(stdout).toContain("did you mean ResponseTemplates?");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("2 files, 1 resource: 5 errors, 2 warnings");
  expect(stdout).not.toContain("\u001b");
  expect(code).toBe(1);
});

test("warnings are fine, and errors with --strict", async () => {
  const lenient = await callCli(["validate", "--format", "json", "examples/minimal.yaml"]);
  expect(JSON.parse(lenient.stdout)).toMatchObject({
    ok: true,
    files: [{ diagnostics: [{ severity: "warning" }, {}] }],
  });
  expect(lenient.code).toBe(0);

  const strict = await callCli(["validate", "--format", "json", "--strict", "examples/minimal.yaml"]);
  const report = JSON.parse(strict.stdout) as Report;
  expect(report).toMatchObject({ ok: false, files: [{ ok: false }] });
  expect(report.files[0]?.diagnostics.map(({ severity }) => severity)).toEqual(["error", "error"]);
  expect(strict.code).toBe(1);
});

test("- is standard input", async () => {
  const { code, stdout } = await runCli(["validate", "-"], { stdin: "IntegrationResponses: {}\nextra: 1\n" });
  expect(stdout).toContain("--> -:2:1");
  expect(code).toBe(1);
});

test("a folder is every spec file below it, without node_modules and dot folders", async () => {
  const folder = emptyFolder();
  for (const below of ["b/c", "a", "node_modules/x", ".git"]) mkdirSync(join(folder, below), { recursive: true });
  const example = join(ROOT, "examples/orders.json");
  for (const file of ["b/c/one.json", "a/two.JSON", "node_modules/x/no.json", ".git/no.json"]) {
    cpSync(example, join(folder, file));
  }
  writeFileSync(join(folder, "a/readme.md"), "# not a spec\n");

  const { code, stdout } = await callCli(["validate", "--format", "json", ".", "b/c/one.json"], { cwd: folder });
  const report = JSON.parse(stdout) as Report;
  expect(report.files.map(({ file }) => file)).toEqual(["a/two.JSON", "b/c/one.json"]);
  expect(code).toBe(0);

  const nothing = await callCli(["validate", ".git"], { cwd: emptyFolder() });
  expect(nothing.stderr).toContain(".git does not exist");
  expect(nothing.code).toBe(2);
});

test("FORCE_COLOR colours, NO_COLOR and a pipe do not", async () => {
  const coloured = await callCli(["validate", "examples/broken.yaml"], { env: { FORCE_COLOR: "1" } });
  expect(coloured.stdout).toContain("\u001b[31m");
  const plain = await callCli(["validate", "examples/broken.yaml"], { env: { NO_COLOR: "1" } });
  expect(plain.stdout).not.toContain("\u001b");
});

test("github and sarif are for machines: nothing else is on stdout", async () => {
  const github = await callCli(["validate", "--format", "github", "examples/broken.yaml"]);
  const lines = github.stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  for (const line of lines) expect(line).toMatch(/^::error file=examples\/broken\.yaml,line=\d+/);
  expect(github.stderr).toContain("5 errors");

  const sarif = await callCli(["validate", "--format", "sarif", "examples/broken.yaml"]);
  expect(JSON.parse(sarif.stdout)).toMatchObject({ version: "2.1.0", runs: [{ results: { length: 5 } }] });
});

test("a file that cannot be read is its own error; the others are still reported", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "a.yaml"), "IntegrationResponses: {}\n");
  symlinkSync("nowhere", join(folder, "b.yaml"));
  symlinkSync(".", join(folder, "c.yaml"));
  writeFileSync(join(folder, "d.yaml"), "nonsense: true\n");
  symlinkSync("e.yaml", join(folder, "e.yaml"));
  const whole = await callCli(["validate", "--format", "json", folder]);
  const { ok, files } = JSON.parse(whole.stdout);
  expect([whole.code, ok]).toEqual([1, false]);
  const codesOf = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) =>
    diagnostics.map(({ code }) => code);
  expect(files.map(codesOf)).toEqual([[], ["SD1021"], ["SD1021"], ["SD2002", "SD2001"], ["SD1021"]]);
  expect(files[1]).toMatchObject({ file: join(folder, "b.yaml"), ok: false, resources: 0 });

  const named = await callCli(["validate", join(folder, "e.yaml"), join(folder, "a.yaml"), join(folder, "d.yaml")]);
  expect(named.stdout).toContain("error SD1021: The file cannot be read: its symbolic links form a loop");
  expect(named.stdout).toContain("error SD2001");
  expect(named.stdout).toContain("3 files, 0 resources: 3 errors, 0 warnings");
  expect(named.code).toBe(1);
});
