import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { modelineOf } from "../../packages/cli/src/export/modeline.ts";
import { callCli, emptyFolder, ROOT } from "./run-cli.ts";

const DOCUMENT = "specs/chat.yaml";
const CI_FILE = ".github/workflows/specdrop.yml";

function project(): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ devDependencies: { specdrop: "0.1.0" } }));
  return folder;
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");

/** The file that an editor line names, as the editor finds it. */
function schemaOf(folder: string): string {
  const path = /^# yaml-language-server: \$schema=(\.\S+)\n/.exec(read(folder, DOCUMENT))?.[1] ?? "";
  return join(folder, dirname(DOCUMENT), path);
}

test("the first document is valid without a warning, and its expectation passes", async () => {
  const cwd = project();
  const { code, stdout, stderr } = await callCli(["init"], { cwd });
  expect(stdout).toBe(`wrote ${DOCUMENT}
wrote ${CI_FILE}
Next: npx specdrop test specs
Then: replace ApiId and IntegrationId in ${DOCUMENT}, and run npx specdrop plan ${DOCUMENT}
`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const valid = await callCli(["validate", "--strict", "specs"], { cwd });
  expect(valid).toEqual({ code: 0, stdout: "1 file, 1 resource: 0 errors, 0 warnings\n", stderr: "" });
  const tested = await callCli(["test", "--strict", "specs"], { cwd });
  expect(tested.stdout).toContain("1 document: 1 passed, 0 failed");
  expect(tested.code).toBe(0);
  expect(read(cwd, DOCUMENT)).toContain("# Replace the example below with yours.");
});

test("a second folder of one repository is said to be unchecked, and the first is not", async () => {
  const cwd = project();
  mkdirSync(join(cwd, ".git"));
  mkdirSync(join(cwd, "services/chat"), { recursive: true });
  await callCli(["init"], { cwd });
  const unchecked = `${CI_FILE} does not name`;
  expect((await callCli(["init"], { cwd })).stdout).not.toContain(unchecked);
  const second = await callCli(["init", "services/chat"], { cwd });
  expect(second.stdout).toContain(`${unchecked} services/chat/specs: add it to its commands, or CI does not check it.`);
  expect(second.code).toBe(0);
});

test("the editor line names the schema from the written file", async () => {
  const cwd = project();
  await callCli(["init"], { cwd });
  expect(realpathSync(schemaOf(cwd))).toBe(join(ROOT, "packages/spec/specdrop.schema.json"));
});

test("where a node_modules above has the package, the editor line goes through it", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(ROOT, join(cwd, "node_modules/specdrop"));
  await callCli(["init", "api"], { cwd });
  const path = "../../node_modules/specdrop/packages/spec/specdrop.schema.json";
  expect(read(cwd, `api/${DOCUMENT}`).split("\n")[0]).toBe(`# yaml-language-server: $schema=${path}`);
  expect(existsSync(join(cwd, "api/specs", path))).toBe(true);
});

test("a path through a symbolic link leads to the schema too", () => {
  const cwd = project();
  mkdirSync(join(cwd, "deep/er"), { recursive: true });
  symlinkSync(join(cwd, "deep/er"), join(cwd, "link"));
  const path = /\$schema=(.*)\n/.exec(modelineOf(join(cwd, "link/chat.yaml")))?.[1] ?? "";
  expect(existsSync(join(realpathSync(join(cwd, "link")), path))).toBe(true);
});

test("npx clears its cache: no line names a file in it", () => {
  const cwd = project();
  expect(modelineOf(join(cwd, "chat.yaml"), join(cwd, ".npm/_npx/0a1b/node_modules/specdrop"))).toBe("");
  expect(modelineOf(join(cwd, "chat.yaml"), join(realpathSync(cwd), "node_modules/specdrop"))).toBe(
    "# yaml-language-server: $schema=./node_modules/specdrop/packages/spec/specdrop.schema.json\n",
  );
});

