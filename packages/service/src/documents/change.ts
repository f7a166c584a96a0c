import type { DocumentSource } from "@specdrop/events";
import type { Origin } from "@specdrop/ledger/history-entry";
import type { DocumentRecord, Revision } from "@specdrop/ledger/port";

/** That a document changed, from wherever it is kept. */
export interface DocumentChange {
  readonly documentId: string;
  readonly source: DocumentSource;
  readonly correlationId: string;
  /** S3's; without one the change is taken for the newest. */
  readonly sequencer?: string;
  /**
   * Found in the bucket without an event, when so many revisions were numbered. It is recorded only where none was since,
   * and nothing is told where it is not.
   */
  readonly foundAfter?: number;
  /** How this stands to what the bucket has now; asked where the ledger holds what was found, which has no sequencer. */
  readonly standing?: (known: DocumentRecord) => Promise<Standing>;
  /** When it had happened by its event, in epoch milliseconds, at the latest; absent where no event announced it. */
  readonly eventTime?: number;
  /** What happened, where that only brought this state to light: it is what came too late if a newer state is there. */
  readonly removal?: DocumentChange;
  /** By which way it came, and who made it. */
  readonly origin?: Origin;
  /** A submission made it: whoever sent that waits for a result. */
  readonly isSubmission?: true;
  /** Names in that submission that specdrop does not know. */
  readonly unknownProperties?: readonly string[];
}

/** `past`: the bucket has something later. A revision: the ledger has this very state as that one already. */
export type Standing = "news" | "past" | Revision;
