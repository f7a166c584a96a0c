import { type Checked, formatFrames } from "../converge/check.ts";
import { expandPaths } from "../documents/spec-files.ts";
import { watchFiles } from "../documents/watch-files.ts";
import { count } from "../terminal/count.ts";
import { explain } from "../terminal/explain.ts";
import { wrongUsage } from "../terminal/failure.ts";
import { onInterrupt } from "../terminal/interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Checks now and after every change, and prints only what is not as it was. Ends with 0 on SIGINT or SIGTERM, and where
 * nobody reads it any more.
 */
export async function validateAgain(
  paths: readonly string[],
  checkFile: (path: string) => Promise<Checked>,
  terminal: Terminal,
): Promise<number> {
  if (paths.includes("-")) throw wrongUsage("standard input cannot be watched: give the path of a file or folder");
  await expandPaths(paths);
  const stopping = new AbortController();
  const interruption = onInterrupt(() => stopping.abort());
  terminal.unread.addEventListener("abort", () => stopping.abort());
  let known: ReadonlyMap<string, string> | undefined;

  async function look(): Promise<void> {
    const checked = await checkWhatIsThere(paths, checkFile, terminal);
    const next = new Map(checked.map((each) => [each.verdict.file, describe(each, terminal)]));
    for (const { verdict } of checked) {
      const isNews =
        known === undefined ? verdict.diagnostics.length > 0 : known.get(verdict.file) !== next.get(verdict.file);
      if (isNews) terminal.out(next.get(verdict.file) ?? "");
    }
    for (const file of known?.keys() ?? []) if (!next.has(file)) terminal.out(`${file}: gone`);
    const broken = checked.filter(({ verdict }) => !verdict.ok).length;
    const state = `${count(checked.length, "file")}, ${broken === 0 ? "none" : broken} with errors`;
    terminal[known === undefined ? "progress" : "spin"](`${state}; waiting for changes (Ctrl-C ends it)`);
    known = next;
  }

  try {
    await watchFiles(paths, look, stopping.signal);
    return 0;
  } finally {
    interruption.release();
  }
}

/** A file may be gone, or not to be read, for as long as an editor takes to save it. */
async function checkWhatIsThere(
  paths: readonly string[],
  checkFile: (path: string) => Promise<Checked>,
  terminal: Terminal,
): Promise<readonly Checked[]> {
  const checked = new Map<string, Checked>();
  for (const path of paths) {
    for (const file of await expandPaths([path]).catch(() => [])) {
      try {
        checked.set(file, await checkFile(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") terminal.note(explain(error).message);
      }
    }
  }
  return [...checked.values()];
}

function describe(checked: Checked, { paint, columns }: Terminal): string {
  const { file, ok, resources, diagnostics } = checked.verdict;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const found = ok ? paint("green", `valid, ${count(resources, "resource")}`) : paint("red", count(errors, "error"));
  return `${formatFrames(checked, paint, columns.out)}${file}: ${found}${warnings === 0 ? "" : `, ${count(warnings, "warning")}`}`;
}
