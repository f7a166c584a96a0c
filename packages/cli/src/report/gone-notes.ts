import type { Renamed } from "../documents/conflict-with-gone.ts";
import type { GoneDocument } from "../documents/gone-documents.ts";
import { count } from "../terminal/count.ts";

const MOST_LISTED = 10;

/** What to say of documents whose files are gone and which stay as they are. */
export function goneNotes(
  gone: readonly Pick<GoneDocument, "file" | "owned">[],
  renamed: readonly Renamed[],
  { prune = false }: { readonly prune?: boolean },
): readonly string[] {
  if (gone.length === 0) return [];
  const listed = gone
    .slice(0, MOST_LISTED)
    .map(({ file, owned }) => `  ${file}: ${count(owned.length, "response")} in AWS`);
  const more = gone.length > MOST_LISTED ? [`  and ${gone.length - MOST_LISTED} more`] : [];
  const head =
    gone.length === 1 ? "1 file is gone, and its document" : `${gone.length} files are gone, and their documents`;
  const renames = renamed
    .slice(0, MOST_LISTED)
    .map(({ from, document, command }) => `${from} may have been renamed to ${document.verdict.file}: ${command}`);
  const advice = prune
    ? []
    : ["With --prune, specdrop withdraws them; a response that another of these files declares passes to it."];
  return [`${head} still ${gone.length === 1 ? "owns" : "own"} responses:`, ...listed, ...more, ...renames, ...advice];
}
