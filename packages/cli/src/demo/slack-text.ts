interface ShownText {
  readonly text: string;
}

interface ShownBlock {
  readonly text?: ShownText;
  readonly fields?: readonly ShownText[];
  readonly elements?: readonly ShownText[];
}

/** A Block Kit message as lines of plain text, without what only traces it. */
export function slackLines(message: Readonly<Record<string, unknown>>): readonly string[] {
  const blocks = (message["blocks"] ?? []) as readonly ShownBlock[];
  const lines = blocks.flatMap(({ text, fields }) => [
    ...(text === undefined ? [] : plain(text.text).split("\n")),
    ...(fields ?? []).map((field) => plain(field.text).replace("\n", ": ")),
  ]);
  return lines.filter((line) => line !== "");
}

/** mrkdwn without its marks and escapes. */
function plain(mrkdwn: string): string {
  const marksGone = mrkdwn
    .replaceAll(/<[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll("`", "")
    .replaceAll(/\*([^*\n]+)\*/g, "$1");
  return marksGone.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
