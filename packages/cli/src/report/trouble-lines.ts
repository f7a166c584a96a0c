import type { LogLine } from "@specdrop/local/index";
import { visible } from "@specdrop/spec";
import type { Terminal } from "../terminal/terminal.ts";

/** What `dev` prints of a line that a function logged: warnings and errors, why, and what to do; and what is ignored. */
export function troubleLines(
  { function: name, level, message, fields }: LogLine,
  paint: Terminal["paintNote"],
): readonly string[] {
  const { key, because, error, reason, help } = fields;
  const isIgnored = typeof key === "string" && typeof because === "string";
  const ignored = isIgnored ? [visible(`${key} is ignored: ${because}`)] : [];
  if (level === "info") return ignored;
  const why = error instanceof Error ? error.message : reason;
  return [
    ...ignored,
    `${paint(level === "error" ? "red" : "yellow", `${name} ${level}`)} ${message}${typeof why === "string" ? `: ${visible(why)}` : ""}`,
    ...(typeof help === "string" ? [`         ${visible(help)}`] : []),
  ];
}
