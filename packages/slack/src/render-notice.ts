import type { HeldData, OperationsEvent } from "@specdrop/events";
import { message, type SlackMessage, section } from "./block-kit.ts";
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
export function renderNotice(notice: OperationsEvent): SlackMessage {
  const text = textOf(notice);
  return message(text, [section(text)]);
}

function textOf({ detailType, detail }: OperationsEvent): string {
  switch (detailType) {
    case "Suspended":
      return `⏸️ Applying is suspended by ${prose(detail.data.by, 100)}${why(detail.data)}. Documents are accepted, and wait. \`specdrop resume\` ends it.`;
    case "Resumed":
      return `▶️ Applying is resumed by ${prose(detail.data.by, 100)}${why(detail.data)}. What waited is applied now.`;
    case "SpecWaiting": {
      const { documentId, apiId, sequence, suspension } = detail.data;
      const what = `${prose(baseName(documentId), 256)} (revision ${sequence}, API ${code(apiId, 64)})`;
      return `⏸️ ${what} is accepted, and waits: applying is suspended by ${prose(suspension.by, 100)}${why(suspension)}.`;
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
    "If this was meant, run `specdrop resume`.",
    "If not, drop the documents again (a versioned bucket keeps them): that cancels their withdrawal.",
    "Other documents are applied as before.",
  ].join(" ");
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function why({ reason }: { readonly reason?: string | undefined }): string {
  return reason === undefined ? "" : `: ${prose(reason, 300)}`;
}
