import type { ResultData } from "@specdrop/events";
import { codeBlock, codeLine } from "./untrusted.ts";

const LONGEST_BLOCK = 500;
const LONGEST_LINE = 240;
const LONGEST_REPLY = 2_800;
const LONGEST_REPLY_LINE = 600;

/** The first errors of changes and of the document as a code block of at most 500 characters; `undefined` without any. */
export function formatProblems(data: ResultData): string | undefined {
  return blockOf(problemsOf(data), data, LONGEST_BLOCK, LONGEST_LINE);
}

/** The same with as much of it as a section holds, and how many problems there are in all. */
export function formatProblemsAtLength(
  data: ResultData,
): { readonly text: string; readonly count: number } | undefined {
  const problems = problemsOf(data);
  const text = blockOf(problems, data, LONGEST_REPLY, LONGEST_REPLY_LINE);
  return text === undefined ? undefined : { text, count: problems.length + (data.omittedDiagnostics ?? 0) };
}

export function firstProblem(data: ResultData): string | undefined {
  return problemsOf(data)[0];
}

function problemsOf(data: ResultData): readonly string[] {
  const errors = data.changes.flatMap(({ logicalId, error }) =>
    error === undefined ? [] : [`${logicalId}: ${error.code}: ${error.message}`],
  );
  const diagnostics = (["error", "warning"] as const).flatMap((wanted) =>
    data.diagnostics.filter(({ severity }) => severity === wanted),
  );
  return [
    ...errors,
    ...diagnostics.map(({ file, range: { start }, severity, code, message }) => {
      return `${baseName(file)}:${start.line}:${start.column} ${severity} ${code}: ${message}`;
    }),
  ];
}

function blockOf(
  problems: readonly string[],
  { omittedDiagnostics = 0 }: ResultData,
  longestBlock: number,
  longestLine: number,
): string | undefined {
  if (problems.length === 0) return undefined;
  const lines: string[] = [];
  for (const problem of problems) {
    const line = codeLine(problem, longestLine);
    if (codeBlock([...lines, line]).length > longestBlock) break;
    lines.push(line);
  }
  const more = problems.length - lines.length + omittedDiagnostics;
  return more > 0 ? `${codeBlock(lines)}\n+${more} more` : codeBlock(lines);
}

/** The last segment of a path or S3 URI. */
export function baseName(path: string): string {
  return path.split("/").findLast((segment) => segment !== "") ?? path;
}
