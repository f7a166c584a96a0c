import type { RevisionView } from "@specdrop/inspect/history";
import type { HistoryEntry } from "@specdrop/ledger/history-entry";

/** A revision to go back to, or why there is none, and what to do. */
export type Choice =
  | { readonly revision: RevisionView & { readonly versionId: string } }
  | { readonly problem: string };

/**
 * The revision to go back to, of a history with the newest first: the one that `to` names, or the last one before the
 * newest that succeeded.
 */
export function chooseRevision(
  history: readonly RevisionView[],
  kinds: ReadonlyMap<number, HistoryEntry["kind"]>,
  to: number | undefined,
): Choice {
  const [newest] = history;
  const oldest = history.at(-1);
  if (newest === undefined || oldest === undefined) return { problem: "It has no revisions." };
  if (to !== undefined) return named(history, kinds, to);
  const earlier = history.filter(({ sequence, outcome }) => sequence < newest.sequence && SUCCEEDED.has(outcome));
  const accepted = earlier.filter(({ sequence }) => kinds.get(sequence) === "accepted");
  const found = accepted.find(({ versionId }) => versionId !== undefined);
  if (found?.versionId !== undefined) return { revision: { ...found, versionId: found.versionId } };
  return {
    problem:
      accepted.length > 0
        ? `${NO_VERSIONS} Drop the earlier document again.`
        : "No earlier revision succeeded. Choose one with --to; specdrop history lists them.",
  };
}

const SUCCEEDED: ReadonlySet<string> = new Set(["ApplySucceeded", "ApplyUnchanged"]);

const NO_VERSIONS = "Its earlier revisions have no version id, because the bucket was not versioned then.";

function named(history: readonly RevisionView[], kinds: ReadonlyMap<number, HistoryEntry["kind"]>, to: number): Choice {
  const found = history.find(({ sequence }) => sequence === to);
  if (found === undefined) {
    const range = `${history.at(-1)?.sequence} to ${history[0]?.sequence}`;
    return { problem: `Its history has no revision ${to}; it has ${range}.` };
  }
  if (found === history[0]) return { problem: `Revision ${to} is the newest: there is nothing to roll back to.` };
  if (kinds.get(to) === "withdrawn") {
    return { problem: `Revision ${to} deleted the document. To delete it again, delete its object with aws s3 rm.` };
  }
  if (kinds.get(to) === "rejected") {
    return {
      problem: `Revision ${to} was rejected, and would be rejected again. specdrop history shows which revisions succeeded.`,
    };
  }
  return found.versionId === undefined
    ? { problem: `${NO_VERSIONS} Drop the document of revision ${to} again.` }
    : { revision: { ...found, versionId: found.versionId } };
}
