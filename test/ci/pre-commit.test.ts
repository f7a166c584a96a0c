import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { emptyFolder, ROOT } from "../cli/run-cli.ts";

const [HOOK, ...more] = parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8")) as Record<string, unknown>[];
const GOOD = "ApiId: a1\nIntegrationId: b1\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";

/** Runs the hook as pre-commit does: its entry, from the hook's own clone, on files of the repository around it. */
async function commit(
  files: Readonly<Record<string, string>>,
  folder: string = emptyFolder(),
): Promise<{ code: number | null; stdout: string }> {
  for (const [name, body] of Object.entries(files)) writeFileSync(join(folder, name), body);
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  const child = spawn(join(ROOT, String(HOOK?.["entry"])), Object.keys(files), {
    cwd: folder,
    env: { PATH, HOME: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const [stdout, code] = await Promise.all([text(child.stdout), ended]);
  return { code, stdout };
}

test("the definition has what pre-commit asks for", () => {
  expect(more).toEqual([]);
  expect(HOOK).toMatchObject({ id: "specdrop-validate", language: "script", require_serial: true });
  accessSync(join(ROOT, String(HOOK?.["entry"])), constants.X_OK);
  const files = new RegExp(String(HOOK?.["files"]));
  expect(["specs/a.yaml", "specs/b/c.json", "specs/d.yml"].every((file) => files.test(file))).toBe(true);
  expect(["a.yaml", "specs/readme.md", "other/specs/a.yaml"].some((file) => files.test(file))).toBe(false);
});

test("the specdrop that the repository has installed goes before the hook's own", async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "node_modules/.bin/specdrop"), '#!/bin/sh\necho "installed: $*"\n', { mode: 0o755 });
  expect(await commit({ "a b.yaml": GOOD }, folder)).toEqual({ code: 0, stdout: "installed: validate a b.yaml\n" });
});

test("good documents pass, and a bad one stops the commit", async () => {
  expect((await commit({ "chat.yaml": GOOD, "a b.yaml": GOOD })).code).toBe(0);
  const bad = await commit({ "chat.yaml": GOOD, "bad.yaml": `${GOOD}Nonsense: 1\n` });
  expect(bad.stdout).toContain("--> bad.yaml:5:1");
  expect(bad.code).toBe(1);
  const expectation =
    "Expectations:\n  - { name: a, given: { reply: { status: 200, body: x } }, expect: { template: y } }\n";
  const failing = await commit({ "chat.yaml": GOOD + expectation });
  expect(failing.stdout).toContain('error SD3401: The expectation "a" fails.');
  expect(failing.code).toBe(1);
});
