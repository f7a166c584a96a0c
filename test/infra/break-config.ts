/**
 * Breaks a copy of sst.config.ts in every way that breaks.ts lists, and shows which tests notice. Arguments choose the
 * breaks whose title they are part of. Exit 1 if a break goes unnoticed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BREAKS, type Break } from "./breaks.ts";
import { ROOT } from "./paths.ts";

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const config = readFileSync(path.join(ROOT, "sst.config.ts"), "utf8");
const wanted = process.argv.slice(2);
const chosen = BREAKS.filter(({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)));
const folder = mkdtempSync(path.join(tmpdir(), "specdrop-breaks-"));

/** What takes long, and shows nothing that the others do not. */
const SLOW = ["config.test.ts", "snippets.test.ts", "used.test.ts"];

let unnoticed = 0;
try {
  for (const [index, one] of chosen.entries()) {
    const failed = failures(one, path.join(folder, String(index)));
    if (failed.length === 0) unnoticed += 1;
    const verdict = failed.length === 0 ? "UNNOTICED" : `${failed.length} failed, first: ${failed[0]}`;
    console.log(`${String(index + 1).padStart(2)} ${one.title}\n   ${verdict}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} breaks are noticed.`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** The names of the tests that fail on the broken configuration. */
function failures({ title, from, to, tests, refusal }: Break, scratch: string): readonly string[] {
  if (config.split(from).length !== 2) throw new Error(`"${title}" does not fit sst.config.ts any more`);
  mkdirSync(scratch);
  const broken = path.join(scratch, "sst.config.ts");
  const report = path.join(scratch, "report.json");
  // As a function, since a text would have its dollar signs read as patterns.
  writeFileSync(
    broken,
    config.replace(from, () => to),
  );
  const args = [
    "run",
    "--config",
    path.join(import.meta.dirname, "vitest.config.ts"),
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const selection = tests === undefined ? SLOW.map((file) => `--exclude=**/${file}`) : [tests];
  const { stdout, stderr } = spawnSync(path.join(ROOT, "node_modules/.bin/vitest"), [...args, ...selection], {
    cwd: ROOT,
    env: { ...process.env, SPECDROP_SST_CONFIG: broken },
    encoding: "utf8",
  });
  const { run, failed } = testsIn(readReport(report, `${title}: ${stderr}`));
  if (run > 0) return failed;
  if (refusal !== undefined && `${stdout}${stderr}`.includes(refusal)) return [refusal];
  console.error(`No tests were run. ${title}: ${stderr}`);
  return [];
}

function readReport(file: string, problem: string): Report {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`No tests were run. ${problem}`, { cause });
  }
}

function testsIn({ testResults }: Report): { readonly run: number; readonly failed: readonly string[] } {
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  return { run: results.length, failed };
}
