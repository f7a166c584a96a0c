import type { ResultEvent } from "@specdrop/events";
import type { ShellCommand } from "@specdrop/spec/shell-command";
import {
  deployCommand,
  fetchCommand,
  formatCommands,
  isStored,
  isTheirs,
  type PipelineNames,
  statusCommand,
  submitCommand,
  validateCommand,
} from "./commands.ts";
import { wroteSomething } from "./counts.ts";
import { code, prose } from "./untrusted.ts";

/** What the reader can do now, in a sentence or two and commands to copy; `undefined` where all is well. */
export function nextStep({ detailType, detail }: ResultEvent, names?: PipelineNames): string | undefined {
  const { data } = detail;
  switch (detailType) {
    case "SpecRejected":
      return rejectionStep(data, names);
    case "PlanProduced":
      return planStep(data, names);
    case "ApplySucceeded":
      return wroteSomething(data) || data.deployment?.status === "failed" ? deploymentStep(data) : undefined;
    case "ApplyFailed":
      return withCommands(help(data) ?? failureStep(data), again(data, names));
    case "DriftDetected":
      return withCommands(
        "Drop the document again to restore it, or change it to match what is in AWS.",
        again(data, names),
      );
    case "DriftResolved":
    case "ApplyUnchanged":
    case "SpecSuperseded":
      return undefined;
  }
}

type NoticeData = ResultEvent["detail"]["data"];

function withCommands(words: string, commands: readonly ShellCommand[]): string {
  return commands.length === 0 ? words : `${words}\n${formatCommands(commands)}`;
}

/** Fetches the document and drops it again; where nobody can, shows how things stand. */
function again({ document, mode }: NoticeData, names: PipelineNames | undefined): readonly ShellCommand[] {
  const canDrop = mode !== "withdraw" && isTheirs(document) && isStored(document);
  return canDrop ? [fetchCommand(document), submitCommand(document, names)] : [statusCommand(names)];
}

function help(data: NoticeData): string | undefined {
  const failures = data.changes.flatMap(({ error }) => (error?.help === undefined ? [] : [error.help]));
  const errors = data.diagnostics.filter(({ severity }) => severity === "error");
  const first = [...failures, ...errors.map((diagnostic) => diagnostic.help)].find((text) => text?.trim());
  return first === undefined ? undefined : prose(first, 600);
}

/** Nothing was changed; one error may be told how to mend, several are for the terminal to explain. */
function rejectionStep(data: NoticeData, names: PipelineNames | undefined): string {
  const { document } = data;
  const errors = data.diagnostics.filter(({ severity }) => severity === "error").length;
  const only = errors === 1 ? help(data) : undefined;
  const theirs = isTheirs(document);
  const words = theirs
    ? "Correct the document and drop it again: nothing was changed."
    : "Correct the document and have its sender send it again: nothing was changed.";
  const commands = isStored(document)
    ? [fetchCommand(document), validateCommand(document), ...(theirs ? [submitCommand(document, names)] : [])]
    : [];
  return withCommands(only === undefined ? words : `${only} ${words}`, commands);
}

function planStep(data: NoticeData, names: PipelineNames | undefined): string {
  const { document, reason } = data;
  const words =
    reason === undefined
      ? "To apply it, take `DryRun` out of the document and drop it again."
      : "Correct the document first: applying it would fail.";
  const canDrop = isTheirs(document) && isStored(document);
  const commands = [
    fetchCommand(document),
    ...(reason === undefined ? [] : [validateCommand(document)]),
    submitCommand(document, names),
  ];
  return withCommands(words, canDrop ? commands : []);
}

function failureStep({ changes, mode }: NoticeData): string {
  if (mode === "withdraw") return "Correct the problem that AWS names, drop the document again, and delete it again.";
  return changes.some(({ error }) => error?.retryable === true)
    ? "The cause may be temporary: drop the document again."
    : "Correct the document, or the problem that AWS names, and drop it again.";
}

function deploymentStep({ apiId, deployment }: NoticeData): string | undefined {
  const stage = deployment?.stageName === undefined ? "the stage" : `stage ${code(deployment.stageName, 128)}`;
  const commands = apiId === undefined ? [] : [deployCommand(apiId, deployment?.stageName)];
  switch (deployment?.status) {
    case "pending":
      return withCommands(
        `Deploy ${stage}, or add \`Deploy\` to the document: clients see the change only after that.`,
        commands,
      );
    case "unknown":
      return withCommands("Unless the stage has AutoDeploy: deploy it, or add `Deploy` to the document.", commands);
    case "failed":
      return withCommands(
        `Deploy ${stage} yourself, or drop the document again: clients see the change only after that.`,
        commands,
      );
    case "live":
    case undefined:
      return undefined;
  }
}
