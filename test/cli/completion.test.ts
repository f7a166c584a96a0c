import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { openTerminal } from "../../packages/cli/src/terminal/terminal.ts";
import { callCli, emptyFolder } from "./run-cli.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

function isThere(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

test.each(SHELLS)("%s has every command and flag", async (shell) => {
  const { code, stdout } = await callCli(["completion", shell]);
  expect(code).toBe(0);
  for (const command of createProgram(openTerminal(), () => {}).commands) {
    expect(stdout).toMatch(new RegExp(`\\b${command.name()}\\b`));
    for (const { long } of command.options) {
      expect(stdout).toContain(shell === "fish" ? `-l ${long?.slice(2)} ` : String(long));
    }
  }
});

test.each(SHELLS)("%s finds no fault with its syntax", async (shell) => {
  if (!isThere(shell)) return void console.warn(`skipped: there is no ${shell} on this machine`);
  const folder = emptyFolder();
  writeFileSync(join(folder, "completion"), (await callCli(["completion", shell])).stdout);
  const { status, stderr } = spawnSync(shell, ["-n", "completion"], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

const BASH = isThere("bash");
let script = "";
let folder = "";
beforeAll(async () => {
  script = (await callCli(["completion", "bash"])).stdout;
  folder = emptyFolder();
  mkdirSync(join(folder, "specs"));
  for (const file of ["chat room.yaml", "chat.json", "notes.md", "program.ts", "specs/b.yml", "specs/c.txt"]) {
    writeFileSync(join(folder, file), "");
  }
});

/** What bash would offer at the end of a command line. */
function offered(...words: readonly string[]): readonly string[] {
  const quoted = ["specdrop", ...words].map((word) => `'${word}'`).join(" ");
  const drive = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _specdrop; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-c", drive], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

test.skipIf(!BASH)("bash completes commands, flags and what they take", () => {
  expect(offered("v")).toEqual(["validate"]);
  expect(offered("")).toContain("withdraw");
  expect(offered("--d")).toEqual(["--debug"]);
  expect(offered("plan", "--d").toSorted()).toEqual(["--debug", "--detailed-exitcode"]);
  expect(offered("validate", "--format", "s")).toEqual(["sarif"]);
  expect(offered("validate", "--format", "=", "g")).toEqual(["github"]);
  expect(offered("validate", "--format", "=")).toEqual(["pretty", "json", "github", "sarif"]);
  expect(offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
  expect(offered("explain", "SD700")).toEqual(["SD7001", "SD7002", "SD7003"]);
  expect(offered("help", "wi")).toEqual(["withdraw"]);
  expect(offered("export", "--api", "")).toEqual([]);
  expect(offered("demo", "")).toEqual([]);
});

test.skipIf(!BASH)("bash completes documents and the folders they may be in, and nothing else", () => {
  expect(offered("plan", "").toSorted()).toEqual(["chat room.yaml", "chat.json", "specs"]);
  expect(offered("validate", "chat.json", "specs/")).toEqual(["specs/b.yml"]);
  expect(offered("plan", "--json", "chat")).toHaveLength(2);
  expect(offered("run", "p")).toEqual(["program.ts"]);
  expect(offered("plan", "--ledger", "n")).toEqual(["notes.md"]);
  expect(offered("dev", "--data", "")).toEqual(["specs"]);
  expect(offered("init", "")).toEqual(["specs"]);
});
