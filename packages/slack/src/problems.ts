import type { ResultData } from "@specdrop/events";
import { codeBlock, codeLine } from "./untrusted.ts";

const LONGEST_BLOCK = 500;
const LONGEST_LINE = 240;

/** The first errors of changes and of the document as a code block of at most 500 characters; `undefined` without any. */
export function formatProblems(data: ResultData): string | undefined {
  const errors = data.changes.flatMap(({ logicalId, error }) =>
    error === undefined ? [] : [`${logicalId}: ${error.code}: ${error.message}`],
  );
  const diagnostics = (["error", "warning"] as const).flatMap((wanted) =>
    data.diagnostics.filter(({ severity }) => severity === wanted),
  );
  const problems = [
    ...errors,
    ...diagnostics.map(({ file, range: { start }, severity, code, message }) => {
      return `${baseName(file)}:${start.line}:${start.column} ${severity} ${code}: ${message}`;
    }),
  ];
  if (problems.length === 0) return undefined;

  const lines: string[] = [];
  for (const problem of problems) {
    const line = codeLine(problem, LONGEST_LINE);
    if (codeBlock([...lines, line]).length > LONGEST_BLOCK) break;
    lines.push(line);
  }
  const more = problems.length - lines.length + (data.omittedDiagnostics ?? 0);
  return more > 0 ? `${codeBlock(lines)}\n+${more} more` : codeBlock(lines);
}

/** The last segment of a path or S3 URI. */
export function baseName(path: string): string {
  return path.split("/").findLast((segment) => segment !== "") ?? path;
}
