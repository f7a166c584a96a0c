import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";

interface Locked {
  readonly link?: true;
  /** It comes inside the archive of the package above it, whose integrity covers it. */
  readonly inBundle?: true;
  readonly integrity?: string;
  readonly resolved?: string;
}

function tracked(...patterns: readonly string[]): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--", ...patterns], { cwd: ROOT, encoding: "utf8" });
  return listed.split("\0").filter((file) => file !== "");
}

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const LOCK_FILES = tracked("package-lock.json", "**/package-lock.json");

test("there are lock files", () => {
  expect(LOCK_FILES).toContain("package-lock.json");
});

test.each(LOCK_FILES)(
  "%s has an integrity for every package, those of other platforms too, and names no host",
  (file) => {
    const { packages } = JSON.parse(read(file)) as { readonly packages: Readonly<Record<string, Locked>> };
    const installed = Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
    expect(installed.length).toBeGreaterThan(0);
    const covered = (path: string): boolean => {
      const { integrity, inBundle } = packages[path] ?? {};
      if (!inBundle) return /^sha512-[\w+/]{86}==$/.test(String(integrity));
      return covered(path.slice(0, path.lastIndexOf("/node_modules/")));
    };
    expect(installed.map(([path]) => path).filter((path) => !covered(path))).toEqual([]);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  },
);

/** An action of another repository, and what stands behind it on its line. */
const USES = /^\s*(?:- )?uses:\s*(?<name>[\w.-]+\/[^@\s]+)@(?<ref>\S+)(?<rest>.*)$/gm;
const DEFINITIONS = tracked(".github/**/*.yml", "action.yml", "*.md", "**/*.md");

test("actions are pinned by commit, with the version in a comment", () => {
  const used = DEFINITIONS.flatMap((file) => [...read(file).matchAll(USES)].map(({ groups }) => ({ file, ...groups })));
  // `COMMIT # TAG` stands in the docs for this repository's own.
  const loose = used.filter((use) => {
    const { ref, rest } = use as { ref?: string; rest?: string };
    return !(/^[\da-f]{40}$/.test(String(ref)) && /^ # v\d+\.\d+\.\d+$/.test(String(rest))) && ref !== "COMMIT";
  });
  expect(used.map(({ file }) => file)).toEqual(
    expect.arrayContaining([".github/workflows/ci.yml", "action.yml", "docs/ci.md"]),
  );
  expect(loose).toEqual([]);
});
