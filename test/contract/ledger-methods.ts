import type { Ledger } from "@specdrop/ledger/port";

/** Every method of the port: a new one breaks the build until it says here whether it writes. */
const METHODS = {
  listOwned: "reads",
  claim: "writes",
  release: "writes",
  handOver: "writes",
  putBid: "writes",
  removeBid: "writes",
  listBids: "reads",
  readDocument: "reads",
  recordRevision: "writes",
  confirmRevision: "writes",
  noteRevision: "writes",
  noteOutcome: "writes",
  readHistory: "reads",
  clearSuperseded: "writes",
  renameDocument: "writes",
  listDocuments: "reads",
  readSubmissions: "reads",
  writeSubmissions: "writes",
  readChangeSet: "reads",
  beginRun: "writes",
  checkpoint: "writes",
  settle: "writes",
  markPublished: "writes",
  noteDrift: "writes",
  noteRepair: "writes",
  markDriftPublished: "writes",
  endRun: "writes",
  reopen: "writes",
  listChangeSets: "reads",
  acquireLease: "writes",
  renewLease: "writes",
  releaseLease: "writes",
  readLease: "reads",
  readSuspension: "reads",
  switchSuspension: "writes",
  markSuspensionAnnounced: "writes",
  readComparison: "reads",
  writeComparison: "writes",
  noteWithdrawal: "writes",
  listWithdrawals: "reads",
  // DynamoDB keeps the count for ten minutes: a plan has no business with that either.
  countOwned: "writes",
} as const satisfies Record<keyof Ledger, "reads" | "writes">;

/** The ledger with every method that writes refusing to. */
export function readOnly(ledger: Ledger): Ledger {
  const refusals = Object.entries(METHODS)
    .filter(([, does]) => does === "writes")
    .map(([name]) => [name, () => Promise.reject(new Error(`${name} was called where nothing is to be written`))]);
  return { ...ledger, ...Object.fromEntries(refusals) };
}
