import type { ResultDetailType, ResultEvent, Summary } from "@specdrop/events";
import type { HistoryEntry, Way } from "./history-entry.ts";
import type { DocumentRecord, Revision } from "./port.ts";

/** How many revisions of a document are kept. */
export const HISTORY_LENGTH = 50;

/** The place that a revision has in its document's history, from 0; the one `HISTORY_LENGTH` before it had the same. */
export const slotOf = (sequence: number): number => (sequence - 1) % HISTORY_LENGTH;

/** `apiId` is `""` for results that concern no API; DynamoDB takes no empty name. */
export const outcomeKey = (apiId: string): string => (apiId === "" ? "-" : apiId);

export function entryOf(documentId: string, revision: Revision): HistoryEntry {
  const { sequence, kind, seenAt, correlationId, source, origin, apiIds } = revision;
  const concerned = apiIds.length === 0 ? [""] : apiIds;
  return {
    documentId,
    sequence,
    kind,
    at: seenAt,
    correlationId,
    ...(source.versionId === undefined ? {} : { versionId: source.versionId }),
    ...(origin === undefined ? {} : { origin }),
    outcomes: Object.fromEntries(concerned.map((apiId) => [outcomeKey(apiId), ""])),
  };
}

/** What is kept of a result, in few bytes: an item has 400 KB for all of a revision's APIs. */
export function formatOutcome({ detailType, detail }: ResultEvent): string {
  return [detailType, ...COUNTS.map((name) => detail.data.summary[name])].join(" ");
}

const COUNTS = [
  "create",
  "adopt",
  "update",
  "replace",
  "delete",
  "forget",
  "unchanged",
  "failed",
] as const satisfies readonly (keyof Summary)[];

/** From the worst on. */
const BY_BADNESS: readonly ResultDetailType[] = [
  "ApplyFailed",
  "SpecRejected",
  "SpecSuperseded",
  "PlanProduced",
  "ApplySucceeded",
  "ApplyUnchanged",
];

/** What became of a revision: the worst of its results, and the sum of them. */
export interface RevisionOutcome {
  readonly outcome: ResultDetailType | "pending";
  readonly summary: Summary;
}

export function outcomeOf(outcomes: HistoryEntry["outcomes"]): RevisionOutcome {
  const all = Object.values(outcomes);
  const results = all.filter((text) => text !== "").map((text) => text.split(" "));
  const types = new Set(results.map(([type]) => type));
  const worst = BY_BADNESS.find((type) => types.has(type));
  const isPending = results.length < all.length || worst === undefined;
  const sum = (index: number) => results.reduce((total, parts) => total + Number(parts[index + 1] ?? 0), 0);
  return {
    outcome: isPending ? "pending" : worst,
    summary: Object.fromEntries(COUNTS.map((name, index) => [name, sum(index)])) as unknown as Summary,
  };
}

/** Every revision that a document's record still has. */
export function revisionsIn({ head, current, overtaken }: DocumentRecord): readonly Revision[] {
  const bySequence = new Map([...overtaken, head, ...(current ? [current] : [])].map((one) => [one.sequence, one]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/**
 * A document's history, the newest first: what is kept, and what its record has and a crash kept from being noted. An
 * entry of a revision that the record has not numbered is of another ledger, and left out.
 */
export function historyOf(record: DocumentRecord, kept: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const bySequence = new Map(revisionsIn(record).map((one) => [one.sequence, entryOf(record.documentId, one)]));
  for (const entry of kept) bySequence.set(entry.sequence, entry);
  return [...bySequence.values()]
    .filter(({ sequence }) => sequence <= record.count && sequence > record.count - HISTORY_LENGTH)
    .sort((a, b) => b.sequence - a.sequence);
}

/** By which way a revision came that says nothing of it. */
export function wayOf({ origin, kind, documentId }: HistoryEntry): Way {
  if (origin !== undefined) return origin.way;
  if (kind === "withdrawn") return "withdraw";
  if (documentId.startsWith("file:")) return "cli";
  return /^s3:\/\/[^/]*\/events\//.test(documentId) ? "event" : "drop";
}
