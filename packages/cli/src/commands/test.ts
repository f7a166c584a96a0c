import type { Verdict } from "@specdrop/spec";
import { formatFrames } from "../converge/check.ts";
import { expandPaths } from "../documents/spec-files.ts";
import { formatTests, formatTestsGithub } from "../expectations/format.ts";
import { formatJunit } from "../expectations/junit.ts";
import { runFile, type TestedFile } from "../expectations/run-file.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface TestOptions {
  readonly format: "pretty" | "json" | "junit" | "github";
  readonly strict?: boolean;
}

/** Runs the expectations of all documents that `paths` stand for. Exit code 1 if one fails, or a document has errors. */
export async function test(paths: readonly string[], options: TestOptions, terminal: Terminal): Promise<number> {
  const { format, strict = false } = options;
  const files: TestedFile[] = [];
  for (const path of await expandPaths(paths)) files.push(await runFile(path));
  const total = (verdict: Verdict) =>
    files.flatMap(({ results }) => results).filter((result) => result.verdict === verdict).length;
  const counts = { passed: total("pass"), failed: total("fail"), unproven: total("unproven") };
  const hasErrors = files.some(({ errors }) => errors.length > 0);
  const ok = counts.failed === 0 && !hasErrors && (!strict || counts.unproven === 0);
  switch (format) {
    case "json":
      terminal.json({ ok, ...counts, tests: files.flatMap(testsOf) });
      break;
    case "junit":
      terminal.document(formatJunit(files, strict));
      break;
    case "github":
      for (const file of files) {
        const lines = formatTestsGithub(file, strict);
        if (lines !== "") terminal.commands(lines);
      }
      break;
    case "pretty":
      for (const file of files) if (file.results.length > 0) terminal.out(formatTests(file, terminal.paint));
  }
  if (format === "pretty" || format === "json") showErrors(files, terminal);
  const summary = summaryOf(counts, files, hasErrors);
  if (format === "pretty") terminal.out(summary);
  else terminal.note(summary);
  return ok ? 0 : 1;
}

function testsOf({ file, results }: TestedFile) {
  return results.map(({ name, verdict, expected, actual, range }) => ({
    file,
    name,
    line: range.start.line,
    verdict,
    expected,
    actual,
  }));
}

function showErrors(files: readonly TestedFile[], terminal: Terminal): void {
  for (const { file, text, errors } of files) {
    if (errors.length === 0) continue;
    const verdict = { file, ok: false, resources: 0, diagnostics: errors };
    terminal.note(formatFrames({ text, verdict }, terminal.paintNote, terminal.columns.note));
  }
}

function summaryOf(
  { passed, failed, unproven }: { readonly passed: number; readonly failed: number; readonly unproven: number },
  files: readonly TestedFile[],
  hasErrors: boolean,
): string {
  if (passed + failed + unproven === 0 && !hasErrors) {
    return `${count(files.length, "document")}, no expectations. Write some under Expectations; specdrop init writes a document with one.`;
  }
  const broken = files.filter(({ errors }) => errors.length > 0).length;
  const counted = [`${passed} passed`, `${failed} failed`, ...(unproven === 0 ? [] : [`${unproven} unproven`])];
  return `${count(files.length, "document")}: ${counted.join(", ")}${broken === 0 ? "" : `; ${count(broken, "document")} with errors`}`;
}
