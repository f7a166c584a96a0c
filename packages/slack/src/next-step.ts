import type { ResultEvent } from "@specdrop/events";
import { wroteSomething } from "./counts.ts";
import { code, prose } from "./untrusted.ts";

/** What the reader can do now, in a sentence or two; `undefined` where all is well. */
export function nextStep({ detailType, detail }: ResultEvent): string | undefined {
  const { data } = detail;
  switch (detailType) {
    case "SpecRejected":
      return rejectionStep(data);
    case "PlanProduced":
      return "Take `DryRun` out of the document to apply it.";
    case "ApplySucceeded":
      return wroteSomething(data) || data.deployment?.status === "failed" ? deploymentStep(data) : undefined;
    case "ApplyFailed":
      return help(data) ?? failureStep(data);
    case "DriftDetected":
      return "Drop the document again to restore it, or change it to match what is in AWS.";
    case "DriftResolved":
    case "ApplyUnchanged":
    case "SpecSuperseded":
      return undefined;
  }
}

type NoticeData = ResultEvent["detail"]["data"];

function help(data: NoticeData): string | undefined {
  const failures = data.changes.flatMap(({ error }) => (error?.help === undefined ? [] : [error.help]));
  const errors = data.diagnostics.filter(({ severity }) => severity === "error");
  const first = [...failures, ...errors.map((diagnostic) => diagnostic.help)].find((text) => text?.trim());
  return first === undefined ? undefined : prose(first, 600);
}

/** Nothing was touched; one error may be told how to mend, several are for the terminal to explain. */
function rejectionStep(data: NoticeData): string {
  const errors = data.diagnostics.filter(({ severity }) => severity === "error").length;
  const only = errors === 1 ? help(data) : undefined;
  const again = "Correct the document and drop it again: nothing was touched.";
  if (only !== undefined) return `${only} ${again}`;
  return `${again} \`specdrop validate\` shows every problem at its line.`;
}

function failureStep({ changes }: NoticeData): string {
  return changes.some(({ error }) => error?.retryable === true)
    ? "The cause may pass: drop the document again."
    : "Correct the document, or what AWS objects to, and drop it again.";
}

function deploymentStep({ deployment }: NoticeData): string | undefined {
  const stage = deployment?.stageName === undefined ? "the stage" : `stage ${code(deployment.stageName, 128)}`;
  switch (deployment?.status) {
    case "pending":
      return `Deploy ${stage}, or add \`Deploy\` to the document: clients see the change only then.`;
    case "unknown":
      return "Unless the stage has AutoDeploy: deploy it, or add `Deploy` to the document.";
    case "failed":
      return `Deploy ${stage} yourself, or drop the document again: clients see the change only then.`;
    case "live":
    case undefined:
      return undefined;
  }
}
