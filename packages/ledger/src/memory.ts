import { formatNaturalKey } from "@specdrop/engine";
import { HISTORY_LENGTH } from "./history.ts";
import { leaseOf } from "./lease.ts";
import type { Ledger } from "./port.ts";
import { rename } from "./rename.ts";
import * as rules from "./rules.ts";
import type { LedgerState, RecordChange, Records, TableName, Tables } from "./state.ts";
import {
  COMPARISON_KEY,
  carriedOver,
  changeSetKey,
  EMPTY_STATE,
  historyKey,
  put,
  suspensionKey,
  tableOf,
  toState,
  toTables,
  withdrawalKey,
} from "./state.ts";

/** A ledger that forgets with its process, and the state it would have to write down to survive it. */
export interface MemoryLedger extends Ledger {
  /** The whole ledger as plain JSON data, to start another from. */
  state(): LedgerState;
}

/** Starts from a copy of `state`, by default empty. */
export function memoryLedger(state: LedgerState = EMPTY_STATE): MemoryLedger {
  const tables = toTables(state);
  const ledger = ledgerOn(
    () => tables,
    async () => {},
  );
  return { ...ledger, state: () => toState(tables) };
}

/**
 * A ledger on tables in memory. `open` is asked before every call, and throws where the ledger cannot be used;
 * `commit` resolves once a change is safe, and only then does the method that made it.
 */
