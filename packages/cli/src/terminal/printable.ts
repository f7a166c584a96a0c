import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import { visible } from "@specdrop/spec";

export type TextStyle = Parameters<typeof styleText>[0];

/** Stands for the escape character of our own styles, and of nothing that others wrote: nobody can guess it. */
const OURS = `\uFDD0${randomUUID()}\uFDD1`;

/** Where a link begins, where its text does, and where it ends. */
const LINK = { url: `${OURS}link:`, text: `${OURS}text:`, end: `${OURS}end:` };
const LINKS = new RegExp(`${LINK.url}([^${OURS[0]}]*)${LINK.text}(.*?)${LINK.end}`, "gs");

/** `text` that leads to a URL, as `printable` knows it. */
export function linked(text: string, url: string): string {
  return `${LINK.url}${url}${LINK.text}${text}${LINK.end}`;
}

/** `text` in a style, as `printable` knows it, where the stream shows styles. */
export function styled(style: TextStyle, text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text.replaceAll("\u001b", "\u241b"), { stream }).replaceAll("\u001b", OURS);
}

/**
 * What a terminal or a log may get of a text: styles of ours, line breaks and tabs; every other control character and
 * what turns the direction of writing becomes visible. In a log of GitHub Actions no line of it is a command.
 * Links of ours are OSC 8 sequences where the reader has them, and their text alone everywhere else.
 */
export function printable(text: string, { hasLinks = false }: { readonly hasLinks?: boolean } = {}): string {
  const shown = text.replace(LINKS, hasLinks ? `${OURS}]8;;$1${OURS}\\$2${OURS}]8;;${OURS}\\` : "$2");
  const lines = shown.split("\n").map((line) => line.split("\t").map(visible).join("\t"));
  const safe = isGitHub() ? lines.map(withoutCommands) : lines;
  return safe.join("\n").replaceAll(OURS, "\u001b");
}

/** JSON with every character escaped that a terminal or the runner of GitHub Actions would take for more than text. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped)
    .replaceAll("##[", "#\\u0023[");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The runner takes a line that begins with `::`, and `##[` anywhere in one, for a command. */
function withoutCommands(line: string): string {
  const start = line.replaceAll(OURS, "").replace(/^(?:\[[\d;]*m|\s)*/, "");
  const harmless = start.startsWith("::") ? line.replace("::", ": :") : line;
  return harmless.replaceAll("##[", "# #[");
}

function isGitHub(): boolean {
  return process.env["GITHUB_ACTIONS"] === "true";
}
