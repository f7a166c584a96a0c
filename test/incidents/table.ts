import type { Seen } from "./observe.ts";

const COLUMNS = ["happens", "slack", "alarm", "log", "status"] as const;
const HEADS = ["minute", "what happens", "Slack", "alarms", "error lines", "`status`"];

/** What was seen, a row for each minute in which something was, as Markdown. */
export function tableOf(seen: readonly Seen[]): string {
  const minutes = [...new Set(seen.map(({ minute }) => minute))].sort((one, other) => one - other);
  const rows = minutes.map((minute) => {
    const cells = COLUMNS.map((column) =>
      seen
        .filter((each) => each.minute === minute && each.where === column)
        .map(({ text }) => cellOf(text))
        .join("<br>"),
    );
    return [String(minute), ...cells];
  });
  return [HEADS, HEADS.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cellOf(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, "<br>");
}
