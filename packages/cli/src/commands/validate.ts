import { formatGithub, toSarif } from "@specdrop/spec";
import { type Checked, check, checkEach, type FileVerdict, formatFrames, strictly } from "../converge/check.ts";
import { expandPaths } from "../documents/spec-files.ts";
import { VERSION } from "../pages/package-files.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ValidateOptions {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly strict?: boolean;
  readonly watch?: boolean;
  /** Where the pages of the diagnostics are read, for SARIF's links. */
  readonly pages?: string;
}

/** Checks every file that `paths` stand for. Exit code 1 if even one has errors. */
export async function validate(
  paths: readonly string[],
  { format, strict = false, watch = false, pages }: ValidateOptions,
  terminal: Terminal,
): Promise<number> {
  const checkFile = async (path: string): Promise<Checked> => {
    // While an editor saves a file, it is no error that it cannot be read.
    const each = await (watch ? check(path) : checkEach(path));
    return strict ? { ...each, verdict: strictly(each.verdict) } : each;
  };
  if (watch) {
    const { validateAgain } = await import("./validate-watch.ts");
    return validateAgain(paths, checkFile, terminal);
  }
  const checked: Checked[] = [];
  for (const path of await expandPaths(paths)) checked.push(await checkFile(path));
  if (format === "sarif") showSarif(checked, pages, terminal);
  else show(checked, format, terminal);
  return checked.every(({ verdict }) => verdict.ok) ? 0 : 1;
}

function showSarif(checked: readonly Checked[], pages: string | undefined, terminal: Terminal): void {
  const files = checked.map(({ verdict }) => verdict);
  const options = { version: VERSION, ...(pages === undefined ? {} : { pages }) };
  terminal.json(toSarif(files, options));
}

function show(
  checked: readonly Checked[],
  format: Exclude<ValidateOptions["format"], "sarif">,
  terminal: Terminal,
): void {
  const files = checked.map(({ verdict }) => verdict);
  switch (format) {
    case "json":
      terminal.json({ ok: files.every(({ ok }) => ok), files });
      break;
    case "github":
      for (const { diagnostics } of files) {
        if (diagnostics.length > 0) terminal.commands(formatGithub(diagnostics).trimEnd());
      }
      terminal.note(summaryOf(files));
      break;
    case "pretty":
      for (const each of checked) {
        if (each.verdict.diagnostics.length > 0) terminal.out(formatFrames(each, terminal.paint, terminal.columns.out));
      }
      terminal.out(summaryOf(files));
      break;
  }
}

function summaryOf(files: readonly FileVerdict[]): string {
  const diagnostics = files.flatMap((file) => file.diagnostics);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const omitted = files.reduce((sum, file) => sum + (file.omitted ?? 0), 0);
  const resources = files.reduce((sum, file) => sum + file.resources, 0);
  const found = [
    count(errors, "error"),
    count(diagnostics.length - errors, "warning"),
    ...(omitted === 0 ? [] : [`${omitted} not listed`]),
  ];
  return `${count(files.length, "file")}, ${count(resources, "resource")}: ${found.join(", ")}`;
}
