import type { ResultData, ResultDetailType } from "@specdrop/events";
import { DIAGNOSTICS, type DiagnosticCode } from "@specdrop/spec";

type Told = Pick<ResultData, "mode" | "summary" | "diagnostics" | "omittedDiagnostics" | "deployment" | "changes">;

/**
 * Why a result is no plain success: one sentence that a rule's input transformer can show, and that repeats no value.
 * Absent where it is one.
 */
export function reasonOf(detailType: ResultDetailType, data: Told): string | undefined {
  switch (detailType) {
    case "SpecRejected":
      return `The document was rejected: ${problemsIn(data)}.`;
    case "SpecSuperseded":
      return "A newer revision took its place before it was applied.";
    case "PlanProduced":
      return hasErrors(data) || data.summary.failed > 0 ? `Applying it would fail: ${problemsIn(data)}.` : undefined;
    case "ApplyFailed":
      return `${capital(failuresIn(data))}.`;
    case "ApplySucceeded":
    case "ApplyUnchanged":
      return ofDeployment(data);
    case "DriftDetected":
      return `${count(differing(data), "response")} in AWS ${differing(data) === 1 ? "differs" : "differ"} from what was applied.`;
    case "DriftResolved":
      return undefined;
  }
}

function failuresIn(data: Told): string {
  const { summary, changes } = data;
  const done = summary.create + summary.adopt + summary.update + summary.replace + summary.delete + summary.forget;
  const failed = changes.find(({ status }) => status === "failed");
  if (failed !== undefined && failed.error !== undefined && done > 0) {
    return `${count(summary.failed, "change")} failed and ${done} succeeded; the first error is ${failed.error.code}`;
  }
  if (hasErrors(data)) return `nothing was changed: ${problemsIn(data)}`;
  if (failed?.error !== undefined)
    return `${count(summary.failed, "change")} failed; the first error is ${failed.error.code}`;
  return "the run did not end";
}

function hasErrors({ diagnostics }: Told): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The first error by its code and title, and how many more there are. */
function problemsIn({ diagnostics, omittedDiagnostics = 0 }: Told): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return "it has errors";
  const title = DIAGNOSTICS[first.code as DiagnosticCode]?.title;
  const more = errors.length - 1 + omittedDiagnostics;
  const rest = more === 0 ? "" : `, and ${more} more`;
  return `${first.code}${title === undefined ? "" : ` (${title})`}${rest}`;
}

function ofDeployment({ mode, deployment }: Told): string | undefined {
  const done = mode === "withdraw" ? "It is withdrawn" : "It is applied";
  const notYet = mode === "withdraw" ? "clients still get the old responses" : "clients do not get it";
  switch (deployment?.status) {
    case "pending":
      return `${done}; ${notYet} before the next deployment of the stage.`;
    case "failed":
      return `${done}, but the deployment failed: ${notYet}${mode === "withdraw" ? "" : " yet"}.`;
    case "unknown":
      return `${done}; whether clients ${mode === "withdraw" ? "still get the old responses" : "get it already"} is not known.`;
    default:
      return undefined;
  }
}

function differing({ summary: { unchanged: _, ...differences } }: Told): number {
  return Math.max(
    1,
    Object.values(differences).reduce((sum, count) => sum + count, 0),
  );
}

/** `1 response`, `2 responses`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The sentence with a capital letter at its head. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
