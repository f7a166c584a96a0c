import type { Clock } from "@specdrop/engine";
import type { Ledger, Revision } from "@specdrop/ledger/port";
import { burstEnd, holdOn, isHoldable } from "./breaker.ts";

/** Why a revision may not delete or forget anything yet. What others want of it is handed over all the same. */
export interface RemovalHold {
  /** `held`: the breaker holds withdrawals. `waiting`: another document that takes over may be on its way. */
  readonly reason: "held" | "waiting";
  /** Epoch milliseconds, when to look again; absent where nobody knows. */
  readonly until?: number;
}

/**
 * Whether what a revision lets go of must still stay: S3 promises no order between keys. Everything that holds removals
 * back belongs here.
 */
export async function removalHold(
  {
    ledger,
    clock,
  }: { readonly ledger: Pick<Ledger, "readSuspension" | "listWithdrawals">; readonly clock: Pick<Clock, "now"> },
  documentId: string,
  revision: Revision,
): Promise<RemovalHold | undefined> {
  const until = await waitsUntil(ledger, documentId, revision, clock.now());
  if ((await holdOn(ledger, documentId, revision)) !== undefined) {
    return { reason: "held", ...(until === undefined ? {} : { until }) };
  }
  return until === undefined ? undefined : { reason: "waiting", until };
}

async function waitsUntil(
  ledger: Pick<Ledger, "readSuspension" | "listWithdrawals">,
  documentId: string,
  revision: Revision,
  now: number,
): Promise<number | undefined> {
  const { appliesFrom } = revision;
  if (appliesFrom === undefined) return undefined;
  if (now < appliesFrom) return appliesFrom;
  return isHoldable(documentId, revision) ? burstEnd(ledger, documentId, revision, now) : undefined;
}
