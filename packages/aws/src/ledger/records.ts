import type { DocumentSource, ResultEvent } from "@specdrop/events";

// The ledger's records as the service declares them. Imports point from the service to here, so the shapes are
// repeated; the tests hold the two together.

export interface Revision {
  readonly sequence: number;
  readonly kind: "accepted" | "rejected" | "withdrawn";
  readonly source: DocumentSource;
  readonly sequencer?: string;
  readonly correlationId: string;
  readonly seenAt: number;
  readonly apiIds: readonly string[];
}

export interface DocumentRecord {
  readonly documentId: string;
  readonly head: Revision;
  readonly current?: Revision;
  readonly overtaken: readonly Revision[];
}

export type NewRevision = Omit<Revision, "sequence">;

export interface RecordOutcome {
  readonly outcome: "recorded" | "repeated" | "stale";
  readonly record: DocumentRecord;
}

export interface ChangeSetRecord {
  readonly documentId: string;
  readonly apiId: string;
  readonly settledSequence: number;
  readonly epoch: number;
  readonly runningSequence?: number;
  readonly result?: { readonly sequence: number; readonly event: ResultEvent; readonly published: boolean };
}

export interface Lease {
  readonly apiId: string;
  readonly owner: string;
  readonly fence: number;
  readonly expiresAt: number;
}
