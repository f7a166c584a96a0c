import { structuredPatch } from "diff";

/** One line of a comparison; `gap` stands for lines that stay as they are. */
export interface DiffLine {
  readonly kind: "added" | "removed" | "kept" | "gap";
  readonly text: string;
}

/** How many lines around a difference are shown. */
const CONTEXT = 3;
/** A comparison of texts that share next to nothing may take long, and says little. */
const TIMEOUT_MS = 500;

/** Compares two texts line by line. Differences that no line shows (a break at the end) are said in words. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const patch = structuredPatch("", "", before, after, "", "", { context: CONTEXT, timeout: TIMEOUT_MS });
  if (patch === undefined) return [...allOf("removed", before), ...allOf("added", after)];
  const lines: DiffLine[] = [];
  let next = 1;
  for (const hunk of patch.hunks) {
    if (hunk.newStart > next) lines.push({ kind: "gap", text: `from line ${hunk.newStart}` });
    next = hunk.newStart + hunk.newLines;
    lines.push(...linesOf(hunk.lines, before.endsWith("\n") !== after.endsWith("\n")));
  }
  return lines;
}

function linesOf(lines: readonly string[], differInTheirEnd: boolean): readonly DiffLine[] {
  return lines.flatMap((line): readonly DiffLine[] => {
    const text = line.slice(1);
    if (line.startsWith("+")) return [{ kind: "added", text }];
    if (line.startsWith("-")) return [{ kind: "removed", text }];
    if (line.startsWith(" ")) return [{ kind: "kept", text }];
    return differInTheirEnd ? [{ kind: "gap", text: "no line break at the end" }] : [];
  });
}

/** All lines of one text, as added or removed. */
export function allOf(kind: "added" | "removed", text: string): readonly DiffLine[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => ({ kind, text: line }));
}
