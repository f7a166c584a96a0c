import type { LinkButton } from "./block-kit.ts";
import { LIMITS } from "./limits.ts";

/*
 * Whatever comes from a spec, from AWS or from a sender goes through one of these functions on its way into a message.
 */

// Control, zero-width and bidirectional characters, and the invisible tag characters: they hide or reorder text.
const INVISIBLE =
  /[\p{Cc}\u{ad}\u{61c}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * One line of text for Slack's markup or plain text: `&`, `<` and `>` escaped, backticks and the `@` of a group mention
 * replaced by look-alikes. At most `longest` characters as escaped, the last an ellipsis where something was cut.
 */
export function prose(text: string, longest: number): string {
  return escapeWithin(oneLine(text).replace(/@(?=channel|here|everyone)/gi, "＠"), longest);
}

/** The same as inline code; `longest` does not count the backticks around it. */
export function code(text: string, longest: number): string {
  // Slack takes two backticks with nothing between them for text.
  return `\`${escapeWithin(oneLine(text), longest) || "–"}\``;
}

/** A code block of lines that each were one line of text before; they are kept short by the caller. */
export function codeBlock(lines: readonly string[]): string {
  return `\`\`\`\n${lines.join("\n")}\n\`\`\``;
}

/** A line for `codeBlock`. */
export function codeLine(text: string, longest: number): string {
  return escapeWithin(oneLine(text), longest);
}

/** A link to a web address under a text of our own; only the text where the address is none. */
export function link(address: string | undefined, text: string): string {
  const url = webAddress(address)?.replaceAll("&", "&amp;");
  return url !== undefined && url.length <= 1_000 ? `<${url}|${text}>` : text;
}

/** The same as a button; none where the address is none, or longer than Slack takes. */
export function button(address: string | undefined, text: string, id: string): readonly LinkButton[] {
  const url = webAddress(address);
  if (url === undefined || url.length > LIMITS.buttonUrl) return [];
  return [{ type: "button", text: { type: "plain_text", text, emoji: true }, url, action_id: id }];
}

function webAddress(address: string | undefined): string | undefined {
  const url = address?.toWellFormed().replace(/[\s<>|`"]/g, encodeURIComponent);
  return url !== undefined && /^https?:\/\/[!-~]+$/.test(url) ? url : undefined;
}

function oneLine(text: string): string {
  return text.toWellFormed().replace(/\s+/g, " ").replace(INVISIBLE, "").replaceAll("`", "ˋ").trim();
}

function escapeWithin(text: string, longest: number): string {
  let escaped = "";
  let lengthWithEllipsis = 0;
  for (const character of text) {
    const next = escaped + (ENTITIES[character] ?? character);
    if (next.length > longest) return `${escaped.slice(0, lengthWithEllipsis)}…`;
    escaped = next;
    if (escaped.length < longest) lengthWithEllipsis = escaped.length;
  }
  return escaped;
}
