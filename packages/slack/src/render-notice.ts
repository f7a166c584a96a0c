import type { HeldData, OperationsEvent } from "@specdrop/events";
import type { ShellCommand } from "@specdrop/spec/shell-command";
import { message, type SlackMessage, section } from "./block-kit.ts";
import { formatCommands, type PipelineNames, resumeCommand, statusCommand } from "./commands.ts";
import { baseName } from "./problems.ts";
import { code, prose } from "./untrusted.ts";

/** What stands for a notice in a digest. */
export const NOTICE_TITLES: Readonly<Record<OperationsEvent["detailType"], string>> = {
  Suspended: "⏸️ Suspended",
  Resumed: "▶️ Resumed",
  SpecWaiting: "⏸️ Waiting",
  WithdrawalsHeld: "🛑 Withdrawals held",
  WithdrawalsReleased: "▶️ Withdrawals released",
};

/** The Slack message for a notice about the pipeline itself. */
export function renderNotice(notice: OperationsEvent, names?: PipelineNames): SlackMessage {
  const text = textOf(notice);
  const commands = commandsAfter(notice, names);
  return message(text, [section(commands.length === 0 ? text : `${text}\n${formatCommands(commands)}`)]);
}

/** What the text ends in. */
function commandsAfter({ detailType }: OperationsEvent, names: PipelineNames | undefined): readonly ShellCommand[] {
  switch (detailType) {
    case "Suspended":
      return [resumeCommand(names)];
    case "WithdrawalsHeld":
      return [statusCommand(names), resumeCommand(names)];
    case "Resumed":
    case "SpecWaiting":
    case "WithdrawalsReleased":
      return [];
  }
}

function textOf({ detailType, detail }: OperationsEvent): string {
  switch (detailType) {
    case "Suspended":
      return `⏸️ Applying is suspended by ${prose(detail.data.by, 100)}${why(detail.data)}. Documents are accepted, and wait. This ends it:`;
    case "Resumed":
      return `▶️ Applying is resumed by ${prose(detail.data.by, 100)}${why(detail.data)}. Waiting documents are applied now.`;
    case "SpecWaiting": {
      const { documentId, apiId, sequence, suspension } = detail.data;
      const what = `${prose(baseName(documentId), 256)} (revision ${sequence}, API ${code(apiId, 64)})`;
      return `⏸️ ${what} is accepted but not applied: applying is suspended by ${prose(suspension.by, 100)}${why(suspension)}.`;
    }
    case "WithdrawalsHeld":
      return held(detail.data);
    case "WithdrawalsReleased":
      return `▶️ Held withdrawals are released by ${prose(detail.data.by, 100)}${why(detail.data)}. They are applied now.`;
  }
}

/** What was about to go, how to go on, how to go back. */
function held({ documents, responses, documentIds, reason }: HeldData): string {
  const names = documentIds.map((documentId) => code(baseName(documentId), 100)).join(", ");
  const more = documents > documentIds.length ? ` and ${documents - documentIds.length} more` : "";
  const which = names === "" ? "" : `: ${names}${more}`;
  return [
    `🛑 Withdrawals are held${why({ reason })}.`,
    `${count(documents, "deleted document")} with ${count(responses, "response")} ${documents === 1 ? "waits" : "wait"}, still live${which}.`,
    "Other documents are applied as before.",
    "If this was not meant, drop the documents again (a versioned bucket keeps them). That cancels their withdrawal.",
    "The first command shows them; if it was meant, the second deletes what they own:",
  ].join(" ");
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function why({ reason }: { readonly reason?: string | undefined }): string {
  return reason === undefined ? "" : `: ${prose(reason, 300)}`;
}
