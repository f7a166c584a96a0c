import type { OperationsEvent, SuspensionData } from "@specdrop/events";
import { message, type SlackMessage, section } from "./block-kit.ts";
import { baseName } from "./problems.ts";
import { code, prose } from "./untrusted.ts";

/** What stands for a notice in a digest. */
export const NOTICE_TITLES: Readonly<Record<OperationsEvent["detailType"], string>> = {
  Suspended: "⏸️ Suspended",
  Resumed: "▶️ Resumed",
  SpecWaiting: "⏸️ Waiting",
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
  }
}

function why({ reason }: SuspensionData): string {
  return reason === undefined ? "" : `: ${prose(reason, 300)}`;
}
