import type { ResultDetailType, Summary } from "@specdrop/events";
import { formatOutcome, historyOf, outcomeKey, outcomeOf, wayOf } from "@specdrop/ledger/history";
import type { Author, HistoryEntry, Way } from "@specdrop/ledger/history-entry";
import type { DocumentRecord, Ledger } from "@specdrop/ledger/port";

/** A revision, as `specdrop history --json` shows it. */
export interface RevisionView {
  readonly sequence: number;
  readonly kind: Way;
  /** ISO 8601. */
  readonly at: string;
  readonly by: Author;
  readonly correlationId: string;
  readonly versionId?: string;
  readonly outcome: ResultDetailType | "pending";
  readonly summary: Summary;
}

type HistoryReader = Pick<Ledger, "readHistory" | "readChangeSet">;

/** The newest first. */
export async function readHistory(ledger: HistoryReader, record: DocumentRecord): Promise<readonly RevisionView[]> {
  const entries = historyOf(record, await ledger.readHistory(record.documentId));
  const views: RevisionView[] = [];
  for (const entry of entries) views.push(viewOf(await withUnnoted(ledger, entry)));
  return views;
}

/** A result is written before it is noted in the history: what a run has told a moment ago counts too. */
async function withUnnoted(ledger: HistoryReader, entry: HistoryEntry): Promise<HistoryEntry> {
  const outcomes: Record<string, string> = { ...entry.outcomes };
  for (const [key, outcome] of Object.entries(entry.outcomes)) {
    if (outcome !== "") continue;
    const result = (await ledger.readChangeSet(entry.documentId, key === outcomeKey("") ? "" : key))?.result;
    if (result?.sequence === entry.sequence) outcomes[key] = formatOutcome(result.event);
  }
  return { ...entry, outcomes };
}

function viewOf(entry: HistoryEntry): RevisionView {
  const { sequence, at, origin, correlationId, versionId, outcomes } = entry;
  return {
    sequence,
    kind: wayOf(entry),
    at: new Date(at).toISOString(),
    by: origin?.by ?? { from: "unknown" },
    correlationId,
    ...(versionId === undefined ? {} : { versionId }),
    ...outcomeOf(outcomes),
  };
}
