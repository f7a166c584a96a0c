import { formatGithub, toSarif } from "@specdrop/spec";
import { type Checked, check, formatFrames, strictly, type Verdict } from "../check.ts";
import { count } from "../count.ts";
import { expandPaths } from "../spec-files.ts";
import type { Terminal } from "../terminal.ts";

export interface ValidateOptions {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly strict?: boolean;
}

/** Checks every file that `paths` stand for. Exit code 1 if even one has errors. */
export async function validate(
  paths: readonly string[],
  { format, strict = false }: ValidateOptions,
  terminal: Terminal,
): Promise<number> {
  const checked: Checked[] = [];
  for (const path of await expandPaths(paths)) {
    const { text, verdict } = await check(path);
    checked.push({ text, verdict: strict ? strictly(verdict) : verdict });
  }
  show(checked, format, terminal);
  return checked.every(({ verdict }) => verdict.ok) ? 0 : 1;
}

function show(checked: readonly Checked[], format: ValidateOptions["format"], terminal: Terminal): void {
  const files = checked.map(({ verdict }) => verdict);
  switch (format) {
    case "json":
      terminal.out(JSON.stringify({ ok: files.every(({ ok }) => ok), files }, null, 2));
      break;
    case "sarif":
      terminal.out(JSON.stringify(toSarif(files), null, 2));
      break;
    case "github":
      for (const { diagnostics } of files) {
        if (diagnostics.length > 0) terminal.out(formatGithub(diagnostics).trimEnd());
      }
      terminal.note(summaryOf(files));
      break;
    case "pretty":
      for (const each of checked) {
        if (each.verdict.diagnostics.length > 0) terminal.out(formatFrames(each, terminal.paint));
      }
      terminal.out(summaryOf(files));
      break;
  }
}

function summaryOf(files: readonly Verdict[]): string {
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
