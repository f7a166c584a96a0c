import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { cut, notesOf } from "../../scripts/release/changelog.ts";
import { ROOT } from "../cli/run-cli.ts";

const BEFORE = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- This.\n\n## [0.1.0] - 2026-01-31\n\n- That.\n";

test("a release gives what was unreleased its version, and leaves the rest", () => {
  const after = cut(BEFORE, "0.2.0", "2026-11-30");
  expect(after).toBe(
    "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-30\n\n### Fixed\n\n- This.\n\n## [0.1.0] - 2026-01-31\n\n- That.\n",
  );
  expect(notesOf(after, "0.2.0")).toBe("### Fixed\n\n- This.");
  expect(notesOf(after, "0.1.0")).toBe("- That.");
});

test("nothing is released without words, or twice", () => {
  const after = cut(BEFORE, "0.2.0", "2026-11-30");
  expect(() => cut(after, "0.3.0", "2026-12-01")).toThrow("nothing below Unreleased");
  expect(() => cut(BEFORE, "0.1.0", "2026-12-01")).toThrow("0.1.0 already");
  expect(() => notesOf(BEFORE, "0.2.0")).toThrow("says nothing of 0.2.0");
});

test("this repository's changelog can be cut", () => {
  const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  expect(notesOf(cut(changelog, "999.0.0", "2026-11-30"), "999.0.0")).toContain("### Added");
});

test("the release publishes the tarball that npm run pack builds, with provenance and no secret of long life", () => {
  const text = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
  const { on, permissions, jobs } = parse(text);
  expect(on).toEqual({ push: { tags: ["v*"] } });
  expect(permissions).toEqual({ contents: "read" });
  expect(jobs.release.permissions).toEqual({ contents: "write", "id-token": "write" });
  const runs = jobs.release.steps.map(({ run = "" }: { readonly run?: string }) => run);
  expect(runs.join("\n")).toContain("npm publish");
  expect(runs.join("\n")).not.toContain("${{");
  expect(text).not.toContain("secrets.");
  const { scripts, workspaces } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(scripts.version).toBe("node scripts/release.ts cut && git add CHANGELOG.md");
  expect(workspaces).toContain("packages/*");
});
