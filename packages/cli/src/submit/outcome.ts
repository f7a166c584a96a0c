import type { Clock } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import { documentIdOf } from "@specdrop/service/documents";
import type { Sent } from "./send.ts";

/** What became of a submitted document. */
export type SentSubmission =
  /** It was taken in and came to its end: a result on each of its APIs. */
  | { readonly outcome: "settled"; readonly results: readonly ResultEvent[] }
  /** Another revision of the same document took its place on some API before it was applied there. */
  | { readonly outcome: "superseded"; readonly results: readonly ResultEvent[] }
  /** Not taken in, or not at its end, by the deadline. */
  | { readonly outcome: "unknown"; readonly seen: boolean };

export interface WaitOptions {
  readonly clock: Clock;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly onProgress: (words: string) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** Follows a submitted document through the ledger, which is all that has to be readable. */
export async function outcomeOf(
  ledger: Pick<Ledger, "readDocument" | "readChangeSet" | "listDocuments">,
  sent: Sent,
  { clock, deadline, onProgress }: WaitOptions,
): Promise<SentSubmission> {
  let found: { readonly documentId: string; readonly revision: Revision } | undefined;
  onProgress("waiting for the document to be taken in");
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    found ??= await findRevision(ledger, sent);
    if (found !== undefined) {
      const settled = await resultsOf(ledger, found.documentId, found.revision, onProgress);
      if (settled !== undefined) return settled;
    }
    if (clock.now() + pauseMs > deadline) return { outcome: "unknown", seen: found !== undefined };
    await clock.sleep(pauseMs);
  }
}

async function findRevision(
  ledger: Pick<Ledger, "readDocument" | "listDocuments">,
  { correlationId, document }: Sent,
): Promise<{ readonly documentId: string; readonly revision: Revision } | undefined> {
  if (document !== undefined) {
    const record = await ledger.readDocument(documentIdOf(document.bucket, document.key));
    return record && revisionIn(record, correlationId);
  }
  // An event's account, and the bucket it ends up in, are not known to the sender.
  for await (const record of ledger.listDocuments()) {
    const found = revisionIn(record, correlationId);
    if (found !== undefined) return found;
  }
  return undefined;
}

function revisionIn({ documentId, head, current, overtaken }: DocumentRecord, correlationId: string) {
  const revision = [head, current, ...overtaken].find((each) => each?.correlationId === correlationId);
  return revision && { documentId, revision };
}

/** `""` stands for no API: a rejected document, and one that asks nothing, end there. */
async function resultsOf(
  ledger: Pick<Ledger, "readChangeSet">,
  documentId: string,
  { apiIds, sequence }: Revision,
  onProgress: WaitOptions["onProgress"],
): Promise<SentSubmission | undefined> {
  const results: ResultEvent[] = [];
  let isWhole = true;
  for (const apiId of apiIds.length === 0 ? [""] : apiIds) {
    const changeSet = await ledger.readChangeSet(documentId, apiId);
    if (changeSet === undefined || changeSet.settledSequence < sequence) {
      const { ended, total } = changeSet?.progress ?? {};
      onProgress(`waiting for API ${apiId}${total === undefined ? "" : `: ${ended} of ${total} changes`}`);
      return undefined;
    }
    if (changeSet.result?.sequence === sequence) results.push(changeSet.result.event);
    else isWhole = false;
  }
  const wasReplaced = !isWhole || results.some(({ detailType }) => detailType === "SpecSuperseded");
  return { outcome: wasReplaced ? "superseded" : "settled", results };
}