test("the CI file runs validate and test, with actions pinned as this repository pins them", async () => {
  const cwd = project();
  await callCli(["init"], { cwd });
  const text = read(cwd, CI_FILE);
  const workflow = parse(text);
  expect(workflow.permissions).toEqual({ contents: "read" });
  const uses = text.match(/uses: .*/g) ?? [];
  expect(uses).toHaveLength(2);
  const ours = readFileSync(join(ROOT, ".github/workflows/ci.yml"), "utf8");
  for (const each of uses) expect(ours).toContain(`- ${each}\n`);

  const steps: readonly { readonly run?: string }[] = workflow.jobs.specs.steps;
  const commands = steps.flatMap(({ run = "" }) => /^npm exec --no -- specdrop (.*)$/.exec(run)?.[1]?.split(" ") ?? []);
  expect(commands.filter((word) => ["validate", "test"].includes(word))).toEqual(["validate", "test"]);
  for (const { run = "" } of steps) {
    const args = /^npm exec --no -- specdrop (.*)$/.exec(run)?.[1]?.split(" ");
    if (args !== undefined) expect((await callCli(args, { cwd })).code).toBe(0);
  }
});

test("in a folder of a repository, the CI file is where GitHub reads it, and works where the lock file is", async () => {
  const cwd = project();
  mkdirSync(join(cwd, ".git"));
  mkdirSync(join(cwd, "my services/chat"), { recursive: true });
  const { stdout } = await callCli(["init", "."], { cwd: join(cwd, "my services/chat") });
  expect(stdout).toContain(`wrote ${DOCUMENT}\nwrote ../../${CI_FILE}\nNext:`);
  const of = (text: string) => parse(text).jobs.specs;
  expect(of(read(cwd, CI_FILE)).steps.at(-1).run).toBe(
    "npm exec --no -- specdrop test --format github 'my services/chat/specs'",
  );
  expect(of(read(cwd, CI_FILE)).defaults).toBeUndefined();

  rmSync(join(cwd, CI_FILE));
  writeFileSync(join(cwd, "my services/package-lock.json"), "{}");
  const again = await callCli(["init", "my services/chat"], { cwd });
  expect(again.stdout).toContain(`wrote ${CI_FILE}\nAdd specdrop to the devDependencies of my services/package.json`);
  expect(of(read(cwd, CI_FILE)).defaults).toEqual({ run: { "working-directory": "my services" } });
  expect(of(read(cwd, CI_FILE)).steps.at(-1).run).toBe("npm exec --no -- specdrop test --format github chat/specs");
});

test("given ids stand in the document, with nothing left to replace", async () => {
  const cwd = emptyFolder();
  const { stdout } = await callCli(["init", "there", "--api", "0123456789", "--integration", "1e5"], { cwd });
  expect(stdout).toBe(`wrote there/${DOCUMENT}
wrote there/${CI_FILE}
Add specdrop to the devDependencies of there/package.json: the CI file runs npm ci.
Next: npx specdrop test there/specs
Then: npx specdrop plan there/${DOCUMENT}
`);
  const text = read(join(cwd, "there"), DOCUMENT);
  expect(parse(text)).toMatchObject({ ApiId: "0123456789", IntegrationId: "1e5" });
  expect(text).not.toContain("Replace");
  expect((await callCli(["validate", "--strict", "there"], { cwd })).code).toBe(0);
});

test("with one id, the other is to be replaced", async () => {
  const cwd = project();
  expect((await callCli(["init", "--api", "a1"], { cwd })).stdout).toContain("Then: replace IntegrationId in");
  expect(read(cwd, DOCUMENT)).toContain("get-integrations --api-id a1\n");
  expect(read(cwd, DOCUMENT)).not.toContain("get-apis");
});

test("what exists is named and kept, and the rest is written", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "specs"));
  writeFileSync(join(cwd, DOCUMENT), "mine\n");
  const first = await callCli(["init"], { cwd });
  expect(first.stdout).toBe(`kept ${DOCUMENT}, which already exists
wrote ${CI_FILE}
Next: npx specdrop test specs
`);
  const ci = read(cwd, CI_FILE);
  const again = await callCli(["init", "--api", "a1"], { cwd });
  expect(again.stdout).toContain(`kept ${CI_FILE}, which already exists`);
  expect([read(cwd, DOCUMENT), read(cwd, CI_FILE)]).toEqual(["mine\n", ci]);
  expect(again.code).toBe(0);
});

test("an id that cannot be one is wrong usage, and leaves nothing behind", async () => {
  const cwd = project();
  for (const api of ["a b", "${API}"]) {
    const { code, stdout, stderr } = await callCli(["init", "--api", api], { cwd });
    expect(stderr).toMatch(/^error: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  }
  expect(existsSync(join(cwd, "specs"))).toBe(false);
  expect(existsSync(join(cwd, ".github"))).toBe(false);
});
