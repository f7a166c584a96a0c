import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { HOSTILE_FILES } from "../fixtures/hostile/corpus.ts";

const SCRIPT = resolve(import.meta.dirname, "../fixtures/hostile/read-all.ts");

interface Line {
  readonly name: string;
  /** Of processor time. */
  readonly milliseconds: number;
  readonly valid: boolean;
  readonly errors: number;
}

test("every hostile file is answered, one after the other, in 128 MB", { timeout: 120_000 }, () => {
  const output = execFileSync(process.execPath, ["--max-old-space-size=128", SCRIPT], { encoding: "utf8" });
  const lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  expect(lines.map(({ name }) => name)).toEqual(HOSTILE_FILES.map(({ name }) => name));
  expect(lines.filter(({ milliseconds }) => milliseconds > 10_000)).toEqual([]);
  expect(lines.filter(({ valid }) => valid).map(({ name }) => name)).toEqual(
    HOSTILE_FILES.filter(({ valid }) => valid === true).map(({ name }) => name),
  );
  expect(lines.filter(({ valid, errors }) => valid === errors > 0)).toEqual([]);
});
