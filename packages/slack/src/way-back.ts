import type { ResultEvent } from "@specdrop/events";
import { formatCommands, type PipelineNames, rollbackCommand } from "./commands.ts";

/**
 * The command that puts the revision before this one back, where there may be one: a document of a versioned bucket that
 * was applied or failed, and is no submission, which only the pipeline may write.
 */
export function wayBack({ detailType, detail }: ResultEvent, names?: PipelineNames): string | undefined {
  const { metadata, data } = detail;
  const { bucket, key, versionId } = data.document;
  const isEnd = detailType === "ApplySucceeded" || detailType === "ApplyFailed";
  if (!isEnd || data.mode !== "apply" || metadata.sequence === 1) return undefined;
  if (versionId === undefined || bucket === "" || key.startsWith("events/")) return undefined;
  return `This puts the last revision that succeeded back:\n${formatCommands([rollbackCommand(data.document, names)])}`;
}
