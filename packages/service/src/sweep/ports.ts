import type { ChangeSetState, DocumentRecord } from "@specdrop/ledger/port";
import type { RunPorts } from "../ports/run-ports.ts";
import type { SpecListing } from "../ports/spec-store.ts";
import type { RunningTally } from "./tally.ts";

export interface SweepPorts extends RunPorts {
  /** Milliseconds; `DEFAULT_GRACE_MS` without it. */
  readonly graceMs?: number;
  /** The bucket, to be compared with the ledger; without it what no event told of is not noticed. */
  readonly listing?: SpecListing;
}

export interface DocumentSweep extends SweepPorts {
  readonly graceMs: number;
  /** Epoch milliseconds: no API is compared with AWS after it. */
  readonly deadline: number;
  readonly done: RunningTally;
  /** Nothing is to be applied: nobody is asked to. */
  readonly isSuspended: boolean;
  /** No withdrawal is to be applied. */
  readonly isHolding: boolean;
}

/** A document as the ledger has it: its record, and its change sets by API, as far as there are any. */
export interface Held {
  readonly record: DocumentRecord;
  readonly changeSets: ReadonlyMap<string, ChangeSetState>;
}
