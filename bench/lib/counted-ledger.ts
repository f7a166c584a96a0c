import type { Clock } from "@specdrop/engine";
import { memoryLedger } from "@specdrop/ledger/memory";
import type { Ledger } from "@specdrop/ledger/port";

/** DynamoDB request units: of 4 KB read consistently, of 1 KB written. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** What each method costs on DynamoDB, by what packages/aws/src/dynamodb asks for. A guarded write is a transaction of two items. */
const COSTS: Partial<Readonly<Record<keyof Ledger, Units>>> = {
  listOwned: { reads: 1, writes: 0 },
  claim: { reads: 0, writes: 4 },
  release: { reads: 0, writes: 4 },
  readDocument: { reads: 1, writes: 0 },
  recordRevision: { reads: 1, writes: 1 },
  confirmRevision: { reads: 1, writes: 1 },
  clearSuperseded: { reads: 1, writes: 1 },
  readChangeSet: { reads: 1, writes: 0 },
  beginRun: { reads: 0, writes: 1 },
  checkpoint: { reads: 0, writes: 2 },
  settle: { reads: 0, writes: 2 },
  markPublished: { reads: 0, writes: 2 },
  endRun: { reads: 0, writes: 1 },
  acquireLease: { reads: 0, writes: 1 },
  renewLease: { reads: 0, writes: 1 },
  releaseLease: { reads: 0, writes: 1 },
  readLease: { reads: 1, writes: 0 },
};

/** For methods that are not among those: one read. */
const OTHER: Units = { reads: 1, writes: 0 };

/** A ledger in memory that takes a DynamoDB's time, and counts what it would cost there. */
export function countedLedger(clock: Clock, takesMs: number) {
  const spent = { reads: 0, writes: 0 };
  const note = ({ reads, writes }: Units) => {
    spent.reads += reads;
    spent.writes += writes;
  };
  const ledger = new Proxy<Ledger>(memoryLedger(), {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return async (...args: readonly unknown[]) => {
        note(COSTS[name as keyof Ledger] ?? OTHER);
        await clock.sleep(takesMs);
        return method.apply(target, args);
      };
    },
  });
  return { ledger, spent, note };
}
