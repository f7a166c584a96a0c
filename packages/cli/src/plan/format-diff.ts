import { allOf, type DiffLine, diffLines } from "@specdrop/inspect/diff/line-diff";
import type { ShownPropertyDiff, ValueDiff } from "@specdrop/inspect/diff/property-diff";
import { visible } from "@specdrop/spec";
import { count } from "../terminal/count.ts";
import type { Paint } from "../terminal/terminal.ts";

/** A text longer than this is compared line by line. */
const SHORT = 60;
/** More lines of one text than this are counted, in a comparison, and where all of them are new or gone. */
const MOST_COMPARED = 200;
const MOST_WHOLE = 40;

const INDENT = "    ";

/** How two sides are told apart: by what a plan writes over, or by who says what. */
export type Telling = "plan" | "drift";

/** `TemplateSelectionExpression: a → b`, or `AWS has a, the document says b`; long texts line by line. */
export function formatPropertyDiff(
  { property, values, hasDrifted }: ShownPropertyDiff,
  paint: Paint,
  telling: Telling = "plan",
): readonly string[] {
  const drifted = hasDrifted ? paint("magenta", "  changed in AWS since it was applied") : "";
  const [only] = values;
  if (only !== undefined && only.entry === undefined) {
    const [first = "", ...rest] = formatValue(property, only, paint, telling);
    return [`${first}${drifted}`, ...rest];
  }
  return [
    `${property}${drifted}`,
    ...values.flatMap((value) =>
      formatValue(value.entry ?? "", value, paint, telling).map((line) => `${INDENT.slice(2)}${line}`),
    ),
  ];
}

function formatValue(name: string, { before, after }: ValueDiff, paint: Paint, telling: Telling): readonly string[] {
  const sign =
    before === undefined ? paint("green", "+") : after === undefined ? paint("red", "-") : paint("yellow", "~");
  const label = `${sign} ${visible(name)}`;
  const isDrift = telling === "drift";
  if (isShort(before) && isShort(after))
    return [`${label}: ${isDrift ? formatBoth(before, after, paint) : formatShort(before, after, paint)}`];
  const lines = linesOf(before, after);
  const most = before === undefined || after === undefined ? MOST_WHOLE : MOST_COMPARED;
  const shown = lines.slice(0, most).map((line) => `${INDENT}${formatLine(line, paint)}`);
  const more = lines.length - shown.length;
  const legend = isDrift ? ` AWS has ${paint("red", "-")}, the document says ${paint("green", "+")}` : "";
  return [
    `${label}:${legend}`,
    ...shown,
    ...(more > 0 ? [`${INDENT}${paint("dim", `… ${count(more, "more line")}`)}`] : []),
  ];
}

function linesOf(before: string | undefined, after: string | undefined): readonly DiffLine[] {
  if (before === undefined) return allOf("added", after ?? "");
  return after === undefined ? allOf("removed", before) : diffLines(before, after);
}

function isShort(text: string | undefined): boolean {
  return text === undefined || (text.length <= SHORT && !text.includes("\n"));
}

function formatShort(before: string | undefined, after: string | undefined, paint: Paint): string {
  if (before === undefined) return after === undefined ? paint("dim", "as it is") : paint("green", quoted(after));
  return `${paint("red", quoted(before))} → ${after === undefined ? paint("dim", "removed") : paint("green", quoted(after))}`;
}

function formatBoth(before: string | undefined, after: string | undefined, paint: Paint): string {
  const inAws = before === undefined ? "nothing" : paint("red", quoted(before));
  return `AWS has ${inAws}, the document says ${after === undefined ? "nothing" : paint("green", quoted(after))}`;
}

/** In quotation marks where its ends could not be seen otherwise. */
function quoted(text: string): string {
  return text.trim() === text ? visible(text) : `"${visible(text)}"`;
}

function formatLine({ kind, text }: DiffLine, paint: Paint): string {
  switch (kind) {
    case "added":
      return paint("green", `+ ${visible(text)}`);
    case "removed":
      return paint("red", `- ${visible(text)}`);
    case "kept":
      return `  ${visible(text)}`;
    case "gap":
      return paint("dim", `… ${text}`);
  }
}
