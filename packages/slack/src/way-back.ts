import type { ResultEvent } from "@specdrop/events";
import { code } from "./untrusted.ts";

/** In characters; as escaped each may take six, and a section holds 3,000. */
const LONGEST = 400;

/**
 * The command that puts the revision before this one back, where there may be one: a document of a versioned bucket that
 * was applied or failed, and is no submission, which only the pipeline may write.
 */
export function wayBack({ detailType, detail }: ResultEvent): string | undefined {
  const { metadata, data } = detail;
  const { bucket, key, versionId } = data.document;
  const isEnd = detailType === "ApplySucceeded" || detailType === "ApplyFailed";
  if (!isEnd || data.mode !== "apply" || metadata.sequence === 1) return undefined;
  if (versionId === undefined || bucket === "" || key.startsWith("events/")) return undefined;
  const command = `specdrop rollback ${quoted(`s3://${bucket}/${key}`)}`;
  // What a message cannot show to the letter is no command to copy.
  const isExact = command.length <= LONGEST && !/[`\p{Cc}\p{Cf}]/u.test(command);
  return `${code(isExact ? command : "specdrop rollback", 6 * LONGEST)} puts the last revision that succeeded back.`;
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