export function ledgerOn(open: () => Tables, commit: (change: RecordChange) => Promise<void>): Ledger {
  async function step<Table extends TableName, Outcome>(
    table: Table,
    key: string,
    rule: (held: Records[Table] | undefined, tables: Tables) => rules.Transition<Records[Table], Outcome>,
  ): Promise<Outcome> {
    const tables = open();
    const records: Map<string, Records[Table]> = tables[table];
    const held = records.get(key);
    const { outcome, write } = rule(held, tables);
    if (write !== undefined) {
      const record = write.record && carriedOver(table, held, write.record);
      put(tables, table, key, record);
      await commit(record === undefined ? { table, key } : { table, key, record });
    }
    return outcome;
  }

  return {
    async listOwned(apiId) {
      const tables = open();
      const owned = [...tables.owned.values(), ...tables.routeResponses.values()].filter(
        ({ ApiId }) => ApiId === apiId,
      );
      return owned.map(({ fence: _, ...resource }) => resource);
    },
    claim: (resource, fence) =>
      step(tableOf(resource), formatNaturalKey(resource), (held, { leases }) =>
        rules.claim(held, leases.get(resource.ApiId), resource, fence),
      ),
    release: (resource, fence) =>
      step(tableOf(resource), formatNaturalKey(resource), (held, { leases }) =>
        rules.release(held, leases.get(resource.ApiId), resource.documentId, fence),
      ),

    handOver: (resource, from, sequence, fence) =>
      step(tableOf(resource), formatNaturalKey(resource), (held, { leases, documents }) =>
        rules.handOver(held, {
          resource,
          from,
          sequence,
          fence,
          lease: leases.get(resource.ApiId),
          document: documents.get(resource.documentId),
        }),
      ),
    putBid: (bid, options) => step("bids", changeSetKey(bid), (held) => rules.putBid(held, bid, options)),
    removeBid: (documentId, apiId, sequence) =>
      step("bids", changeSetKey({ documentId, apiId }), (held) => rules.removeBid(held, sequence)),
    async listBids(apiId) {
      return [...open().bids.values()].filter((bid) => bid.apiId === apiId);
    },

    async readDocument(documentId) {
      return open().documents.get(documentId);
    },
    recordRevision: (documentId, revision, basedOn) =>
      step("documents", documentId, (held) => rules.recordRevision(held, documentId, revision, basedOn)),
    confirmRevision: (documentId, sequence, sequencer, count) =>
      step("documents", documentId, (held) => rules.confirmRevision(held, sequence, sequencer, count)),
    noteRevision: (documentId, revision) =>
      step("history", historyKey({ documentId, sequence: revision.sequence }), (held) =>
        rules.noteRevision(held, documentId, revision),
      ),
    noteOutcome: (documentId, apiId, sequence, outcome) =>
      step("history", historyKey({ documentId, sequence }), (held) =>
        rules.noteOutcome(held, apiId, sequence, outcome),
      ),
    async readHistory(documentId) {
      const { history } = open();
      const slots = Array.from({ length: HISTORY_LENGTH }, (_, slot) =>
        history.get(historyKey({ documentId, sequence: slot + 1 })),
      );
      return slots.filter((entry) => entry !== undefined);
    },
    clearSuperseded: (documentId, ...sequences) =>
      step("documents", documentId, (held) => rules.clearSuperseded(held, sequences)),
    async renameDocument(renaming, key, fences) {
      const tables = open();
      const { outcome, changes } = rename(tables, renaming, key, fences);
      // In one go, so that all of it goes to disk together.
      const written = changes.map((change) => {
        put(tables, change.table, change.key, change.record);
        return commit(change);
      });
      await Promise.all(written);
      return outcome;
    },
    async *listDocuments() {
      yield* [...open().documents.values()];
    },

    async readSubmissions(documentId) {
      return open().submissions.get(documentId);
    },
    writeSubmissions: (record) =>
      step("submissions", record.documentId, (held) => rules.writeSubmissions(held, record)),

    async readChangeSet(documentId, apiId) {
      const held = open().changeSets.get(changeSetKey({ documentId, apiId }));
      return held && rules.withoutFence(held);
    },
    beginRun: (documentId, apiId, sequence, fence, runId) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) =>
        rules.beginRun(held, documentId, apiId, sequence, fence, runId),
      ),
    checkpoint: (documentId, apiId, progress, fence) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) =>
        rules.checkpoint(held, documentId, apiId, progress, fence),
      ),
    settle: (documentId, apiId, sequence, event, fence) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) =>
        rules.settle(held, documentId, apiId, sequence, event, fence),
      ),
    markPublished: (documentId, apiId, sequence) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.markPublished(held, sequence)),
    noteDrift: (documentId, apiId, sequence, drift) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.noteDrift(held, sequence, drift)),
    noteRepair: (documentId, apiId, count, now) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.noteRepair(held, count, now)),
    markDriftPublished: (documentId, apiId, count) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.markDriftPublished(held, count)),
    endRun: (documentId, apiId, sequence, fence) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.endRun(held, sequence, fence)),
    reopen: (documentId, apiId, sequence) =>
      step("changeSets", changeSetKey({ documentId, apiId }), (held) => rules.reopen(held, sequence)),
    async *listChangeSets() {
      yield* [...open().changeSets.values()].map(rules.withoutFence);
    },

    acquireLease: (apiId, owner, ttlMs, now, abandoned) =>
      step("leases", apiId, (held) => rules.acquireLease(held, apiId, owner, ttlMs, now, abandoned)),
    renewLease: (lease, ttlMs, now) => step("leases", lease.apiId, (held) => rules.renewLease(held, lease, ttlMs, now)),
    releaseLease: (lease) => step("leases", lease.apiId, (held) => rules.releaseLease(held, lease)),
    async readLease(apiId) {
      const held = open().leases.get(apiId);
      return held && leaseOf(held);
    },

    async readSuspension(scope) {
      return open().suspensions.get(suspensionKey(scope));
    },
    switchSuspension: (change) =>
      step("suspensions", suspensionKey(change.scope), (held) => rules.switchSuspension(held, change)),
    markSuspensionAnnounced: (count, scope) =>
      step("suspensions", suspensionKey(scope), (held) => rules.markSuspensionAnnounced(held, count)),

    async readComparison() {
      return open().comparisons.get(COMPARISON_KEY);
    },
    writeComparison: (record) => step("comparisons", COMPARISON_KEY, () => ({ outcome: undefined, write: { record } })),

    noteWithdrawal: (withdrawal) =>
      step("withdrawals", withdrawalKey(withdrawal), () => ({ outcome: undefined, write: { record: withdrawal } })),
    async listWithdrawals(period, since) {
      return [...open().withdrawals.values()].filter((one) => one.period === period && one.at >= since);
    },
    async countOwned() {
      return open().owned.size;
    },
  };
}
