/** By which way a revision came. */
export const WAYS = ["drop", "submit", "event", "rollback", "withdraw", "cli"] as const;
export type Way = (typeof WAYS)[number];

/** Where it is known from who wrote a revision. */
export const AUTHOR_SOURCES = ["metadata", "account", "service", "unknown"] as const;

/** Who wrote a revision. */
export interface Author {
  /**
   * `metadata`: the writer said it, in the object's metadata or as the command line that applied it. `account` and
   * `service`: S3's event names it.
   */
  readonly from: (typeof AUTHOR_SOURCES)[number];
  /** A person's or a machine's name, an account id, or a service. */
  readonly actor?: string;
  /** Of the repository that holds the document. */
  readonly commit?: string;
  /** Of the CI job that wrote it. */
  readonly runUrl?: string;
}

export interface Origin {
  readonly way: Way;
  readonly by: Author;
}

/** A revision as the history of its document keeps it. */
export interface HistoryEntry {
  readonly documentId: string;
  readonly sequence: number;
  readonly kind: "accepted" | "rejected" | "withdrawn";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly correlationId: string;
  readonly versionId?: string;
  /** Absent for revisions of before it was kept. */
  readonly origin?: Origin;
  /** By `outcomeKey`, what `formatOutcome` makes of its result there; empty as long as there is none. */
  readonly outcomes: Readonly<Record<string, string>>;
}
