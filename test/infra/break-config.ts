/**
 * Breaks the infrastructure in every way that breaks.ts lists, and shows which tests notice. Arguments choose the breaks
 * whose title they are part of. Exit 1 if a break goes unnoticed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BREAKS, type Break } from "./breaks.ts";
import { synthStages } from "./global-setup.ts";
import { installSst } from "./install-sst.ts";
import { pack } from "./package.ts";
import { ROOT } from "./paths.ts";

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const wanted = process.argv.slice(2);
const chosen = BREAKS.filter(({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)));
const folder = mkdtempSync(path.join(tmpdir(), "specdrop-breaks-"));

/** What takes long, and shows nothing that the others do not; and what asks whether the breaks fit. */
const LEFT_OUT = ["config.test.ts", "snippets.test.ts", "used.test.ts", "breaks.test.ts", "package.test.ts"];

await installSst();
const whole = await synthStages(pack());
let unnoticed = 0;
try {
  for (const [index, one] of chosen.entries()) {
    const failed = failures(one);
    if (failed.length === 0) unnoticed += 1;
    const verdict = failed.length === 0 ? "UNNOTICED" : `${failed.length} failed, first: ${failed[0]}`;
    console.log(`${String(index + 1).padStart(2)} ${one.title}\n   ${verdict}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} breaks are noticed.`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** The names of the tests that fail on the broken infrastructure. */
function failures(one: Break): readonly string[] {
  const stages = structuredClone(whole);
  if ("breaking" in one) for (const stage of Object.values(stages)) one.breaking(stage);
  const input = path.join(folder, "stages.json");
  const report = path.join(folder, "report.json");
  rmSync(report, { force: true });
  writeFileSync(input, JSON.stringify(stages));
  const selection = one.tests === undefined ? LEFT_OUT.map((file) => `--exclude=**/${file}`) : [one.tests];
  const config = path.join(import.meta.dirname, "vitest.config.ts");
  const args = ["run", "--config", config, "--reporter=json", `--outputFile=${report}`, ...selection];
  const { stderr } = spawnSync(path.join(ROOT, "node_modules/.bin/vitest"), args, {
    cwd: ROOT,
    env: {
      ...process.env,
      SPECDROP_STAGES: input,
      ...("setting" in one && { SPECDROP_BROKEN_SETTING: `${one.setting} = ${one.to};` }),
    },
    encoding: "utf8",
  });
  const { run, failed } = testsIn(readReport(report, `${one.title}: ${stderr}`));
  if (run === 0) throw new Error(`No tests were run. ${one.title}: ${stderr}`);
  return failed;
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
