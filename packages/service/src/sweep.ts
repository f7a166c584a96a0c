import { DamagedLedgerError } from "@specdrop/engine";
import type { ConvergeDependencies } from "./dependencies.ts";
import { logAbout } from "./log.ts";
import type { Ledger, Log } from "./ports.ts";
import { tellSuspension } from "./suspension.ts";
import { inTurn } from "./sweep/in-turn.ts";
import { sweepDocument } from "./sweep/sweep-document.ts";
import { type Tally, tally } from "./sweep/tally.ts";

/** How long others get to finish what they are at before the sweep takes it for left behind. */
export const DEFAULT_GRACE_MS = 5 * 60_000;

export interface SweepDependencies extends ConvergeDependencies {
  /** Milliseconds; `DEFAULT_GRACE_MS` without it. */
  readonly graceMs?: number;
}

/** What a sweep found and did. */
export interface Swept extends Tally {
  /** Documents that were looked at. */
  readonly documents: number;
  /** Documents that the time did not suffice for: the next sweeps begin elsewhere. */
  readonly unreached: number;
  /** Documents that could not be looked at to the end; the log says why. */
  readonly failed: number;
  /** Applying was suspended: nothing was signalled, and drift was told and not repaired. */
  readonly suspended?: true;
  /** Withdrawals are held: none was signalled. */
  readonly holding?: true;
}

/**
 * Looks at every document of the ledger for what was left behind: results that were never published, change sets that
 * never settled, revisions without an end; and for live state that is no longer as accepted.
 *
 * Where nothing is wrong it writes nothing, and reads both suspensions and the ledger's list of documents once; then for each document its
 * record, its change set on every API and the one for no API; and for each API that it is live on, the text (once for
 * all), what is owned on the API, and one list for every integration.
 */
export async function sweep(deps: SweepDependencies, { deadline }: { readonly deadline: number }): Promise<Swept> {
  const done = tally();
  const isSuspended = (await tellSuspension(deps)) !== undefined;
  const isHolding = (await tellSuspension(deps, "withdrawals")) !== undefined;
  const listed = await documentsIn(deps);
  const documentIds = inTurn(listed.documentIds, deps.clock.now());
  let documents = 0;
  let failed = listed.failed;
  for (const documentId of documentIds) {
    if (deps.clock.now() >= deadline) break;
    documents += 1;
    const log = logAbout(deps.log, { documentId });
    try {
      const graceMs = deps.graceMs ?? DEFAULT_GRACE_MS;
      await sweepDocument({ ...deps, log, graceMs, done, deadline, isSuspended, isHolding }, documentId);
    } catch (error) {
      failed += 1;
      log.error("A document could not be swept to the end", { error });
    }
  }
  const counts = { ...done, documents, failed, unreached: documentIds.length - documents };
  const result: Swept = {
    ...counts,
    ...(isSuspended ? { suspended: true } : {}),
    ...(isHolding ? { holding: true } : {}),
  };
  deps.log.info("Swept", { ...result });
  return result;
}

/**
 * The documents of buckets: what the command line applied by itself has neither a queue nor a bus. Where the ledger has
 * records that cannot be read, the others are listed all the same, and `failed` is 1.
 */
export async function documentsIn({
  ledger,
  log,
}: {
  readonly ledger: Pick<Ledger, "listDocuments">;
  readonly log: Log;
}): Promise<{ readonly documentIds: readonly string[]; readonly failed: number }> {
  const documentIds: string[] = [];
  try {
    for await (const { documentId } of ledger.listDocuments()) {
      if (documentId.startsWith("s3://")) documentIds.push(documentId);
    }
  } catch (error) {
    if (!(error instanceof DamagedLedgerError)) throw error;
    log.error("A record of the ledger cannot be read", { error });
    return { documentIds, failed: 1 };
  }
  return { documentIds, failed: 0 };
}
