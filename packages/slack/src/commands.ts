import type { DocumentSource } from "@specdrop/events";
import { command, optionalFlag, type ShellCommand } from "@specdrop/spec/shell-command";
import { baseName } from "./problems.ts";
import { codeBlock, codeLine, prose } from "./untrusted.ts";

/** What commands name of the pipeline that a message is about. */
export interface PipelineNames {
  /** As `--ledger` takes it. */
  readonly ledger: string;
  /** The event bus. */
  readonly bus: string;
}

/** A section holds 3,000 characters, and words stand before the commands. */
const LONGEST = 2_000;

/** Commands to copy, in order; a sentence where they cannot be shown to the letter. */
export function formatCommands(commands: readonly ShellCommand[]): string {
  const lines: string[] = [];
  for (const each of commands) {
    if ("notShown" in each) return prose(each.notShown, 300);
    lines.push(codeLine(each.line, Number.POSITIVE_INFINITY));
  }
  const block = codeBlock(lines);
  return block.length <= LONGEST ? block : "No command is shown here: a name in it is too long.";
}

/** Whether people may write the document's object: what was sent as an event is written by the pipeline only. */
export function isTheirs({ bucket, key }: DocumentSource): boolean {
  return bucket !== "" && !key.startsWith("events/");
}

/** Whether there is an object to fetch: neither one that was deleted, nor an event that was refused before it was stored. */
export function isStored({ bucket, etag }: DocumentSource): boolean {
  return bucket !== "" && etag !== undefined;
}

/** Brings the document here, as it is now. */
export function fetchCommand({ bucket, key }: DocumentSource): ShellCommand {
  return command`aws s3 cp ${`s3://${bucket}/${key}`} ${baseName(key)}`;
}

/** Shows every problem of the fetched document at its line. */
export function validateCommand({ key }: DocumentSource): ShellCommand {
  return command`npx specdrop validate ${baseName(key)}`;
}

/** Drops the fetched document again, and waits for what becomes of it. */
export function submitCommand({ bucket, key }: DocumentSource, names: PipelineNames | undefined): ShellCommand {
  const file = baseName(key);
  const folder = key.slice(0, key.length - file.length);
  const prefix = optionalFlag("--prefix", folder === "" ? undefined : folder);
  return command`npx specdrop submit ${file} --bucket ${bucket} ${prefix} --wait ${ledgerFlag(names)}`;
}

export function statusCommand(names: PipelineNames | undefined): ShellCommand {
  return command`npx specdrop status ${ledgerFlag(names)}`;
}

export function resumeCommand(names: PipelineNames | undefined): ShellCommand {
  return command`npx specdrop resume ${ledgerFlag(names)} ${optionalFlag("--bus", names?.bus)}`;
}

/** Puts an earlier revision of the document back. */
export function rollbackCommand({ bucket, key }: DocumentSource, names: PipelineNames | undefined): ShellCommand {
  return command`npx specdrop rollback ${`s3://${bucket}/${key}`} ${ledgerFlag(names)}`;
}

/** Makes what is applied visible to clients; without a stage it lists those there are. */
export function deployCommand(apiId: string, stageName: string | undefined): ShellCommand {
  if (stageName === undefined) return command`aws apigatewayv2 get-stages --api-id ${apiId}`;
  return command`aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name ${stageName}`;
}

function ledgerFlag(names: PipelineNames | undefined): ReturnType<typeof optionalFlag> {
  return optionalFlag("--ledger", names?.ledger);
}
